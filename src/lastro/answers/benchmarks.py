"""CDI, Selic, IPCA and Ibovespa from one common day on, as multiples of what was put in."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - the API reads annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lastro.answers.spans import between
from lastro.core.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lastro.answers.papers import Read

BENCHMARKS = "gold.benchmarks"
_ORDER = ("CDI", "SELIC", "IPCA", "IBOV")


@dataclass(frozen=True)
class Benchmarks:
    """Benchmarks since a common day.

    Attributes:
        since: The day on which each is 1, or the first it has after that.
        dates: Days on which any of them is known; a month's inflation is known on its last day.
        names: CDI, SELIC, IPCA, IBOV.
        levels: For each of `names`, its level on each of `dates`; null between its own days.
        returns: For each of `names`, its return over the whole, ratio.
    """

    since: dt.date
    dates: list[dt.date]
    names: list[str]
    levels: list[list[float | None]]
    returns: list[float | None]


def benchmarks(
    read: Read,
    first: dt.date | None = None,
    last: dt.date | None = None,
    names: Sequence[str] = (),
) -> Benchmarks:
    """Benchmarks, each 1 at the beginning.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        first: The day on which they begin; None is the first that all of them have.
        last: Last day; None is the newest.
        names: Which; empty is all of them.

    Raises:
        NotFoundError: The lake has none of them then.
    """
    frame = read(BENCHMARKS)
    rows = pl.DataFrame() if frame is None else _known(frame)
    wanted = [name.strip().upper() for name in names] or [
        name for name in _ORDER if not rows.is_empty() and name in rows["benchmark"]
    ]
    chosen = rows if rows.is_empty() else rows.filter(pl.col("benchmark").is_in(wanted))
    if chosen.is_empty():
        raise NotFoundError(
            "There is no benchmark in the lake.",
            hint="`lastro ingest bcb_rates` and `lastro ingest b3_index_levels`, then "
            "`lastro build`, bring them in.",
        )
    firsts = chosen.group_by("benchmark").agg(pl.col("day").min())
    since = first or firsts["day"].max()
    rebased = _rebased(chosen.filter(between("day", None, last)), since)  # type: ignore[arg-type]
    grid = rebased.select("day").unique().sort("day")
    for name in wanted:
        one = rebased.filter(pl.col("benchmark") == name).select("day", pl.col("level").alias(name))
        grid = grid.join(one, on="day", how="left", maintain_order="left")
    columns = [grid[name] for name in wanted]
    ends = [column.drop_nulls() for column in columns]
    return Benchmarks(
        since, grid["day"].to_list(), wanted, [column.to_list() for column in columns],  # type: ignore[arg-type]
        [end[-1] - 1 if len(end) > 1 else None for end in ends],
    )  # fmt: skip


def _known(frame: pl.LazyFrame) -> pl.DataFrame:
    """Benchmarks by the day on which their level is reached."""
    monthly = pl.col("benchmark") == "IPCA"
    day = pl.when(monthly).then(pl.col("ref_date").dt.month_end()).otherwise(pl.col("ref_date"))
    return frame.select("benchmark", day.alias("day"), "level").sort("benchmark", "day").collect()


def _rebased(rows: pl.DataFrame, since: dt.date) -> pl.DataFrame:
    """From the last level at or before a day on, which becomes 1 on that day."""
    held = rows.filter(pl.col("day") <= since).group_by("benchmark").agg(pl.col("level").last())
    begun = rows.filter(pl.col("day") > since)
    starts = held.select("benchmark", pl.lit(since).alias("day"), "level")
    both = pl.concat([starts, begun.select("benchmark", "day", "level")]).sort("benchmark", "day")
    return both.with_columns(
        (pl.col("level") / pl.col("level").first().over("benchmark")).round(10)
    )
