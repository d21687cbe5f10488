"""An OpenID provider, spoken to: its discovery document, its token endpoint, its keys."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import jwt

from lastro.core.errors import TemporaryError, UnauthenticatedError, UpstreamError

if TYPE_CHECKING:
    import datetime as dt

_PATIENCE = 10  # seconds
_FRESH = 600  # seconds for which documents are believed
_AGAIN = 30  # seconds between two looks for a key that was not there
_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "RS384", "RS512", "ES384", "ES512")
_LEEWAY = 60
_LARGEST = 1 << 20  # bytes


class Provider:
    """One provider, as one client of it.

    Args:
        issuer: Its address, as its ID tokens say it.
        client_id: Ours there.
        client_secret: Ours there; blank for a public client.
    """

    def __init__(self, issuer: str, client_id: str, client_secret: str) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._lock = threading.Lock()
        self._document: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, jwt.PyJWKSet] | None = None

    def endpoint(self, name: str) -> str:
        """An address of the provider by its name in the discovery document.

        Raises:
            TemporaryError: It does not answer.
            UpstreamError: It answers with what is no discovery document of this issuer.
        """
        place = str(self._discovered().get(name) or "")
        parts = urlsplit(place)
        secure = parts.scheme == "https" or urlsplit(self._issuer).scheme == "http"
        if not parts.netloc or not secure:
            raise self._odd(name)
        return place

    def claims(
        self, code: str, verifier: str, nonce: str, redirect: str, now: dt.datetime
    ) -> dict[str, Any]:
        """What the ID token for a code says, once everything about it was checked.

        Args:
            code: From the callback.
            verifier: Of PKCE.
            nonce: That the token has to carry.
            redirect: The callback's address.
            now: The present instant.

        Raises:
            UnauthenticatedError: The provider refuses the code, or the token does not stand up.
            TemporaryError: The provider does not answer.
        """
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect,
                "code_verifier": verifier, "client_id": self._client_id}  # fmt: skip
        secret = self._client_secret
        answer = self._ask(
            "POST", self.endpoint("token_endpoint"), data=form,
            auth=(self._client_id, secret) if secret else None,
        )  # fmt: skip
        found = _object(answer)
        if answer.status_code != httpx.codes.OK or not isinstance(found.get("id_token"), str):
            raise _refused()
        return self._verified(found["id_token"], nonce, now)

    def _verified(self, token: str, nonce: str, now: dt.datetime) -> dict[str, Any]:
        try:
            key = self._key(jwt.get_unverified_header(token))
            found = jwt.decode(
                token, key, algorithms=list(_ALGORITHMS), audience=self._client_id,
                issuer=self._issuer,
                options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"],
                         "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )  # fmt: skip
        except jwt.PyJWTError:
            raise _refused() from None
        instant, several = now.timestamp(), isinstance(found["aud"], list) and len(found["aud"]) > 1
        good = (
            found["nonce"] == nonce
            and found["exp"] > instant - _LEEWAY
            and found["iat"] < instant + _LEEWAY
            and (not several or found.get("azp") == self._client_id)
        )
        if not good:
            raise _refused()
        return dict(found)

    def _key(self, header: dict[str, Any]) -> jwt.PyJWK:
        """The provider's key that a token names; a key that is new to us is looked for once."""
        if header.get("alg") not in _ALGORITHMS:  # neither `none` nor one made with a public key
            raise _refused()
        for again in (False, True):
            fitting = [
                key for key in self._jwks(again=again).keys
                if key.public_key_use in {None, "sig"} and header.get("kid") in {None, key.key_id}
            ]  # fmt: skip
            if len(fitting) == 1:
                return fitting[0]
        raise _refused()

    def _discovered(self) -> dict[str, Any]:
        with self._lock:
            if self._document is None or time.monotonic() - self._document[0] > _FRESH:
                place = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
                found = _object(self._ask("GET", place))
                if found.get("issuer") != self._issuer:
                    raise self._odd("issuer")
                self._document = (time.monotonic(), found)
            return self._document[1]

    def _jwks(self, *, again: bool) -> jwt.PyJWKSet:
        place = self.endpoint("jwks_uri")
        with self._lock:
            age = time.monotonic() - self._keys[0] if self._keys else _FRESH + 1
            if self._keys is None or age > (_AGAIN if again else _FRESH):
                found = jwt.PyJWKSet.from_dict(_object(self._ask("GET", place)))
                self._keys = (time.monotonic(), found)
            return self._keys[1]

    def _ask(self, method: str, place: str, **given: Any) -> httpx.Response:
        try:
            with httpx.Client(timeout=_PATIENCE, follow_redirects=False) as client:
                answer = client.request(method, place, **given)
        except httpx.HTTPError:
            raise TemporaryError(
                "The login provider {issuer} does not answer.",
                hint="Try again in a minute, or sign in with a password.",
                issuer=self._issuer,
            ) from None
        if (
            answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR
            or len(answer.content) > _LARGEST
        ):
            raise self._odd(f"{answer.status_code}")
        return answer

    def _odd(self, what: str) -> UpstreamError:
        return UpstreamError(
            "The login provider {issuer} answers with something odd ({what}).",
            hint="See that LASTRO_IDENTITY__OIDC_ISSUER is the issuer its tokens name.",
            issuer=self._issuer,
            what=what,
        )


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _refused() -> UnauthenticatedError:
    return UnauthenticatedError(
        "The login provider's answer does not stand up.",
        hint="Begin again on the sign-in page; if it stays so, tell the operator.",
    )
