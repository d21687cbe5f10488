"""Login by a provider that lies: nothing it says is believed unproven."""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr

from lastro.core.errors import (
    ConfigError,
    LastroError,
    TemporaryError,
    UnauthenticatedError,
    UpstreamError,
)
from lastro.identity.oidc import Oidc, is_ours

from .conftest import HOME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .conftest import House

KEYS = [rsa.generate_private_key(65537, 2048) for _ in range(2)]
CLIENT_SECRET = "a client secret of this test, thirty-two or more"  # noqa: S105


class Liar:
    """A provider on loopback that says whatever a test wants."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {"kid": "k0"}
        self.document: dict[str, Any] = {}
        self.token: Callable[[dict[str, Any]], str] | None = None
        self.status = 200
        self.served = [0]
        self.asked: list[str] = []
        self.now = 0
        liar = self

        class _Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                liar.asked.append(self.path)
                self._say(liar.keys() if self.path == "/keys" else liar.discovery())

            def do_POST(self) -> None:
                liar.asked.append(self.path)
                length = int(self.headers["Content-Length"])
                liar.form = parse_qs(self.rfile.read(length).decode())
                self._say({"id_token": liar.id_token()})

            def _say(self, content: dict[str, Any]) -> None:
                body = json.dumps(content).encode()
                self.send_response(liar.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.form: dict[str, list[str]] = {}
        self.nonce = ""

    def discovery(self) -> dict[str, Any]:
        return {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
                **self.document}  # fmt: skip

    def keys(self) -> dict[str, Any]:
        found = []
        for number in self.served:
            made = jwt.algorithms.RSAAlgorithm.to_jwk(KEYS[number].public_key(), as_dict=True)
            found.append({**made, "kid": f"k{number}", "use": "sig", "alg": "RS256"})
        return {"keys": found}

    def id_token(self) -> str:
        claims = {"iss": self.issuer, "sub": "ana", "aud": "lastro", "nonce": self.nonce,
                  "iat": self.now, "exp": self.now + 60, "email": "ana@firm.example",
                  "email_verified": True, **self.claims}  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.token:
            return self.token(claims)
        return jwt.encode(claims, KEYS[0], "RS256", headers=self.header)


@pytest.fixture
def liar() -> Iterator[Liar]:
    found = Liar()
    thread = threading.Thread(target=found.server.serve_forever, args=(0.01,))
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


@pytest.fixture
def firm(house_of: Callable[..., House], liar: Liar) -> House:
    house = house_of(
        oidc_issuer=liar.issuer, oidc_client_id="lastro", oidc_domains="firm.example",
        oidc_client_secret=SecretStr(CLIENT_SECRET), oidc_default_role="analyst",
    )  # fmt: skip
    liar.now = int(house.clock.now().timestamp())
    return house


def _oidc(house: House) -> Oidc:
    found = house.identity.oidc
    assert found is not None
    return found


def _log_in(house: House, liar: Liar) -> Any:
    begun = _oidc(house).begin("/funds")
    query = parse_qs(urlsplit(begun.url).query)
    liar.nonce = query["nonce"][0]
    return _oidc(house).finish(begun.cookie, query["state"][0], "code", HOME)


def test_an_honest_answer_lets_in(firm: House, liar: Liar) -> None:
    tokens, back = _log_in(firm, liar)
    assert back == "/funds"
    assert firm.identity.principal(tokens.access).role == "analyst"
    verifier = liar.form["code_verifier"][0]
    assert len(verifier) >= 43


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["lastro", "another"]},
        {"aud": ["lastro", "another"], "azp": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"iat": 9_999_999_999},
        {"sub": None},
    ],
)
def test_a_token_of_another_content_is_refused(
    firm: House, liar: Liar, claims: dict[str, Any]
) -> None:
    liar.claims = claims
    with pytest.raises(UnauthenticatedError):
        _log_in(firm, liar)


def _none(claims: dict[str, Any]) -> str:
    parts = [json.dumps({"alg": "none", "kid": "k0"}).encode(), json.dumps(claims).encode()]
    return ".".join(base64.urlsafe_b64encode(p).rstrip(b"=").decode() for p in parts) + "."


def _by_client_secret(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, CLIENT_SECRET, "HS256", headers={"kid": "k0"})


def _by_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, KEYS[1], "RS256", headers={"kid": "k0"})


def _by_an_unknown_key(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, KEYS[1], "RS256", headers={"kid": "k1"})


def _by_a_key_it_brings(claims: dict[str, Any]) -> str:
    key = jwt.algorithms.RSAAlgorithm.to_jwk(KEYS[1].public_key(), as_dict=True)
    return jwt.encode(claims, KEYS[1], "RS256", headers={"kid": "k0", "jwk": key})


@pytest.mark.parametrize(
    "token", [_none, _by_client_secret, _by_another_key, _by_an_unknown_key, _by_a_key_it_brings]
)
def test_a_token_that_the_provider_did_not_sign_is_refused(
    firm: House, liar: Liar, token: Callable[[dict[str, Any]], str]
) -> None:
    liar.token = token
    with pytest.raises(UnauthenticatedError):
        _log_in(firm, liar)


def test_a_key_that_is_new_is_looked_for_once_in_a_while(firm: House, liar: Liar) -> None:
    _log_in(firm, liar)
    liar.token = _by_an_unknown_key
    for _ in range(5):
        with pytest.raises(UnauthenticatedError):
            _log_in(firm, liar)
    assert liar.asked.count("/keys") == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
        {"email": "ana@elsewhere.example"},
        {"email": "ana@firm.example.evil.example"},
        {"email": "ana@sub.firm.example"},
        {"email": "ana@firm.example@evil.example"},
    ],
)
def test_only_verified_emails_of_the_firm_are_people_of_the_firm(
    firm: House, liar: Liar, claims: dict[str, Any]
) -> None:
    liar.claims = claims
    with pytest.raises(LastroError) as refused:
        _log_in(firm, liar)
    assert refused.value.status in {400, 403}
    assert firm.identity.is_new()


def test_an_account_belongs_to_the_first_who_logged_in_to_it(firm: House, liar: Liar) -> None:
    _log_in(firm, liar)
    liar.claims = {"sub": "somebody else", "email": "ana@firm.example"}
    with pytest.raises(LastroError):
        _log_in(firm, liar)


@pytest.mark.parametrize("change", [{"issuer": "https://evil.example"}, {"token_endpoint": ""}])
def test_a_document_of_another_issuer_is_refused(
    firm: House, liar: Liar, change: dict[str, str]
) -> None:
    liar.document = change
    with pytest.raises(UpstreamError):
        _log_in(firm, liar)


def test_a_provider_that_fails_or_is_away_is_said_to_be(
    firm: House, house_of: Callable[..., House], liar: Liar
) -> None:
    liar.status = 500
    with pytest.raises(UpstreamError):
        _log_in(firm, liar)
    away = house_of(oidc_issuer="http://127.0.0.1:9", oidc_client_id="lastro")
    with pytest.raises(TemporaryError):
        _oidc(away).begin("/")


def test_a_login_that_took_too_long_is_begun_again(firm: House, liar: Liar) -> None:
    begun = _oidc(firm).begin("/")
    state = parse_qs(urlsplit(begun.url).query)["state"][0]
    firm.later(minutes=10)
    with pytest.raises(UnauthenticatedError):
        _oidc(firm).finish(begun.cookie, state, "code", HOME)


@pytest.mark.parametrize("cookie", ["", ".", "x.y", "e30=.", "é.é"])
def test_a_cookie_that_is_not_ours_is_refused(firm: House, cookie: str) -> None:
    with pytest.raises(UnauthenticatedError):
        _oidc(firm).finish(cookie, "", "code", HOME)


@pytest.mark.parametrize("state", ["", "x", "é", "\ud800"])
def test_another_state_is_refused(firm: House, liar: Liar, state: str) -> None:
    begun = _oidc(firm).begin("/")
    with pytest.raises(UnauthenticatedError):
        _oidc(firm).finish(begun.cookie, state, "code", HOME)


@pytest.mark.parametrize("role", ["root", ""])
def test_settings_that_lack_something_refuse(house_of: Callable[..., House], role: str) -> None:
    with pytest.raises(ConfigError):
        _oidc(
            house_of(
                oidc_issuer="https://login.example",
                oidc_client_id="" if not role else "lastro",
                oidc_default_role=role,
            )
        )


def test_what_is_ours() -> None:
    assert is_ours("/funds?q=a")
    for path in ("", "x", "//x", "/\\x", "https://x", "/a b", "/\n/x"):
        assert not is_ours(path)
