"""Runs: what was done to the lake and by whom; start one, end one, and follow them live."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import StreamingResponse

from lastro.api import problems
from lastro.api.background import Background, known
from lastro.api.feed import Event
from lastro.api.guard import PrincipalDep, needs
from lastro.api.house import House, HouseDep
from lastro.api.running import BackgroundDep, Progress, RunView
from lastro.api.watcher import told
from lastro.api.work import Order
from lastro.store import runs

_LONGEST = 840  # seconds of a stream: a token lives fifteen minutes, and is asked for again
_QUIET = 15.0  # seconds without an event, after which a comment keeps the connection open


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """A run that goes on when the server stops is ended, and whoever listens is told."""
    yield
    found: Background | None = getattr(app.state, "background", None)
    if found is not None:
        await asyncio.to_thread(found.close)


router = APIRouter(tags=["runs"], lifespan=_lifespan)


class RunDetail(RunView):
    """A run with all that it told."""

    report: dict[str, Any] | None = Field(
        description="Files landed, unchanged, missing, failed; rows by what became of them; tables."
    )
    progress: Progress | None = Field(description="How far it is; null where it has ended.")


class RunList(BaseModel):
    """Runs, the newest first."""

    runs: list[RunView]
    next_cursor: str | None = Field(description="Send it as `cursor` for what follows.")


class RunOrder(BaseModel):
    """What shall be done."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["ingest", "build", "retry", "due"] = Field(
        description="ingest: ask one source, and build; build: tables whose inputs changed; "
        "retry: dead letters, and build; due: every source, and build."
    )
    source: str | None = Field(None, max_length=100, description="Of an ingest, and of it alone.")
    first: dt.date | None = Field(None, ge=dt.date(1986, 1, 1), description="First day wanted.")
    last: dt.date | None = Field(None, le=dt.date(2100, 1, 1), description="Last day wanted.")

    @model_validator(mode="after")
    def _is_whole(self) -> RunOrder:
        if (self.kind == "ingest") != bool(self.source):
            raise ValueError("an ingest names its source; nothing else does")
        if self.kind != "ingest" and (self.first or self.last):
            raise ValueError("days are for an ingest")
        if self.first and self.last and self.last < self.first:
            raise ValueError("the last day comes before the first")
        return self


Number = Annotated[int, Path(ge=1, le=2**53, description="The run's number.")]


@router.get("/runs", dependencies=[needs("data:read")], response_model=RunList)
def list_runs(
    house: HouseDep,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    source: Annotated[str | None, Query(max_length=100)] = None,
    status: Annotated[str | None, Query(max_length=20)] = None,
    cursor: Annotated[str | None, Query(max_length=20, pattern=r"^[0-9]{1,15}$")] = None,
) -> dict[str, Any]:
    """Runs, whoever started them, the newest first."""
    with house.store.reading() as session:
        found = runs.latest(
            session, limit + 1, before=int(cursor) if cursor else None, source=source, status=status
        )
    more = str(found[limit - 1].number) if len(found) > limit else None
    return {"runs": [told(run) for run in found[:limit]], "next_cursor": more}


@router.post("/runs", dependencies=[needs("data:run")], response_model=RunView, status_code=202)
def start_run(
    asked: RunOrder,
    request: Request,
    principal: PrincipalDep,
    house: HouseDep,
    background: BackgroundDep,
) -> dict[str, Any]:
    """Start a run in the background; `/runs/events` tells how far it is.

    A run that cannot begin, because another one writes to the lake, is a conflict (409).
    """
    order = Order(
        house.platform.storage.url,
        asked.kind,
        known(house, asked.source) if asked.source else "",
        asked.first.isoformat() if asked.first else "",
        asked.last.isoformat() if asked.last else "",
        problems.language_of(request.headers),
    )
    number = background.start([order], principal)
    return _one(house, number)


@router.get(
    "/runs/events",
    dependencies=[needs("data:read")],
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def run_events(
    background: BackgroundDep,
    seconds: Annotated[
        float, Query(ge=0, le=_LONGEST, description="The stream ends after so long.")
    ] = _LONGEST,
) -> StreamingResponse:
    """The live feed, as server-sent events.

    First `hello`: runs that go on, with their progress, and what waits. Then `progress` of a run,
    `run` whenever one begins or ends, `tables` whenever some have new versions. Ask again when the
    stream ends: `hello` says what was missed.
    """
    return StreamingResponse(
        _stream(background, seconds),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.get("/runs/{number}", dependencies=[needs("data:read")], response_model=RunDetail)
def run_detail(number: Number, house: HouseDep, background: BackgroundDep) -> dict[str, Any]:
    """A run, with all that it told of itself."""
    found = _one(house, number)
    child = background.current
    going = child is not None and child.number == number and bool(child.progress)
    found["progress"] = {"number": number, **child.progress} if child and going else None
    return found


@router.post("/runs/{number}/cancel", dependencies=[needs("data:run")], response_model=RunView)
def cancel_run(
    number: Number, principal: PrincipalDep, house: HouseDep, background: BackgroundDep
) -> dict[str, Any]:
    """End a run at a safe point, and whatever would have followed it; the lake stays whole."""
    background.cancel(number, principal)
    return _one(house, number)


def _one(house: House, number: int) -> dict[str, Any]:
    with house.store.reading() as session:
        found = runs.one(session, number)
    return {**told(found), "report": found.report}


async def _stream(background: Background, seconds: float) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    listener = background.feed.join()
    try:
        hello = await asyncio.to_thread(_hello, background)
        yield Event("hello", hello).as_bytes()
        while (left := end - loop.time()) > 0:
            try:
                async with asyncio.timeout(min(left, _QUIET)):
                    event = await listener.queue.get()
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if event is None:
                return
            yield event.as_bytes()
    finally:
        background.feed.leave(listener)


def _hello(background: Background) -> dict[str, Any]:
    """What goes on now; whatever changes later, the feed tells."""
    background.watch()
    with background.house.store.reading() as session:
        going = [told(run) for run in runs.running(session)]
    child = background.current
    progress = {"number": child.number, **child.progress} if child and child.progress else None
    return {
        "running": going,
        "progress": progress,
        "waiting": [{"kind": order.kind, "source": order.source} for order in background.waiting],
    }
