"""gold.fund_performance: returns, volatility and drawdown of every fund at each month end.

Quotas are net of fund fees and gross of the investor's tax. No return crosses a flagged quota.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import (
    CNPJ,
    DATE,
    FLOAT,
    INSTANT,
    INTEGER,
    QUOTA,
    TEXT,
    Column,
    Contract,
)

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

KEY = ("cnpj", "subclass_id")
WINDOWS = (1, 3, 6, 12)
_SESSIONS_A_YEAR = 252
_FEWEST_RETURNS = 20
_DAILY_MOVES = (-0.5, 1.0)  # as silver.fund_months, for the return that joins two months

CONTRACT = Contract(
    name="gold.fund_performance",
    title="Returns, volatility and worst drawdown of every fund class at each month end",
    pt="Retornos, volatilidade e maior queda de cada classe no fim de cada mês",
    columns=(
        Column("cnpj", CNPJ, "CNPJ", "Class of quotas, 14 characters.", required=True),
        Column("subclass_id", TEXT, "subclasse", "Subclass; blank is the class itself.",
               required=True),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
        Column("quota_end", QUOTA, "última cota", "Quota on the last day; null if flagged.",
               "BRL"),
        *(
            Column(f"return_{k}m", FLOAT, f"retorno em {k} meses",
                   f"From the closing {k} months before; null across a flagged quota.", "ratio")
            for k in WINDOWS
        ),
        Column("return_ytd", FLOAT, "retorno no ano",
               "From the closing of last December; null where it was not reported.", "ratio"),
        Column("return_since_start", FLOAT, "retorno desde o início",
               "From the first quota in the lake.", "ratio"),
        Column("volatility_12m", FLOAT, "volatilidade",
               "Deviation of daily returns over the last 12 months reported, times the root of "
               "252; null under 20 returns.", "ratio"),
        Column("worst_drawdown", FLOAT, "maior queda",
               "Deepest fall from a high since the first quota in the lake.", "ratio"),
        Column("months", INTEGER, "meses", "Months reported so far.", "months"),
        Column("available_at", INSTANT, "disponível em", "When its last row could be known."),
    ),
    key=("cnpj", "subclass_id", "month"),
    partition="month",
    sort=KEY,
)  # fmt: skip


def build(fund_months: Frame) -> Frame:
    """Months in, months out; everything merges from each month's closing values and moments."""
    months = _with_history(fund_months)
    past = months.select(*KEY, "index", "quota_end", "flags_so_far")
    for name, base in (*((f"return_{k}m", nw.col("index") - k) for k in WINDOWS),
                       ("return_ytd", nw.col("year") * 12)):  # fmt: skip
        months = _with_return(months.with_columns(base_index=base), past, name)
    return months.with_columns(
        return_since_start=nw.when(nw.col("flags_so_far") == 0).then(
            nw.col("quota_end").cast(nw.Float64) / nw.col("start") - 1
        ),
        volatility_12m=_volatility(),
        worst_drawdown=nw.when(nw.col("high") > 0).then(nw.col("deepest")),
    ).select(CONTRACT.names)


def _with_history(fund_months: Frame) -> Frame:
    """Running values of each fund: month number, flags, start, deepest fall, return moments."""
    ordered = {"order_by": "month"}
    months = fund_months.with_columns(
        year=nw.col("month").dt.year().cast(nw.Int64),
        index=nw.col("month").dt.year().cast(nw.Int64) * 12
        + nw.col("month").dt.month().cast(nw.Int64),
        first=nw.col("quota_first").cast(nw.Float64),
        known_high=nw.col("quota_high").fill_null(0.0),  # quotas are positive: 0 is none so far
    ).with_columns(
        index_before=nw.col("index").shift(1).over(*KEY, **ordered),
        closing=nw.col("quota_end").shift(1).over(*KEY, **ordered),
        high=nw.col("known_high").cum_max().over(*KEY, **ordered),
        flags_so_far=nw.col("flagged_quotas").cum_sum().over(*KEY, **ordered),
        months=nw.col("reporting_days").cum_count().over(*KEY, **ordered).cast(nw.Int64),
    )
    since_peak = nw.when(nw.col("peak") > 0).then(nw.col("quota_low") / nw.col("peak") - 1)
    joined = nw.when(nw.col("index") - nw.col("index_before") == 1).then(
        nw.col("first") / nw.col("closing").cast(nw.Float64) - 1
    )
    months = months.with_columns(
        peak=nw.col("high").shift(1).over(*KEY, **ordered),
        start=nw.when(nw.col("months") == 1).then(nw.col("first")),
        joint=nw.when(joined.is_between(*_DAILY_MOVES)).then(joined),
    ).with_columns(
        fall=nw.min_horizontal("drawdown", since_peak).fill_null(0.0),
        square=nw.col("joint") * nw.col("joint"),
        counted=nw.when(nw.col("joint").is_null()).then(nw.lit(0)).otherwise(nw.lit(1)),
    )
    return months.with_columns(
        start=nw.col("start").max().over(*KEY),
        deepest=nw.col("fall").cum_min().over(*KEY, **ordered),
        n=_rolling(nw.col("returns") + nw.col("counted")),
        s=_rolling(nw.col("return_sum").fill_null(0.0) + nw.col("joint").fill_null(0.0)),
        q=_rolling(nw.col("return_squares").fill_null(0.0) + nw.col("square").fill_null(0.0)),
    )


def _rolling(expression: nw.Expr) -> nw.Expr:
    values = expression.cast(nw.Float64)
    return values.rolling_sum(12, min_samples=1).over(*KEY, order_by="month")


def _volatility() -> nw.Expr:
    n, s, q = nw.col("n"), nw.col("s"), nw.col("q")
    variance = (q - s * s / n) / (n - 1)
    floor = nw.when(variance > 0).then(variance).otherwise(nw.lit(0.0))
    return nw.when(n >= _FEWEST_RETURNS).then((floor * _SESSIONS_A_YEAR).sqrt())


def _with_return(months: Frame, past: Frame, name: str) -> Frame:
    """Add the return since the closing of month number ``base_index``."""
    base = past.select(
        *KEY,
        base_index=nw.col("index"),
        base_quota=nw.col("quota_end").cast(nw.Float64),
        base_flags=nw.col("flags_so_far"),
    )
    value = nw.col("quota_end").cast(nw.Float64) / nw.col("base_quota") - 1
    return (
        months.join(base, on=[*KEY, "base_index"], how="left")
        .with_columns(
            nw.when(nw.col("flags_so_far") == nw.col("base_flags")).then(value).alias(name)
        )
        .drop("base_index", "base_quota", "base_flags")
    )


TABLE = Table(CONTRACT, (Input("silver.fund_months", months_back=None),), build, pace="all")
