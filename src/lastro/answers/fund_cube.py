"""Daily flows of all classes by manager, administrator and class of strategy, and sums of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

import polars as pl

from lastro.answers.funds import KEY, registry_now
from lastro.core.clock import add_months

if TYPE_CHECKING:
    from collections.abc import Callable

    Reader = Callable[[str], pl.LazyFrame | None]

By = Literal["manager", "administrator", "classification"]
Window = Literal["30d", "3m", "12m"]

TABLES = ("gold.fund_flows_daily", "silver.fund_registry")
SPANS: dict[Window, int] = {"30d": 30, "3m": 91, "12m": 365}
_MONTHS = 13  # of days kept
_GROUPS = ("manager", "administrator", "classification")


def flow_cube(read: Reader) -> pl.DataFrame:
    """Flows of every day by manager, administrator and class of strategy, of the last 13 months.

    A subclass is left out on days on which its class's own row counts it. A class is counted with
    whom the newest registry names, on all days.

    Args:
        read: Gives a table's rows by its name; None where it was never written.

    Returns:
        Columns ``manager``, ``administrator``, ``classification``, ``ref_date``, ``inflow``,
        ``outflow``, ``net_worth`` (BRL), by day.
    """
    names = dict.fromkeys(_GROUPS, pl.String)
    money = dict.fromkeys(("inflow", "outflow", "net_worth"), pl.Float64)
    frame = read("gold.fund_flows_daily")
    last = None if frame is None else frame.select(pl.col("ref_date").max()).collect().item()
    if frame is None or last is None:
        return pl.DataFrame(schema={**names, "ref_date": pl.Date, **money})
    days = frame.filter(pl.col("month") > add_months(last, -_MONTHS)).select(
        *KEY, "ref_date", pl.col("inflow", "outflow").cast(pl.Float64), net_worth="mean_net_worth"
    )
    whole = days.filter(pl.col("subclass_id") == "").select("cnpj", "ref_date")
    parts = days.filter(pl.col("subclass_id") != "").join(
        whole, on=["cnpj", "ref_date"], how="anti"
    )
    counted = pl.concat([days.filter(pl.col("subclass_id") == ""), parts])
    return (
        _with_houses(counted, registry_now(read).lazy())
        .group_by(*_GROUPS, "ref_date")
        .agg(pl.col(*money).sum())
        .sort("ref_date")
        .collect()
    )


def _with_houses(days: pl.LazyFrame, registry: pl.LazyFrame) -> pl.LazyFrame:
    """Add who answers for each class and subclass; where it is not said, who does for its class."""
    registry = registry.select(*KEY, *_GROUPS)
    classes = registry.filter(pl.col("subclass_id") == "").drop("subclass_id")
    return (
        days.join(registry, on=KEY, how="left")
        .join(classes, on="cnpj", how="left", suffix="_of_class")
        .with_columns(pl.coalesce(name, f"{name}_of_class") for name in _GROUPS)
    )


def last_day(cube: pl.DataFrame) -> dt.date | None:
    """Newest day of a cube; None where it is empty."""
    return cube["ref_date"][-1] if len(cube) else None


def first_day(last: dt.date, window: Window) -> dt.date:
    """First day of a window that ends on ``last``."""
    return last - dt.timedelta(days=SPANS[window] - 1)


def summed(days: pl.DataFrame, keys: list[str], count: int) -> pl.DataFrame:
    """Flows summed, net worth as the mean over ``count`` days."""
    return (
        days.group_by(keys)
        .agg(
            pl.col("inflow", "outflow").sum().round(2),
            (pl.col("net_worth").sum() / count).round(2),
        )
        .with_columns(net_flow=(pl.col("inflow") - pl.col("outflow")).round(2))
        .with_columns(
            ratio=pl.when(pl.col("net_worth") > 0).then(pl.col("net_flow") / pl.col("net_worth"))
        )
    )


def runs(cube: pl.DataFrame, by: str) -> pl.DataFrame:
    """Days in a row, up to the last, whose net flow has the sign of the last day's."""
    day, sign = pl.col("ref_date"), pl.col("sign")
    other = day.filter(sign != sign.last()).max()
    return (
        cube.group_by(by, "ref_date")
        .agg(sign=(pl.col("inflow").sum() - pl.col("outflow").sum()).sign())
        .sort("ref_date")
        .group_by(by, maintain_order=True)
        .agg(
            run=((day > other.fill_null(dt.date.min)).sum() * sign.last()).cast(pl.Int64),
        )
    )


def weekly(days: pl.DataFrame, by: str) -> pl.DataFrame:
    """Net flow of each group and week, and its net worth on the last day: BRL.

    Args:
        days: Rows of a cube.
        by: Column that groups.

    Returns:
        Columns ``name``, ``end`` (the week's Friday), ``net_flow``, ``net_worth``.
    """
    end = pl.col("ref_date").dt.truncate("1w").dt.offset_by("4d")
    return (
        days.group_by(name=pl.col(by), ref_date=pl.col("ref_date"))
        .agg(pl.col("inflow", "outflow", "net_worth").sum())
        .sort("ref_date")
        .group_by("name", end=end, maintain_order=True)
        .agg(
            net_flow=(pl.col("inflow").sum() - pl.col("outflow").sum()).round(2),
            net_worth=pl.col("net_worth").last().round(2),
        )
    )
