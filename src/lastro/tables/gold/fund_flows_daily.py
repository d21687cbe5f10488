"""gold.fund_flows_daily: subscriptions, redemptions and quota return of every fund and day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import (
    CNPJ,
    DATE,
    FLOAT,
    INSTANT,
    INTEGER,
    MONEY,
    TEXT,
    Column,
    Contract,
)

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

KEY = ("cnpj", "subclass_id")

CONTRACT = Contract(
    name="gold.fund_flows_daily",
    title="Flows, quota return and holders of every fund class and day",
    pt="Captação, resgate, retorno da cota e cotistas de cada classe por dia",
    columns=(
        Column("cnpj", CNPJ, "CNPJ", "Class of quotas, 14 characters.", required=True),
        Column("subclass_id", TEXT, "subclasse", "Subclass; blank is the class itself.",
               required=True),
        Column("ref_date", DATE, "data de competência", "Day the row speaks of.", required=True),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
        Column("inflow", MONEY, "captação", "Subscriptions of the day.", "BRL"),
        Column("outflow", MONEY, "resgate", "Redemptions of the day.", "BRL"),
        Column("net_flow", MONEY, "captação líquida", "Inflow less outflow.", "BRL"),
        Column("mean_net_worth", FLOAT, "patrimônio", "Net worth of the day, where above zero.",
               "BRL"),
        Column("quota_return", FLOAT, "variação da cota",
               "Since the day reported before; null where either quota is flagged.", "ratio"),
        Column("flow_ratio", FLOAT, "captação / patrimônio", "net_flow / mean_net_worth.",
               "ratio"),
        Column("holders_end", INTEGER, "cotistas", "Holders on the day.", "holders"),
        Column("holders_change", INTEGER, "variação de cotistas", "Since the day reported before.",
               "holders"),
        Column("reporting_days", INTEGER, "dias informados", "Always 1: as in the monthly table.",
               "days"),
        Column("available_at", INSTANT, "disponível em", "When anybody could have known it."),
    ),
    key=("cnpj", "subclass_id", "ref_date"),
    partition="month",
    sort=("cnpj", "subclass_id", "ref_date"),
)  # fmt: skip


def build(fund_navs: Frame, fund_months: Frame) -> Frame:
    """Days of a month, joined to the closing of the month before so that no return is lost."""
    days = fund_navs.select(
        *KEY, "month", "ref_date", "inflow", "outflow", "net_worth", "holders", "available_at",
        price=nw.when(nw.col("quota") > 0).then(nw.col("quota")).cast(nw.Float64),
        reporting_days=nw.lit(1).cast(nw.Int64),
    )  # fmt: skip
    money = nw.lit(None).cast(nw.Decimal(18, 2))
    closings = fund_months.select(
        *KEY, "available_at",
        month=nw.col("month").dt.offset_by("1mo").cast(nw.Date),
        ref_date=nw.col("last_date"), inflow=money, outflow=money, net_worth=money,
        holders=nw.col("holders_end"), price=nw.col("quota_end").cast(nw.Float64),
        reporting_days=nw.lit(0).cast(nw.Int64),
    ).select(days.collect_schema().names())  # fmt: skip
    window = {"order_by": "ref_date"}
    worth = nw.when(nw.col("net_worth") > 0).then(nw.col("net_worth")).cast(nw.Float64)
    return (
        nw.concat([days, closings], how="vertical")
        .with_columns(
            before=nw.col("price").shift(1).over(*KEY, "month", **window),
            holders_before=nw.col("holders").shift(1).over(*KEY, "month", **window),
        )
        .filter(nw.col("reporting_days") == 1)
        .with_columns(
            net_flow=(nw.col("inflow") - nw.col("outflow")).cast(nw.Decimal(18, 2)),
            mean_net_worth=worth,
            quota_return=nw.col("price") / nw.col("before") - 1,
            holders_end=nw.col("holders"),
            holders_change=nw.col("holders") - nw.col("holders_before"),
        )
        .with_columns(flow_ratio=nw.col("net_flow").cast(nw.Float64) / nw.col("mean_net_worth"))
        .select(CONTRACT.names)
    )


def embedded(fund_navs: pl.DataFrame, fund_months: pl.DataFrame) -> pl.DataFrame:
    """As ``build``: rows come sorted, so a fund's days are neighbours and need no windows."""
    key = [*KEY, "month"]
    days = fund_navs.with_columns(
        first=pl.any_horizontal(pl.col(k) != pl.col(k).shift(1) for k in key).fill_null(value=True),
        price=pl.when(pl.col("quota") > 0).then("quota").cast(pl.Float64),
        worth=pl.when(pl.col("net_worth") > 0).then("net_worth").cast(pl.Float64),
        net_flow=pl.col("inflow") - pl.col("outflow"),
    ).with_columns(fund=pl.col("first").cum_sum() - 1)
    closings = fund_months.select(
        *KEY, pl.col("month").dt.offset_by("1mo"), "quota_end", "holders_end"
    )
    before = days.filter("first").select(key).join(
        closings, on=key, how="left", maintain_order="left"
    )  # fmt: skip
    quota = before["quota_end"].cast(pl.Float64)
    first = pl.col("first")
    return days.select(
        *KEY, "ref_date", "month", "inflow", "outflow", "net_flow",
        mean_net_worth=pl.col("worth"),
        quota_return=pl.col("price")
        / pl.when(first).then(pl.lit(quota).gather("fund")).otherwise(pl.col("price").shift(1)) - 1,
        flow_ratio=pl.col("net_flow").cast(pl.Float64) / pl.col("worth"),
        holders_end=pl.col("holders"),
        holders_change=pl.col("holders")
        - pl.when(first)
        .then(pl.lit(before["holders_end"]).gather("fund"))
        .otherwise(pl.col("holders").shift(1)),
        reporting_days=pl.lit(1, pl.Int64),
        available_at=pl.col("available_at"),
    )  # fmt: skip


TABLE = Table(
    CONTRACT,
    (
        Input("silver.fund_navs"),
        Input("silver.fund_months", months_back=1, own_month=False),
    ),
    build,
    embedded=embedded,
)
