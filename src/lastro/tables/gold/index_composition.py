"""gold.index_composition: every index, day by day: rank, weight, sector and contribution.

An asset's contribution to its index's day is its weight in the portfolio before times its return of
the day. The return is of closing prices as traded; where the paper's distribution number changed
between the two, a split or a payout lies between them and there is none.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import DATE, FLOAT, INSTANT, INTEGER, TEXT, Column, Contract, Type

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

_INDEX = ("index_code", "portfolio")
_WHOLE = (*_INDEX, "ref_date")
_KEY = (*_WHOLE, "ticker")
_WEIGHT = Type("decimal", 9, 3)
_SPOT = "010"

CONTRACT = Contract(
    name="gold.index_composition",
    title="Composition of every B3 index by day: rank, weight, sector, contribution to the day",
    pt="Composição de cada índice da B3 por dia: posição, peso, setor, contribuição no dia",
    columns=(
        Column("index_code", TEXT, "índice", "Code of the index, e.g. IBOV.", required=True),
        Column("portfolio", TEXT, "carteira", "day, theoretical or preview.", required=True),
        Column("ref_date", DATE, "data da carteira", "Day of the portfolio.", required=True),
        Column("rank", INTEGER, "posição", "1 is the greatest weight; equal ones share a rank."),
        Column("ticker", TEXT, "código de negociação", "Ticker.", required=True),
        Column("asset", TEXT, "ação", "Short name of the issuer, as B3 writes it."),
        Column("asset_type", TEXT, "tipo", "Class, rights and level of governance."),
        Column("weight", _WEIGHT, "participação", "Weight.", "percent", required=True),
        Column("weight_before", _WEIGHT, "participação anterior",
               "Weight in the portfolio before, of the same month or the one before.", "percent"),
        Column("weight_change", _WEIGHT, "variação da participação", "Since the portfolio before; "
               "the whole weight where it was not in it; null where there is none.", "percent"),
        Column("sector", TEXT, "setor", "Sector; in the portfolio of the day."),
        Column("sector_weight", _WEIGHT, "participação do setor", "Weight of its sector.",
               "percent"),
        Column("theoretical_quantity", INTEGER, "quantidade teórica", "Theoretical quantity.",
               "shares"),
        Column("day_return", FLOAT, "variação no dia",
               "Close over the close before, as traded, less one; null where not quoted, and on "
               "the first session after a split or a payout.", "ratio"),
        Column("contribution", FLOAT, "contribuição",
               "weight_before x day_return; of the portfolio of the day alone, and null where the "
               "portfolio before is older than the close before.", "ratio"),
        Column("available_at", INSTANT, "disponível em", "When its last part could be known."),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
    ),
    key=_KEY,
    partition="month",
    sort=_KEY,
)  # fmt: skip


def build(index_weights: Frame, quotes: Frame) -> Frame:
    """Each portfolio beside the one before it and the day's returns."""
    before = index_weights.select(
        *_INDEX, "ticker", date_before=nw.col("ref_date"), weight_before=nw.col("weight")
    )
    nothing = nw.lit(Decimal("0.000")).cast(nw.Decimal(12, 3))
    then = nw.coalesce(nw.col("weight_before").cast(nw.Decimal(12, 3)), nothing)
    change = (nw.col("weight").cast(nw.Decimal(12, 3)) - then).cast(nw.Decimal(9, 3))
    sector = nw.col("weight").cast(nw.Decimal(12, 3)).sum().over(*_WHOLE, "sector")
    is_known = (nw.col("portfolio") == "day") & (nw.col("date_before") >= nw.col("session_before"))
    share = nw.col("weight_before").cast(nw.Float64) / 100
    return (
        index_weights.join(_days(index_weights), on=list(_WHOLE), how="left")
        .join(before, on=[*_INDEX, "date_before", "ticker"], how="left")
        .join(_returns(quotes), on=["ticker", "ref_date"], how="left")
        .with_columns(
            rank=nw.col("weight").rank("min", descending=True).over(*_WHOLE).cast(nw.Int64),
            weight_change=nw.when(~nw.col("date_before").is_null()).then(change),
            sector_weight=nw.when(~nw.col("sector").is_null()).then(sector.cast(nw.Decimal(9, 3))),
            contribution=nw.when(is_known).then(share * nw.col("day_return")),
            available_at=nw.max_horizontal("available_at", "quoted_at"),
        )
        .select(CONTRACT.names)
    )


def _days(rows: Frame) -> Frame:
    """The portfolio before each: of its own month or the one before; else there is none.

    Farther back is not looked, so that a month comes out the same however many are built at once.
    """
    days = rows.group_by(*_WHOLE).agg(nw.col("month").max())
    before = nw.col("ref_date").shift(1).over(*_INDEX, order_by="ref_date")
    return _near(days.with_columns(date_before=before), "date_before").select(
        *_WHOLE, "date_before"
    )


def _returns(quotes: Frame) -> Frame:
    """Each spot close over the one before, of the same month or the one before."""
    closes = quotes.filter(nw.col("market_type") == _SPOT).group_by("ticker", "ref_date").agg(
        nw.col("month").max(),
        nw.col("distribution").max(),
        close=nw.col("close").cast(nw.Float64).max(),
        quoted_at=nw.col("available_at").max(),
    )  # fmt: skip
    order = {"order_by": "ref_date"}
    pairs = closes.with_columns(
        close_before=nw.col("close").shift(1).over("ticker", **order),
        distribution_before=nw.col("distribution").shift(1).over("ticker", **order),
        session_before=nw.col("ref_date").shift(1).over("ticker", **order),
    )
    is_priced = (
        (nw.col("close_before") > 0)
        & (nw.col("distribution") == nw.col("distribution_before"))
        & ~nw.col("session_before").is_null()
    )
    return (
        _near(pairs, "session_before")
        .with_columns(
            day_return=nw.when(is_priced).then(nw.col("close") / nw.col("close_before") - 1)
        )
        .select("ticker", "ref_date", "session_before", "day_return", "quoted_at")
    )


def _near(rows: Frame, name: str) -> Frame:
    """A date before, or null where it lies before the month before a row's own."""
    earliest = nw.col("month").dt.offset_by("-1mo").cast(nw.Date)
    return rows.with_columns(nw.when(nw.col(name) >= earliest).then(nw.col(name)).alias(name))


TABLE = Table(
    CONTRACT,
    (Input("silver.index_weights", months_back=1), Input("silver.quotes", months_back=1)),
    build,
    pace="all",
)
