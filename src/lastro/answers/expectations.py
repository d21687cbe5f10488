"""What the market expects: the central bank's Focus survey, by indicator and target."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lastro.answers.spans import between
from lastro.core.errors import NotFoundError

if TYPE_CHECKING:
    from lastro.answers.papers import Read

EXPECTATIONS = "silver.expectations"
_OWN = {"Câmbio": "BRL"}
_BILLIONS = ("Balança comercial", "Conta corrente", "Investimento direto no país")


@dataclass(frozen=True)
class Expected:
    """What is expected of one target. Percentages leave as ratios.

    Attributes:
        target: Year (2025), month (03/2025) or meeting (R1/2025); blank for the next twelve months.
        median: Median of the answers.
        mean: Their mean.
        deviation: Their standard deviation.
        lowest: The lowest.
        highest: The highest.
        respondents: Institutions that answered.
        week_before: Median of a week before; null where the target was not asked for then.
        month_before: Median of four weeks before.
    """

    target: str
    median: float
    mean: float | None
    deviation: float | None
    lowest: float | None
    highest: float | None
    respondents: int | None
    week_before: float | None
    month_before: float | None


@dataclass(frozen=True)
class Expectations:
    """What is expected of one indicator.

    Attributes:
        indicator: As the bank names it.
        horizon: annual, monthly, 12months or selic.
        unit: ratio, BRL or USD billion.
        ref_date: Day up to which the newest answers counted.
        targets: Of that day, in the order of time.
        indicators: Other indicators and their horizons.
        dates: Days of the survey.
        names: Targets that `medians` are of.
        medians: For each of `names`, its median on each of `dates`; null where not asked for.
    """

    indicator: str
    horizon: str
    unit: str
    ref_date: dt.date
    targets: list[Expected]
    indicators: dict[str, list[str]]
    dates: list[dt.date]
    names: list[str]
    medians: list[list[float | None]]


def expectations(
    read: Read,
    indicator: str = "IPCA",
    horizon: str = "annual",
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> Expectations:
    """The newest survey of an indicator, and how the medians came there.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        indicator: As the bank names it: IPCA, Selic, Câmbio, PIB Total...
        horizon: annual, monthly, 12months or selic.
        first: First day; None is a year before the last.
        last: Last day; None is the newest.

    Raises:
        NotFoundError: The lake has no such survey.
    """
    frame = read(EXPECTATIONS)
    every = pl.DataFrame() if frame is None else _whole(frame).collect()
    known = _indicators(every)
    chosen = (
        every.filter(pl.col("indicator") == indicator, pl.col("horizon") == horizon)
        if known
        else every
    )
    if chosen.is_empty():
        raise NotFoundError(
            "There is no survey of {indicator} ({horizon}) in the lake.",
            hint="There are: {known}. `lastro ingest bcb_focus` brings them in.",
            indicator=indicator,
            horizon=horizon,
            known="; ".join(f"{name} ({', '.join(kinds)})" for name, kinds in known.items()) or "-",
        )
    rows = _scaled(chosen, indicator).filter(between("ref_date", None, last))
    if rows.is_empty():
        rows = _scaled(chosen, indicator)
    newest = rows["ref_date"].max()
    since = first or newest - dt.timedelta(days=366)  # type: ignore[operator]
    targets = _targets(rows, newest)  # type: ignore[arg-type]
    past = _past(rows.filter(pl.col("ref_date") >= since), [one.target for one in targets])
    return Expectations(
        indicator, horizon, _unit(indicator), newest, targets, known, *past,  # type: ignore[arg-type]
    )  # fmt: skip


def _whole(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Answers of thirty days on the whole indicator; smoothed where the bank offers both."""
    return frame.filter(
        pl.col("base") == 0, pl.col("detail") == "", pl.col("smoothed").is_in(["", "S"])
    )


def _indicators(every: pl.DataFrame) -> dict[str, list[str]]:
    if every.is_empty():
        return {}
    pairs = every.select("indicator", "horizon").unique().sort("indicator", "horizon").rows()
    found: dict[str, list[str]] = {}
    for name, horizon in pairs:
        found.setdefault(name, []).append(horizon)
    return found


def _unit(indicator: str) -> str:
    return _OWN.get(indicator, "USD billion" if indicator in _BILLIONS else "ratio")


def _scaled(rows: pl.DataFrame, indicator: str) -> pl.DataFrame:
    if _unit(indicator) != "ratio":
        return rows
    names = ("mean", "median", "deviation", "lowest", "highest")
    return rows.with_columns((pl.col(names) / 100).round(10))


def _in_time(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the place of their target in time: 2025, 202503 or 202501."""
    numbers = pl.col("target").str.extract_all(r"\d+").list.reverse().list.join("")
    padded = pl.col("target").str.replace(r"^R(\d)/", "R0$1/")
    return rows.with_columns(
        pl.when(pl.col("target").str.starts_with("R"))
        .then(padded.str.extract_all(r"\d+").list.reverse().list.join(""))
        .otherwise(numbers)
        .alias("place")
    )


def _targets(rows: pl.DataFrame, newest: dt.date) -> list[Expected]:
    now = _in_time(rows.filter(pl.col("ref_date") == newest)).sort("place")
    for days, name in ((7, "week_before"), (28, "month_before")):
        then = (
            rows.filter(pl.col("ref_date") <= newest - dt.timedelta(days=days))
            .filter(pl.col("ref_date") >= newest - dt.timedelta(days=days + 10))
            .sort("ref_date")
            .group_by("target")
            .agg(pl.col("median").last().alias(name))
        )
        now = now.join(then, on="target", how="left", maintain_order="left")
    names = list(Expected.__dataclass_fields__)
    return [Expected(*row) for row in now.select(names).rows()]


def _past(
    rows: pl.DataFrame, targets: list[str]
) -> tuple[list[dt.date], list[str], list[list[float | None]]]:
    grid = rows.select("ref_date").unique().sort("ref_date")
    for place, target in enumerate(targets):
        one = rows.filter(pl.col("target") == target).select(
            "ref_date", pl.col("median").alias(f"{place}")
        )
        grid = grid.join(one, on="ref_date", how="left", maintain_order="left")
    columns = [grid[f"{place}"].to_list() for place in range(len(targets))]
    return grid["ref_date"].to_list(), targets, columns
