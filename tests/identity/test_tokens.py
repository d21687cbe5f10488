"""Hostile tokens: none of them is believed."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from lastro.core.errors import UnauthenticatedError
from lastro.identity.tokens import Signer

from .conftest import HOME, NOW, PASSWORD, SECRET

if TYPE_CHECKING:
    from .conftest import House

ISSUER = "http://127.0.0.1:8321"


@pytest.fixture
def signer() -> Signer:
    return Signer(ISSUER, [SECRET], 15)


def _key(signer: Signer) -> tuple[str, bytes]:
    return next(iter(signer._keys.items()))


def _made(signer: Signer, header: dict[str, Any] | None = None, **claims: Any) -> str:
    kid, key = _key(signer)
    content = {"iss": ISSUER, "aud": "lastro", "sub": "u", "sid": "s",
               "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 60, **claims}  # fmt: skip
    content = {name: value for name, value in content.items() if value is not None}
    headers = {"kid": kid, "typ": "at+jwt", **(header or {})}
    return jwt.encode(content, key, "HS256", headers=headers)


def test_a_token_says_whose_it_is(signer: Signer) -> None:
    claims = signer.read(signer.sign("u", "s", NOW), NOW)
    assert (claims.user, claims.session) == ("u", "s")
    assert claims.expires_at == int(NOW.timestamp()) + 15 * 60


def test_a_token_ends_after_its_minutes(signer: Signer) -> None:
    token = signer.sign("u", "s", NOW)
    signer.read(token, NOW + dt.timedelta(minutes=14, seconds=59))
    with pytest.raises(UnauthenticatedError, match="expired"):
        signer.read(token, NOW + dt.timedelta(minutes=15))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "other"},
        {"aud": ["lastro", "other"]},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": None},
        {"exp": "9999999999"},
        {"exp": 1e400},
        {"sub": None},
        {"sid": None},
        {"iat": int(NOW.timestamp()) + 3600},
    ],
)
def test_a_token_of_another_content_is_refused(signer: Signer, claims: dict[str, Any]) -> None:
    with pytest.raises(UnauthenticatedError):
        signer.read(_made(signer, **claims), NOW)


@pytest.mark.parametrize(
    "header",
    [
        {"kid": "0000000000000000"},
        {"kid": "../../dev/null"},
        {"kid": "' UNION SELECT 'x"},
        {"typ": "JWT"},
        {"typ": "id+jwt"},
    ],
)
def test_kid_and_type_choose_among_our_own_alone(signer: Signer, header: dict[str, Any]) -> None:
    with pytest.raises(UnauthenticatedError):
        signer.read(_made(signer, header), NOW)


def _unsigned(header: dict[str, Any], content: dict[str, Any]) -> str:
    parts = (
        base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in (header, content)
    )
    return b".".join([*parts, b""]).decode()


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
def test_a_token_without_a_signature_is_refused(signer: Signer, algorithm: str) -> None:
    content = jwt.decode(signer.sign("u", "s", NOW), options={"verify_signature": False})
    header = {"alg": algorithm, "kid": _key(signer)[0], "typ": "at+jwt"}
    with pytest.raises(UnauthenticatedError):
        signer.read(_unsigned(header, content), NOW)


def test_a_token_of_another_algorithm_is_refused(signer: Signer) -> None:
    kid, key = _key(signer)
    content = jwt.decode(signer.sign("u", "s", NOW), options={"verify_signature": False})
    private = rsa.generate_private_key(65537, 2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    headers = {"kid": kid, "typ": "at+jwt"}
    for token in (
        jwt.encode(content, pem, "RS256", headers=headers),
        jwt.encode(content, key + b"\0" * 32, "HS512", headers=headers),
    ):
        with pytest.raises(UnauthenticatedError):
            signer.read(token, NOW)


def test_keys_that_a_token_brings_along_are_not_used(signer: Signer) -> None:
    evil = base64.urlsafe_b64encode(b"e" * 32).decode()
    content = jwt.decode(signer.sign("u", "s", NOW), options={"verify_signature": False})
    headers = {"kid": _key(signer)[0], "typ": "at+jwt", "jwk": {"kty": "oct", "k": evil},
               "jku": "https://evil.example/keys"}  # fmt: skip
    with pytest.raises(UnauthenticatedError):
        signer.read(jwt.encode(content, b"e" * 32, "HS256", headers=headers), NOW)


def test_a_changed_token_is_refused(signer: Signer) -> None:
    token = signer.sign("u", "s", NOW)
    for place in range(0, len(token) - 1, 7):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(UnauthenticatedError):
            signer.read(token[:place] + other + token[place + 1 :], NOW)


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "x" * 5000, "é.é.é", "\ud800", "null"])
def test_what_is_no_token_is_refused(house: House, token: str) -> None:
    with pytest.raises(UnauthenticatedError):
        house.identity.principal(token)


def test_tokens_of_the_former_secret_are_read_and_new_ones_are_not_made_by_it() -> None:
    old = Signer(ISSUER, ["o" * 40], 15)
    new = Signer(ISSUER, [SECRET, "o" * 40], 15)
    new.read(old.sign("u", "s", NOW), NOW)
    with pytest.raises(UnauthenticatedError):
        old.read(new.sign("u", "s", NOW), NOW)


def test_a_token_of_another_users_session_is_refused(house: House) -> None:
    mine, other = house.user("analyst"), house.user("admin")
    signer = Signer(ISSUER, [SECRET], 15)
    forged = signer.sign(other.id, mine.session, house.clock.now())
    with pytest.raises(UnauthenticatedError):
        house.identity.principal(forged)


def test_a_token_seen_before_is_not_asked_of_the_store(house: House) -> None:
    house.user("analyst")
    tokens = house.identity.sign_in("analyst@example.com", PASSWORD, "", HOME)
    first = house.identity.principal(tokens.access)
    assert house.identity.principal(tokens.access) is first
    house.later(seconds=11)
    assert house.identity.principal(tokens.access) is not first
