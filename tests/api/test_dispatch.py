"""The short way and the framework's own give the same answers."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - FastAPI reads annotations
from typing import TYPE_CHECKING, Annotated, Any

import pytest
from fastapi import APIRouter, Body, Depends, FastAPI, Form, Query, Request
from fastapi.responses import Response, StreamingResponse
from starlette.testclient import TestClient

from lastro.api import problems
from lastro.api.answering import ReplyDep  # noqa: TC001 - FastAPI reads annotations
from lastro.api.app import app_over
from lastro.api.dispatch import Dispatch
from lastro.api.guard import PrincipalDep, needs, open_to_all
from lastro.api.house import HouseDep  # noqa: TC001 - as above

from .conftest import bearer_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lastro.wiring import Platform

router = APIRouter(prefix="/own")
_OPEN = [open_to_all()]


async def span(first: dt.date | None = None, last: dt.date | None = None) -> str:
    return f"{first} {last}"


async def cleaned() -> Any:
    yield "clean"


@router.get("/fixed", dependencies=_OPEN)
async def fixed(house: HouseDep, many: Annotated[list[int], Query()] = []) -> dict[str, Any]:  # noqa: B006
    many.append(7)
    return {"simulated": house.simulated, "many": many}


@router.get("/who", dependencies=[needs("account")])
async def who(principal: PrincipalDep) -> str:
    return principal.role


@router.get("/{one}/raw", dependencies=_OPEN)
async def raw(one: int, days: Annotated[str, Depends(span)], reply: ReplyDep) -> Response:
    return Response(f"{one + 1} {days}", media_type="text/plain")


@router.get("/{one}", dependencies=_OPEN)
def plain(one: str, request: Request) -> str:
    return f"{one} {request.url.path}"


@router.get("/stream/events", dependencies=_OPEN)
async def stream() -> StreamingResponse:
    return StreamingResponse(iter([b"a", b"b"]), media_type="text/event-stream")


@router.get("/cleaned/up", dependencies=_OPEN)
async def up(word: Annotated[str, Depends(cleaned)]) -> str:
    return word


@router.post("/body", dependencies=_OPEN, status_code=201)
async def body(value: Annotated[dict[str, int], Body()]) -> dict[str, int]:
    return value


@router.post("/form", dependencies=_OPEN)
async def form(name: Annotated[str, Form()]) -> str:
    return name


@router.get("/wide/{path:path}/end", dependencies=_OPEN)
async def wide(path: str) -> str:
    return path


@pytest.fixture(scope="module")
def ways(new_platform: Callable[..., Platform]) -> Iterator[tuple[TestClient, TestClient]]:
    """The same application with the short way and without."""
    platform = new_platform()
    bearer = {"Authorization": f"Bearer {bearer_for(platform, 'analyst')}"}
    short, long = app_over(platform), app_over(platform)
    for app in (short, long):
        app.include_router(router, prefix="/api/v1")
        app.router.routes[:] = [r for r in app.router.routes if not isinstance(r, Dispatch)]
    short.router.routes.insert(0, Dispatch(short))
    with (
        TestClient(short, headers=bearer, raise_server_exceptions=False) as one,
        TestClient(long, headers=bearer, raise_server_exceptions=False) as other,
    ):
        yield one, other


CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "fixed", {}),
    ("GET", "fixed", {}),  # what a route does to its values reaches no other request
    ("GET", "fixed?many=1&many=2", {}),
    ("GET", "fixed?many=x", {}),
    ("POST", "fixed", {}),
    ("GET", "3/raw?first=2024-01-31", {}),
    ("GET", "3/raw?first=2024-01-31", {}),
    ("GET", "3/raw?first=never", {}),
    ("GET", "x/raw", {}),
    ("GET", "word", {}),
    ("GET", "w%2Ford", {}),
    ("GET", "stream/events", {}),
    ("GET", "cleaned/up", {}),
    ("POST", "body", {"json": {"a": 1}}),
    ("POST", "body", {"json": {"a": "x"}}),
    ("POST", "body", {"content": b"{", "headers": {"Content-Type": "application/json"}}),
    ("POST", "body", {}),
    ("POST", "form", {"data": {"name": "x"}}),
    ("POST", "form", {}),
    ("GET", "wide/a/b/end", {}),
    ("GET", "who", {}),
    ("GET", "who", {"headers": {"Authorization": "Bearer x"}}),
    ("HEAD", "3/raw", {}),
    ("GET", "", {}),
    ("GET", "/", {}),
]


@pytest.mark.parametrize(("method", "path", "given"), CALLS)
def test_both_ways_answer_alike(
    ways: tuple[TestClient, TestClient], method: str, path: str, given: dict[str, Any]
) -> None:
    found = []
    for client in ways:
        answer = client.request(method, f"/api/v1/own/{path}", **given)
        body = answer.text
        if answer.headers.get("content-type") == problems.MEDIA_TYPE:
            body = {k: v for k, v in answer.json().items() if k != "request_id"}
        found.append((answer.status_code, answer.headers.get("content-type"), body))
    assert found[0] == found[1]
    assert found[0][0] < 500


def test_most_routes_have_a_short_way(app: FastAPI) -> None:
    dispatch = app.router.routes[0]
    assert isinstance(dispatch, Dispatch)
    places = [*dispatch._fixed.values(), *dispatch._open.values()]
    short = [place.handler is not None for found in places for place in found]
    assert sum(short) / len(short) > 0.6
