"""Settings of identity: ``LASTRO_IDENTITY__*``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from lastro.core.errors import ConfigError
from lastro.core.settings import Section

_SHORTEST = 32
_LEAST_MEMORY = 19_456  # KiB; what OWASP asks of Argon2id at two passes
_KNOWN_DEFAULTS = {"change-me", "changeme", "secret", "development", "lastro", "password"}


class IdentitySettings(Section):
    """Who may come in, and how."""

    environment: Literal["development", "production"] = Field(
        "development", description="production refuses to start with a missing or weak secret."
    )
    secret: SecretStr = Field(
        SecretStr(""),
        description="Signs access tokens: 32 characters or more. Blank in development: a random "
        "one is made and kept sealed in the store.",
    )
    previous_secret: SecretStr = Field(
        SecretStr(""),
        description="The secret before this one: tokens it signed stay good until they expire.",
    )
    public_url: str = Field(
        "http://127.0.0.1:8321",
        pattern=r"^https?://[^/?#]+$",
        description="Where people reach Lastro: issuer of tokens, and return address of logins.",
    )
    access_minutes: int = Field(15, ge=1, le=60, description="Life of an access token.")
    session_days: int = Field(30, ge=1, le=365, description="Life of a session without use.")
    link_hours: int = Field(24, ge=1, le=168, description="Life of a one-time link.")
    attempts_per_minute: int = Field(
        30, ge=1, description="Sign-ins, codes and links one address may try in a minute."
    )
    recheck_seconds: int = Field(
        10, ge=0, le=60, description="How long a checked token or key is trusted unasked."
    )
    argon2_memory_kib: int = Field(65_536, ge=8, description="Memory of one password hash, KiB.")
    argon2_passes: int = Field(3, ge=1, description="Passes of one password hash.")
    oidc_issuer: str = Field("", description="Address of the firm's OpenID provider; blank: none.")
    oidc_client_id: str = Field("", description="Lastro's client id at the provider.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Its secret there.")
    oidc_name: str = Field("SSO", description="What the sign-in button calls the provider.")
    oidc_domains: str = Field(
        "", description="E-mail domains that may come in, apart by commas; blank: none but invited."
    )
    oidc_role_claim: str = Field("", description="Claim that says the role, e.g. groups.")
    oidc_roles: dict[str, str] = Field(
        {}, description='Role by value of that claim, as JSON: {"finance": "analyst"}.'
    )
    oidc_default_role: str = Field(
        "", description="Role of who comes in first by the provider; blank: invited people only."
    )


def check(settings: IdentitySettings) -> None:
    """Refuse what is too weak for the environment.

    Raises:
        ConfigError: A secret is missing, known or short, or hashes are too cheap, in production.
    """
    secret = settings.secret.get_secret_value()
    if not secret and settings.environment == "development":
        return
    if len(secret) < _SHORTEST or secret.lower().rstrip("0123456789!.") in _KNOWN_DEFAULTS:
        raise ConfigError(
            "LASTRO_IDENTITY__SECRET is missing, too short or a known default.",
            hint="Set it to {least} random characters or more: `openssl rand -base64 48` gives "
            "some.",
            least=_SHORTEST,
        )
    if len(set(secret)) < _SHORTEST // 4:
        raise ConfigError(
            "LASTRO_IDENTITY__SECRET repeats a few characters: it can be guessed.",
            hint="Set it to random characters: `openssl rand -base64 48` gives some.",
        )
    if settings.environment == "production" and settings.argon2_memory_kib < _LEAST_MEMORY:
        raise ConfigError(
            "LASTRO_IDENTITY__ARGON2_MEMORY_KIB is too little for production.",
            hint="Give it {least} or more.",
            least=_LEAST_MEMORY,
        )
