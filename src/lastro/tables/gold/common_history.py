"""gold.common_history: from when to when each ticker has prices, and how many sessions it missed.

For a list of tickers, the window that all of them share follows from it: see
``lastro.answers.history``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import DATE, INSTANT, INTEGER, STANDING, TEXT, Column, Contract

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

CONTRACT = Contract(
    name="gold.common_history",
    title="First and last session of every spot ticker, and the sessions between that it missed",
    pt="Primeiro e último pregão de cada código à vista, e os pregões que faltaram",
    columns=(
        Column("ticker", TEXT, "código", "B3 ticker.", required=True),
        Column("first_date", DATE, "primeiro pregão", "First session with a price."),
        Column("last_date", DATE, "último pregão", "Last session with a price."),
        Column("sessions", INTEGER, "pregões com preço", "Sessions with a price.", "sessions"),
        Column("missing", INTEGER, "pregões sem preço",
               "Sessions from first to last on which it did not trade.", "sessions"),
        Column("available_at", INSTANT, "disponível em", "When its last price could be known."),
        Column("month", DATE, "mês", "Always 1970-01-01: one partition.", required=True),
    ),
    key=("ticker",),
    partition="month",
    sort=("ticker",),
)  # fmt: skip


def build(adjusted_prices: Frame) -> Frame:
    """Count each ticker's sessions, and the market's sessions up to its first and its last."""
    days = adjusted_prices.select("ticker", "ref_date", "available_at")
    spans = days.group_by("ticker").agg(
        first_date=nw.col("ref_date").min(),
        last_date=nw.col("ref_date").max(),
        sessions=nw.len().cast(nw.Int64),
        available_at=nw.col("available_at").max(),
    )
    market = (
        days.select("ref_date")
        .unique()
        .with_columns(place=nw.col("ref_date").cum_count().over(order_by="ref_date"))
    )
    start = market.select(first_date=nw.col("ref_date"), start=nw.col("place"))
    end = market.select(last_date=nw.col("ref_date"), end=nw.col("place"))
    return (
        spans.join(start, on="first_date", how="left")
        .join(end, on="last_date", how="left")
        .with_columns(
            missing=(nw.col("end") - nw.col("start") + 1).cast(nw.Int64) - nw.col("sessions"),
            month=nw.lit(STANDING),
        )
        .select(CONTRACT.names)
    )


TABLE = Table(CONTRACT, (Input("gold.adjusted_prices", months_back=None),), build, pace="all",
              standing=True)  # fmt: skip
