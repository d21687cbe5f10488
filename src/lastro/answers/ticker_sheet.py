"""One ticker's sheet: who it is, its last session, and its key figures as the screener has them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lastro.answers.papers import newest_session, paper
from lastro.answers.screener import MEASURED, PRICES, measures, newest_weights, paid, prices_since
from lastro.core.calendar import is_b3_session
from lastro.core.clock import add_months, month_of

if TYPE_CHECKING:
    from lastro.answers.papers import Read

_ROSTER = ("ticker", "isin", "name", "company_name", "cnpj", "kind", "sector", "subsector",
           "industry", "listing_segment", "first_date", "sessions")  # fmt: skip
_LAST = ("open", "high", "low", "quantity", "provider", "available_at")


@dataclass(frozen=True)
class TickerLife:
    """When a ticker had prices.

    Attributes:
        ticker: B3 ticker.
        name: Short name.
        kind: share, unit, fii, etf or bdr.
        first_date: First session with a price.
        last_date: Last session with a price.
    """

    ticker: str
    name: str | None
    kind: str
    first_date: dt.date
    last_date: dt.date


@dataclass(frozen=True)
class TickerSheet:
    """A ticker at a glance. Prices in BRL, returns and weights as ratios; null is not known.

    Attributes:
        ticker: B3 ticker.
        isin: Its paper.
        name: Short name.
        company_name: Registered name of the issuer.
        cnpj: The issuer's, 14 characters.
        kind: share, unit, fii, etf or bdr.
        sector: Sector of the issuer.
        subsector: Subsector.
        industry: Industry.
        listing_segment: NM, N1, N2, MA, DR3...
        first_date: First session with a price.
        ref_date: Last session with a price.
        available_at: When that price could be known.
        provider: Who gave it: b3 or a fallback.
        market_date: The market's newest session.
        idle_sessions: Sessions of the market since the ticker traded.
        sessions: Sessions with a price.
        open: First price of the last session, as printed; so are the next ones.
        high: Highest price.
        low: Lowest price.
        close: Last price.
        quantity: Units traded.
        turnover: BRL traded.
        turnover_mean21: BRL: mean of the last 21 sessions.
        day_return: Total return since the session it traded in before.
        return_1w: Total return of seven days.
        return_1m: Of a month.
        return_3m: Of three months.
        return_6m: Of six months.
        return_12m: Of twelve months.
        return_ytd: Since the last close of the year before.
        volatility_12m: Deviation of daily total returns of a year, times the root of 252.
        dividend_yield_12m: Cash with ex-date within a year, over the close.
        high_52w: Highest split-adjusted price of a year.
        low_52w: Lowest.
        from_high: Split-adjusted close against that high.
        from_low: Split-adjusted close against that low.
        weights: Weight in each index by its newest portfolio.
        same_paper: Other tickers the same paper traded under.
        same_issuer: Other papers of its issuer that still trade.
    """

    ticker: str
    isin: str | None
    name: str | None
    company_name: str | None
    cnpj: str | None
    kind: str
    sector: str | None
    subsector: str | None
    industry: str | None
    listing_segment: str | None
    first_date: dt.date
    ref_date: dt.date
    available_at: dt.datetime
    provider: str
    market_date: dt.date
    idle_sessions: int
    sessions: int
    open: float | None
    high: float | None
    low: float | None
    close: float
    quantity: int | None
    turnover: float | None
    turnover_mean21: float | None
    day_return: float | None
    return_1w: float | None
    return_1m: float | None
    return_3m: float | None
    return_6m: float | None
    return_12m: float | None
    return_ytd: float | None
    volatility_12m: float | None
    dividend_yield_12m: float
    high_52w: float | None
    low_52w: float | None
    from_high: float | None
    from_low: float | None
    weights: dict[str, float]
    same_paper: list[TickerLife]
    same_issuer: list[TickerLife]


def ticker_sheet(read: Read, roster: pl.DataFrame, ticker: str) -> TickerSheet:
    """The sheet of a ticker.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        roster: Rows of ``papers``.
        ticker: B3 ticker, in any case.

    Raises:
        NotFoundError: No price of it is in the lake.
    """
    known = paper(roster, ticker)
    code, last, newest = known["ticker"], known["last_date"], newest_session(roster)
    until = (pl.col("ticker") == code) & (pl.col("month") <= month_of(last))
    prices = prices_since(read, add_months(last, -13), (*PRICES, *_LAST), until)
    figures = _figures(read, prices, known)
    weights = newest_weights(read, newest).filter(pl.col("ticker") == code).sort("index_code")
    weight = (pl.col("weight").cast(pl.Float64) / 100).round(8)
    ratios = weights.select("index_code", weight)
    fields: dict[str, Any] = {name: known[name] for name in _ROSTER}
    return TickerSheet(
        **fields,
        **figures,
        market_date=newest,
        idle_sessions=_sessions_between(last, newest),
        weights=dict(ratios.iter_rows()),
        same_paper=_lives(roster, code, pl.col("isin") == known["isin"]),
        same_issuer=_lives(
            roster,
            code,
            pl.col("ticker").str.starts_with(code[:4])
            & (pl.col("last_date") > newest - dt.timedelta(days=30)),
        ),
    )


def _figures(read: Read, prices: pl.DataFrame, known: dict[str, Any]) -> dict[str, Any]:
    row = prices.row(-1, named=True)
    measured = prices.group_by("ticker").agg(*measures(prices["ref_date"])).row(0, named=True)
    cash = paid(read, known["last_date"], known["isin"])
    total = cash["_paid"].sum() if cash.height else 0.0
    adjusted = measured["_close"]
    figures = {name: measured[name] for name in MEASURED}
    prints = {name: _float(row[name]) for name in ("open", "high", "low")}
    return figures | prints | {
        "quantity": row["quantity"],
        "provider": row["provider"],
        "available_at": row["available_at"],
        "dividend_yield_12m": total / measured["close"],
        "from_high": adjusted / measured["high_52w"] - 1 if measured["high_52w"] else None,
        "from_low": adjusted / measured["low_52w"] - 1 if measured["low_52w"] else None,
    }  # fmt: skip


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _sessions_between(last: dt.date, newest: dt.date) -> int:
    days = (newest - last).days
    return sum(is_b3_session(last + dt.timedelta(days=i)) for i in range(1, days + 1))


def _lives(roster: pl.DataFrame, code: str, like: pl.Expr) -> list[TickerLife]:
    rows = roster.filter(like, pl.col("ticker") != code).sort("first_date", "ticker")
    return [TickerLife(*row) for row in rows.select(*TickerLife.__dataclass_fields__).iter_rows()]
