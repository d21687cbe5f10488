"""The screener: every paper that trades, with what it did over a year, in one row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import polars as pl

from lastro.answers.papers import TABLES as ROSTER
from lastro.answers.papers import newest_session, no_prices
from lastro.answers.spans import PAPER_STALE
from lastro.core.clock import add_months

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from lastro.answers.kept import Kept
    from lastro.answers.papers import Read

_FEWEST_RETURNS = 40
_MONTH_SESSIONS = 21
_YEAR = "-12mo"
PRICES = ("ticker", "ref_date", "close", "split_close", "split_high", "split_low", "total_close",
           "turnover")  # fmt: skip
TABLES = ("gold.adjusted_prices", "gold.adjustment_factors", "silver.index_weights")
SPANS = {"return_1w": "-7d", "return_1m": "-1mo", "return_3m": "-3mo", "return_6m": "-6mo",
         "return_12m": _YEAR}  # fmt: skip
MEASURED = ("ref_date", "close", "day_return", *SPANS, "return_ytd", "volatility_12m", "turnover",
            "turnover_mean21", "high_52w", "low_52w")  # fmt: skip


def screener(read: Read, roster: pl.DataFrame) -> pl.DataFrame:
    """One row a ticker that traded within thirteen months of the newest session.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        roster: Rows of ``papers``.

    Returns:
        By ticker: names and sector of the roster; ``ref_date``, ``close`` (BRL), ``day_return``,
        ``return_1w`` ... ``return_12m``, ``return_ytd`` (total returns, ratios),
        ``volatility_12m`` (ratio a year), ``turnover`` and ``turnover_mean21`` (BRL a session),
        ``dividend_yield_12m``, ``high_52w`` and ``low_52w`` (BRL, split-adjusted), ``from_high``
        and ``from_low`` (ratios), ``ibov_weight`` (ratio), ``indexes``, ``sparkline`` (weekly
        split-adjusted closes of the year), ``idle_sessions`` (market sessions since it traded).
    """
    newest = newest_session(roster)
    prices = prices_since(read, add_months(newest, -13), PRICES)
    sessions = prices["ref_date"].unique().sort()
    measured = prices.group_by("ticker", maintain_order=True).agg(*measures(sessions))
    names = roster.select("ticker", "isin", "name", "company_name", "kind", "sector", "subsector",
                          "listing_segment", "folded")  # fmt: skip
    joined = (
        names.join(measured, on="ticker", how="inner")
        .join(paid(read, newest), on="isin", how="left")
        .join(_indexes(read, newest), on="ticker", how="left")
    )
    return joined.with_columns(
        dividend_yield_12m=pl.col("_paid").fill_null(0.0) / pl.col("close"),
        from_high=pl.col("_close") / pl.col("high_52w") - 1,
        from_low=pl.col("_close") / pl.col("low_52w") - 1,
        indexes=pl.col("indexes").fill_null(pl.lit([], dtype=pl.List(pl.String))),
        idle_sessions=_idle(sessions),
    ).drop("_paid", "_close")


def kept_screener(
    kept: Kept,
    read: Read,
    versions: Callable[[tuple[str, ...]], tuple[int, ...]],
    roster: pl.DataFrame,
) -> pl.DataFrame:
    """As ``screener``, made once for each state of its tables.

    Args:
        kept: Where it is kept.
        read: Gives a table's rows by its name; None where it was never written.
        versions: Gives the newest versions of tables.
        roster: Rows of ``papers``.
    """
    state = versions((*TABLES, *ROSTER))
    return kept.get("screener", state, lambda: screener(read, roster))


def prices_since(
    read: Read, since: dt.date, columns: Sequence[str], only: pl.Expr | None = None
) -> pl.DataFrame:
    """Rows of ``gold.adjusted_prices`` by ticker and session, from a month on.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        since: First day of the first month wanted: older files are not opened.
        columns: Which columns.
        only: Which rows besides.

    Raises:
        NotFoundError: Prices were never built.
    """
    frame = read("gold.adjusted_prices")
    if frame is None:
        raise no_prices()
    rows = frame.filter(pl.col("month") >= since)
    rows = rows if only is None else rows.filter(only)
    return rows.sort("ticker", "ref_date").select(columns).collect()


def _idle(sessions: pl.Series) -> pl.Expr:
    place = {day: len(sessions) - 1 - i for i, day in enumerate(sessions)}
    return pl.col("ref_date").replace_strict(place, return_dtype=pl.Int64)


def measures(sessions: pl.Series) -> list[pl.Expr]:
    """What is measured of one ticker's rows, ``PRICES`` by session: ``MEASURED`` and ``_close``.

    Args:
        sessions: Sessions that its mean turnover counts, oldest first; at least one.
    """
    day, total = pl.col("ref_date"), pl.col("total_close")
    year = day > day.last().dt.offset_by(_YEAR)
    moves = total.filter(year).pct_change().drop_nulls()
    counted = min(_MONTH_SESSIONS, len(sessions))
    month = day >= sessions[-counted]
    spans = [_since(day.last().dt.offset_by(span)).alias(name) for name, span in SPANS.items()]
    return [
        day.last(),
        pl.col("close").last().cast(pl.Float64),
        (total.last() / total.shift(1).last() - 1).alias("day_return"),
        *spans,
        _since(day.last().dt.truncate("1y").dt.offset_by("-1d")).alias("return_ytd"),
        pl.when(moves.len() >= _FEWEST_RETURNS)
        .then(moves.std() * math.sqrt(252))
        .alias("volatility_12m"),
        pl.col("turnover").last().cast(pl.Float64),
        (pl.col("turnover").filter(month).sum().cast(pl.Float64) / counted)
        .alias("turnover_mean21"),
        pl.col("split_high").filter(year).max().alias("high_52w"),
        pl.col("split_low").filter(year).min().alias("low_52w"),
        pl.col("split_close").last().alias("_close"),
        pl.col("split_close").filter(year).reverse().gather_every(5).reverse()
        .round(4).alias("sparkline"),
    ]  # fmt: skip


def _since(start: pl.Expr) -> pl.Expr:
    """Total return from the last close at or before a day; null where that is stale."""
    total, day = pl.col("total_close"), pl.col("ref_date")
    begins = (day <= start) & (day > start - PAPER_STALE)
    return total.last() / total.filter(begins).last() - 1


def paid(read: Read, newest: dt.date, isin: str | None = None) -> pl.DataFrame:
    """Cash with ex-date in the twelve months up to a day.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        newest: The last of those days.
        isin: Of one paper alone; None is all.

    Returns:
        By ``isin``: ``_paid``, BRL for a share as it is after every later split.
    """
    frame = read("gold.adjustment_factors")
    if frame is None:
        return pl.DataFrame(schema={"isin": pl.String, "_paid": pl.Float64})
    recent = pl.col("ex_date") > pl.lit(newest).dt.offset_by(_YEAR)
    cash = pl.col("value").cast(pl.Float64) * pl.col("split_chain")
    chosen = frame if isin is None else frame.filter(pl.col("isin") == isin)
    return (
        chosen.filter(recent, pl.col("ex_date") <= newest, pl.col("kind") == "cash")
        .group_by("isin")
        .agg(cash.sum().alias("_paid"))
        .collect()
    )


def _indexes(read: Read, newest: dt.date) -> pl.DataFrame:
    """The indexes each ticker is in, by their newest portfolio, and its weight in IBOV."""
    rows = newest_weights(read, newest)
    weight = pl.col("weight").filter(pl.col("index_code") == "IBOV").first()
    return (
        rows.sort("ticker", "index_code")
        .group_by("ticker")
        .agg((weight.cast(pl.Float64) / 100).round(8).alias("ibov_weight"), pl.col("index_code"))
        .rename({"index_code": "indexes"})
    )


def newest_weights(read: Read, newest: dt.date) -> pl.DataFrame:
    """The newest portfolio of each index: of the day, or else theoretical.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        newest: The newest session; portfolios of three months up to it count.

    Returns:
        ``index_code``, ``ticker``, ``weight`` (percent), ``ref_date``.
    """
    names = ("index_code", "ticker", "weight", "ref_date")
    frame = read("silver.index_weights")
    if frame is None:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    rows = frame.filter(
        pl.col("month") >= add_months(newest, -2), pl.col("portfolio").is_in(["day", "theoretical"])
    ).select(*names, "portfolio").collect()  # fmt: skip
    rows = rows.with_columns(pl.col("portfolio") == "day").sort("portfolio", "ref_date")
    best = rows.group_by("index_code", maintain_order=True).last()
    chosen = rows.join(best, on=["index_code", "portfolio", "ref_date"], how="semi")
    return chosen.select(names)
