"""silver.fx_rates: PTAX, the price of currencies in reais at the closing bulletin of each day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import DATE, INSTANT, TEXT, Check, Column, Contract, Type

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

_RATE = Type("decimal", 18, 8)
_CLOSING = ("Fechamento", "Fechamento PTAX")

CONTRACT = Contract(
    name="silver.fx_rates",
    title="PTAX closing exchange rates, a row a currency and bank day",
    pt="Taxas de câmbio PTAX de fechamento, uma linha por moeda e dia útil",
    columns=(
        Column("currency", TEXT, "moeda", "ISO 4217 code of the currency.", required=True),
        Column("ref_date", DATE, "data", "Day of the bulletin.", required=True),
        Column("buy", _RATE, "cotação de compra", "What banks pay for one unit.", "BRL"),
        Column("sell", _RATE, "cotação de venda", "What banks ask for one unit: contracts and "
               "funds use this one.", "BRL"),
        Column("parity_buy", _RATE, "paridade de compra", "Against the dollar, as quoted for that "
               "currency: units a dollar (JPY) or dollars a unit (EUR); blank for the dollar's own "
               "service.", "ratio"),
        Column("parity_sell", _RATE, "paridade de venda", "As parity_buy, selling.", "ratio"),
        Column("bulletin", TEXT, "tipo do boletim", "The closing one, as the bank names it."),
        Column("quoted_at", TEXT, "data e hora da cotação",
               "Brasília time as published, with 1 to 6 digits below the second."),
        Column("available_at", INSTANT, "disponível em",
               "18:00 Brasília of the day; the bulletin comes at about 13:00."),
        Column("flags", TEXT, "marcas", "Codes of what is odd but real, joined by commas."),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
    ),
    key=("currency", "ref_date"),
    partition="month",
    sort=("currency", "ref_date"),
    checks=(
        Check(
            "price_missing", "Neither a buying nor a selling price.",
            lambda: nw.col("buy").is_null() & nw.col("sell").is_null(),
        ),
        Check(
            "price_not_positive", "A price is zero or negative.",
            lambda: (nw.col("buy") <= 0) | (nw.col("sell") <= 0),
        ),
        Check(
            "sell_below_buy", "The selling price is below the buying price.",
            lambda: nw.col("sell") < nw.col("buy"), action="flag",
        ),
    ),
    freshness=dt.timedelta(days=6),
)  # fmt: skip


def build(bcb_fx: Frame) -> Frame:
    """The closing bulletin alone; a service that gives no other does not name it."""
    bulletin = nw.coalesce(nw.when(nw.col("bulletin") != "").then(nw.col("bulletin")),
                           nw.lit(_CLOSING[0]))  # fmt: skip
    return bcb_fx.with_columns(bulletin=bulletin).filter(nw.col("bulletin").is_in(_CLOSING))


TABLE = Table(CONTRACT, (Input("bronze.bcb_fx"),), build)
