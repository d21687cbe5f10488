"""Compression: what is packed, what is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi import APIRouter
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient

from lastro.api.app import app_over
from lastro.api.guard import open_to_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lastro.wiring import Platform


@pytest.fixture(scope="module")
def client(new_platform: Callable[..., Platform]) -> Iterator[TestClient]:
    """Routes of long answers."""
    router = APIRouter()

    @router.get("/long", dependencies=[open_to_all()])
    async def long() -> list[str]:
        return ["word"] * 2000

    @router.get("/events", dependencies=[open_to_all()])
    async def events() -> StreamingResponse:
        return StreamingResponse(iter([b"data: x\n\n"] * 500), media_type="text/event-stream")

    app = app_over(new_platform(empty=True))
    app.include_router(router)
    app.include_router(router, prefix="/api/v1/auth")
    with TestClient(app) as found:
        yield found


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip", "gzip"), ("zstd, gzip", "zstd"), ("gzip;q=0", None), ("identity", None),
     ("br", None), ("*", "zstd")],
)  # fmt: skip
def test_long_answers_are_packed_as_asked(
    client: TestClient, accepted: str, coding: str | None
) -> None:
    with client.stream("GET", "/long", headers={"Accept-Encoding": accepted}) as found:
        size = len(b"".join(found.iter_raw()))
        assert found.headers.get("content-encoding") == coding
        assert (size < 1000) == (coding is not None)


@pytest.mark.parametrize("path", ["/events", "/api/v1/auth/long", "/health/live"])
def test_events_secrets_and_short_answers_are_not(client: TestClient, path: str) -> None:
    found = client.get(path, headers={"Accept-Encoding": "gzip, zstd"})
    assert "content-encoding" not in found.headers
