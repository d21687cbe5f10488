"""People by the HTTP door: administrators alone, and advisers their own clients alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.api.conftest import PASSWORD

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from .conftest import Entrance

USERS = "/api/v1/users"


def _id(browser: TestClient) -> str:
    found: str = browser.get("/api/v1/auth/me").json()["id"]
    return found


def test_an_invited_user_chooses_a_password_and_comes_in(entrance: Entrance) -> None:
    admin = entrance.user("admin")
    found = admin.post(USERS, json={"email": "ana@example.com", "name": "Ana", "role": "analyst"})
    assert found.status_code == 201
    assert found.json()["user"]["active"] is False
    token = found.json()["path"].partition("#")[2]
    browser = entrance.browser()
    claim = {"token": token, "password": PASSWORD}
    assert browser.post("/api/v1/auth/links/claim", json=claim).status_code == 200
    people = {user["email"]: user for user in admin.get(USERS).json()["users"]}
    assert people["ana@example.com"]["active"] is True
    assert "users:admin" in admin.get(USERS).json()["roles"]["admin"]


@pytest.mark.parametrize("role", ["analyst", "adviser", "client"])
def test_only_administrators_manage_people(entrance: Entrance, role: str) -> None:
    browser = entrance.user(role)
    mine = _id(browser)
    wish = {"email": "eve@example.com", "name": "Eve", "role": "admin"}
    assert browser.get(USERS).status_code == 403
    assert browser.post(USERS, json=wish).status_code == 403
    assert browser.patch(f"{USERS}/{mine}", json={"role": "admin"}).status_code == 403
    assert browser.post(f"{USERS}/{mine}/link").status_code == 403
    assert browser.delete(f"{USERS}/{mine}/second-factor").status_code == 403


@pytest.mark.parametrize(
    "extra",
    [
        {"password": "x"},
        {"id": "x"},
        {"totp": False},
        {"scopes": ["users:admin"]},
        {"role": "root"},
    ],
)
def test_only_what_is_named_is_changed(entrance: Entrance, extra: dict[str, Any]) -> None:
    admin, analyst = entrance.user("admin"), entrance.user("analyst")
    assert admin.patch(f"{USERS}/{_id(analyst)}", json={**extra}).status_code == 422


def test_who_is_disabled_is_out_and_may_come_back(entrance: Entrance) -> None:
    admin, analyst = entrance.user("admin"), entrance.user("analyst")
    place = f"{USERS}/{_id(analyst)}"
    assert admin.patch(place, json={"disabled": True}).json()["disabled"] is True
    assert entrance.sign_in(entrance.browser(), "analyst@example.com").status_code == 401
    assert admin.post(f"{place}/link").status_code == 409
    admin.patch(place, json={"disabled": False})
    assert entrance.sign_in(entrance.browser(), "analyst@example.com").status_code == 200


def test_the_last_administrator_stays(entrance: Entrance) -> None:
    admin = entrance.user("admin")
    found = admin.patch(f"{USERS}/{_id(admin)}", json={"role": "analyst"})
    assert (found.status_code, found.json()["type"][-9:]) == (409, "/conflict")


def test_who_lost_the_phone_is_helped(entrance: Entrance) -> None:
    import pyotp

    admin, analyst = entrance.user("admin"), entrance.user("analyst")
    begun = analyst.post("/api/v1/auth/second-factor").json()
    code = pyotp.TOTP(begun["secret"].replace(" ", "")).now()
    analyst.post("/api/v1/auth/second-factor/confirm", json={"code": code})
    assert entrance.sign_in(entrance.browser(), "analyst@example.com").status_code == 401
    assert admin.delete(f"{USERS}/{_id(analyst)}/second-factor").status_code == 204
    assert entrance.sign_in(entrance.browser(), "analyst@example.com").status_code == 200


def test_a_user_that_is_not_there(entrance: Entrance) -> None:
    admin = entrance.user("admin")
    assert admin.patch(f"{USERS}/nobody", json={"name": "X"}).status_code == 404
    assert admin.post(f"{USERS}/nobody/link").status_code == 404


def test_no_adviser_sees_anothers_clients(entrance: Entrance) -> None:
    ana, bia = (
        entrance.user("adviser", "ana@example.com"),
        entrance.user("adviser", "bia@example.com"),
    )
    one = entrance.user("client", "one@example.com", client="c1", adviser=_id(ana))
    entrance.user("client", "two@example.com", client="c2", adviser=_id(bia))
    clients = f"{USERS}/clients"
    assert [user["client"] for user in ana.get(clients).json()] == ["c1"]
    assert ana.get(f"{clients}/c1").json()["adviser"] == _id(ana)
    answers = []
    for client in ("c2", "c9"):
        found = ana.get(f"{clients}/{client}")
        body = found.json()
        answers.append((found.status_code, body["title"], body["detail"].replace(client, "?")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert [user["client"] for user in one.get(clients).json()] == ["c1"]
    assert one.get(f"{clients}/c2").status_code == 404
    assert entrance.user("analyst").get(clients).status_code == 403
