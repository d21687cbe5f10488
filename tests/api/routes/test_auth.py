"""Coming in by the HTTP door, staying in by the cookie, going out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.api.conftest import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Entrance

ME = "/api/v1/auth/me"
REFRESH = "/api/v1/auth/refresh"
ADDRESS = "analyst@example.com"


def _cookie(response: Any) -> str:
    found: str = response.headers["set-cookie"]
    return found


def test_the_token_is_in_the_answer_and_the_cookie_out_of_reach(entrance: Entrance) -> None:
    entrance.user("analyst")
    browser = entrance.browser()
    found = entrance.sign_in(browser, ADDRESS)
    assert found.status_code == 200
    assert set(found.json()) == {"access_token", "token_type", "expires_in"}
    assert found.headers["cache-control"] == "no-store"
    cookie = _cookie(found)
    for part in ("lastro_refresh=", "HttpOnly", "SameSite=strict", "Path=/api/v1/auth"):
        assert part in cookie
    assert "Secure" not in cookie
    me = browser.get(ME, headers={"Authorization": f"Bearer {found.json()['access_token']}"})
    assert (me.json()["email"], me.json()["role"], me.json()["totp"]) == (
        ADDRESS, "analyst", False,
    )  # fmt: skip


def test_behind_tls_the_cookie_is_secure(entrance_of: Callable[..., Entrance]) -> None:
    entrance = entrance_of(LASTRO_IDENTITY__PUBLIC_URL="https://lastro.example")
    entrance.user("analyst")
    assert "Secure" in _cookie(entrance.sign_in(entrance.browser(), ADDRESS))


def test_the_cookie_renews_and_changes_with_each_use(entrance: Entrance) -> None:
    entrance.user("analyst")
    browser = entrance.browser()
    entrance.sign_in(browser, ADDRESS)
    before = browser.cookies["lastro_refresh"]
    found = browser.post(REFRESH)
    assert found.status_code == 200
    assert browser.cookies["lastro_refresh"] != before
    bearer = {"Authorization": f"Bearer {found.json()['access_token']}"}
    assert browser.get(ME, headers=bearer).status_code == 200


@pytest.mark.parametrize("path", [REFRESH, "/api/v1/auth/sign-out"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": ""},
    ],
)
def test_another_sites_page_cannot_use_the_cookie(
    entrance: Entrance, path: str, headers: dict[str, str]
) -> None:
    entrance.user("analyst")
    browser = entrance.browser()
    entrance.sign_in(browser, ADDRESS)
    assert browser.post(path, headers=headers).status_code == 403
    assert browser.post(REFRESH).status_code == 200


def test_without_an_origin_a_header_of_ours_will_do(entrance: Entrance) -> None:
    entrance.user("analyst")
    browser = entrance.browser()
    entrance.sign_in(browser, ADDRESS)
    del browser.headers["Origin"]
    assert browser.post(REFRESH).status_code == 403
    assert browser.post(REFRESH, headers={"X-Requested-With": "lastro-web"}).status_code == 200


def test_another_origin_is_not_allowed_that_header(entrance: Entrance) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "x-requested-with"}  # fmt: skip
    found = entrance.browser().options(REFRESH, headers=asked)
    assert not any(name.startswith("access-control-") for name in found.headers)


def test_a_stolen_cookie_that_comes_again_ends_the_session(entrance: Entrance) -> None:
    entrance.user("analyst")
    victim, thief = entrance.browser(), entrance.browser()
    entrance.sign_in(victim, ADDRESS)
    thief.cookies.set("lastro_refresh", victim.cookies["lastro_refresh"])
    assert victim.post(REFRESH).status_code == 200
    assert victim.post(REFRESH).status_code == 200
    assert thief.post(REFRESH).status_code == 401
    assert victim.post(REFRESH).status_code == 401


def test_signing_out_takes_the_cookie_and_ends_the_session(entrance: Entrance) -> None:
    entrance.user("analyst")
    browser = entrance.browser()
    entrance.sign_in(browser, ADDRESS)
    kept = browser.cookies["lastro_refresh"]
    found = browser.post("/api/v1/auth/sign-out")
    assert found.status_code == 204
    assert "Max-Age=0" in _cookie(found)
    browser.cookies.set("lastro_refresh", kept, domain="testserver.local", path="/api/v1/auth")
    assert browser.post(REFRESH).status_code == 401
    assert entrance.browser().post("/api/v1/auth/sign-out").status_code == 204


def test_what_is_wrong_is_said_alike_for_all(entrance: Entrance) -> None:
    entrance.user("analyst")
    said = []
    for email in (ADDRESS, "nobody@example.com"):
        found = entrance.sign_in(entrance.browser(), email, password="wrong wrong wrong")  # noqa: S106 - it is wrong
        body = found.json()
        body.pop("request_id")
        said.append((found.status_code, body))
    assert said[0] == said[1]
    assert said[0][0] == 401


def test_the_second_factor_is_a_kind_of_problem_of_its_own(entrance: Entrance) -> None:
    import pyotp

    analyst = entrance.user("analyst")
    begun = analyst.post("/api/v1/auth/second-factor").json()
    code = pyotp.TOTP(begun["secret"].replace(" ", "")).now()
    codes = analyst.post("/api/v1/auth/second-factor/confirm", json={"code": code}).json()["codes"]
    found = entrance.sign_in(entrance.browser(), ADDRESS)
    assert found.status_code == 401
    assert found.json()["type"].endswith("/second-factor")
    assert entrance.sign_in(entrance.browser(), ADDRESS, totp=codes[0]).status_code == 200
    assert analyst.get(ME).json()["recovery_codes"] == 9
    ended = analyst.post("/api/v1/auth/second-factor/end", json={"code": codes[1]})
    assert ended.status_code == 204
    assert entrance.sign_in(entrance.browser(), ADDRESS).status_code == 200


def test_guessing_is_slowed_down_by_address(entrance_of: Callable[..., Entrance]) -> None:
    entrance = entrance_of(LASTRO_IDENTITY__ATTEMPTS_PER_MINUTE=3)
    browser = entrance.browser()
    answers = [entrance.sign_in(browser, f"n{count}@example.com").status_code for count in range(5)]
    assert answers == [401, 401, 401, 429, 429]
    refused = entrance.sign_in(browser, ADDRESS)
    assert int(refused.headers["retry-after"]) >= 1
    assert browser.get("/api/v1/auth/options").status_code == 200


def test_the_first_administrator_comes_in_by_the_link(entrance: Entrance) -> None:
    browser = entrance.browser()
    assert browser.get("/api/v1/auth/options").json()["first"] is True
    link = entrance.identity.first_link()
    assert link is not None
    token = link.partition("#")[2]
    assert browser.post("/api/v1/auth/links/look", json={"token": token}).json() == {
        "purpose": "first", "email": "",
    }  # fmt: skip
    claim = {"token": token, "email": "ana@example.com", "name": "Ana", "password": PASSWORD}
    weak = browser.post("/api/v1/auth/links/claim", json={**claim, "password": "short"})
    assert (weak.status_code, weak.json()["hint"][:10]) == (400, "A sentence")
    found = browser.post("/api/v1/auth/links/claim", json=claim)
    assert found.status_code == 200
    assert browser.post("/api/v1/auth/links/claim", json=claim).status_code == 401
    assert browser.post(REFRESH).status_code == 200
    assert browser.get("/api/v1/auth/options").json()["first"] is False


@pytest.mark.parametrize(
    "extra", [{"role": "admin"}, {"scopes": []}, {"id": "x"}, {"disabled": False}]
)
def test_nobody_gives_themselves_more(entrance: Entrance, extra: dict[str, Any]) -> None:
    analyst = entrance.user("analyst")
    assert analyst.patch(ME, json={"name": "Ana", **extra}).status_code == 422
    assert analyst.patch(ME, json={"name": "Ana", "language": "en"}).json()["name"] == "Ana"
    assert analyst.get(ME).json()["role"] == "analyst"


def test_a_session_of_somebody_else_is_not_there(entrance: Entrance) -> None:
    analyst, adviser = entrance.user("analyst"), entrance.user("adviser")
    (theirs,) = analyst.get("/api/v1/auth/sessions").json()
    assert theirs["this"] is True
    assert theirs["network"] == "127.0.0.0"
    assert adviser.delete(f"/api/v1/auth/sessions/{theirs['id']}").status_code == 404
    assert analyst.get(ME).status_code == 200


def test_a_changed_password_ends_other_browsers(entrance: Entrance) -> None:
    analyst = entrance.user("analyst")
    other = entrance.browser()
    entrance.sign_in(other, ADDRESS)
    change = {"present": PASSWORD, "wanted": "cinco palavras ainda mais soltas"}
    wrong = {**change, "present": "wrong wrong wrong"}
    assert analyst.post("/api/v1/auth/password", json=wrong).status_code == 403
    assert analyst.post("/api/v1/auth/password", json=change).status_code == 204
    assert other.post(REFRESH).status_code == 401
    assert analyst.get(ME).status_code == 200


def test_no_key_changes_an_account(entrance: Entrance) -> None:
    admin = entrance.user("admin")
    wish = {"name": "job", "scopes": ["funds:read"], "days": 30}
    key = admin.post("/api/v1/api-keys", json=wish).json()["secret"]
    machine = entrance.browser(key)
    assert machine.get(ME).status_code == 403
    assert machine.post("/api/v1/api-keys", json=wish).status_code == 403


def test_without_a_provider_there_is_no_login_by_one(entrance: Entrance) -> None:
    browser = entrance.browser()
    assert browser.get("/api/v1/auth/options").json()["oidc"] == ""
    assert browser.get("/api/v1/auth/oidc/begin", follow_redirects=False).status_code == 404
    found = browser.get("/api/v1/auth/oidc/callback?code=x&state=y", follow_redirects=False)
    assert found.status_code == 303
    assert found.headers["location"].startswith("/sign-in?problem=")
