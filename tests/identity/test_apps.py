"""Third-party apps: PKCE that cannot be left out, redirects to the letter, codes good once."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from lastro.core.errors import RequestError, UnauthenticatedError
from lastro.identity.apps import OauthError

from .conftest import HOME

if TYPE_CHECKING:
    from lastro.identity.principal import Principal
    from lastro.identity.sessions import Tokens

    from .conftest import House

BACK = "https://app.example/callback"
VERIFIER = "v" * 43 + "-._~"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)


class App:
    """A registered app, and a user in front of its consent page."""

    def __init__(self, house: House, *, confidential: bool = False) -> None:
        self.apps = house.identity.apps
        self.user: Principal = house.user("analyst")
        scopes = ["funds:read", "market:read", "clients:read", "account"]
        self.app, self.secret = self.apps.register(
            house.user("admin"), "Planilha", [BACK], scopes, HOME, confidential=confidential
        )
        self.query = {
            "response_type": "code", "client_id": self.app.id, "redirect_uri": BACK,
            "scope": "funds:read clients:read", "state": "s1", "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }  # fmt: skip

    def code(self) -> str:
        place = self.apps.answer(self.user, self.query, HOME, allow=True)
        return parse_qs(urlsplit(place).query)["code"][0]

    def form(self, code: str, **more: str) -> dict[str, str]:
        return {"client_id": self.app.id, "client_secret": self.secret, "code": code,
                "redirect_uri": BACK, "code_verifier": VERIFIER, **more}  # fmt: skip

    def exchange(self, code: str, **more: str) -> Tokens:
        return self.apps.exchange(self.form(code, **more), HOME)


@pytest.fixture
def app(house: House) -> App:
    return App(house)


def test_an_app_gets_what_it_asked_for_as_far_as_the_user_may(house: House, app: App) -> None:
    assert app.apps.asked(app.user, app.query).scopes == ("funds:read",)
    place = app.apps.answer(app.user, app.query, HOME, allow=True)
    found = parse_qs(urlsplit(place).query)
    assert place.startswith(BACK + "?")
    assert (found["state"], found["iss"]) == (["s1"], ["http://127.0.0.1:8321"])
    principal = house.identity.principal(app.exchange(found["code"][0]).access)
    assert (principal.kind, principal.id, principal.user, principal.name) == (
        "app", app.app.id, app.user.id, "Planilha",
    )  # fmt: skip
    assert principal.scopes == {"funds:read"}


def test_a_refusal_goes_to_the_app_without_a_code(app: App) -> None:
    place = app.apps.answer(app.user, app.query, HOME, allow=False)
    assert parse_qs(urlsplit(place).query)["error"] == ["access_denied"]
    assert "code=" not in place


@pytest.mark.parametrize(
    "change",
    [
        {"code_challenge_method": "plain"},
        {"code_challenge_method": ""},
        {"code_challenge": ""},
        {"code_challenge": "short"},
        {"response_type": "token"},
        {"response_type": "code token"},
        {"scope": "users:admin"},
        {"scope": "sql:run"},
    ],
)
def test_no_code_without_s256_or_beyond_what_was_registered(
    app: App, change: dict[str, str]
) -> None:
    place = app.apps.answer(app.user, {**app.query, **change}, HOME, allow=True)
    assert "error=" in place
    assert "code=" not in place


@pytest.mark.parametrize(
    "redirect",
    [
        "https://evil.example/callback",
        BACK + "/",
        BACK + "?x=1",
        BACK + "/../other",
        "https://app.example.evil.example/callback",
        "https://app.example@evil.example/callback",
        "HTTPS://APP.EXAMPLE/callback",
        "http://app.example/callback",
        "//app.example/callback",
        "javascript:alert(1)",
        "",
    ],
)
def test_nobody_is_sent_to_an_address_that_was_not_registered(app: App, redirect: str) -> None:
    with pytest.raises(OauthError) as refused:
        app.apps.answer(app.user, {**app.query, "redirect_uri": redirect}, HOME, allow=True)
    assert refused.value.code == "invalid_redirect_uri"


@pytest.mark.parametrize(
    "redirect",
    ["http://app.example/cb", "https://app.example/*", "https://u:p@app.example/cb",
     "https://app.example/cb#x", "javascript:alert(1)", "app:/cb", "https:///cb", "",
     "http://127.0.0.1.evil.example:80/cb", "https://app.example\\@evil.example/"],
)  # fmt: skip
def test_no_odd_address_is_registered(house: House, redirect: str) -> None:
    with pytest.raises(RequestError):
        house.identity.apps.register(house.user("admin"), "App", [redirect], ["funds:read"], HOME)


def test_no_app_administers(house: House) -> None:
    with pytest.raises(RequestError):
        house.identity.apps.register(house.user("admin"), "App", [BACK], ["users:admin"], HOME)


@pytest.mark.parametrize(
    "change",
    [
        {"code_verifier": ""},
        {"code_verifier": "w" * 47},
        {"code_verifier": CHALLENGE},
        {"redirect_uri": "https://app.example/other"},
        {"redirect_uri": ""},
        {"code": "unknown"},
    ],
)
def test_a_code_without_its_verifier_is_worthless(app: App, change: dict[str, str]) -> None:
    with pytest.raises(OauthError) as refused:
        app.exchange(**{"code": app.code(), **change})
    assert refused.value.code == "invalid_grant"


def test_a_code_of_one_app_is_worthless_to_another(house: House, app: App) -> None:
    other, _ = app.apps.register(
        house.user("admin", "other@example.com"), "Other", [BACK], ["funds:read"], HOME
    )
    with pytest.raises(OauthError):
        app.exchange(app.code(), client_id=other.id)


def test_a_code_is_good_for_a_minute(house: House, app: App) -> None:
    code = app.code()
    house.later(seconds=60)
    with pytest.raises(OauthError):
        app.exchange(code)


def test_a_code_that_comes_again_ends_what_it_gave(house: House, app: App) -> None:
    code = app.code()
    tokens = app.exchange(code)
    house.identity.principal(tokens.access)
    with pytest.raises(OauthError):
        app.exchange(code)
    with pytest.raises(UnauthenticatedError):
        house.identity.principal(tokens.access)
    with pytest.raises(OauthError):
        app.apps.renew({"client_id": app.app.id, "refresh_token": tokens.refresh}, HOME)


def test_a_confidential_app_needs_its_secret(house: House) -> None:
    app = App(house, confidential=True)
    assert app.secret
    with pytest.raises(OauthError) as refused:
        app.exchange(app.code(), client_secret="wrong")  # noqa: S106
    assert refused.value.code == "invalid_client"
    app.exchange(app.code())


def test_refresh_tokens_of_apps_and_users_are_not_interchangeable(house: House, app: App) -> None:
    tokens = app.exchange(app.code())
    with pytest.raises(UnauthenticatedError):
        house.identity.sessions.refresh(tokens.refresh, HOME)
    form = {"client_id": app.app.id, "refresh_token": tokens.refresh}
    renewed = app.apps.renew(form, HOME)
    assert house.identity.principal(renewed.access).kind == "app"


def test_a_revoked_or_disabled_app_is_out(house: House, app: App) -> None:
    first, second = app.exchange(app.code()), app.exchange(app.code())
    app.apps.revoke({"client_id": app.app.id, "token": first.refresh}, HOME)
    app.apps.revoke({"client_id": app.app.id, "token": "unknown"}, HOME)
    with pytest.raises(UnauthenticatedError):
        house.identity.principal(first.access)
    house.identity.principal(second.access)
    admin = house.user("admin", "other@example.com")
    app.apps.disable(admin, app.app.id, HOME)
    with pytest.raises(UnauthenticatedError):
        house.identity.principal(second.access)
    with pytest.raises(OauthError):
        app.apps.asked(app.user, app.query)


def test_the_user_ends_an_apps_session_like_any_other(house: House, app: App) -> None:
    tokens = app.exchange(app.code())
    opened = {one.id: one.app_id for one in house.identity.sessions.mine(app.user)}
    assert opened[tokens.session] == app.app.id
    house.identity.sessions.end(app.user, tokens.session, HOME)
    with pytest.raises(UnauthenticatedError):
        house.identity.principal(tokens.access)
