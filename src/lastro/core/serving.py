"""What the operator tells the HTTP door: where it listens, what it bears, whom it trusts.

The section lies on the ground floor because the command line names the address and the API obeys
the rest; neither sees the other.
"""

from __future__ import annotations

from pydantic import Field, SecretStr

from lastro.core.settings import Section

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class ApiSettings(Section):
    """The HTTP door."""

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 is every one.")
    port: int = Field(8321, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    tls_cert: str = Field("", description="PEM file of the certificate chain; blank is no TLS.")
    tls_key: str = Field("", description="PEM file of the certificate's private key.")
    trusted_proxies: str = Field(
        "", description="Proxies whose X-Forwarded-* are believed: addresses or networks, by comma."
    )
    hosts: str = Field(
        "", description="Host names it answers to, by comma; blank is any name on any address."
    )
    cors_origins: str = Field(
        "", description="Other origins whose pages may call it, by comma; blank is none."
    )
    max_body_mb: float = Field(4.0, gt=0, description="Largest request body, in MB.")
    max_json_depth: int = Field(32, ge=4, description="Deepest nesting of a JSON body.")
    timeout: float = Field(60.0, gt=0, description="Longest time to the first byte, in seconds.")
    header_timeout: float = Field(
        10.0, gt=0, description="Longest time for a client to send a request's head, in seconds."
    )
    keep_alive: float = Field(30.0, gt=0, description="Idle seconds before a connection closes.")
    connections: int = Field(1000, ge=1, description="Most connections and requests at one time.")
    grace: float = Field(
        15.0, ge=0, description="Seconds that running requests get to finish at shutdown."
    )
    workers: int = Field(4, ge=1, description="Answers computed at one time.")
    cache_mb: float = Field(64.0, ge=0, description="Memory for finished answers, in MB.")
    watch: float = Field(
        1.0, ge=0, description="Seconds for which a table's version is believed before a new look."
    )
    limits_url: str = Field(
        "", description="redis://... shares rate limits among processes; blank counts in each."
    )
    rate: float = Field(50.0, gt=0, description="Requests a second of one user or key, on average.")
    burst: int = Field(400, ge=1, description="Requests of one user or key at once.")
    address_rate: float = Field(
        10.0, gt=0, description="Requests a second of one address that has not signed in."
    )
    address_burst: int = Field(120, ge=1, description="Requests of one such address at once.")
    access_log: bool = Field(default=False, description="Write one JSON line a request.")
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="Bearer token for /metrics; blank answers to the machine itself alone.",
    )
    traces_url: str = Field(
        "", description="OTLP address for traces, such as http://collector:4318; blank is none."
    )

    @property
    def is_local(self) -> bool:
        """Whether only the machine itself can reach it."""
        return self.host in LOOPBACK
