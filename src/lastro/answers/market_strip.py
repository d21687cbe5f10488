"""The figures that everybody looks at first: Ibovespa, dollar, CDI, Selic, inflation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.answers.papers import Read

TABLES = ("silver.index_levels", "silver.fx_rates", "silver.interest_rates", "silver.inflation")
_SPARK = 42
_DAY, _MONTH = "day", "month"


@dataclass(frozen=True)
class StripStat:
    """One figure. Levels are in ``unit``; ``change`` is a ratio, or a difference of ratios.

    Attributes:
        code: IBOV, USD, CDI, SELIC or IPCA.
        unit: points, BRL or ratio (0.105 is 10.5 % a year).
        value: The figure.
        change: Against the figure before: relative for a level, in ratio points for a rate.
        change_of: What the change is against: day or month.
        ref_date: Day it speaks of; of a month, its first day.
        before_date: Day of the figure before.
        publisher: Who published it.
        table: The table it is from.
        dates: Days of ``values``.
        values: The figure over up to 42 days (13 months of inflation), oldest first.
    """

    code: str
    unit: str
    value: float
    change: float | None
    change_of: str
    ref_date: dt.date
    before_date: dt.date | None
    publisher: str
    table: str
    dates: list[dt.date]
    values: list[float]


def strip(read: Read, today: dt.date) -> list[StripStat]:
    """The figures of the strip that the lake has, in their usual order.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        today: The day it is; a target that is set for later does not count yet.
    """
    makers: tuple[Callable[[Read, dt.date], StripStat | None], ...] = (
        _ibov, _dollar, _cdi, _selic, _ipca,
    )  # fmt: skip
    return [found for make in makers if (found := make(read, today)) is not None]


def _ibov(read: Read, today: dt.date) -> StripStat | None:
    rows = _rows(read, "silver.index_levels", pl.col("index_code") == "IBOV", "level", today)
    return _stat("IBOV", "points", rows, "B3", "silver.index_levels")


def _dollar(read: Read, today: dt.date) -> StripStat | None:
    rows = _rows(read, "silver.fx_rates", pl.col("currency") == "USD", "sell", today)
    return _stat("USD", "BRL", rows, "BCB", "silver.fx_rates")


def _cdi(read: Read, today: dt.date) -> StripStat | None:
    rows = _rows(read, "silver.interest_rates", pl.col("rate") == "CDI", "value", today)
    yearly = ((1 + pl.col("value") / 100) ** 252 - 1).alias("value")
    return _stat("CDI", "ratio", rows.with_columns(yearly), "BCB", "silver.interest_rates")


def _selic(read: Read, today: dt.date) -> StripStat | None:
    chosen = pl.col("rate") == "SELIC_TARGET"
    rows = _rows(read, "silver.interest_rates", chosen, "value", today, days=400)
    rates = rows.with_columns(pl.col("value") / 100)
    moved = rates.filter(pl.col("value") != pl.col("value").shift(1))
    found = _stat("SELIC", "ratio", rates, "BCB", "silver.interest_rates")
    if found is None or moved.is_empty():
        return found
    day, value = moved.row(-1)
    earlier = rates.filter(pl.col("ref_date") < day).row(-1)
    return StripStat(
        "SELIC", "ratio", found.value, value - earlier[1], "decision", found.ref_date, earlier[0],
        "BCB", "silver.interest_rates", found.dates, found.values,
    )  # fmt: skip


def _ipca(read: Read, today: dt.date) -> StripStat | None:
    chosen = pl.col("index") == "IPCA"
    rows = _rows(read, "silver.inflation", chosen, "value", today, days=800)
    year = (1 + pl.col("value") / 100).log().rolling_sum(12).exp() - 1
    rows = rows.with_columns(year.alias("value")).drop_nulls("value").tail(13)
    return _stat("IPCA", "ratio", rows, "IBGE", "silver.inflation", _MONTH)


def _rows(
    read: Read, table: str, chosen: pl.Expr, column: str, today: dt.date, days: int = 90
) -> pl.DataFrame:
    """``ref_date`` and ``value`` of the newest days of a series, up to today."""
    frame = read(table)
    if frame is None:
        return pl.DataFrame(schema={"ref_date": pl.Date, "value": pl.Float64})
    whole = pl.col("month") == dt.date(1970, 1, 1)  # whole series are one partition
    own = frame.filter(chosen, pl.col("ref_date") <= today)
    newest = own.select(pl.col("ref_date").max()).collect().item() or today
    since = newest - dt.timedelta(days=days)
    recent = own.filter(whole | (pl.col("month") >= since.replace(day=1)))
    return (
        recent.filter(pl.col("ref_date") >= since)
        .select("ref_date", pl.col(column).cast(pl.Float64).alias("value"))
        .sort("ref_date")
        .collect()
    )


def _stat(
    code: str, unit: str, rows: pl.DataFrame, publisher: str, table: str, change_of: str = _DAY
) -> StripStat | None:
    if rows.is_empty():
        return None
    day, value = rows.row(-1)
    before = rows.row(-2) if rows.height > 1 else None
    change = None
    if before is not None:
        change = value - before[1] if unit == "ratio" else value / before[1] - 1
    recent = rows.tail(_SPARK)
    return StripStat(
        code, unit, value, change, change_of, day, before[0] if before else None, publisher, table,
        recent["ref_date"].to_list(), recent["value"].round(8).to_list(),
    )  # fmt: skip
