"""Who is losing money: net flow by manager, administrator and class, over windows and over time.

Portability data of Resolution CVM 210 are not public: these are proxies from public daily reports.
A quota that moves from one distributor to another does not show as a redemption, and a fund that
invests in another one is counted with it: sums over a house hold such money twice.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - the API reads these annotations at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lastro.answers.fund_choice import STRONG
from lastro.answers.fund_cube import SPANS, By, Window, first_day, last_day, runs, summed, weekly
from lastro.answers.funds import CANCELLED, FundRow
from lastro.core.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

_SERIES = 8  # groups drawn at once, at most


@dataclass(frozen=True)
class FlowPart:
    """A share of a group: its classes of one strategy.

    Attributes:
        name: CVM's class of strategy; null where unknown.
        net_flow: BRL in the window.
        net_worth: Mean of the window's days, BRL.
        ratio: ``net_flow`` over ``net_worth``.
    """

    name: str | None
    net_flow: float
    net_worth: float
    ratio: float | None


@dataclass(frozen=True)
class FlowGroup:
    """A manager, an administrator or a class of strategy, and what its funds won or lost.

    Attributes:
        name: Its name; null where the registry names none.
        classes: Classes that report, without those their class's row counts.
        inflow: Subscriptions in the window, BRL.
        outflow: Redemptions in the window, BRL.
        net_flow: Inflow less outflow, BRL.
        net_worth: Mean of the window's days, BRL.
        ratio: ``net_flow`` over ``net_worth``.
        run: Days in a row with net inflow (above zero) or net outflow (below zero) of them all.
        signals: Open classes with a strong signal.
        parts: The same by class of strategy, the largest first.
    """

    name: str | None
    classes: int
    inflow: float
    outflow: float
    net_flow: float
    net_worth: float
    ratio: float | None
    run: int
    signals: int
    parts: list[FlowPart]


@dataclass(frozen=True)
class GroupFlows:
    """Groups over a window, the greatest net outflow first.

    Attributes:
        by: What groups: manager, administrator or classification.
        window: 30d, 3m or 12m.
        first: First day counted.
        last: Last day counted; null where there is none.
        groups: Each with its sums.
    """

    by: By
    window: Window
    first: dt.date | None
    last: dt.date | None
    groups: list[FlowGroup]


@dataclass(frozen=True)
class FlowSum:
    """All classes over a window.

    Attributes:
        window: 30d, 3m or 12m.
        first: First day counted.
        net_flow: BRL.
        net_worth: Mean of the window's days, BRL.
        ratio: ``net_flow`` over ``net_worth``.
        losing: Groups by manager with more outflow than inflow.
        managers: Groups by manager.
    """

    window: Window
    first: dt.date
    net_flow: float
    net_worth: float
    ratio: float | None
    losing: int
    managers: int


@dataclass(frozen=True)
class PortabilitySummary:
    """Where money goes, in a few figures.

    Attributes:
        last: Newest day; null where there is none.
        sums: Over each window.
        run: Days in a row with net inflow (above zero) or outflow (below zero) of all classes.
        worst: The manager that lost most in 30 days; null where none lost any.
        strong: Open classes with a strong signal: those of ``signals``.
        classes: Open classes that have a signal's score.
        threshold: Points from which a signal is strong.
    """

    last: dt.date | None
    sums: list[FlowSum]
    run: int
    worst: FlowGroup | None
    strong: int
    classes: int
    threshold: float


@dataclass(frozen=True)
class GroupLine:
    """One group over time; BRL.

    Attributes:
        name: Of the group; null is all classes together.
        net_flow: Of each week.
        cumulative: Sum of ``net_flow`` so far.
        net_worth: On the last day of each week that was reported.
    """

    name: str | None
    net_flow: list[float | None]
    cumulative: list[float | None]
    net_worth: list[float | None]


@dataclass(frozen=True)
class GroupSeries:
    """Groups over time, week by week.

    Attributes:
        by: What groups.
        dates: Fridays: the end of each week; the last week may be young.
        lines: One a group, as asked for.
    """

    by: By
    dates: list[dt.date]
    lines: list[GroupLine]


def groups(cube: pl.DataFrame, funds: pl.DataFrame, by: By, window: Window) -> GroupFlows:
    """What each group won or lost in a window, the greatest net outflow first.

    Args:
        cube: As ``flow_cube`` gives it.
        funds: As ``fund_list`` gives them: how many classes, and which with a strong signal.
        by: What groups.
        window: How far back.
    """
    last = last_day(cube)
    if last is None:
        return GroupFlows(by, window, None, None, [])
    first = first_day(last, window)
    days = cube.filter(pl.col("ref_date") >= first)
    count = days["ref_date"].n_unique()
    rows = summed(days, [by], count).sort("net_flow", by)
    parts = _parts(days, by, count)
    in_a_row = dict(runs(cube, by).rows())
    counts = {name: (classes, strong) for name, classes, strong in _counted(funds, by).rows()}
    found = [
        FlowGroup(
            row[by], counts.get(row[by], (0, 0))[0], row["inflow"], row["outflow"],
            row["net_flow"], row["net_worth"], row["ratio"], in_a_row.get(row[by], 0),
            counts.get(row[by], (0, 0))[1], parts.get(row[by], []),
        )
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    return GroupFlows(by, window, first, last, found)


def as_rows(flows: GroupFlows) -> pl.DataFrame:
    """Groups as rows, without their parts."""
    names = [name for name in FlowGroup.__dataclass_fields__ if name != "parts"]
    rows = [tuple(getattr(group, name) for name in names) for group in flows.groups]
    kinds = {"name": pl.String, "classes": pl.Int64, "run": pl.Int64, "signals": pl.Int64}
    schema = {name: kinds.get(name, pl.Float64) for name in names}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _parts(days: pl.DataFrame, by: By, count: int) -> dict[str | None, list[FlowPart]]:
    if by == "classification":
        return {}
    rows = summed(days, [by, "classification"], count).sort("net_worth", descending=True)
    found: dict[str | None, list[FlowPart]] = {}
    for row in rows.iter_rows(named=True):
        part = FlowPart(row["classification"], row["net_flow"], row["net_worth"], row["ratio"])
        found.setdefault(row[by], []).append(part)
    return found


def _counted(funds: pl.DataFrame, by: By) -> pl.DataFrame:
    """Classes and strong signals of each group."""
    return (
        funds.filter(~pl.col("within"))
        .group_by(by)
        .agg(pl.len(), strong=((pl.col("score") >= STRONG) & _is_open()).sum())
    )


def summary(cube: pl.DataFrame, funds: pl.DataFrame) -> PortabilitySummary:
    """Where money goes, in a few figures.

    Args:
        cube: As ``flow_cube`` gives it.
        funds: As ``fund_list`` gives them.
    """
    last = last_day(cube)
    counted = funds.filter(_is_open(), ~pl.col("within"), pl.col("score").is_not_null())
    strong = counted.filter(pl.col("score") >= STRONG).height
    if last is None:
        return PortabilitySummary(None, [], 0, None, strong, counted.height, STRONG)
    by_manager = groups(cube, funds, "manager", "30d").groups
    losing = [group for group in by_manager if group.net_flow < 0]
    everybody = cube.with_columns(whole=pl.lit(1))
    return PortabilitySummary(
        last,
        [flow_sum(cube, last, window) for window in SPANS],
        int(runs(everybody, "whole")["run"][0]),
        losing[0] if losing else None,
        strong,
        counted.height,
        STRONG,
    )


def flow_sum(cube: pl.DataFrame, last: dt.date, window: Window) -> FlowSum:
    """All classes over a window that ends on ``last``."""
    first = first_day(last, window)
    days = cube.filter(pl.col("ref_date") >= first)
    count = days["ref_date"].n_unique()
    row = summed(days.with_columns(whole=pl.lit(1)), ["whole"], count).row(0, named=True)
    managers = summed(days, ["manager"], count)["net_flow"]
    losing = int((managers < 0).sum())
    return FlowSum(
        window, first, row["net_flow"], row["net_worth"], row["ratio"], losing, len(managers)
    )


def series(cube: pl.DataFrame, by: By, names: Sequence[str], first: dt.date | None) -> GroupSeries:
    """Groups week by week; all classes together where no name is given.

    Args:
        cube: As ``flow_cube`` gives it.
        by: What groups.
        names: Which groups, eight at most; more are left out.
        first: First day; None is the first there is.

    Raises:
        NotFoundError: There is no group of that name.
    """
    days = cube.filter(pl.col("ref_date") >= first) if first else cube
    weeks = weekly(days.with_columns(whole=pl.lit("")), "whole" if not names else by)
    ends = sorted(weeks["end"].unique())
    known = weeks["name"].unique().to_list()
    lines = []
    for name in list(names)[:_SERIES] or [""]:
        if names and name not in known:
            raise NotFoundError(
                "No {by} is called '{name}'.",
                hint="Take a name from /portability/groups.",
                by=by,
                name=name,
            )
        own = pl.DataFrame({"end": ends}, schema={"end": pl.Date}).join(
            weeks.filter(pl.col("name") == name), on="end", how="left", maintain_order="left"
        )
        total = own["net_flow"].fill_null(0.0).cum_sum().round(2)
        lines.append(
            GroupLine(
                name or None, own["net_flow"].to_list(), total.to_list(),
                own["net_worth"].to_list(),
            )
        )  # fmt: skip
    return GroupSeries(by, ends, lines)


def signals(funds: pl.DataFrame, least: float, limit: int) -> list[FundRow]:
    """Classes with the strongest signals; not those that are closed, nor what a class's row counts.

    Args:
        funds: As ``fund_list`` gives them.
        least: Points at least.
        limit: Classes at most.
    """
    found = funds.filter(_is_open(), ~pl.col("within"), pl.col("score") >= least)
    found = found.sort("score", "net_worth", descending=True, nulls_last=True).head(limit)
    return [FundRow(**row) for row in found.drop("searched").iter_rows(named=True)]


def _is_open() -> pl.Expr:
    return (pl.col("net_worth") > 0) & (pl.col("status").fill_null("") != CANCELLED)
