"""silver.price_reports: what B3 reports of every instrument and session.

Instruments traded after hours come dated of the next session. They are kept, flagged
``dated_other_day``, until that session's own report takes their place; where the next session is in
another month, they go to quarantine (``date_outside_month``) and that report alone speaks of them.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import (
    DATE,
    INSTANT,
    INTEGER,
    MONEY,
    QUOTA,
    TEXT,
    Check,
    Column,
    Contract,
    Type,
)

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

_PRICE = Type("decimal", 20, 8)
_NAME = ("ticker", "ref_date", "days_to_settlement")

CONTRACT = Contract(
    name="silver.price_reports",
    title="B3 price report: prices, oscillation, quantities of every instrument and session",
    pt="Boletim de preços da B3: preços, oscilação e quantidades por instrumento e pregão",
    columns=(
        Column("ticker", TEXT, "código de negociação", "Ticker.", required=True),
        Column("ref_date", DATE, "data do pregão", "Session.", required=True),
        Column("days_to_settlement", INTEGER, "prazo", "Of a forward; 0 else.", "days",
               required=True),
        Column("report_date", DATE, "data do boletim", "Session that the file reports.",
               required=True),
        Column("instrument_id", TEXT, "código do instrumento", "B3's number of it."),
        Column("first_price", _PRICE, "abertura", "First price."),
        Column("min_price", _PRICE, "mínimo", "Least price."),
        Column("max_price", _PRICE, "máximo", "Greatest price."),
        Column("last_price", _PRICE, "fechamento", "Last price; null where not traded."),
        Column("average_price", _PRICE, "médio", "Average price."),
        Column("best_bid", _PRICE, "melhor oferta de compra", "Best bid at the end."),
        Column("best_ask", _PRICE, "melhor oferta de venda", "Best ask at the end."),
        Column("currency", TEXT, "moeda", "Of its prices."),
        Column("oscillation", Type("decimal", 12, 4), "oscilação", "Last price against the close "
               "before, as adjusted by B3 for splits and payouts (OscnPctg).", "percent"),
        Column("trades", INTEGER, "negócios", "Number of trades.", "trades"),
        Column("regular_trades", INTEGER, "negócios regulares", "Of them regular.", "trades"),
        Column("quantity", INTEGER, "quantidade", "Papers or contracts traded."),
        Column("turnover", MONEY, "volume", "Value traded.", "BRL"),
        Column("turnover_usd", MONEY, "volume em dólares", "Value traded.", "USD"),
        Column("open_interest", INTEGER, "contratos em aberto", "Open contracts.", "contracts"),
        Column("settlement_price", _PRICE, "ajuste", "Settlement price of the day."),
        Column("settlement_price_before", _PRICE, "ajuste anterior", "Settlement price before."),
        Column("settlement_rate", _PRICE, "taxa de ajuste", "The settlement as a rate.",
               "percent"),
        Column("variation_points", _PRICE, "variação em pontos", "Of the settlement price.",
               "points"),
        Column("contract_settlement", QUOTA, "ajuste por contrato",
               "Settlement value of a contract."),
        Column("least_allowed", _PRICE, "limite mínimo", "Least price allowed."),
        Column("greatest_allowed", _PRICE, "limite máximo", "Greatest price allowed."),
        Column("available_at", INSTANT, "disponível em", "When anybody could have known it."),
        Column("flags", TEXT, "marcas", "Codes of what is odd but real, joined by commas."),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
    ),
    key=_NAME,
    partition="month",
    sort=_NAME,
    checks=(
        Check(
            "date_outside_month", "The day is not in the month the file speaks of.",
            lambda: nw.col("ref_date").dt.truncate("1mo").cast(nw.Date) != nw.col("month"),
        ),
        Check(
            "dated_other_day", "It is dated of another session than its file: after hours.",
            lambda: nw.col("ref_date") != nw.col("report_date"), action="flag",
        ),
        Check(
            "last_outside_range", "The last price lies outside the least and the greatest.",
            lambda: (nw.col("last_price") < nw.col("min_price"))
            | (nw.col("last_price") > nw.col("max_price")),
            action="flag",
        ),
    ),
    freshness=dt.timedelta(days=6),
)  # fmt: skip


def build(b3_price_report: Frame) -> Frame:
    """Each instrument by its own session's report where there is one, else by another's."""
    other = nw.when(nw.col("ref_date") == nw.col("report_date")).then(nw.lit(0))
    return (
        b3_price_report.with_columns(
            days_to_settlement=nw.col("days_to_settlement").fill_null(0),
            is_other=other.otherwise(nw.lit(1)),
        )
        .with_columns(least=nw.col("is_other").min().over(*_NAME))
        .filter(nw.col("is_other") == nw.col("least"))
    )


TABLE = Table(CONTRACT, (Input("bronze.b3_price_report"),), build)
