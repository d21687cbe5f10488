"""One fund class over time: quota beside CDI and Ibovespa, flows, holders, months.

Series are columnar: arrays of equal length, null where a day or figure is not known.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - the API reads these annotations at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lastro.core.clock import add_months

if TYPE_CHECKING:
    from collections.abc import Callable

    Reader = Callable[[str], pl.LazyFrame | None]

QUOTAS = ("silver.fund_navs", "gold.benchmarks")
FLOWS = ("gold.fund_flows_daily",)
PERFORMANCE = ("gold.fund_performance", "gold.benchmarks")
_SPANS = {"1m": 1, "3m": 3, "6m": 6, "12m": 12}


@dataclass(frozen=True)
class Which:
    """Which rows of a table: one class or subclass, and from when to when.

    Attributes:
        cnpj: 14 characters.
        subclass_id: Subclass; blank is the class itself.
        first: First day; None is the first there is.
        last: Last day; None is the newest.
    """

    cnpj: str
    subclass_id: str = ""
    first: dt.date | None = None
    last: dt.date | None = None

    def rows(self, frame: pl.LazyFrame | None, day: str = "ref_date") -> pl.DataFrame:
        """Its rows of a table, the oldest first; no columns where the table was never written."""
        if frame is None:
            return pl.DataFrame()
        found = frame.filter(pl.col("cnpj") == self.cnpj, pl.col("subclass_id") == self.subclass_id)
        if self.first:  # the partition's column spares months that cannot hold the days
            month = self.first.replace(day=1)
            found = found.filter(pl.col("month") >= month, pl.col(day) >= self.first)
        if self.last:
            found = found.filter(pl.col("month") <= self.last, pl.col(day) <= self.last)
        return found.sort(day).collect()


@dataclass(frozen=True)
class FundQuotas:
    """Quota day by day, beside CDI and Ibovespa from a common day on.

    Attributes:
        dates: Days reported.
        quota: BRL; null where it is flagged.
        net_worth: BRL; null where CVM was told one below zero, which is flagged.
        fund: Quota as a multiple of that of ``base_date``.
        cdi: CDI's index as a multiple of that of ``base_date``; null on days it has none.
        ibov: The same of the Ibovespa.
        drawdown: From the highest quota so far; ratio, zero or below.
        base_date: First day on which the class and every benchmark that there is are known; null
            where there is none.
    """

    dates: list[dt.date]
    quota: list[float | None]
    net_worth: list[float | None]
    fund: list[float | None]
    cdi: list[float | None]
    ibov: list[float | None]
    drawdown: list[float | None]
    base_date: dt.date | None


@dataclass(frozen=True)
class FundFlows:
    """What came in and went out, day by day; BRL.

    Attributes:
        dates: Days reported.
        inflow: Subscriptions.
        outflow: Redemptions, as positive numbers.
        net_flow: Inflow less outflow.
        cumulative: Sum of ``net_flow`` since the first day given.
        net_worth: Net worth, where above zero.
        flow_ratio: ``net_flow`` over ``net_worth``; ratio.
    """

    dates: list[dt.date]
    inflow: list[float | None]
    outflow: list[float | None]
    net_flow: list[float | None]
    cumulative: list[float | None]
    net_worth: list[float | None]
    flow_ratio: list[float | None]


@dataclass(frozen=True)
class FundHolders:
    """Holders day by day.

    Attributes:
        dates: Days reported.
        holders: Holders of quotas.
        change: Since the day reported before.
    """

    dates: list[dt.date]
    holders: list[int | None]
    change: list[int | None]


@dataclass(frozen=True)
class SpanReturn:
    """What a class earned over a span, beside benchmarks over the same days; ratios.

    Attributes:
        span: ``1m``, ``3m``, ``6m``, ``12m``, ``ytd`` or ``since_start``.
        fund: Its return.
        cdi: CDI's.
        ibov: The Ibovespa's.
    """

    span: str
    fund: float | None
    cdi: float | None
    ibov: float | None


@dataclass(frozen=True)
class FundPerformance:
    """Returns over spans up to now, and month by month; ratios.

    Attributes:
        spans: Up to the newest month.
        volatility_12m: Deviation of daily returns, a year.
        worst_drawdown: Deepest fall since the first quota in the lake.
        months: Months reported, by their first day.
        fund: Return of each month.
        cdi: CDI's.
        ibov: The Ibovespa's.
        drawdown: Deepest fall since the first quota, up to each month.
    """

    spans: list[SpanReturn]
    volatility_12m: float | None
    worst_drawdown: float | None
    months: list[dt.date]
    fund: list[float | None]
    cdi: list[float | None]
    ibov: list[float | None]
    drawdown: list[float | None]


def quotas(read: Reader, which: Which) -> FundQuotas:
    """Quota, its multiple and those of the benchmarks, and its fall from the highest.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        which: Class and days.
    """
    rows = which.rows(read("silver.fund_navs"))
    if rows.is_empty():
        return FundQuotas([], [], [], [], [], [], [], None)
    quota = pl.when(pl.col("quota") > 0).then(pl.col("quota")).cast(pl.Float64)
    worth = pl.when(pl.col("net_worth") >= 0).then(pl.col("net_worth")).cast(pl.Float64)
    rows = rows.select("ref_date", quota=quota, net_worth=worth)
    for name, code in (("cdi", "CDI"), ("ibov", "IBOV")):
        rows = rows.join(levels(read, code).rename({"level": name}), on="ref_date", how="left")
    rows = rows.sort("ref_date")
    measured = [n for n in ("quota", "cdi", "ibov") if rows[n].count() > 0]
    common = rows.filter(pl.all_horizontal(pl.col(n).is_not_null() for n in measured))
    base = common.row(0, named=True) if len(common) and "quota" in measured else None
    first = {n: base[n] if base else None for n in ("quota", "cdi", "ibov")}
    out = rows.with_columns(
        (pl.col(n) / pl.lit(first[n], pl.Float64)).round(8).alias(as_) for n, as_ in
        (("quota", "fund"), ("cdi", "cdi"), ("ibov", "ibov"))
    ).with_columns(
        drawdown=(pl.col("quota") / pl.col("quota").cum_max() - 1).round(8)
    )  # fmt: skip
    names = ("quota", "net_worth", "fund", "cdi", "ibov", "drawdown")
    series: dict[str, Any] = {n: out[n].to_list() for n in names}
    return FundQuotas(
        dates=out["ref_date"].to_list(), **series, base_date=base["ref_date"] if base else None
    )


def levels(read: Reader, benchmark: str) -> pl.DataFrame:
    """A benchmark's index: ``ref_date`` and ``level``, the oldest first."""
    frame = read("gold.benchmarks")
    if frame is None:
        return pl.DataFrame(schema={"ref_date": pl.Date, "level": pl.Float64})
    own = frame.filter(pl.col("benchmark") == benchmark)
    return own.select("ref_date", "level").sort("ref_date").collect()


def flows(read: Reader, which: Which) -> FundFlows:
    """Daily flows and their sum so far.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        which: Class and days.
    """
    rows = which.rows(read("gold.fund_flows_daily"))
    if rows.is_empty():
        return FundFlows([], [], [], [], [], [], [])
    money = [pl.col(n).cast(pl.Float64) for n in ("inflow", "outflow", "net_flow")]
    rows = rows.select(
        "ref_date", *money, "flow_ratio", net_worth="mean_net_worth",
        cumulative=pl.col("net_flow").fill_null(0).cum_sum().cast(pl.Float64),
    )  # fmt: skip
    names = ("ref_date", "inflow", "outflow", "net_flow", "cumulative", "net_worth", "flow_ratio")
    return FundFlows(*(rows[n].to_list() for n in names))


def holders(read: Reader, which: Which) -> FundHolders:
    """Holders day by day.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        which: Class and days.
    """
    rows = which.rows(read("gold.fund_flows_daily"))
    if rows.is_empty():
        return FundHolders([], [], [])
    names = ("ref_date", "holders_end", "holders_change")
    return FundHolders(*(rows[n].to_list() for n in names))


def performance(read: Reader, which: Which) -> FundPerformance:
    """Returns by span and by month, with those of the benchmarks over the same months.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        which: Class; days choose months by their first day.
    """
    rows = which.rows(read("gold.fund_performance"), "month")
    if rows.is_empty():
        return FundPerformance([], None, None, [], [], [], [], [])
    cdi, ibov = levels(read, "CDI"), levels(read, "IBOV")
    months: list[dt.date] = rows["month"].to_list()
    last = rows.row(-1, named=True)
    return FundPerformance(
        _spans(last, cdi, ibov),
        last["volatility_12m"],
        last["worst_drawdown"],
        months,
        rows["return_1m"].to_list(),
        [_over(cdi, month, month) for month in months],
        [_over(ibov, month, month) for month in months],
        rows["worst_drawdown"].to_list(),
    )


def _spans(last: dict[str, Any], cdi: pl.DataFrame, ibov: pl.DataFrame) -> list[SpanReturn]:
    month = last["month"]
    starts = {name: add_months(month, 1 - count) for name, count in _SPANS.items()}
    starts |= {"ytd": month.replace(month=1)}
    found = [
        SpanReturn(
            name, last[f"return_{name}"], _over(cdi, start, month), _over(ibov, start, month)
        )
        for name, start in starts.items()
    ]
    # it began inside its first month in the lake, on a day that this table does not keep
    return [*found, SpanReturn("since_start", last["return_since_start"], None, None)]


def _over(index: pl.DataFrame, start: dt.date, month: dt.date) -> float | None:
    """An index's return from the closing before the month ``start`` to the closing of ``month``."""
    before = index.filter(pl.col("ref_date") < start)["level"]
    upto = index.filter(pl.col("ref_date") < add_months(month, 1))
    inside = upto.filter(pl.col("ref_date") >= month)
    if before.is_empty() or inside.is_empty() or not before[-1]:
        return None
    return float(inside["level"][-1] / before[-1] - 1)
