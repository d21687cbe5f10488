"""silver.index_weights: what every index was made of, asset by asset and portfolio by portfolio."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import DATE, INSTANT, INTEGER, TEXT, Check, Column, Contract, Type

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

WHOLE = ("index_code", "portfolio", "ref_date")
_LEAST, _MOST = Decimal("99.900"), Decimal("100.100")

CONTRACT = Contract(
    name="silver.index_weights",
    title="Composition of every B3 index: weight and theoretical quantity of each asset",
    pt="Composição de cada índice da B3: participação e quantidade teórica de cada ativo",
    columns=(
        Column("index_code", TEXT, "índice", "Code of the index, e.g. IBOV.", required=True),
        Column("ref_date", DATE, "data da carteira", "Day of the portfolio; of a theoretical one "
               "or a preview, the day it was asked for.", required=True),
        Column("portfolio", TEXT, "carteira", "day, theoretical or preview.", required=True),
        Column("ticker", TEXT, "código de negociação", "Ticker.", required=True),
        Column("asset", TEXT, "ação", "Short name of the issuer, as B3 writes it."),
        Column("asset_type", TEXT, "tipo", "Class, rights and level of governance: ON EJ NM."),
        Column("sector", TEXT, "setor", "Sector, in the portfolio of the day by sector."),
        Column("weight", Type("decimal", 9, 3), "participação", "Weight.", "percent",
               required=True),
        Column("theoretical_quantity", INTEGER, "quantidade teórica", "Theoretical quantity.",
               "shares"),
        Column("divisor", Type("decimal", 28, 8), "redutor", "Divisor of the index: the value of "
               "the theoretical quantities over its level."),
        Column("available_at", INSTANT, "disponível em", "When anybody could have known it."),
        Column("flags", TEXT, "marcas", "Codes of what is odd but real, joined by commas."),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
    ),
    key=("index_code", "portfolio", "ref_date", "ticker"),
    partition="month",
    sort=("index_code", "portfolio", "ref_date", "ticker"),
    checks=(
        Check(
            "date_outside_month", "The day is not in the month the file speaks of.",
            lambda: nw.col("ref_date").dt.truncate("1mo").cast(nw.Date) != nw.col("month"),
        ),
        Check(
            "weights_off", "The portfolio's weights do not sum to 100 (99.9 to 100.1).",
            lambda: (nw.col("weight_sum") < nw.lit(_LEAST))
            | (nw.col("weight_sum") > nw.lit(_MOST)),
            action="flag",
        ),
        Check(
            "quantities_off", "The quantities do not sum to the portfolio's own total.",
            lambda: nw.col("quantity_sum") != nw.col("total_quantity"), action="flag",
        ),
        Check(
            "divisor_unreadable", "The divisor is no number as published; it is null here.",
            lambda: ~nw.col("divisor_unread").is_null(), action="flag",
        ),
    ),
    freshness=dt.timedelta(days=6),
)  # fmt: skip


def build(b3_index_portfolio: Frame) -> Frame:
    """One reply a portfolio and day: by sector where there is one, then by code, then the CSV.

    The same day comes in up to three replies; they are not mixed, so that the sum of weights is
    that of one reply. Those not taken stand in bronze.
    """
    rank = (
        nw.when(nw.col("origin") == "csv")
        .then(nw.lit(2))
        .otherwise(nw.when(nw.col("origin") == "1").then(nw.lit(1)).otherwise(nw.lit(0)))
    )
    # a row that repeats, in one reply, is dropped later: it must not count twice in the sums
    stands = nw.col("_row") == nw.col("_row").max().over(*CONTRACT.key)
    weight = nw.when(stands).then(nw.col("weight").cast(nw.Decimal(18, 3)))
    quantity = nw.when(stands).then(nw.col("theoretical_quantity"))
    return (
        b3_index_portfolio.with_columns(rank=rank)
        .filter(nw.col("rank") == nw.col("rank").min().over(*WHOLE))
        .with_columns(
            asset_type=nw.col("asset_type").str.replace_all(r"\s+", " "),
            counted_weight=weight,
            counted_quantity=quantity,
        )
        .with_columns(
            weight_sum=nw.col("counted_weight").sum().over(*WHOLE).cast(nw.Decimal(28, 3)),
            quantity_sum=nw.col("counted_quantity").sum().over(*WHOLE).cast(nw.Int64),
        )
        .drop("rank", "origin", "counted_weight", "counted_quantity")
    )


TABLE = Table(CONTRACT, (Input("bronze.b3_index_portfolio"),), build)
