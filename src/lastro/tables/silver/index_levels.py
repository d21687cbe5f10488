"""silver.index_levels: the closing level of every index and session."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import DATE, INSTANT, MONEY, TEXT, Check, Column, Contract

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

CONTRACT = Contract(
    name="silver.index_levels",
    title="Closing level of every B3 index and session",
    pt="Fechamento de cada índice da B3 por pregão",
    columns=(
        Column("index_code", TEXT, "índice", "Code of the index, e.g. IBOV.", required=True),
        Column("ref_date", DATE, "data do pregão", "Session.", required=True),
        Column("level", MONEY, "fechamento", "Closing level.", "points", required=True),
        Column("available_at", INSTANT, "disponível em", "When anybody could have known it."),
        Column("flags", TEXT, "marcas", "Codes of what is odd but real, joined by commas."),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
    ),
    key=("index_code", "ref_date"),
    partition="month",
    sort=("index_code", "ref_date"),
    checks=(
        Check(
            "date_outside_month", "The day is not in the month the file speaks of.",
            lambda: nw.col("ref_date").dt.truncate("1mo").cast(nw.Date) != nw.col("month"),
        ),
        Check(
            "level_not_positive", "An index is never zero or negative.",
            lambda: nw.col("level") <= 0,
        ),
        Check(
            "outside_month_range", "It lies outside the least and greatest close that B3 gives.",
            lambda: (nw.col("level") < nw.col("month_least"))
            | (nw.col("level") > nw.col("month_greatest")),
            action="flag",
        ),
    ),
    freshness=dt.timedelta(days=6),
)  # fmt: skip


def build(b3_index_levels: Frame) -> Frame:
    """Each close by the index statistics; by the session's report where they do not have it."""
    by_report = nw.when(nw.col("report").is_null()).then(nw.lit(0)).otherwise(nw.lit(1))
    return b3_index_levels.with_columns(by_report=by_report).filter(
        nw.col("by_report") == nw.col("by_report").min().over("index_code", "ref_date")
    )


TABLE = Table(CONTRACT, (Input("bronze.b3_index_levels"),), build)
