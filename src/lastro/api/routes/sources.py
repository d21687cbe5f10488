"""routes/sources: every source with its freshness, its days, and its files down to the bytes."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from urllib.parse import quote

import anyio
from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from lastro.answers.data_calendar import Calendar, calendar
from lastro.answers.data_house import (
    TABLES,
    LandedFiles,
    SourceCard,
    files,
    inventory,
    landed_bytes,
    source,
    sources,
)
from lastro.api.answering import Answer
from lastro.api.fresh import FreshDep
from lastro.api.guard import needs
from lastro.api.house import House, HouseDep
from lastro.core.registry import load
from lastro.scheduler import jobs as shelf
from lastro.scheduler.jobs import Job
from lastro.scheduler.planner import upcoming

router = APIRouter(tags=["data house"])

Name = Annotated[str, Path(max_length=100, description="A source, as cvm_funds.")]


def _due(house: House) -> dict[str, dt.datetime]:
    """When each source is asked for next (UTC); nobody asks for a simulated market."""
    if house.simulated:
        return {}
    found: dict[str, Job] = load(shelf, "JOB", Job)
    planned = {job.source: upcoming(job, house.now()) for job in found.values() if job.source}
    return {name: at for name, at in planned.items() if at}


@router.get("/sources", dependencies=[needs("data:read")], response_model=Answer[list[SourceCard]])
async def list_sources(fresh: FreshDep, house: HouseDep) -> Response:
    """Every source: publisher, newest day, state, files, dead letters; the worst first."""
    return await fresh.json(
        TABLES, lambda: sources(inventory(house.platform, house.now()), _due(house))
    )


@router.get("/sources/{name}", dependencies=[needs("data:read")], response_model=Answer[SourceCard])
async def one_source(name: Name, fresh: FreshDep, house: HouseDep) -> Response:
    """One source."""
    return await fresh.json(
        TABLES, lambda: source(inventory(house.platform, house.now()), name, _due(house))
    )


@router.get(
    "/sources/{name}/calendar", dependencies=[needs("data:read")], response_model=Answer[Calendar]
)
async def source_calendar(
    name: Name,
    fresh: FreshDep,
    house: HouseDep,
    months: Annotated[int, Query(ge=1, le=240, description="How many, this one included.")] = 12,
) -> Response:
    """A source day by day: complete, partial, missing, quarantined, closed, pending."""
    return await fresh.json(
        TABLES, lambda: calendar(inventory(house.platform, house.now()), name, months)
    )


@router.get("/calendars", dependencies=[needs("data:read")], response_model=Answer[list[Calendar]])
async def source_calendars(
    fresh: FreshDep,
    house: HouseDep,
    months: Annotated[int, Query(ge=1, le=24, description="How many, the last included.")] = 3,
) -> Response:
    """Every source day by day, each up to the day from which it is judged."""

    def make() -> list[Calendar]:
        held = inventory(house.platform, house.now())
        return [calendar(held, name, months) for name in held.sources]

    return await fresh.json(TABLES, make)


@router.get(
    "/sources/{name}/files", dependencies=[needs("data:read")], response_model=Answer[LandedFiles]
)
async def source_files(
    name: Name,
    fresh: FreshDep,
    house: HouseDep,
    search: Annotated[str, Query(max_length=200, description="Part of a file's name.")] = "",
    start: Annotated[int, Query(ge=0, le=10**9, description="Files to pass over.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="Files wanted.")] = 100,
) -> Response:
    """Files that a source brought, the newest first: hash, size, when, from where, by which run."""
    return await fresh.json(
        TABLES,
        lambda: files(inventory(house.platform, house.now()), name, search, start, limit),
    )


@router.get(
    "/sources/{name}/files/{key:path}/bytes",
    dependencies=[needs("data:read")],
    response_class=Response,
    responses={
        200: {
            "description": "The bytes, as they came in.",
            "content": {"application/octet-stream": {}},
        }
    },
)
async def source_file_bytes(
    name: Name,
    key: Annotated[str, Path(max_length=600, description="Its key in the ledger.")],
    house: HouseDep,
) -> Response:
    """The exact bytes of a landed file."""

    def read() -> tuple[str, bytes]:
        house.versions(TABLES)
        return landed_bytes(inventory(house.platform, house.now()), name, key)

    called, body = await anyio.to_thread.run_sync(read, limiter=house.workers)
    ascii_name = called.encode("ascii", "replace").decode().replace('"', "_").replace("?", "_")
    return Response(
        body,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{ascii_name}"; '
            f"filename*=UTF-8''{quote(called)}",
            "Cache-Control": "private, max-age=31536000, immutable",
        },
    )
