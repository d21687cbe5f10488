"""Every fund class at a glance: the list that is searched, ranked and filtered.

One row a class, and one a subclass, of the newest month reported; a class that is late in it keeps
its row of the month before, with its own ``ref_date``, unless the registry says it was cancelled.
A class that reports beside its subclasses holds their sums: such subclasses say ``within`` and no
sum counts them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lastro.answers.folding import folded
from lastro.core.clock import add_months

if TYPE_CHECKING:
    from collections.abc import Callable

    Reader = Callable[[str], pl.LazyFrame | None]

TABLES = (
    "gold.fund_flows_daily",
    "gold.fund_flows_monthly",
    "gold.fund_performance",
    "gold.portability_signals",
    "silver.fund_registry",
    "gold.benchmarks",
)
KEY = ("cnpj", "subclass_id")
DAYS = 30  # of the short window of flows
_RUN_MONTHS = 12  # as far back as a run of days is counted
CANCELLED = "Cancelado"
_REGISTERED = (
    "name", "fund_cnpj", "class_type", "status", "started_on", "classification",
    "anbima_classification", "benchmark", "audience", "condominium", "exclusive",
    "administrator_cnpj", "administrator", "manager_id", "manager", "custodian_cnpj", "custodian",
)  # fmt: skip
_SCORED = (
    "fund_name", "score", "rank", "reason", "reason_en", "net_flow_3m", "net_flow_12m",
    "flow_ratio_3m", "flow_ratio_12m", "outflow_run", "holders_change_3m", "holders_change_12m",
    "peer_score",
)  # fmt: skip
_RETURNS = tuple(f"return_{span}" for span in ("1m", "3m", "6m", "12m", "ytd", "since_start"))


@dataclass(frozen=True, kw_only=True)
class FundRow:
    """One class or subclass in its newest month. Every field may be missing or null: not known.

    Attributes:
        cnpj: Class of quotas, 14 characters.
        subclass_id: Subclass; blank is the class itself.
        name: Registered name.
        fund_type: Kind, as CVM's daily report writes it.
        fund_cnpj: The fund it belongs to.
        class_type: Kind of class, as the registry writes it.
        status: State of registration.
        started_on: First day of activity.
        classification: CVM's class of strategy.
        anbima_classification: ANBIMA's.
        benchmark: Declared benchmark.
        audience: Investors it is open to.
        condominium: Aberto (open) or Fechado (closed).
        exclusive: S where it has one holder alone.
        administrator_cnpj: Fiduciary administrator.
        administrator: Its name.
        manager_id: Manager: CNPJ, or masked CPF.
        manager: Its name.
        custodian_cnpj: Custodian.
        custodian: Its name.
        month: Month of the figures.
        ref_date: Last day reported.
        net_worth: On that day, BRL.
        holders: On that day.
        holders_change_3m: Since the closing 3 months before.
        holders_change_12m: Since the closing 12 months before.
        quota: On the last day, BRL.
        return_1m: From the closing 1 month before; ratio.
        return_3m: From 3 months before; ratio.
        return_6m: From 6 months before; ratio.
        return_12m: From 12 months before; ratio.
        return_ytd: From last December's closing; ratio.
        return_since_start: From the first quota in the lake; ratio.
        cdi_12m: CDI over the 12 months of ``return_12m``; ratio.
        excess_12m: ``return_12m`` less ``cdi_12m``; ratio.
        volatility_12m: Deviation of daily returns, a year; ratio.
        worst_drawdown: Deepest fall since the first quota in the lake; ratio, not above zero.
        net_flow_30d: Inflow less outflow of the 30 days up to the newest day of the list, BRL.
        flow_ratio_30d: The same over the mean net worth of those days; ratio.
        net_flow_3m: Over 3 months, BRL.
        net_flow_12m: Over 12 months, BRL.
        flow_ratio_3m: Over mean net worth; ratio.
        flow_ratio_12m: Over mean net worth; ratio.
        flow_run: Days in a row with net inflow (above zero) or net outflow (below zero).
        outflow_run: Months in a row with more outflow than inflow.
        score: Portability signal: 0 (no sign of leaving) to 100. A proxy.
        rank: Its place by score in the month; 1 is the highest.
        peer_score: Distance from its peers' flows, robust deviations.
        reason: What makes the score, in Portuguese.
        reason_en: The same in English.
        spark: Quota at month ends over up to 13 months, the first known as 1.
        within: Whether its class's own row already counts it.
    """

    cnpj: str | None = None
    subclass_id: str | None = None
    name: str | None = None
    fund_type: str | None = None
    fund_cnpj: str | None = None
    class_type: str | None = None
    status: str | None = None
    started_on: dt.date | None = None
    classification: str | None = None
    anbima_classification: str | None = None
    benchmark: str | None = None
    audience: str | None = None
    condominium: str | None = None
    exclusive: str | None = None
    administrator_cnpj: str | None = None
    administrator: str | None = None
    manager_id: str | None = None
    manager: str | None = None
    custodian_cnpj: str | None = None
    custodian: str | None = None
    month: dt.date | None = None
    ref_date: dt.date | None = None
    net_worth: float | None = None
    holders: int | None = None
    holders_change_3m: int | None = None
    holders_change_12m: int | None = None
    quota: float | None = None
    return_1m: float | None = None
    return_3m: float | None = None
    return_6m: float | None = None
    return_12m: float | None = None
    return_ytd: float | None = None
    return_since_start: float | None = None
    cdi_12m: float | None = None
    excess_12m: float | None = None
    volatility_12m: float | None = None
    worst_drawdown: float | None = None
    net_flow_30d: float | None = None
    flow_ratio_30d: float | None = None
    net_flow_3m: float | None = None
    net_flow_12m: float | None = None
    flow_ratio_3m: float | None = None
    flow_ratio_12m: float | None = None
    flow_run: int | None = None
    outflow_run: int | None = None
    score: float | None = None
    rank: int | None = None
    peer_score: float | None = None
    reason: str | None = None
    reason_en: str | None = None
    spark: list[float | None] | None = None
    within: bool | None = None


COLUMNS = tuple(FundRow.__dataclass_fields__)
_SEARCHED = "searched"  # what text is looked for in: folded name, CNPJ


def fund_list(read: Reader) -> pl.DataFrame:
    """Every class and subclass of the newest month.

    Args:
        read: Gives a table's rows by its name; None where it was never written.

    Returns:
        A row a class, the largest first: the columns of ``FundRow`` and ``searched``, the text
        that searches look into. Empty where no month of any fund was ever built.
    """
    performance = read("gold.fund_performance")
    newest = None if performance is None else _greatest(performance, "month")
    if performance is None or newest is None:
        return _nothing()
    closings = _closings(read, newest)
    rows = _months(performance, newest).join(closings, on=[*KEY, "month"], how="left")
    for more, on in (
        (_flows(read), [*KEY]),
        (_signals(read, newest), [*KEY, "month"]),
        (_sparks(performance, newest), [*KEY]),
    ):
        rows = rows.join(more, on=on, how="left")
    rows = _registered(rows, read)
    rows = _beside_cdi(rows, read)
    return _finished(rows, newest)


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema=[*COLUMNS, _SEARCHED]).cast(
        {"net_worth": pl.Float64, "name": pl.String, "within": pl.Boolean, "score": pl.Float64,
         "net_flow_30d": pl.Float64, "ref_date": pl.Date, _SEARCHED: pl.String}
    )  # fmt: skip


def _greatest(frame: pl.LazyFrame, column: str) -> dt.date | None:
    found: dt.date | None = frame.select(pl.col(column).max()).collect().item()
    return found


def _months(performance: pl.LazyFrame, newest: dt.date) -> pl.DataFrame:
    """Each class's last row of the newest two months."""
    return (
        performance.filter(pl.col("month") >= add_months(newest, -1))
        .select(*KEY, "month", *_RETURNS, "volatility_12m", "worst_drawdown",
                quota=pl.col("quota_end").cast(pl.Float64))
        .sort(*KEY, "month")
        .unique(KEY, keep="last", maintain_order=True)
        .collect()
    )  # fmt: skip


def _closings(read: Reader, newest: dt.date) -> pl.DataFrame:
    frame = read("gold.fund_flows_monthly")
    wanted = {"net_worth": pl.Float64, "holders": pl.Int64, "fund_type": pl.String}
    if frame is None:
        return pl.DataFrame(
            schema={"cnpj": pl.String, "subclass_id": pl.String, "month": pl.Date, **wanted}
        )
    return (
        frame.filter(pl.col("month") >= add_months(newest, -1))
        .select(*KEY, "month", net_worth=pl.col("net_worth_end").cast(pl.Float64),
                holders="holders_end", fund_type="fund_type")
        .collect()
    )  # fmt: skip


def _flows(read: Reader) -> pl.DataFrame:
    """Of each class: its last day, flows of the last 30 days, and its run of days."""
    frame = read("gold.fund_flows_daily")
    last = None if frame is None else _greatest(frame, "ref_date")
    if frame is None or last is None:
        return pl.DataFrame(
            schema={"cnpj": pl.String, "subclass_id": pl.String, "ref_date": pl.Date,
                    "net_flow_30d": pl.Float64, "flow_ratio_30d": pl.Float64,
                    "flow_run": pl.Int64}
        )  # fmt: skip
    recent = pl.col("ref_date") > last - dt.timedelta(days=DAYS)
    flow, worth = pl.col("net_flow").cast(pl.Float64), pl.col("mean_net_worth")
    found = (
        frame.filter(pl.col("month") >= add_months(last, -1))
        .select(*KEY, "ref_date", sign=_SIGN, flow=pl.when(recent).then(flow),
                worth=pl.when(recent).then(worth))
        .group_by(KEY)
        .agg(
            pl.col("ref_date").max(),
            *_RUN,
            days=pl.len(),
            net_flow_30d=pl.when(pl.col("flow").count() > 0).then(pl.col("flow").sum()).round(2),
            worth=pl.col("worth").mean(),
        )
        .collect()
    )  # fmt: skip
    whole = (pl.col("run") == pl.col("days")) & (pl.col("way") != 0)
    found = found.join(_long_runs(frame, last, found.filter(whole)), on=KEY, how="left")
    run = pl.coalesce("longer", "run").cast(pl.Int64) * pl.col("way").cast(pl.Int64)
    return found.select(
        *KEY, "ref_date", "net_flow_30d",
        flow_ratio_30d=pl.col("net_flow_30d") / pl.col("worth"), flow_run=run,
    )  # fmt: skip


_SIGN = pl.col("net_flow").cast(pl.Float64).sign().fill_null(0).cast(pl.Int8)
_LAST = pl.col("sign").sort_by("ref_date").last()
_OTHER = pl.col("ref_date").filter(pl.col("sign") != _LAST).max().fill_null(dt.date.min)
_RUN = (  # days at the end that have the sign of the last one
    (pl.col("ref_date") > _OTHER).sum().alias("run"),
    _LAST.alias("way"),
)


def _long_runs(frame: pl.LazyFrame, last: dt.date, which: pl.DataFrame) -> pl.DataFrame:
    """Runs of the few classes whose run is older than the days looked at first."""
    return (
        frame.filter(pl.col("month") >= add_months(last, -_RUN_MONTHS))
        .join(which.lazy().select(KEY), on=KEY, how="semi")
        .select(*KEY, "ref_date", sign=_SIGN)
        .group_by(KEY)
        .agg(_RUN[0].alias("longer"))
        .collect()
    )


def _signals(read: Reader, newest: dt.date) -> pl.DataFrame:
    frame = read("gold.portability_signals")
    if frame is None:
        text = dict.fromkeys(("cnpj", "subclass_id", "fund_name"), pl.String)
        rest = dict.fromkeys(_SCORED[1:], pl.Float64)
        return pl.DataFrame(schema={**text, "month": pl.Date, **rest})
    return (
        frame.filter(pl.col("month") >= add_months(newest, -1))
        .select(*KEY, "month", *_SCORED)
        .with_columns(pl.col("score").cast(pl.Float64))
        .collect()
    )


def _sparks(performance: pl.LazyFrame, newest: dt.date) -> pl.DataFrame:
    """Quota at the ends of up to 13 months; the first known is 1; a gap where one is flagged."""
    quota = pl.col("quota_end").cast(pl.Float64)
    return (
        performance.filter(pl.col("month") >= add_months(newest, -12))
        .select(*KEY, "month", quota=quota)
        .sort(*KEY, "month")
        .group_by(KEY, maintain_order=True)
        .agg(spark=(pl.col("quota") / pl.col("quota").drop_nulls().first()).round(4))
        .collect()
    )


def registry_now(read: Reader) -> pl.DataFrame:
    """The newest snapshot of the registry: a row a class and a row a subclass."""
    frame = read("silver.fund_registry")
    if frame is None:
        return pl.DataFrame(schema=dict.fromkeys((*KEY, *_REGISTERED), pl.String))
    newest = frame.filter(pl.col("month") == pl.col("month").max())
    return newest.sort("ref_date").unique(KEY, keep="last").select(*KEY, *_REGISTERED).collect()


def _registered(rows: pl.DataFrame, read: Reader) -> pl.DataFrame:
    """What the registry says; of a subclass it does not list, what it says of its class."""
    registry = registry_now(read)
    classes = registry.filter(pl.col("subclass_id") == "").drop("subclass_id", "name")
    joined = rows.join(registry, on=KEY, how="left").join(
        classes, on="cnpj", how="left", suffix="_of_class"
    )
    shared = [name for name in _REGISTERED if name != "name"]
    return joined.with_columns(pl.coalesce(n, f"{n}_of_class") for n in shared).with_columns(
        pl.coalesce("name", "fund_name")
    )


def _beside_cdi(rows: pl.DataFrame, read: Reader) -> pl.DataFrame:
    """Add CDI over the same 12 months, and what the class earned above it."""
    frame = read("gold.benchmarks")
    if frame is None:
        empty = pl.lit(None, pl.Float64)
        return rows.with_columns(cdi_12m=empty, excess_12m=empty)
    levels = (
        frame.filter(pl.col("benchmark") == "CDI").select("ref_date", "level").sort("ref_date")
    ).collect()
    spans = rows.select("month", "ref_date").unique().drop_nulls()
    start = pl.col("month").dt.offset_by("-11mo") - pl.duration(days=1)
    spans = spans.with_columns(start=start.cast(pl.Date))
    for name, day in (("begun", "start"), ("ended", "ref_date")):
        spans = spans.sort(day).join_asof(
            levels.rename({"level": name, "ref_date": "at"}), left_on=day, right_on="at"
        )
        spans = spans.drop("at", strict=False)
    spans = spans.select("month", "ref_date", cdi_12m=pl.col("ended") / pl.col("begun") - 1)
    return rows.join(spans, on=["month", "ref_date"], how="left").with_columns(
        excess_12m=pl.col("return_12m") - pl.col("cdi_12m")
    )


def _finished(rows: pl.DataFrame, newest: dt.date) -> pl.DataFrame:
    late = pl.col("month") < newest
    gone = (pl.col("status") == CANCELLED).fill_null(value=False)
    rows = rows.filter(~(late & gone))
    whole = rows.filter(pl.col("subclass_id") == "")["cnpj"]
    is_part = (pl.col("subclass_id") != "") & pl.col("cnpj").is_in(whole.implode())
    return (
        rows.with_columns(
            within=is_part,
            searched=pl.concat_str(folded(pl.col("name").fill_null("")), pl.lit(" "), "cnpj"),
        )
        .select(*COLUMNS, _SEARCHED)
        .sort("net_worth", "cnpj", "subclass_id", descending=[True, False, False], nulls_last=True)
    )
