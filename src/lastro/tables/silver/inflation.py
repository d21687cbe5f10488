"""silver.inflation: monthly change of the price indexes (IPCA, IGP-M and others)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import DATE, INSTANT, INTEGER, TEXT, Check, Column, Contract, Type
from lastro.vendors.bcb import SERIES

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

_INDEXES = {code: series.name for code, series in SERIES.items() if series.is_inflation}
_WITHIN_THE_MONTH = sorted(
    code for code, name in _INDEXES.items() if name in {"IGP-M", "IPCA-15", "IPCA-E"}
)
_UNUSUAL = 5

CONTRACT = Contract(
    name="silver.inflation",
    title="Monthly change of consumer and general price indexes",
    pt="Variação mensal dos índices de preços ao consumidor e gerais",
    columns=(
        Column("index", TEXT, "índice", "IPCA, IPCA-15, IPCA-E, IGP-M or IGP-DI.", required=True),
        Column("series", INTEGER, "código da série", "SGS's number of the series.", required=True),
        Column("ref_date", DATE, "mês de referência", "First day of the month it speaks of.",
               required=True),
        Column("value", Type("decimal", 18, 8), "variação no mês",
               "Change against the month before.", "percent", required=True),
        Column("available_at", INSTANT, "disponível em",
               "IPCA and IGP-DI come around the 10th of the next month: the 12th, 09:00 Brasília, "
               "is taken, so that nobody sees them early; the others come within their month: the "
               "1st of the next is taken."),
        Column("flags", TEXT, "marcas", "Codes of what is odd but real, joined by commas."),
        Column("month", DATE, "mês", "1970-01-01: whole series are one partition.", required=True),
    ),
    key=("index", "ref_date"),
    partition="month",
    sort=("index", "ref_date"),
    checks=(
        Check(
            "not_first_of_month", "The day is not the first of a month.",
            lambda: nw.col("ref_date").dt.day() != 1,
        ),
        Check(
            "unusual_change", "Prices changed by more than 5 percent in a month.",
            lambda: (nw.col("value") > _UNUSUAL) | (nw.col("value") < -_UNUSUAL), action="flag",
        ),
    ),
    freshness=dt.timedelta(days=75),
)  # fmt: skip


def build(bcb_rates: Frame) -> Frame:
    """The series that are price indexes, under their names."""
    series = nw.col("series")
    named = [nw.when(series == code).then(nw.lit(name)) for code, name in _INDEXES.items()]
    days = nw.when(series.is_in(_WITHIN_THE_MONTH)).then(_after("12h")).otherwise(_after("276h"))
    return bcb_rates.filter(series.is_in(list(_INDEXES))).with_columns(
        index=nw.coalesce(*named),
        available_at=nw.max_horizontal(nw.col("available_at"), days),
    )


def _after(hours: str) -> nw.Expr:
    """So many hours after the row's month has ended, in UTC."""
    end = nw.col("ref_date").dt.offset_by("1mo").cast(nw.Date)
    return end.cast(nw.Datetime("us", "UTC")).dt.offset_by(hours)


TABLE = Table(CONTRACT, (Input("bronze.bcb_rates"),), build, by_content=True)
