"""API keys by the HTTP door."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .conftest import Entrance

KEYS = "/api/v1/api-keys"
WISH = {"name": "planilha", "scopes": ["data:read"], "days": 30}


def test_a_key_is_shown_once_and_opens_what_it_says(entrance: Entrance) -> None:
    analyst = entrance.user("analyst")
    made = analyst.post(KEYS, json=WISH)
    assert made.status_code == 201
    secret = made.json()["secret"]
    listed = analyst.get(KEYS)
    assert secret not in listed.text
    assert "users:admin" not in listed.json()["allowed"]
    machine = entrance.browser(secret)
    assert machine.get("/api/v1/audit").status_code == 403
    assert machine.get("/api/v1/sources").status_code == 200


def test_nobody_gives_a_key_more_than_they_have(entrance: Entrance) -> None:
    analyst = entrance.user("analyst")
    for scope in ("audit:read", "users:admin", "clients:read"):
        assert analyst.post(KEYS, json={**WISH, "scopes": [scope]}).status_code == 403
    assert analyst.post(KEYS, json={**WISH, "scopes": ["nonsense"]}).status_code == 400
    assert analyst.post(KEYS, json={**WISH, "owner": "somebody"}).status_code == 403
    assert analyst.post(KEYS, json={**WISH, "role": "admin"}).status_code == 422


def test_keys_of_others_are_out_of_reach(entrance: Entrance) -> None:
    analyst, adviser, admin = (entrance.user(r) for r in ("analyst", "adviser", "admin"))
    made = analyst.post(KEYS, json=WISH).json()
    place = f"{KEYS}/{made['key']['id']}"
    assert adviser.get(KEYS).json()["keys"] == []
    assert adviser.get(f"{KEYS}?everybody=true").status_code == 403
    assert adviser.delete(place).status_code == 404
    assert [key["id"] for key in admin.get(f"{KEYS}?everybody=true").json()["keys"]] == [
        made["key"]["id"]
    ]
    assert admin.delete(place).status_code == 204
    assert analyst.get(KEYS).json()["keys"][0]["revoked"] is True
