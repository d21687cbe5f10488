"""Saved views: one's own to change, shared ones to open by their link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

VIEWS = "/api/v1/views"


@pytest.fixture
def analyst(signed_in: Callable[[str], TestClient]) -> TestClient:
    return signed_in("analyst")


def _save(client: TestClient, name: str, **more: Any) -> dict[str, Any]:
    asked = {"page": "funds", "name": name, "state": {"sort": ["-flow", 1, None]}, **more}
    answer = client.post(VIEWS, json=asked)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_view_is_saved_changed_and_deleted(analyst: TestClient) -> None:
    made = _save(analyst, "Saídas de maio")
    assert made["own"]
    assert made["state"] == {"sort": ["-flow", 1, None]}
    path = f"{VIEWS}/{made['link']}"
    changed = analyst.put(path, json={"name": "Saídas", "shared": True}).json()
    assert (changed["name"], changed["shared"], changed["state"]) == (
        "Saídas", True, made["state"])  # fmt: skip
    assert "Saídas" in {
        view["name"] for view in analyst.get(VIEWS, params={"page": "funds"}).json()
    }
    assert analyst.get(VIEWS, params={"page": "other"}).json() == []
    assert analyst.delete(path).status_code == 204
    assert analyst.get(path).status_code == 404


def test_others_open_shared_views_and_change_none(
    analyst: TestClient, signed_in: Callable[[str], TestClient]
) -> None:
    hidden, shared = _save(analyst, "mine"), _save(analyst, "ours", shared=True)
    other = signed_in("adviser")
    assert other.get(f"{VIEWS}/{hidden['link']}").status_code == 404
    opened = other.get(f"{VIEWS}/{shared['link']}").json()
    assert (opened["name"], opened["own"]) == ("ours", False)
    assert "owner" not in opened
    for link in (hidden["link"], shared["link"]):
        assert other.put(f"{VIEWS}/{link}", json={"name": "x"}).status_code == 404
        assert other.delete(f"{VIEWS}/{link}").status_code == 404
    assert signed_in("client").post(VIEWS, json={}).status_code == 403


def test_a_name_stands_once_a_page(analyst: TestClient) -> None:
    _save(analyst, "twice")
    again = {"page": "funds", "name": "twice", "state": {}}
    assert analyst.post(VIEWS, json=again).status_code == 409
    assert analyst.post(VIEWS, json={**again, "page": "sql"}).status_code == 201


@pytest.mark.parametrize(
    "more",
    [{"owner": "admin"}, {"link": "chosen"}, {"page": "../x"}, {"name": ""}, {"name": "x" * 121},
     {"state": []}, {"shared": "maybe"}],
)  # fmt: skip
def test_a_view_is_what_is_declared(analyst: TestClient, more: dict[str, Any]) -> None:
    asked = {"page": "funds", "name": "n", "state": {}, **more}
    assert analyst.post(VIEWS, json=asked).status_code == 422


@pytest.mark.parametrize("state", ["99999999999999999999", '"\\ud800"'])
def test_what_is_no_plain_json_is_refused(analyst: TestClient, state: str) -> None:
    body = f'{{"page": "a", "name": "b", "state": {{"n": {state}}}}}'
    answer = analyst.post(VIEWS, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert "64 bits" in answer.json()["hint"]


def test_a_view_keeps_no_rows(analyst: TestClient) -> None:
    asked = {"page": "funds", "name": "big", "state": {"rows": "x" * 70_000}}
    assert analyst.post(VIEWS, json=asked).status_code == 400
