"""routes/tickers: one paper: its sheet, candles, events, indexes and returns; search among all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from lastro.answers import ticker_events, ticker_history
from lastro.answers.history import common_window
from lastro.answers.papers import TABLES as ROSTER
from lastro.answers.papers import PaperFound, Read, kept_papers, no_prices, search
from lastro.answers.ticker_events import IndexPlace, TickerActions
from lastro.answers.ticker_history import Adjusted, TickerComparison, TickerQuotes, TickerReturns
from lastro.answers.ticker_sheet import TickerSheet, ticker_sheet
from lastro.api.answering import Answer, ReplyDep
from lastro.api.guard import needs
from lastro.api.house import House, HouseDep

router = APIRouter(tags=["tickers"])

_QUOTES = ("gold.adjusted_prices", *sorted(set(ROSTER) - {"gold.adjusted_prices"}))
_SHEET = (*_QUOTES, "gold.adjustment_factors", "silver.index_weights")
_ACTIONS = ("silver.corporate_actions", "gold.adjustment_factors", "ops.restatements", *ROSTER)
_RETURNS = (*_QUOTES, "gold.benchmarks")
Ticker = Annotated[str, Path(max_length=20, description="B3 ticker, in any case.")]
First = Annotated[dt.date | None, Query(description="First day; its first session by default.")]
Last = Annotated[dt.date | None, Query(description="Last day; its last session by default.")]


@dataclass(frozen=True)
class CommonHistory:
    """The longest window in which all of some tickers have prices.

    Attributes:
        first: Its first session; after `last` where they share none.
        last: Its last session.
        first_by: The ticker that begins last, and so shortens the window; blank where all begin
            together.
        last_by: The ticker that ends first; blank where all end together.
        is_empty: Whether no session is common to all.
        missing: Sessions each ticker missed over its own life, where it missed any.
    """

    first: dt.date
    last: dt.date
    first_by: str
    last_by: str
    is_empty: bool
    missing: dict[str, int]


def _of(house: House, make: Callable[..., Any], *args: Any) -> Callable[[], Any]:
    """What a worker thread does: ``make`` over the tables and the roster of papers."""

    def work() -> Any:
        read: Read = house.platform.held
        roster = kept_papers(house.platform.kept, read, house.versions)
        return make(read, roster, *args)

    return work


@router.get(
    "/tickers/search", dependencies=[needs("market:read")], response_model=Answer[list[PaperFound]]
)
async def tickers_search(
    reply: ReplyDep,
    house: HouseDep,
    q: Annotated[str, Query(min_length=1, max_length=100, description="Ticker, ISIN or names.")],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Response:
    """Papers by ticker, ISIN or name; accents and case do not matter."""

    def find(_: Read, roster: pl.DataFrame) -> list[PaperFound]:
        return search(roster, q, limit)

    return await reply.json(ROSTER, _of(house, find))


@router.get(
    "/tickers/{ticker}", dependencies=[needs("market:read")], response_model=Answer[TickerSheet]
)
async def ticker_card(ticker: Ticker, reply: ReplyDep, house: HouseDep) -> Response:
    """Who a ticker is, its last session as printed (BRL), and its key figures (ratios)."""
    return await reply.json(_SHEET, _of(house, ticker_sheet, ticker))


@router.get(
    "/tickers/{ticker}/quotes",
    dependencies=[needs("market:read")],
    response_model=Answer[TickerQuotes],
)
async def ticker_quotes(
    ticker: Ticker,
    reply: ReplyDep,
    house: HouseDep,
    first: First = None,
    last: Last = None,
    adjusted: Annotated[Adjusted, Query(description="By what prices are adjusted.")] = "split",
) -> Response:
    """Daily candles (BRL), as printed, split-adjusted, or with payouts as well."""
    make = _of(house, ticker_history.quotes, ticker, first, last, adjusted)
    return await reply.json(_QUOTES, make)


@router.get(
    "/tickers/{ticker}/actions",
    dependencies=[needs("market:read")],
    response_model=Answer[TickerActions],
)
async def ticker_actions(ticker: Ticker, reply: ReplyDep, house: HouseDep) -> Response:
    """Payouts (BRL a share), splits, bonuses and subscriptions, and what was restated."""
    return await reply.json(_ACTIONS, _of(house, ticker_events.actions, ticker))


@router.get(
    "/tickers/{ticker}/indexes",
    dependencies=[needs("market:read")],
    response_model=Answer[list[IndexPlace]],
)
async def ticker_indexes(ticker: Ticker, reply: ReplyDep, house: HouseDep) -> Response:
    """Indexes that hold the ticker, with its weight (ratio) over time."""
    make = _of(house, ticker_events.indexes, ticker)
    return await reply.json(("silver.index_weights", *ROSTER), make)


@router.get(
    "/tickers/{ticker}/returns",
    dependencies=[needs("market:read")],
    response_model=Answer[TickerReturns],
)
async def ticker_returns(ticker: Ticker, reply: ReplyDep, house: HouseDep) -> Response:
    """Returns by period and year (ratios), beside Ibovespa and CDI; volatility and drawdown."""
    return await reply.json(_RETURNS, _of(house, ticker_history.returns, ticker))


@router.get(
    "/tickers/{ticker}/comparison",
    dependencies=[needs("market:read")],
    response_model=Answer[TickerComparison],
)
async def ticker_comparison(
    ticker: Ticker,
    reply: ReplyDep,
    house: HouseDep,
    others: Annotated[
        list[Annotated[str, Query(max_length=20)]],
        Query(max_length=10, description="IBOV, CDI or tickers; at most six."),
    ] = ["IBOV", "CDI"],  # noqa: B006 - FastAPI copies it
    first: First = None,
    last: Last = None,
) -> Response:
    """Total returns of a ticker beside benchmarks and other tickers; each begins at 1."""
    make = _of(house, ticker_history.comparison, ticker, tuple(others), first, last)
    return await reply.json(_RETURNS, make)


@router.get(
    "/common-history", dependencies=[needs("market:read")], response_model=Answer[CommonHistory]
)
async def common_history(
    reply: ReplyDep,
    house: HouseDep,
    tickers: Annotated[
        list[Annotated[str, Query(max_length=20)]],
        Query(min_length=1, max_length=100, description="Tickers."),
    ],
) -> Response:
    """The longest window in which all of some tickers have prices, and who shortens it."""

    def make() -> CommonHistory:
        rows = house.platform.held("gold.common_history")
        if rows is None:
            raise no_prices()
        found = common_window(rows.collect(), [name.strip().upper() for name in tickers])
        return CommonHistory(
            found.first, found.last, found.first_by, found.last_by, found.is_empty, found.missing
        )

    return await reply.json(("gold.common_history",), make)
