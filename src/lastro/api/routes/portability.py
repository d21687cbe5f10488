"""routes/portability: who is losing money, by manager, administrator and class of strategy."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from lastro.answers import fund_cube, funds, portability
from lastro.answers.fund_choice import WINDOW
from lastro.answers.fund_cube import By, Window
from lastro.answers.funds import FundRow
from lastro.answers.portability import GroupFlows, GroupSeries, PortabilitySummary
from lastro.api.answering import Answer, ReplyDep, RowsDep
from lastro.api.formats import chosen
from lastro.api.guard import needs
from lastro.api.house import HouseDep
from lastro.api.kept_funds import cubed, listed

router = APIRouter(prefix="/portability", tags=["portability"], dependencies=[needs("funds:read")])

_TABLES = (*fund_cube.TABLES, *(t for t in funds.TABLES if t not in fund_cube.TABLES))


@router.get("", response_model=Answer[PortabilitySummary])
async def portability_summary(reply: ReplyDep, house: HouseDep) -> Response:
    """Net flow of all classes over 30 days, 3 and 12 months, and who lost most.

    Proxies: portability data of Resolution CVM 210 are not public.
    """
    return await reply.json(_TABLES, lambda: portability.summary(cubed(house), listed(house)))


@router.get("/groups", response_model=Answer[GroupFlows])
async def portability_groups(
    request: Request,
    reply: RowsDep,
    house: HouseDep,
    by: By = "manager",
    window: Window = "30d",
) -> Response:
    """What each manager, administrator or class of strategy won or lost, the losers first.

    In CSV, Arrow, Parquet and Excel the groups leave without their parts.
    """

    def found() -> GroupFlows:
        return portability.groups(cubed(house), listed(house), by, window)

    if chosen(request.query_params.get("format"), request.headers.get("accept", "")) == "json":
        return await reply.json(_TABLES, found)
    return await reply.rows(_TABLES, lambda: portability.as_rows(found()))


@router.get("/series", response_model=Answer[GroupSeries])
async def portability_series(
    reply: ReplyDep,
    house: HouseDep,
    by: By = "manager",
    name: Annotated[
        list[str], Query(max_length=8, description="Groups; none is all classes together.")
    ] = [],  # noqa: B006 - FastAPI copies defaults
    first: Annotated[dt.date | None, Query(description="First day.")] = None,
) -> Response:
    """Net flow by week, its sum so far, and net worth, of some groups or of all together."""
    return await reply.json(
        fund_cube.TABLES, lambda: portability.series(cubed(house), by, name, first)
    )


@router.get("/signals", response_model=Answer[list[FundRow]])
async def portability_signals(
    reply: ReplyDep,
    house: HouseDep,
    min_score: Annotated[float, Query(ge=0, le=100)] = 50,
    limit: Annotated[int, Query(ge=1, le=WINDOW)] = 100,
) -> Response:
    """Open classes with the strongest signs that money is leaving, with the reasons.

    Proxies: portability data of Resolution CVM 210 are not public.
    """
    return await reply.json(
        ("gold.portability_signals", *(t for t in _TABLES if t != "gold.portability_signals")),
        lambda: portability.signals(listed(house), min_score, limit),
    )
