"""How a bucket is said to the three libraries that read and write it.

obstore (objects), delta-rs (logs) and Polars (Parquet files) all stand on object_store and speak
its names, but take numbers and times each in a way of its own. All three get the same address,
credentials, encryption, patience and number of retries. A blank key leaves all three to the chain
of the machine: environment, web identity, container, instance role.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pydantic import Field, SecretStr

from lastro.core.settings import Section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from obstore.store import ObjectStore, RetryConfig

_FIRST_WAIT = dt.timedelta(milliseconds=100)
_CLIENT = ("allow_http", "timeout", "connect_timeout")
_LONGEST_WAIT = dt.timedelta(seconds=15)


class BucketSettings(Section):
    """How a bucket is reached."""

    s3_endpoint: str = Field("", description="Address of an S3-compatible server; blank is AWS.")
    s3_region: str = Field("us-east-1", description="Region of the bucket.")
    s3_access_key_id: str = Field("", description="Access key; blank uses the machine's role.")
    s3_secret_access_key: SecretStr = Field(SecretStr(""), description="Secret of the access key.")
    s3_session_token: SecretStr = Field(
        SecretStr(""), description="Session token that temporary keys come with."
    )
    s3_virtual_hosted: bool = Field(
        default=False, description="Whether the bucket's name goes before the server's."
    )
    s3_kms_key: str = Field(
        "", description="KMS key that objects are encrypted with; blank: as the bucket says."
    )
    s3_timeout: float = Field(60.0, gt=0, description="Seconds a request may take.")
    s3_connect_timeout: float = Field(5.0, gt=0, description="Seconds to wait for a connection.")
    s3_retries: int = Field(10, ge=0, description="How often a request is tried again.")
    s3_retry_seconds: float = Field(
        180.0, ge=0, lt=300, description="Longest time in which it is tried again."
    )


class Bucket:
    """One bucket, as each library wants to be told of it.

    Args:
        url: ``s3://bucket/prefix``.
        settings: How it is reached.
    """

    def __init__(self, url: str, settings: BucketSettings) -> None:
        self.name, _, self._prefix = url.removeprefix("s3://").partition("/")
        self._settings = settings

    @property
    def endpoint(self) -> str:
        """Address that requests go to; blank is AWS's own."""
        endpoint = self._settings.s3_endpoint.rstrip("/")
        scheme, found, host = endpoint.partition("://")
        if self._settings.s3_virtual_hosted and found:
            return f"{scheme}://{self.name}.{host}"
        return endpoint

    @property
    def _said(self) -> dict[str, str]:
        """What all three understand alike."""
        settings = self._settings
        said = {
            "aws_region": settings.s3_region,
            "aws_access_key_id": settings.s3_access_key_id,
            "aws_secret_access_key": settings.s3_secret_access_key.get_secret_value(),
            "aws_session_token": settings.s3_session_token.get_secret_value(),
            "aws_endpoint": self.endpoint,
            "aws_virtual_hosted_style_request": "true" if settings.s3_virtual_hosted else "",
            "aws_server_side_encryption": "aws:kms" if settings.s3_kms_key else "",
            "aws_sse_kms_key_id": settings.s3_kms_key,
        }
        return {name: value for name, value in said.items() if value}

    @property
    def _client(self) -> dict[str, str]:
        settings = self._settings
        said = {
            "allow_http": "true" if self.endpoint.startswith("http://") else "",
            "timeout": f"{settings.s3_timeout * 1000:.0f}ms",
            "connect_timeout": f"{settings.s3_connect_timeout * 1000:.0f}ms",
        }
        return {name: value for name, value in said.items() if value}

    @property
    def for_delta(self) -> dict[str, str]:
        """Options for delta-rs, which commits by writing only where there is nothing yet."""
        return {
            **self._said,
            **self._client,
            "aws_conditional_put": "etag",
            "max_retries": str(self._settings.s3_retries),
            "retry_timeout": f"{self._settings.s3_retry_seconds:.0f}s",
            "backoff_config.init_backoff": f"{_milliseconds(_FIRST_WAIT)}ms",
            "backoff_config.max_backoff": f"{_milliseconds(_LONGEST_WAIT)}ms",
            "backoff_config.base": "2",
        }

    @property
    def for_frames(self) -> dict[str, Any]:
        """Options for Polars."""
        return {
            **self._said,
            **self._client,
            "max_retries": self._settings.s3_retries,
            "retry_timeout_ms": int(self._settings.s3_retry_seconds * 1000),
            "retry_init_backoff_ms": _milliseconds(_FIRST_WAIT),
            "retry_max_backoff_ms": _milliseconds(_LONGEST_WAIT),
            "retry_base_multiplier": 2.0,
        }

    def store(self) -> ObjectStore:
        """Its objects below the prefix."""
        from obstore.store import S3Store  # noqa: PLC0415 - only data verbs need it

        return S3Store(
            self.name,
            prefix=self._prefix or None,
            config=self._said,  # type: ignore[arg-type]
            client_options=self._client,  # type: ignore[arg-type]
            retry_config=_patience(self.for_frames),
        )


def filesystem(options: Mapping[str, Any]) -> Any:
    """What DuckDB reads files of a bucket through, a range at a time.

    Args:
        options: Those for Polars.
    """
    from obstore.fsspec import FsspecStore  # noqa: PLC0415 - only queries need it

    config = {name: value for name, value in options.items() if name.startswith("aws_")}
    client = {name: options[name] for name in _CLIENT if name in options}
    return FsspecStore(  # type: ignore[call-overload]
        "s3", config=config, client_options=client, retry_config=_patience(options)
    )


def _patience(options: Mapping[str, Any]) -> RetryConfig:
    """What obstore is told of retries, from the options for Polars."""
    return {
        "max_retries": options["max_retries"],
        "retry_timeout": dt.timedelta(milliseconds=options["retry_timeout_ms"]),
        "backoff": {
            "init_backoff": dt.timedelta(milliseconds=options["retry_init_backoff_ms"]),
            "max_backoff": dt.timedelta(milliseconds=options["retry_max_backoff_ms"]),
            "base": options["retry_base_multiplier"],
        },
    }


def _milliseconds(span: dt.timedelta) -> int:
    return span // dt.timedelta(milliseconds=1)
