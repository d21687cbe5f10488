"""What the first page says of funds: the biggest flows of 30 days, and the houses that bleed."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - the API reads these annotations at run time
from dataclasses import dataclass

import polars as pl

from lastro.answers.fund_cube import last_day
from lastro.answers.portability import FlowGroup, flow_sum, groups


@dataclass(frozen=True)
class FlowRow:
    """A class among those that won or lost most.

    Attributes:
        cnpj: Class of quotas, 14 characters.
        subclass_id: Subclass; blank is the class itself.
        name: Registered name.
        manager: Manager's name.
        classification: CVM's class of strategy.
        net_flow: BRL in 30 days.
        ratio: ``net_flow`` over mean net worth.
        run: Days in a row with net inflow (above zero) or net outflow (below zero).
    """

    cnpj: str
    subclass_id: str
    name: str | None
    manager: str | None
    classification: str | None
    net_flow: float
    ratio: float | None
    run: int | None


@dataclass(frozen=True)
class HomeFunds:
    """What the first page says of funds.

    Attributes:
        last: Newest day; null where there is none.
        net_flow: Of all classes in 30 days, BRL.
        ratio: The same over net worth.
        classes: Classes in the list.
        inflows: Classes that won most in 30 days.
        outflows: Classes that lost most in 30 days.
        houses: Managers that lost most in 30 days.
    """

    last: dt.date | None
    net_flow: float | None
    ratio: float | None
    classes: int
    inflows: list[FlowRow]
    outflows: list[FlowRow]
    houses: list[FlowGroup]


def home(cube: pl.DataFrame, funds: pl.DataFrame, limit: int) -> HomeFunds:
    """Biggest flows of classes and houses over 30 days.

    Args:
        cube: As ``flow_cube`` gives it.
        funds: As ``fund_list`` gives them.
        limit: Rows of each list at most.
    """
    counted = funds.filter(~pl.col("within"))
    flow = pl.col("net_flow_30d")
    last = last_day(cube)
    total = flow_sum(cube, last, "30d") if last else None
    houses = groups(cube, funds, "manager", "30d").groups
    return HomeFunds(
        last,
        total.net_flow if total else None,
        total.ratio if total else None,
        counted.height,
        _flow_rows(counted.filter(flow > 0).sort(flow, descending=True).head(limit)),
        _flow_rows(counted.filter(flow < 0).sort(flow).head(limit)),
        [house for house in houses if house.net_flow < 0 and house.name][:limit],
    )


def _flow_rows(rows: pl.DataFrame) -> list[FlowRow]:
    columns = ("cnpj", "subclass_id", "name", "manager", "classification", "net_flow_30d",
               "flow_ratio_30d", "flow_run")  # fmt: skip
    return [FlowRow(*row) for row in rows.select(columns).iter_rows()]
