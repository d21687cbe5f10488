"""routes/quality: what checks found, what was set aside and why, and what was restated."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from lastro.answers.data_house import TABLES, inventory
from lastro.answers.data_quality import (
    EXAMPLES,
    Quarantine,
    Restatements,
    TableQuality,
    checked,
    quality,
    quarantine,
    restatements,
)
from lastro.api.answering import Answer, ReplyDep
from lastro.api.guard import needs
from lastro.api.house import House, HouseDep
from lastro.lake.quality import RESTATEMENTS, quarantine_contract

router = APIRouter(tags=["data house"])


def _tables(house: House) -> tuple[str, ...]:
    """Every table that rows may be set aside from, and those."""
    found = checked(inventory(house.platform, house.now()))
    return (*TABLES, *(c.name for c in found), *(quarantine_contract(c).name for c in found))


@router.get(
    "/quality", dependencies=[needs("data:read")], response_model=Answer[list[TableQuality]]
)
async def list_quality(reply: ReplyDep, house: HouseDep) -> Response:
    """What the checks of every table found, by rule; the tables with most set aside first."""
    return await reply.json(_tables(house), lambda: quality(inventory(house.platform, house.now())))


@router.get(
    "/quarantine/{table}", dependencies=[needs("data:read")], response_model=Answer[Quarantine]
)
async def one_quarantine(
    table: Annotated[str, Path(max_length=100, description="A table, as silver.fund_navs.")],
    reply: ReplyDep,
    house: HouseDep,
    reason: Annotated[str | None, Query(max_length=100, description="Only this rule.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Examples wanted.")] = EXAMPLES,
) -> Response:
    """Rows set aside on the way to a table: by reason, by month, with examples as published."""
    return await reply.json(
        _tables(house),
        lambda: quarantine(inventory(house.platform, house.now()), table, reason, limit),
    )


@router.get("/restatements", dependencies=[needs("data:read")], response_model=Answer[Restatements])
async def list_restatements(
    reply: ReplyDep,
    house: HouseDep,
    table: Annotated[str | None, Query(max_length=100, description="Only this table.")] = None,
    source: Annotated[str | None, Query(max_length=100, description="Only this source.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Changes wanted.")] = 100,
) -> Response:
    """Values that re-published files changed, before and after; the newest first."""
    return await reply.json(
        (RESTATEMENTS.name,),
        lambda: restatements(inventory(house.platform, house.now()), table, source, limit),
    )
