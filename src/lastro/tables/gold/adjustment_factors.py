"""gold.adjustment_factors: by how much each corporate event divides the prices before it.

A split or bonus divides earlier prices by the new shares an old one became; a cash event takes off
the share of the last price with the right that was paid out. Subscriptions adjust nothing. Factors
chain from the newest event back, so that prices end at what is printed today.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import (
    DATE,
    FLOAT,
    INSTANT,
    INTEGER,
    STANDING,
    TEXT,
    Column,
    Contract,
    Type,
)
from lastro.tables.spot import is_spot

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

_ORDER = ("ex_date", "kind", "label", "value", "multiplier")

CONTRACT = Contract(
    name="gold.adjustment_factors",
    title="Adjustment factors of every corporate event, chained to the newest price",
    pt="Fatores de ajuste de cada provento, encadeados até o preço mais novo",
    columns=(
        Column("isin", TEXT, "ISIN", "Paper the event is of.", required=True),
        Column("place", INTEGER, "ordem", "Place among the paper's events, from 1.",
               required=True),
        Column("valid_from", DATE, "vale de", "First day whose prices these chains adjust.",
               required=True),
        Column("ex_date", DATE, "data ex", "First session without the right; chains end before.",
               required=True),
        Column("kind", TEXT, "espécie", "cash or stock."),
        Column("label", TEXT, "rótulo", "As B3 names the event."),
        Column("value", Type("decimal", 28, 14), "valor", "Cash per share.", "BRL"),
        Column("multiplier", Type("decimal", 28, 13), "multiplicador",
               "New shares for an old one.", "ratio"),
        Column("price_prior", FLOAT, "preço com direito", "Last price with the right.", "BRL"),
        Column("split_factor", FLOAT, "fator de quantidade", "Of this event alone.", "ratio"),
        Column("cash_factor", FLOAT, "fator de provento",
               "Of this event alone; 1 where its price is not known.", "ratio"),
        Column("split_chain", FLOAT, "cadeia de quantidade",
               "Product of the split factors of this event and all later ones.", "ratio"),
        Column("total_chain", FLOAT, "cadeia total", "The same of split and cash factors.",
               "ratio"),
        Column("flags", TEXT, "marcas", "no_price where a cash event could not be adjusted for."),
        Column("available_at", INSTANT, "disponível em", "When the event could be known."),
        Column("month", DATE, "mês", "Always 1970-01-01: one partition.", required=True),
    ),
    key=("isin", "place"),
    partition="month",
    sort=("isin", "place"),
)  # fmt: skip


def build(corporate_actions: Frame, quotes: Frame) -> Frame:
    """Events with their prices, numbered within each paper, and chained from the newest back."""
    events = _priced(
        corporate_actions.filter(
            nw.col("kind").is_in(["cash", "stock"]),
            ~nw.col("isin").is_null(),
            ~nw.col("ex_date").is_null(),
        ),
        quotes,
    )
    one = nw.lit(1.0)
    left = one - nw.col("paid")
    usable = (nw.col("kind") == "cash") & (left > 0) & (left <= 1)
    lost = (nw.col("kind") == "cash") & (~usable | left.is_null())
    window = {"order_by": _ORDER}
    chained = events.with_columns(
        split_factor=nw.when(nw.col("kind") == "stock", ~nw.col("multiplier").is_null())
        .then(one / nw.col("multiplier").cast(nw.Float64))
        .otherwise(one),
        cash_factor=nw.when(usable).then(left).otherwise(one),
        flags=nw.when(lost).then(nw.lit("no_price")).otherwise(nw.lit("")),
        place=nw.col("isin").cum_count().over("isin", **window).cast(nw.Int64),
        before=nw.col("ex_date").shift(1).over("isin", **window),
    ).with_columns(factor=nw.col("split_factor") * nw.col("cash_factor"))
    return chained.with_columns(
        valid_from=nw.coalesce("before", nw.lit(dt.date(1900, 1, 1))),
        split_chain=nw.col("split_factor").cum_prod(reverse=True).over("isin", order_by="place"),
        total_chain=nw.col("factor").cum_prod(reverse=True).over("isin", order_by="place"),
        month=nw.lit(STANDING),
    ).select(CONTRACT.names)


def _priced(events: Frame, quotes: Frame) -> Frame:
    """Events with ``price_prior`` and ``paid``, the share of that price a cash event paid out.

    B3's own percentage counts first; else the last spot price of the month up to the last session
    with the right.
    """
    key = ["isin", "ref_date"]
    spot = quotes.filter(is_spot()).select(
        "isin", traded=nw.col("ref_date"), price=nw.col("close").cast(nw.Float64),
        of=nw.col("month"),
    )  # fmt: skip
    wanted = events.filter(nw.col("kind") == "cash").select(*key).unique()
    wanted = wanted.with_columns(of=nw.col("ref_date").dt.truncate("1mo").cast(nw.Date))
    found = wanted.join(spot, on=["isin", "of"], how="inner").filter(
        nw.col("traded") <= nw.col("ref_date")
    )
    last = found.filter(nw.col("traded") == nw.col("traded").max().over(*key))
    prices = last.group_by(*key).agg(traded_at=nw.col("price").max())
    stated = nw.col("price_prior").cast(nw.Float64)
    return (
        events.join(prices, on=key, how="left")
        .with_columns(price_prior=nw.coalesce(nw.when(stated > 0).then(stated), "traded_at"))
        .with_columns(
            paid=nw.coalesce(
                nw.col("cash_percent").cast(nw.Float64) / 100,
                nw.when(nw.col("price_prior") > 0).then(
                    nw.col("value").cast(nw.Float64) / nw.col("price_prior")
                ),
            )
        )
    )


TABLE = Table(
    CONTRACT,
    (
        Input("silver.corporate_actions", months_back=None),
        Input("silver.quotes", months_back=None),
    ),
    build,
    pace="all",
    standing=True,
    by_content=True,
)
