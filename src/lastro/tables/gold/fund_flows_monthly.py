"""gold.fund_flows_monthly: flows, return and holders of every fund and month."""

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
    MONEY,
    MONEY_SUM,
    TEXT,
    Column,
    Contract,
)

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

KEY = ("cnpj", "subclass_id")

CONTRACT = Contract(
    name="gold.fund_flows_monthly",
    title="Flows, quota return and holders of every fund class and month",
    pt="Captação, resgate, retorno da cota e cotistas de cada classe por mês",
    columns=(
        Column("cnpj", CNPJ, "CNPJ", "Class of quotas, 14 characters.", required=True),
        Column("subclass_id", TEXT, "subclasse", "Subclass; blank is the class itself.",
               required=True),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
        Column("inflow", MONEY_SUM, "captação", "Subscriptions of the month.", "BRL"),
        Column("outflow", MONEY_SUM, "resgate", "Redemptions of the month.", "BRL"),
        Column("net_flow", MONEY_SUM, "captação líquida", "Inflow less outflow.", "BRL"),
        Column("mean_net_worth", FLOAT, "patrimônio médio",
               "Mean over the days with net worth above zero.", "BRL"),
        Column("quota_return", FLOAT, "variação da cota",
               "From the closing of the month before (where it was not reported: from this month's "
               "first quota) to this month's closing; null across a flagged quota.", "ratio"),
        Column("flow_ratio", FLOAT, "captação / patrimônio", "net_flow / mean_net_worth.",
               "ratio"),
        Column("holders_end", INTEGER, "cotistas no fim", "Holders on the last day.", "holders"),
        Column("holders_change", INTEGER, "variação de cotistas",
               "Since the closing of the month before.", "holders"),
        Column("reporting_days", INTEGER, "dias informados", "Days reported.", "days"),
        Column("fund_type", TEXT, "tipo", "Kind of fund or class, as CVM writes it."),
        Column("net_worth_end", MONEY, "patrimônio final", "Net worth on the last day.", "BRL"),
        Column("available_at", INSTANT, "disponível em", "When its last row could be known."),
    ),
    key=("cnpj", "subclass_id", "month"),
    partition="month",
    sort=KEY,
)  # fmt: skip


def build(fund_months: Frame) -> Frame:
    """Months in, months out: each beside the closing of the month before."""
    before = fund_months.select(
        *KEY,
        month=nw.col("month").dt.offset_by("1mo").cast(nw.Date),
        closing=nw.col("quota_end"),
        holders_before=nw.col("holders_end"),
        is_known=nw.lit(1),
    )
    # sums leave room for one more digit, which Spark wants before it subtracts
    inflow = nw.col("inflow").cast(nw.Decimal(30, 2))
    outflow = nw.col("outflow").cast(nw.Decimal(30, 2))
    base = nw.when(nw.col("is_known") == 1).then(nw.col("closing"))
    started = nw.when(nw.col("is_known").is_null()).then(nw.col("quota_first"))
    worth = nw.col("net_worth_sum").cast(nw.Float64) / nw.col("net_worth_days").cast(nw.Float64)
    return (
        fund_months.join(before, on=[*KEY, "month"], how="left")
        .with_columns(
            net_flow=(inflow - outflow).cast(nw.Decimal(38, 2)),
            mean_net_worth=nw.when(nw.col("net_worth_days") > 0).then(worth),
            base=nw.coalesce(base, started).cast(nw.Float64),
            holders_change=nw.col("holders_end") - nw.col("holders_before"),
        )
        .with_columns(
            quota_return=nw.when(nw.col("flagged_quotas") == 0).then(
                nw.col("quota_end").cast(nw.Float64) / nw.col("base") - 1
            ),
            flow_ratio=nw.col("net_flow").cast(nw.Float64) / nw.col("mean_net_worth"),
        )
        .select(CONTRACT.names)
    )


TABLE = Table(CONTRACT, (Input("silver.fund_months", months_back=1),), build, pace="all")
