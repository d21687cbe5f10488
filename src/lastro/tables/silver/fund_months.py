"""silver.fund_months: each fund's month in one row, from which the monthly gold tables are made.

It holds sums, closing values and what can be merged over months (quota extremes, moments of the
daily returns), so that no gold table reads days again.
"""

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
    MONEY_SUM,
    QUOTA,
    TEXT,
    Column,
    Contract,
)

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

KEY = ("cnpj", "subclass_id")
_DAILY_MOVES = (-0.5, 1.0)  # a quota that halves or doubles in a day was re-based: not a return

CONTRACT = Contract(
    name="silver.fund_months",
    title="Sums, closing values and return moments of every fund class and month",
    pt="Somas, valores de fechamento e momentos de retorno de cada classe por mês",
    columns=(
        Column("cnpj", CNPJ, "CNPJ", "Class of quotas, 14 characters.", required=True),
        Column("subclass_id", TEXT, "subclasse", "Subclass; blank is the class itself.",
               required=True),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
        Column("fund_type", TEXT, "tipo", "Kind of fund or class, as CVM writes it."),
        Column("reporting_days", INTEGER, "dias informados", "Days reported.", "days"),
        Column("last_date", DATE, "último dia", "Last day reported."),
        Column("inflow", MONEY_SUM, "captação", "Subscriptions of the month.", "BRL"),
        Column("outflow", MONEY_SUM, "resgate", "Redemptions of the month.", "BRL"),
        Column("net_worth_sum", MONEY_SUM, "soma do patrimônio", "Over days with net worth > 0.",
               "BRL"),
        Column("net_worth_days", INTEGER, "dias com patrimônio", "Days with net worth > 0.",
               "days"),
        Column("net_worth_end", MONEY, "patrimônio final", "Net worth on the last day.", "BRL"),
        Column("holders_end", INTEGER, "cotistas no fim", "Holders on the last day.", "holders"),
        Column("quota_first", QUOTA, "primeira cota", "Quota on the first day; null if flagged.",
               "BRL"),
        Column("quota_end", QUOTA, "última cota", "Quota on the last day; null if flagged.",
               "BRL"),
        Column("flagged_quotas", INTEGER, "cotas marcadas", "Days whose quota is flagged.",
               "days"),
        Column("quota_high", FLOAT, "maior cota", "Highest good quota.", "BRL"),
        Column("quota_low", FLOAT, "menor cota", "Lowest good quota.", "BRL"),
        Column("drawdown", FLOAT, "maior queda", "Deepest fall from a high within the month.",
               "ratio"),
        Column("returns", INTEGER, "retornos diários", "Daily returns inside the month.",
               "returns"),
        Column("return_sum", FLOAT, "soma dos retornos", "Of the daily returns.", "ratio"),
        Column("return_squares", FLOAT, "soma dos quadrados", "Of the daily returns.", "ratio"),
        Column("available_at", INSTANT, "disponível em", "When its last row could be known."),
    ),
    key=("cnpj", "subclass_id", "month"),
    partition="month",
    sort=KEY,
)  # fmt: skip


def build(fund_navs: Frame) -> Frame:
    """Days in, months out. Returns are taken between one reported day and the next, both good."""
    key = [*KEY, "month"]
    good = nw.col("quota") > 0
    quota = nw.when(good).then(nw.col("quota")).cast(nw.Float64)
    days = fund_navs.with_columns(
        good=good,
        price=quota,
        before=quota.shift(1).over(*key, order_by="ref_date"),
        high=quota.cum_max().over(*key, order_by="ref_date"),
        first_day=nw.col("ref_date").min().over(*key),
        last_day=nw.col("ref_date").max().over(*key),
    ).with_columns(move=nw.col("price") / nw.col("before") - 1)
    usable = nw.when(nw.col("move").is_between(*_DAILY_MOVES)).then(nw.col("move"))
    first = nw.col("ref_date") == nw.col("first_day")
    last = nw.col("ref_date") == nw.col("last_day")
    positive = nw.col("net_worth") > 0
    zero = nw.lit(0)
    return (
        days.with_columns(
            usable=usable,
            square=usable * usable,
            fall=nw.col("price") / nw.col("high") - 1,
            worth=nw.when(positive).then(nw.col("net_worth")),
            flagged=nw.when(good).then(zero).otherwise(nw.lit(1)),
            first_quota=nw.when(first & good).then(nw.col("quota")),
            last_quota=nw.when(last & good).then(nw.col("quota")),
            last_worth=nw.when(last).then(nw.col("net_worth")),
            last_holders=nw.when(last).then(nw.col("holders")),
            last_type=nw.when(last).then(nw.col("fund_type")),
        )
        .group_by(*key)
        .agg(
            fund_type=nw.col("last_type").max(),
            reporting_days=nw.len(),
            last_date=nw.col("ref_date").max(),
            inflow=nw.col("inflow").sum(),
            outflow=nw.col("outflow").sum(),
            net_worth_sum=nw.col("worth").sum(),
            net_worth_days=nw.col("worth").count(),
            net_worth_end=nw.col("last_worth").max(),
            holders_end=nw.col("last_holders").max(),
            quota_first=nw.col("first_quota").max(),
            quota_end=nw.col("last_quota").max(),
            flagged_quotas=nw.col("flagged").sum(),
            quota_high=nw.col("price").max(),
            quota_low=nw.col("price").min(),
            drawdown=nw.col("fall").min(),
            returns=nw.col("usable").count(),
            return_sum=nw.col("usable").sum(),
            return_squares=nw.col("square").sum(),
            available_at=nw.col("available_at").max(),
        )
    )


def embedded(fund_navs: pl.DataFrame) -> pl.DataFrame:
    """As ``build``: rows come sorted, so a fund's days are neighbours and need no windows."""
    key = [*KEY, "month"]
    good = pl.col("quota") > 0
    days = (
        fund_navs.lazy()
        .with_columns(
            first=pl.any_horizontal(pl.col(k) != pl.col(k).shift(1) for k in key).fill_null(
                value=True
            ),
            price=pl.when(good).then("quota").cast(pl.Float64),
            worth=pl.when(pl.col("net_worth") > 0).then("net_worth"),
        )
        .with_columns(
            fund=pl.col("first").cum_sum().set_sorted(),
            move=pl.when(~pl.col("first")).then(pl.col("price") / pl.col("price").shift(1) - 1),
        )
        .with_columns(usable=pl.when(pl.col("move").is_between(*_DAILY_MOVES)).then("move"))
    )
    closing = pl.when(good.last()).then(pl.col("quota").last())
    opening = pl.when(good.first()).then(pl.col("quota").first())
    return (
        days.group_by("fund")
        .agg(
            *(pl.col(k).first() for k in key),
            fund_type=pl.col("fund_type").last(),
            reporting_days=pl.len(),
            last_date=pl.col("ref_date").last(),
            inflow=pl.col("inflow").sum(),
            outflow=pl.col("outflow").sum(),
            net_worth_sum=pl.col("worth").sum(),
            net_worth_days=pl.col("worth").count(),
            net_worth_end=pl.col("net_worth").last(),
            holders_end=pl.col("holders").last(),
            quota_first=opening,
            quota_end=closing,
            flagged_quotas=pl.col("price").null_count(),
            quota_high=pl.col("price").max(),
            quota_low=pl.col("price").min(),
            drawdown=(pl.col("price") / pl.col("price").cum_max() - 1).min(),
            returns=pl.col("usable").count(),
            return_sum=pl.col("usable").sum(),
            return_squares=(pl.col("usable") * pl.col("usable")).sum(),
            available_at=pl.col("available_at").max(),
        )
        .collect(engine="in-memory")
    )


TABLE = Table(CONTRACT, (Input("silver.fund_navs"),), build, embedded=embedded)
