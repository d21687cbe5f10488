"""OAuth2 for third-party apps by the HTTP door, in the words of its RFCs."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from .conftest import Entrance

BACK = "http://127.0.0.1:9999/callback"
VERIFIER = "v" * 64
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
TOKEN = "/api/v1/oauth/token"  # noqa: S105 - an address


class App:
    """A registered app, and the browser of a user in front of its consent page."""

    def __init__(self, entrance: Entrance, *, confidential: bool = False) -> None:
        self.entrance = entrance
        wish = {"name": "Planilha", "redirects": [BACK], "scopes": ["account", "data:read"],
                "confidential": confidential}  # fmt: skip
        made = entrance.user("admin").post("/api/v1/apps", json=wish).json()
        self.id, self.secret = made["app"]["id"], made["secret"]
        self.user: TestClient = entrance.user("analyst")
        self.request = {
            "response_type": "code", "client_id": self.id, "redirect_uri": BACK,
            "scope": "account data:read", "state": "s 1&", "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }  # fmt: skip

    def decide(self, *, allow: bool = True) -> dict[str, list[str]]:
        """What the app learns from the address the user is sent to."""
        body = {"request": self.request, "allow": allow}
        place = self.user.post("/api/v1/oauth/authorize", json=body).json()["redirect"]
        return parse_qs(urlsplit(place).query)

    def form(self, **more: str) -> dict[str, str]:
        return {"grant_type": "authorization_code", "client_id": self.id, "redirect_uri": BACK,
                "code_verifier": VERIFIER, **more}  # fmt: skip

    def post(self, form: dict[str, str], **more: Any) -> Any:
        return self.entrance.browser().post(TOKEN, data=form, **more)


def test_a_user_lets_an_app_in(entrance: Entrance) -> None:
    app = App(entrance)
    asked = app.user.post("/api/v1/oauth/request", json=app.request).json()
    assert (asked["app"], set(asked["scopes"])) == ("Planilha", {"account", "data:read"})
    found = app.decide()
    assert found["state"] == ["s 1&"]
    tokens = app.post(app.form(code=found["code"][0]))
    assert tokens.status_code == 200
    assert tokens.headers["cache-control"] == "no-store"
    assert tokens.json()["scope"] == "account data:read"
    machine = entrance.browser(tokens.json()["access_token"])
    assert machine.get("/api/v1/oauth/userinfo").json()["email"] == "analyst@example.com"
    assert machine.get("/api/v1/sources").status_code == 200
    assert machine.get("/api/v1/audit").status_code == 403
    refresh = {"grant_type": "refresh_token", "client_id": app.id,
               "refresh_token": tokens.json()["refresh_token"]}  # fmt: skip
    renewed = app.post(refresh).json()
    revoke = {"client_id": app.id, "token": renewed["refresh_token"]}
    assert entrance.browser().post("/api/v1/oauth/revoke", data=revoke).status_code == 200
    assert app.post({**refresh, "refresh_token": renewed["refresh_token"]}).json()["error"] == (
        "invalid_grant"
    )


def test_an_app_looks_into_no_account_and_changes_nothing_of_it(entrance: Entrance) -> None:
    app = App(entrance)
    access = app.post(app.form(code=app.decide()["code"][0])).json()["access_token"]
    machine = entrance.browser(access)
    for method, path, body in (
        ("PATCH", "/api/v1/auth/me", {"name": "Eve"}),
        ("GET", "/api/v1/auth/sessions", None),
        ("GET", "/api/v1/api-keys", None),
        ("POST", "/api/v1/auth/second-factor", None),
        ("POST", "/api/v1/auth/sessions/end-others", None),
        ("POST", "/api/v1/api-keys", {"name": "x", "scopes": ["data:read"]}),
        ("POST", "/api/v1/oauth/authorize", {"request": app.request, "allow": True}),
    ):
        assert machine.request(method, path, json=body).status_code == 403, path


def test_what_is_wrong_is_said_in_oauths_words(entrance: Entrance) -> None:
    app = App(entrance)
    for form, status, error in (
        (app.form(code="x"), 400, "invalid_grant"),
        (app.form(code="x", client_id="nobody"), 401, "invalid_client"),
        (app.form(code="x", grant_type="implicit"), 400, "unsupported_grant_type"),
        ({}, 400, "unsupported_grant_type"),
    ):
        found = app.post(form)
        assert (found.status_code, found.json()["error"]) == (status, error)


def test_a_confidential_app_proves_itself_by_basic_or_form(entrance: Entrance) -> None:
    app = App(entrance, confidential=True)
    form = app.form()
    form.pop("client_id")
    assert app.post(app.form(code=app.decide()["code"][0])).status_code == 401
    basic = app.post({**form, "code": app.decide()["code"][0]}, auth=(app.id, app.secret))
    assert basic.status_code == 200
    posted = app.post(app.form(code=app.decide()["code"][0], client_secret=app.secret))
    assert posted.status_code == 200
    broken = app.post(form, headers={"Authorization": b"Basic \xff\xfe"})
    assert broken.status_code == 401


@pytest.mark.parametrize("redirect", ["https://evil.example/", BACK + "/x", "//evil.example"])
def test_a_user_is_sent_nowhere_that_was_not_registered(entrance: Entrance, redirect: str) -> None:
    app = App(entrance)
    app.request["redirect_uri"] = redirect
    for path, body in (
        ("/api/v1/oauth/request", app.request),
        ("/api/v1/oauth/authorize", {"request": app.request, "allow": True}),
    ):
        found = app.user.post(path, json=body)
        assert found.status_code == 400
        assert "redirect" not in found.json()


def test_a_refusal_and_a_downgrade_reach_the_app_as_errors(entrance: Entrance) -> None:
    app = App(entrance)
    assert app.decide(allow=False)["error"] == ["access_denied"]
    app.request["code_challenge_method"] = "plain"
    found = app.decide()
    assert found["error"] == ["invalid_request"]
    assert "code" not in found


def test_metadata_say_where_everything_is(entrance: Entrance) -> None:
    found = entrance.browser().get("/.well-known/oauth-authorization-server").json()
    assert found["issuer"] == "http://127.0.0.1:8321"
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["authorization_endpoint"] == "http://127.0.0.1:8321/consent"


def test_a_disabled_app_is_out(entrance: Entrance) -> None:
    app = App(entrance)
    admin = entrance.user("admin", "other@example.com")
    assert admin.delete(f"/api/v1/apps/{app.id}").status_code == 204
    assert admin.get("/api/v1/apps").json()[0]["disabled"] is True
    assert app.user.post("/api/v1/oauth/request", json=app.request).status_code == 400
    assert admin.delete("/api/v1/apps/nobody").status_code == 404
    assert app.user.get("/api/v1/apps").status_code == 403
