"""routes/market: one day of the market, and the screener of all papers."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

import polars as pl
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from lastro.answers.market import LIQUID, MarketDay, market_day
from lastro.answers.papers import TABLES as ROSTER
from lastro.answers.papers import kept_papers
from lastro.answers.screener import TABLES as SCREENED
from lastro.answers.screener import kept_screener
from lastro.answers.screener_choice import WINDOW, Choice, ScreenerWindow, table, window
from lastro.api.answering import Answer, ReplyDep, RowsDep
from lastro.api.formats import chosen
from lastro.api.guard import needs
from lastro.api.house import HouseDep

router = APIRouter(tags=["market"])

_DAY = ("gold.market_overview", *ROSTER)
_SCREENER = tuple(dict.fromkeys((*SCREENED, *ROSTER)))
Kind = Literal["share", "unit", "fii", "etf", "bdr"]
Words = Annotated[list[str], Query(max_length=50)]


@router.get("/market/today", dependencies=[needs("market:read")], response_model=Answer[MarketDay])
async def market_today(
    reply: ReplyDep,
    house: HouseDep,
    date: Annotated[dt.date | None, Query(description="Day; the newest by default.")] = None,
    liquid: Annotated[
        float,
        Query(ge=0, le=1e12, description="BRL a paper must have traded to count as a mover."),
    ] = LIQUID,
) -> Response:
    """One session: breadth, sectors, gainers, losers, the most traded, and the sector map.

    A day without a session gives the one before it and says why (`why_not`).
    """

    def make() -> MarketDay:
        read = house.platform.held
        roster = kept_papers(house.platform.kept, read, house.versions)
        return market_day(read, roster, date, liquid)

    return await reply.json(_DAY, make)


def _choice(
    q: Annotated[str, Query(max_length=100, description="Words of ticker or names.")] = "",
    kind: Annotated[list[Kind], Query(description="Any of these kinds.")] = [],  # noqa: B006 - FastAPI copies it
    sector: Words = [],  # noqa: B006 - FastAPI copies it
    index: Words = [],  # noqa: B006 - FastAPI copies it
    min_turnover: Annotated[float | None, Query(ge=0, le=1e12)] = None,
    min_yield: Annotated[float | None, Query(ge=0, le=10)] = None,
    *,
    idle: Annotated[bool, Query(description="Papers that stopped trading as well.")] = False,
    sort: Annotated[str, Query(max_length=40, description="Column; `-` before it: descending.")]
    = "-turnover_mean21",
) -> Choice:  # fmt: skip
    """Which papers are wanted."""
    return Choice(
        q=q, kind=tuple(kind), sector=tuple(sector), index=tuple(index),
        min_turnover=min_turnover, min_yield=min_yield, idle=idle, sort=sort,
    )  # fmt: skip


@router.get(
    "/market/screener", dependencies=[needs("market:read")], response_model=Answer[ScreenerWindow]
)
async def market_screener(
    request: Request,
    reply: RowsDep,
    house: HouseDep,
    choice: Annotated[Choice, Depends(_choice)],
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=WINDOW)] = 200,
) -> Response:
    """Every paper that trades: returns, volatility, turnover, yield, indexes; filtered, sorted.

    JSON gives a window of rows; a file (`format=csv`, `xlsx`, `arrow`, `parquet`) gives them all.
    """
    platform = house.platform

    def papers() -> pl.DataFrame:
        roster = kept_papers(platform.kept, platform.held, house.versions)
        return kept_screener(platform.kept, platform.held, house.versions, roster)

    asked = request.query_params.get("format")
    if chosen(asked, request.headers.get("accept", "")) == "json":
        return await reply.json(_SCREENER, lambda: window(papers(), choice, offset, limit))
    return await reply.rows(_SCREENER, lambda: table(papers(), choice))
