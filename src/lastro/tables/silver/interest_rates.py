"""silver.interest_rates: CDI, Selic, TR and any other series of the central bank that is no index.

Rates stand as published, in their own unit: a percentage a day is never annualised here.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import DATE, INSTANT, INTEGER, TEXT, Check, Column, Contract, Type
from lastro.vendors.bcb import SERIES

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

_RATES = {code: series for code, series in SERIES.items() if not series.is_inflation}
_INDEXES = sorted(code for code, series in SERIES.items() if series.is_inflation)
_TARGET = next(code for code, series in _RATES.items() if series.name == "SELIC_TARGET")

CONTRACT = Contract(
    name="silver.interest_rates",
    title="Interest rates of the central bank: CDI, Selic, Selic target, TR and others",
    pt="Taxas de juros do Banco Central: CDI, Selic, meta da Selic, TR e outras",
    columns=(
        Column("series", INTEGER, "código da série", "SGS's number of the series.", required=True),
        Column("rate", TEXT, "taxa", "CDI, SELIC, SELIC_TARGET, TR...; SGS and its number where it "
               "is not known by name.", required=True),
        Column("ref_date", DATE, "data", "Day, or first day of the period or month.",
               required=True),
        Column("end_date", DATE, "data de fim", "Last day of the period, where it is of one."),
        Column("value", Type("decimal", 18, 8), "valor", "The rate, in the row's own unit.",
               "see unit", required=True),
        Column("unit", TEXT, "unidade", "What the value counts; blank where it is not known."),
        Column("available_at", INSTANT, "disponível em",
               "A daily rate at 09:00 of the next bank day; the Selic target from its own day on, "
               "although it is announced before; a rate of a month on the 6th of the next; a "
               "series not known by name that stands on firsts of months alone 3 months later."),
        Column("flags", TEXT, "marcas", "Codes of what is odd but real, joined by commas."),
        Column("month", DATE, "mês", "1970-01-01: whole series are one partition.", required=True),
    ),
    key=("series", "ref_date"),
    partition="month",
    sort=("series", "ref_date"),
    checks=(
        Check(
            "ends_before_it_starts", "The period ends before its first day.",
            lambda: nw.col("end_date") < nw.col("ref_date"),
        ),
        Check(
            "rate_negative", "The rate is below zero.",
            lambda: nw.col("value") < 0, action="flag",
        ),
    ),
    freshness=dt.timedelta(days=8),
)  # fmt: skip


def build(bcb_rates: Frame) -> Frame:
    """Every series that is no price index, under its name and with its own rule of publication."""
    series = nw.col("series")
    rows = bcb_rates.filter(~series.is_in(_INDEXES)).with_columns(
        rate=nw.coalesce(
            *(nw.when(series == code).then(nw.lit(found.name)) for code, found in _RATES.items()),
            nw.concat_str(nw.lit("SGS "), series.cast(nw.String)),
        ),
        unit=nw.coalesce(
            *(nw.when(series == code).then(nw.lit(found.unit)) for code, found in _RATES.items()),
            nw.lit(""),
        ),
        last_day=nw.col("ref_date").dt.day().max().over("series"),
    )
    monthly = [code for code, found in _RATES.items() if found.frequency == "monthly"]
    is_of_months = ~series.is_in(list(_RATES)) & (nw.col("last_day") == 1)
    known = nw.col("available_at")
    return rows.with_columns(
        available_at=nw.when(series == _TARGET)
        .then(_instant("0mo", "3h"))
        .when(series.is_in(monthly))
        .then(nw.max_horizontal(known, _instant("1mo", "132h")))
        .when(is_of_months)
        .then(nw.max_horizontal(known, _instant("3mo", "12h")))
        .otherwise(known)
    ).drop("last_day")


def _instant(months: str, hours: str) -> nw.Expr:
    """So many months after the row's day, and then so many hours into that day, in UTC."""
    day = nw.col("ref_date").dt.offset_by(months).cast(nw.Date)
    return day.cast(nw.Datetime("us", "UTC")).dt.offset_by(hours)


TABLE = Table(CONTRACT, (Input("bronze.bcb_rates"),), build, by_content=True)
