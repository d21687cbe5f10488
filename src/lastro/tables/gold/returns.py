"""gold.returns: what each paper earned from one session it traded in to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import DATE, FLOAT, INSTANT, TEXT, Column, Contract

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

_TOLERANCE = 0.005  # B3 prints its change with two decimals of a percent, over prices in cents

CONTRACT = Contract(
    name="gold.returns",
    title="Daily price and total return of every spot paper, beside B3's own change",
    pt="Retorno diário de preço e total de cada papel à vista, ao lado da oscilação da B3",
    columns=(
        Column("ticker", TEXT, "código", "B3 ticker of the day.", required=True),
        Column("isin", TEXT, "ISIN", "Paper; returns follow it through a rename."),
        Column("ref_date", DATE, "pregão", "Session.", required=True),
        Column("before", DATE, "pregão anterior", "Session it traded in before."),
        Column("split_return", FLOAT, "retorno de preço", "Of split-adjusted closes.", "ratio"),
        Column("total_return", FLOAT, "retorno total", "With what was paid in cash.", "ratio"),
        Column("official_return", FLOAT, "oscilação da B3",
               "Change against B3's own adjusted previous close (BVBG.086).", "ratio"),
        Column("flags", TEXT, "marcas",
               "differs_from_official where B3's change is another by over half a percent."),
        Column("available_at", INSTANT, "disponível em", "When the later price could be known."),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
    ),
    key=("ticker", "ref_date"),
    partition="month",
    sort=("ticker", "ref_date"),
)  # fmt: skip


def build(adjusted_prices: Frame, price_reports: Frame) -> Frame:
    """Ratios of neighbouring adjusted closes of a paper, this month's and the end of the last."""
    paper = nw.when(nw.col("isin") != "").then(nw.col("isin")).otherwise(nw.col("ticker"))
    window = {"order_by": ("ref_date", "ticker")}
    closes = adjusted_prices.select(
        "ticker", "isin", "ref_date", "split_close", "total_close", "available_at", "month",
        paper=nw.coalesce(paper, "ticker"),
    )  # fmt: skip
    moves = closes.with_columns(
        before=nw.col("ref_date").shift(1).over("paper", **window),
        split_before=nw.col("split_close").shift(1).over("paper", **window),
        total_before=nw.col("total_close").shift(1).over("paper", **window),
    )
    official = (
        price_reports.filter(~nw.col("oscillation").is_null())
        .group_by("ticker", "ref_date")
        .agg(official_return=nw.col("oscillation").cast(nw.Float64).max() / 100)
    )
    split = _ratio("split_close", "split_before")
    found = moves.join(official, on=["ticker", "ref_date"], how="left").with_columns(
        split_return=split, total_return=_ratio("total_close", "total_before")
    )
    gap = (nw.col("total_return") - nw.col("official_return")).abs()
    near = (nw.col("split_return") - nw.col("official_return")).abs()
    differs = (gap > _TOLERANCE) & (near > _TOLERANCE)
    return found.with_columns(
        flags=nw.when(differs).then(nw.lit("differs_from_official")).otherwise(nw.lit(""))
    ).select(CONTRACT.names)


def _ratio(now: str, before: str) -> nw.Expr:
    return nw.when(nw.col(before) > 0).then(nw.col(now) / nw.col(before) - 1)


TABLE = Table(
    CONTRACT,
    (Input("gold.adjusted_prices", months_back=1), Input("silver.price_reports")),
    build,
    pace="all",
)
