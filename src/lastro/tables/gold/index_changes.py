"""gold.index_changes: what entered an index, left it, or stands in it with another quantity.

Weights move every day with prices; what B3 decides is the theoretical quantity. So an asset counts
as reweighted where its quantity is another one, not where its weight is. A portfolio whose weights
do not sum up is passed over: what it lacks has not left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import DATE, INSTANT, INTEGER, TEXT, Column, Contract, Type

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

_INDEX = ("index_code", "portfolio")
_KEY = (*_INDEX, "ref_date", "ticker")
_WEIGHT = Type("decimal", 9, 3)

CONTRACT = Contract(
    name="gold.index_changes",
    title="What entered, left or was reweighted in every B3 index between its portfolios",
    pt="O que entrou, saiu ou mudou de quantidade em cada índice da B3 entre carteiras",
    columns=(
        Column("index_code", TEXT, "índice", "Code of the index, e.g. IBOV.", required=True),
        Column("portfolio", TEXT, "carteira", "day, theoretical or preview.", required=True),
        Column("ref_date", DATE, "data da carteira", "Day of the portfolio that shows the change.",
               required=True),
        Column("date_before", DATE, "data anterior", "Day of the portfolio before it: of the same "
               "month or the one before.", required=True),
        Column("ticker", TEXT, "código de negociação", "Ticker.", required=True),
        Column("change", TEXT, "mudança", "entered, left or reweighted.", required=True),
        Column("weight_before", _WEIGHT, "participação antes", "Weight before.", "percent"),
        Column("weight_after", _WEIGHT, "participação depois", "Weight now.", "percent"),
        Column("quantity_before", INTEGER, "quantidade antes", "Theoretical quantity before.",
               "shares"),
        Column("quantity_after", INTEGER, "quantidade depois", "Theoretical quantity now.",
               "shares"),
        Column("available_at", INSTANT, "disponível em", "When the portfolio could be known."),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
    ),
    key=_KEY,
    partition="month",
    sort=_KEY,
)  # fmt: skip


def build(index_weights: Frame) -> Frame:
    """Each portfolio beside the one before it."""
    whole = index_weights.filter(~nw.col("flags").str.contains("weights_off", literal=True))
    days = _days(whole)
    now = whole.select(
        *_KEY, weight_after=nw.col("weight"), quantity_after=nw.col("theoretical_quantity"),
        weight_before=nw.lit(None).cast(nw.Decimal(9, 3)),
        quantity_before=nw.lit(None).cast(nw.Int64), is_after=nw.lit(1), is_before=nw.lit(0),
    )  # fmt: skip
    then = whole.select(
        *_INDEX, "ticker", date_before=nw.col("ref_date"), weight_before=nw.col("weight"),
        quantity_before=nw.col("theoretical_quantity"),
    ).join(
        days.select(*_INDEX, "ref_date", "date_before"), on=[*_INDEX, "date_before"], how="inner"
    ).select(
        *_KEY, weight_after=nw.lit(None).cast(nw.Decimal(9, 3)),
        quantity_after=nw.lit(None).cast(nw.Int64), weight_before=nw.col("weight_before"),
        quantity_before=nw.col("quantity_before"), is_after=nw.lit(0), is_before=nw.lit(1),
    )  # fmt: skip
    both = nw.concat([now, then], how="vertical").group_by(*_KEY).agg(
        *(nw.col(name).max() for name in ("weight_before", "weight_after", "quantity_before",
                                          "quantity_after", "is_before", "is_after"))
    )  # fmt: skip
    reweighted = nw.col("quantity_before") != nw.col("quantity_after")
    change = (
        nw.when(nw.col("is_before") == 0)
        .then(nw.lit("entered"))
        .otherwise(
            nw.when(nw.col("is_after") == 0)
            .then(nw.lit("left"))
            .otherwise(nw.when(reweighted).then(nw.lit("reweighted")))
        )
    )
    return (
        both.join(days, on=[*_INDEX, "ref_date"], how="inner")
        .with_columns(change=change)
        .filter(~nw.col("change").is_null())
        .select(CONTRACT.names)
    )


def _days(rows: Frame) -> Frame:
    """Days of each portfolio that have one before them, in their own month or the one before.

    Farther back is not looked, so that a month comes out the same however many are built at once.
    """
    earliest = nw.col("month").dt.offset_by("-1mo").cast(nw.Date)
    return (
        rows.group_by(*_INDEX, "ref_date")
        .agg(nw.col("month").max(), nw.col("available_at").max())
        .with_columns(date_before=nw.col("ref_date").shift(1).over(*_INDEX, order_by="ref_date"))
        .filter(nw.col("date_before") >= earliest)
    )


TABLE = Table(CONTRACT, (Input("silver.index_weights", months_back=1),), build, pace="all")
