"""A ticker's prices over time: candles, returns by period, and the same beside benchmarks."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from lastro.answers.papers import paper
from lastro.answers.screener import prices_since
from lastro.answers.spans import PAPER_STALE, at_or_before
from lastro.core.clock import month_of
from lastro.core.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lastro.answers.papers import Read

Adjusted = Literal["raw", "split", "total"]
BENCHMARKS = ("IBOV", "CDI")
PERIODS = {"1d": None, "1w": "-7d", "1m": "-1mo", "3m": "-3mo", "6m": "-6mo", "ytd": "ytd",
           "12m": "-12mo", "24m": "-24mo", "60m": "-60mo"}  # fmt: skip
_MOST_OTHERS = 6
_BARS = ("open", "high", "low", "close")
_PRINTED = (*_BARS, "quantity", "turnover")
_CHAINS = ("split_chain", "total_chain")
_CLOSES = ("ref_date", "close", "split_close", "total_close")


@dataclass(frozen=True)
class TickerQuotes:
    """Daily bars, oldest first; arrays of one length, null where a price is not known.

    Attributes:
        ticker: B3 ticker.
        adjusted: raw as printed; split divides by later splits and bonuses; total takes out what
            was paid in cash as well.
        first_date: First session with a price, whatever was asked for.
        last_date: Last session with a price, whatever was asked for.
        dates: Sessions.
        open: First price, BRL.
        high: Highest price, BRL.
        low: Lowest price, BRL.
        close: Last price, BRL.
        quantity: Units traded; adjusted for splits unless raw.
        turnover: BRL traded.
    """

    ticker: str
    adjusted: Adjusted
    first_date: dt.date
    last_date: dt.date
    dates: list[dt.date]
    open: list[float | None]
    high: list[float | None]
    low: list[float | None]
    close: list[float | None]
    quantity: list[float | None]
    turnover: list[float | None]


@dataclass(frozen=True)
class PeriodReturn:
    """Returns over one span; ratios, null where a price at its beginning is not known.

    Attributes:
        period: 1d, 1w, 1m, 3m, 6m, ytd, 12m, 24m, 60m, max, or a year.
        start: Session that it begins at.
        end: Session that it ends at.
        price_return: Of split-adjusted closes.
        total_return: With what was paid in cash.
        ibov: Of Ibovespa between the same days.
        cdi: Of CDI between the same days.
    """

    period: str
    start: dt.date | None
    end: dt.date
    price_return: float | None
    total_return: float | None
    ibov: float | None
    cdi: float | None


@dataclass(frozen=True)
class TickerDrawdown:
    """The deepest fall of the total-return close.

    Attributes:
        depth: Ratio, below zero.
        peak: Session it fell from.
        bottom: Session it ended at.
        recovered: First session back at the peak; null while it is not.
    """

    depth: float
    peak: dt.date
    bottom: dt.date
    recovered: dt.date | None


@dataclass(frozen=True)
class TickerReturns:
    """A ticker's returns by period and by calendar year.

    Attributes:
        ticker: B3 ticker.
        periods: From a day to all there is.
        years: Calendar years, the newest first; the first begins at the first price.
        volatility_3m: Deviation of the last 63 daily total returns, times the root of 252.
        volatility_12m: Of the last 252.
        drawdown: The deepest fall; null where there was none.
    """

    ticker: str
    periods: list[PeriodReturn]
    years: list[PeriodReturn]
    volatility_3m: float | None
    volatility_12m: float | None
    drawdown: TickerDrawdown | None


@dataclass(frozen=True)
class ComparedLine:
    """One line of a comparison.

    Attributes:
        name: A ticker, IBOV or CDI.
        values: 1 on the first common day; null where not known.
    """

    name: str
    values: list[float | None]


@dataclass(frozen=True)
class TickerComparison:
    """Total returns of a ticker beside others, from the first day that all have.

    Attributes:
        ticker: B3 ticker, the first of ``lines``.
        shortened_by: Who begins last, where that is not the ticker; blank else.
        dates: Sessions of the ticker.
        lines: As long as ``dates``.
    """

    ticker: str
    shortened_by: str
    dates: list[dt.date]
    lines: list[ComparedLine]


def quotes(
    read: Read,
    roster: pl.DataFrame,
    ticker: str,
    first: dt.date | None = None,
    last: dt.date | None = None,
    adjusted: Adjusted = "split",
) -> TickerQuotes:
    """A ticker's daily bars.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        roster: Rows of ``papers``.
        ticker: B3 ticker, in any case.
        first: First day; None is its first session.
        last: Last day; None is its last session.
        adjusted: By what.

    Raises:
        NotFoundError: No price of it is in the lake.
    """
    known = paper(roster, ticker)
    rows = _rows(read, known, first, last, ("ref_date", *_PRINTED, *_CHAINS))
    columns = rows.select(
        dates="ref_date", **{name: expr.round(6) for name, expr in _bars(adjusted).items()}
    )
    return TickerQuotes(
        known["ticker"], adjusted, known["first_date"], known["last_date"],
        **columns.to_dict(as_series=False),
    )  # fmt: skip


def _bars(adjusted: Adjusted) -> dict[str, pl.Expr]:
    raw = {name: pl.col(name).cast(pl.Float64) for name in _PRINTED}
    if adjusted == "raw":
        return raw
    chain = pl.col("split_chain")
    factor = chain if adjusted == "split" else pl.col("total_chain")
    adjusted_bars = {name: raw[name] * factor for name in _BARS}
    return raw | adjusted_bars | {"quantity": raw["quantity"] / chain}


def _rows(
    read: Read, known: dict[str, object], first: dt.date | None, last: dt.date | None,
    columns: Sequence[str],
) -> pl.DataFrame:  # fmt: skip
    """A ticker's rows between two days: only the months of its own life are opened."""
    born: dt.date = known["first_date"]  # type: ignore[assignment]
    died: dt.date = known["last_date"]  # type: ignore[assignment]
    begin, end = max(first or born, born), min(last or died, died)
    only = (
        (pl.col("ticker") == known["ticker"])
        & (pl.col("month") <= month_of(end))
        & pl.col("ref_date").is_between(begin, end)
    )
    return prices_since(read, month_of(begin), columns, only)


def returns(read: Read, roster: pl.DataFrame, ticker: str) -> TickerReturns:
    """A ticker's returns by period and year, beside Ibovespa and CDI.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        roster: Rows of ``papers``.
        ticker: B3 ticker, in any case.

    Raises:
        NotFoundError: No price of it is in the lake.
    """
    known = paper(roster, ticker)
    prices = _rows(read, known, None, None, _CLOSES)
    levels = _levels(read, prices["ref_date"])
    held = pl.concat([prices, levels], how="horizontal")
    day: dt.date = prices["ref_date"][-1]
    periods = [_period(held, name, _start(held, day, span)) for name, span in PERIODS.items()]
    periods.append(_period(held, "max", prices["ref_date"][0]))
    years = []
    for year in sorted(prices["ref_date"].dt.year().unique().to_list(), reverse=True):
        part = held.filter(pl.col("ref_date") <= dt.date(year, 12, 31))
        start = _at_or_before(part, dt.date(year - 1, 12, 31))
        born = part.filter(pl.col("ref_date").dt.year() == year)["ref_date"][0]
        is_first = year == known["first_date"].year
        years.append(_period(part, str(year), start or (born if is_first else None)))
    moves = prices["total_close"].pct_change().drop_nulls()
    return TickerReturns(
        known["ticker"], periods, years, _volatility(moves, 63), _volatility(moves, 252),
        _drawdown(prices["ref_date"], prices["total_close"]),
    )  # fmt: skip


def _start(prices: pl.DataFrame, day: dt.date, span: str | None) -> dt.date | None:
    if span is None:
        return prices["ref_date"][-2] if prices.height > 1 else None
    if span == "ytd":
        return _at_or_before(prices, dt.date(day.year - 1, 12, 31))
    return _at_or_before(prices, pl.select(pl.lit(day).dt.offset_by(span)).item())


def _at_or_before(prices: pl.DataFrame, day: dt.date) -> dt.date | None:
    """The last session up to a day, unless it is stale."""
    place = at_or_before(prices["ref_date"], day, PAPER_STALE)
    return None if place is None else prices["ref_date"][place]


def _period(prices: pl.DataFrame, name: str, start: dt.date | None) -> PeriodReturn:
    end = prices.row(-1, named=True)
    begin = prices.filter(pl.col("ref_date") == start).to_dicts() if start else []
    of = [
        end[column] / begin[0][column] - 1
        if begin and begin[0][column] and end[column] is not None
        else None
        for column in ("split_close", "total_close", *BENCHMARKS)
    ]
    return PeriodReturn(name, start, end["ref_date"], *of)


def _levels(read: Read, days: pl.Series) -> pl.DataFrame:
    """Level of each benchmark on each day, or the last one before it; null before its first."""
    frame = read("gold.benchmarks")
    if frame is None:
        return pl.DataFrame({name: pl.Series([None] * len(days), dtype=pl.Float64)
                             for name in BENCHMARKS})  # fmt: skip
    rows = frame.filter(pl.col("benchmark").is_in(BENCHMARKS)).sort("ref_date").collect()
    asked = pl.DataFrame({"ref_date": days})
    found = {}
    for name in BENCHMARKS:
        levels = rows.filter(pl.col("benchmark") == name).select("ref_date", "level")
        joined = asked.join_asof(levels, on="ref_date", tolerance="7d")
        found[name] = joined["level"]
    return pl.DataFrame(found)


def _volatility(moves: pl.Series, sessions: int) -> float | None:
    recent = moves.tail(sessions)
    deviation = recent.std()
    enough = len(recent) >= sessions // 2 and deviation is not None
    return float(deviation) * math.sqrt(252) if enough else None  # type: ignore[arg-type]


def _drawdown(days: pl.Series, closes: pl.Series) -> TickerDrawdown | None:
    falls = closes / closes.cum_max() - 1
    place = falls.arg_min()
    if place is None or falls[place] >= 0:
        return None
    peak = closes[: place + 1].arg_max() or 0
    back = days.filter((closes >= closes[peak]) & (days > days[place]))
    return TickerDrawdown(falls[place], days[peak], days[place], back[0] if len(back) else None)


def comparison(
    read: Read,
    roster: pl.DataFrame,
    ticker: str,
    others: Sequence[str] = BENCHMARKS,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> TickerComparison:
    """Total returns of a ticker beside benchmarks and other tickers, each 1 on the first day.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        roster: Rows of ``papers``.
        ticker: B3 ticker, in any case.
        others: IBOV, CDI or tickers; at most six.
        first: First day; None is its first session.
        last: Last day; None is its last session.

    Raises:
        NotFoundError: No price of one of them is in the lake.
        RequestError: There are too many.
    """
    wanted = [name.strip().upper() for name in others if name.strip()]
    if len(wanted) > _MOST_OTHERS:
        raise RequestError(
            "{count} are too many to compare with.",
            hint="Name at most {most}.",
            count=len(wanted),
            most=_MOST_OTHERS,
        )
    known = paper(roster, ticker)
    rows = _rows(read, known, first, last, ("ref_date", "total_close"))
    table = rows.rename({"total_close": known["ticker"]})
    levels = _levels(read, rows["ref_date"])
    for name in dict.fromkeys(wanted):
        if name in BENCHMARKS:
            table = table.with_columns(levels[name])
        elif name != known["ticker"]:
            closes = _rows(read, paper(roster, name), first, last, ("ref_date", "total_close"))
            closes = closes.rename({"total_close": name})
            table = table.join_asof(closes, on="ref_date", tolerance="7d", coalesce=True)
    return _rebased(known["ticker"], table)


def _rebased(ticker: str, table: pl.DataFrame) -> TickerComparison:
    names = [name for name in table.columns if name != "ref_date"]
    held = [name for name in names if table[name].null_count() < table.height]
    starts = {name: (table[name].is_not_null().arg_max() or 0) for name in held}
    first = max(starts.values(), default=0)
    late = "" if first == starts.get(ticker, 0) else max(starts, key=lambda name: starts[name])
    part = table.slice(first)
    lines = [
        ComparedLine(name, (part[name] / part[name][0]).round(6).to_list() if name in held
             else [None] * part.height)
        for name in names
    ]  # fmt: skip
    return TickerComparison(ticker, late, part["ref_date"].to_list(), lines)
