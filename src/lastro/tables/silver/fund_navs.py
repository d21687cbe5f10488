"""silver.fund_navs: what each fund class (or subclass) reported for each day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import (
    CNPJ,
    DATE,
    INSTANT,
    INTEGER,
    MONEY,
    QUOTA,
    TEXT,
    Check,
    Column,
    Contract,
)

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

CONTRACT = Contract(
    name="silver.fund_navs",
    title="Daily quota, net worth, flows and holders of every fund class and subclass",
    pt="Cota, patrimônio, captação, resgate e cotistas por dia, de cada classe e subclasse",
    columns=(
        Column("cnpj", CNPJ, "CNPJ", "Class of quotas, 14 characters.", required=True),
        Column("subclass_id", TEXT, "subclasse", "Subclass; blank is the class itself.",
               required=True),
        Column("fund_type", TEXT, "tipo", "Kind of fund or class, as CVM writes it."),
        Column("ref_date", DATE, "data de competência", "Day the row speaks of.", required=True),
        Column("total_assets", MONEY, "valor total", "Value of the portfolio.", "BRL"),
        Column("quota", QUOTA, "valor da cota", "Net asset value of one quota.", "BRL"),
        Column("net_worth", MONEY, "patrimônio líquido", "Assets less liabilities.", "BRL"),
        Column("inflow", MONEY, "captação", "Subscriptions of the day.", "BRL"),
        Column("outflow", MONEY, "resgate", "Redemptions of the day.", "BRL"),
        Column("holders", INTEGER, "cotistas", "Holders of quotas.", "holders"),
        Column("available_at", INSTANT, "disponível em", "When anybody could have known it."),
        Column("flags", TEXT, "marcas", "Codes of what is odd but real, joined by commas."),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
    ),
    key=("cnpj", "subclass_id", "ref_date"),
    partition="month",
    sort=("cnpj", "subclass_id", "ref_date"),
    checks=(
        Check(
            "date_outside_month", "The day is not in the month the file speaks of.",
            lambda: nw.col("ref_date").dt.truncate("1mo").cast(nw.Date) != nw.col("month"),
        ),
        Check(
            "quota_not_positive", "The quota is zero or negative: no return crosses it.",
            lambda: nw.col("quota") <= 0, action="flag",
        ),
        Check(
            "quota_missing", "The quota was left blank: no return crosses it.",
            lambda: nw.col("quota").is_null(), action="flag",
        ),
        Check(
            "net_worth_not_positive", "The net worth is zero or negative: no mean counts it.",
            lambda: nw.col("net_worth") <= 0, action="flag",
        ),
    ),
    freshness=dt.timedelta(days=6),
)  # fmt: skip


def build(cvm_funds: Frame) -> Frame:
    """Nothing but the blank subclass: typing, checks and duplicates are the machine's."""
    return cvm_funds.with_columns(subclass_id=nw.col("subclass_id").fill_null(""))


TABLE = Table(CONTRACT, (Input("bronze.cvm_funds"),), build)
