"""silver.provider_quotes: what fallback providers say of each share and session, side by side.

B3's own quotes live in silver.quotes and are never touched by these. Prices of a provider whose
``split_adjusted`` is true are divided by every split after ``ref_date`` up to ``adjusted_to``: such
a price is a raw one only where no split lies between the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import (
    BOOLEAN,
    DATE,
    INSTANT,
    INTEGER,
    TEXT,
    Check,
    Column,
    Contract,
    Type,
)

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

_PRICE = Type("decimal", 20, 8)
_PRICES = ("open", "high", "low", "close", "adjusted_close")
_KEPT = ("_row", "ticker", "ref_date", "adjusted_to", "currency", "available_at", "month")
_WIDE = nw.Decimal(37, 19)
_HAIR = "0.0000000000000000001"

CONTRACT = Contract(
    name="silver.provider_quotes",
    title="Daily bars of every share by fallback provider (Yahoo, brapi, Alpha Vantage)",
    pt="Cotações diárias de cada papel por fonte alternativa (Yahoo, brapi, Alpha Vantage)",
    columns=(
        Column("provider", TEXT, "fonte",
               "yahoo, brapi or alpha_vantage; yahoo_adjusted is Yahoo's series whose every price "
               "is adjusted by dividends too.", required=True),
        Column("ticker", TEXT, "código", "B3's ticker; IBOV is the index.", required=True),
        Column("ref_date", DATE, "pregão", "Day of the session.", required=True),
        Column("open", _PRICE, "abertura", "First price.", "BRL"),
        Column("high", _PRICE, "máxima", "Highest price.", "BRL"),
        Column("low", _PRICE, "mínima", "Lowest price.", "BRL"),
        Column("close", _PRICE, "fechamento", "Last price; see split_adjusted.", "BRL"),
        Column("adjusted_close", _PRICE, "fechamento ajustado",
               "Last price, divided by later splits and dividends.", "BRL"),
        Column("quantity", INTEGER, "quantidade", "Shares traded, adjusted as the prices are.",
               "shares"),
        Column("currency", TEXT, "moeda", "Of the prices, as the provider says it."),
        Column("split_adjusted", BOOLEAN, "ajustado por desdobramento",
               "Whether the prices are divided by later splits: then they are not raw."),
        Column("adjusted_to", DATE, "ajustado até",
               "Last day whose splits the prices know; blank where they know none."),
        Column("available_at", INSTANT, "disponível em", "When it was first seen."),
        Column("flags", TEXT, "marcas", "Codes of what is odd but real, joined by commas."),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
    ),
    key=("provider", "ticker", "ref_date"),
    partition="month",
    sort=("provider", "ticker", "ref_date"),
    checks=(
        Check(
            "missing_close", "The provider knows the day but no price of it (a holiday, mostly).",
            lambda: nw.col("close").is_null(),
        ),
        Check(
            "session_not_ended", "The session was still open when the provider was asked.",
            lambda: nw.col("session") == "open",
        ),
        Check(
            "session_may_be_open", "Seen on its own day: nobody can tell whether it had ended.",
            lambda: nw.col("session") == "unsure", action="flag",
        ),
        Check(
            "high_low_contradict", "The extremes do not hold the first or the last price.",
            lambda: (nw.col("high") < nw.max_horizontal("open", "low", "close"))
            | (nw.col("low") > nw.min_horizontal("open", "high", "close")), action="flag",
        ),
        Check(
            "close_not_positive", "The last price is zero or negative: no return crosses it.",
            lambda: nw.col("close") <= 0, action="flag",
        ),
        Check(
            "price_missing", "The first, highest or lowest price was left blank.",
            lambda: nw.col("open").is_null() | nw.col("high").is_null() | nw.col("low").is_null(),
            action="flag",
        ),
        Check(
            "no_quantity", "Nothing was traded, or it is not said: the price may be an older one.",
            lambda: nw.col("quantity").is_null() | (nw.col("quantity") <= 0), action="flag",
        ),
        Check(
            "dividend_adjusted", "All prices are adjusted by dividends as well.",
            lambda: nw.col("series") == "dividend_adjusted", action="flag",
        ),
    ),
)  # fmt: skip


def build(alpha_vantage_quotes: Frame, brapi_quotes: Frame, yahoo_quotes: Frame) -> Frame:
    """The three under one another; Yahoo's dividend-adjusted series under a name of its own."""
    own = nw.when(nw.col("series") == "dividend_adjusted").then(nw.lit("yahoo_adjusted"))
    return nw.concat(
        [
            _bars(alpha_vantage_quotes, nw.lit("alpha_vantage")),
            _bars(brapi_quotes, nw.lit("brapi")),
            _bars(yahoo_quotes, own.otherwise(nw.lit("yahoo"))),
        ],
        how="vertical",
    )


def _bars(rows: Frame, provider: nw.Expr) -> Frame:
    return rows.select(
        *_KEPT,
        *(_rounded(price).alias(price) for price in _PRICES),
        provider=provider,
        quantity=nw.col("volume"),
        split_adjusted=nw.col("split_adjusted") == "true",
        series=nw.col("series"),
        session=nw.col("session"),
    )


def _rounded(price: str) -> nw.Expr:
    """To eight decimals; a hair more than half goes up on every engine, just half would not."""
    return (nw.col(price) + nw.lit(_HAIR).cast(_WIDE)).cast(nw.Decimal(20, 8))


TABLE = Table(
    CONTRACT,
    (
        Input("bronze.alpha_vantage_quotes"),
        Input("bronze.brapi_quotes"),
        Input("bronze.yahoo_quotes"),
    ),
    build,
)
