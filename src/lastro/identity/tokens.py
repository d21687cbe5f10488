"""Access tokens: JWTs of one algorithm, one issuer, one audience, good for some minutes.

A token says which session it belongs to and until when; what its bearer may do is asked of the
store, so that a role taken away is gone at once and not when the token ends.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jwt
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lastro.core.errors import UnauthenticatedError

if TYPE_CHECKING:
    from collections.abc import Sequence

_ALGORITHM = "HS256"
_AUDIENCE = "lastro"
_TYPE = "at+jwt"  # RFC 9068: no other JWT of ours can be taken for an access token
_LONGEST = 4096
_REQUIRED = ["iss", "aud", "sub", "sid", "iat", "exp"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says.

    Attributes:
        user: Id of the user.
        session: Id of the session.
        expires_at: Seconds since 1970.
    """

    user: str
    session: str
    expires_at: int


class Signer:
    """Signs and reads access tokens.

    Args:
        issuer: Our public address.
        secrets: The present secret and those before it, of which tokens are still read.
        minutes: Life of a token.
    """

    def __init__(self, issuer: str, secrets: Sequence[str], minutes: int) -> None:
        self._issuer = issuer
        self._life = dt.timedelta(minutes=minutes)
        keys = [_derived(secret, "access token") for secret in secrets if secret]
        self._keys = {_name(key): key for key in keys}
        self._current = _name(keys[0])

    @property
    def seconds(self) -> int:
        """Life of a token."""
        return int(self._life.total_seconds())

    def sign(self, user: str, session: str, now: dt.datetime) -> str:
        """An access token.

        Args:
            user: Id of the user.
            session: Id of the session.
            now: The present instant.
        """
        claims = {"iss": self._issuer, "aud": _AUDIENCE, "sub": user, "sid": session,
                  "iat": now, "exp": now + self._life}  # fmt: skip
        return jwt.encode(
            claims, self._keys[self._current], _ALGORITHM,
            headers={"kid": self._current, "typ": _TYPE},
        )  # fmt: skip

    def read(self, token: str, now: dt.datetime) -> Claims:
        """What a token says, once everything about it was checked.

        The algorithm is ours and never the token's; ``kid`` only chooses among our own keys.

        Raises:
            UnauthenticatedError: It is not ours, was changed, or is not valid now.
        """
        if len(token) > _LONGEST or not token.isascii():
            raise _refused()
        try:
            header = jwt.get_unverified_header(token)
            kid = header.get("kid")
            if header.get("typ") != _TYPE or not isinstance(kid, str) or kid not in self._keys:
                raise _refused()
            found = jwt.decode(
                token, self._keys[kid], algorithms=[_ALGORITHM],
                audience=_AUDIENCE, issuer=self._issuer,
                options={"require": _REQUIRED, "strict_aud": True,
                         "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )  # fmt: skip
        except jwt.PyJWTError:
            raise _refused() from None
        expires, issued, instant = found["exp"], found["iat"], now.timestamp()
        if not isinstance(expires, int) or not isinstance(issued, int):
            raise _refused()
        if expires <= instant or issued > instant + 60:
            raise UnauthenticatedError(
                "The access token has expired.",
                hint="Get another with the refresh token, or sign in again.",
            )
        return Claims(str(found["sub"]), str(found["sid"]), expires)


def _derived(secret: str, purpose: str) -> bytes:
    """A key for one purpose: whoever learns it learns neither the secret nor another key."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"lastro {purpose}".encode())
    return kdf.derive(secret.encode())


def _name(key: bytes) -> str:
    return hashlib.sha256(b"kid\0" + key).hexdigest()[:16]


def _refused() -> UnauthenticatedError:
    return UnauthenticatedError(
        "The token or key is not valid.",
        hint="Sign in again, or make a new API key.",
    )
