"""The application as a whole: what it answers where nobody wrote a route."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi import APIRouter
from starlette.testclient import TestClient

from lastro.api.app import app_over
from lastro.api.guard import open_to_all
from lastro.core.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lastro.wiring import Platform


def test_the_document_is_served_to_anybody(api: TestClient) -> None:
    found = api.get("/api/v1/openapi.json")
    assert found.status_code == 200
    assert found.json()["info"]["title"] == "Lastro"
    assert "/api/v1/funds" in found.json()["paths"]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/funds", "/api", "/api/"])
def test_what_is_not_there(api: TestClient, path: str) -> None:
    found = api.get(path, headers={"Accept-Language": "en"})
    assert found.status_code == 404
    assert found.headers["content-type"] == "application/problem+json"
    assert found.json()["detail"] == "There is nothing at this address."


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_no_page_of_the_framework_is_served(api: TestClient, path: str) -> None:
    assert "swagger" not in api.get(path).text.lower()
    assert "cdn" not in api.get(path).text.lower()


def test_a_method_that_is_not_answered(api: TestClient) -> None:
    found = api.post("/api/v1/about")
    assert found.status_code == 405
    assert found.headers["allow"] == "GET"
    assert found.json()["status"] == 405


def test_head_is_get_without_its_body(api: TestClient) -> None:
    got, head = api.get("/api/v1/about"), api.head("/api/v1/about")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == str(len(got.content))


@pytest.fixture(scope="module")
def odd(new_platform: Callable[..., Platform]) -> Iterator[TestClient]:
    """Routes that fail."""
    router = APIRouter()

    @router.get("/bug", dependencies=[open_to_all()])
    async def bug() -> None:
        raise ZeroDivisionError("secret of the inside")

    @router.get("/contradiction", dependencies=[open_to_all()])
    async def contradiction() -> None:
        raise InvariantError("secret {x}", hint="secret", x="of the inside")

    app = app_over(new_platform(empty=True))
    app.include_router(router)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("path", ["/bug", "/contradiction"])
def test_what_failed_inside_stays_inside(odd: TestClient, path: str) -> None:
    found = odd.get(path, headers={"X-Request-Id": "find-me-in-the-log"})
    assert found.status_code == 500
    assert "secret" not in found.text
    assert found.json()["request_id"] == "find-me-in-the-log"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert odd.get("/health/live").status_code == 200


def test_a_lake_that_is_empty_answers(odd: TestClient) -> None:
    found = odd.get("/api/v1/about").json()
    assert found["empty"] is True
    assert found["simulated"] is False
