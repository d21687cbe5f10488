"""gold.benchmarks: CDI, Selic, IPCA and IBOV as cumulative indexes, each on its own calendar.

CDI and Selic compound the daily percentage of the central bank; nothing is annualised. Money that
is there on a day earns that day's rate overnight: the level of a day holds the rates from the first
day, inclusive, to that day, exclusive. IPCA's level belongs to the month it speaks of. IBOV is a
total-return index already: its level is a ratio of levels.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import DATE, FLOAT, INSTANT, STANDING, TEXT, Column, Contract

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

_COMPOUNDED = ("CDI", "SELIC")
_OWN = "benchmark"

CONTRACT = Contract(
    name="gold.benchmarks",
    title="CDI, Selic, IPCA and IBOV as cumulative indexes",
    pt="CDI, Selic, IPCA e IBOV como índices acumulados",
    columns=(
        Column("benchmark", TEXT, "referência", "CDI, SELIC, IPCA or IBOV.", required=True),
        Column("ref_date", DATE, "data",
               "A bank day (CDI, SELIC), a B3 session (IBOV), the first day of the month it speaks "
               "of (IPCA).", required=True),
        Column("daily_return", FLOAT, "variação",
               "Since the row before, which for IPCA is a month; null on the first day.", "ratio"),
        Column("level", FLOAT, "índice acumulado",
               "1 on the first day. The return from one day to another is the ratio of their "
               "levels.", "ratio"),
        Column("available_at", INSTANT, "disponível em", "When its return could be known."),
        Column("month", DATE, "mês", "1970-01-01: whole series are one partition.", required=True),
    ),
    key=("benchmark", "ref_date"),
    partition="month",
    sort=("benchmark", "ref_date"),
    freshness=dt.timedelta(days=8),
)  # fmt: skip


def build(interest_rates: Frame, inflation: Frame, index_levels: Frame) -> Frame:
    """Three kinds of series in, one form out."""
    returns = nw.concat(
        [_overnight(interest_rates), _of_prices(inflation), _of_levels(index_levels)],
        how="vertical",
    )
    growth = (1 + nw.col("daily_return").fill_null(0.0)).log()
    return (
        returns.with_columns(growth=growth)
        .with_columns(level=nw.col("growth").cum_sum().over(_OWN, order_by="ref_date").exp())
        .with_columns(month=nw.lit(STANDING).cast(nw.Date))
        .select(CONTRACT.names)
    )


def _overnight(interest_rates: Frame) -> Frame:
    """A day's return is the rate of the day before: it was earned in the night between."""
    rows = interest_rates.filter(nw.col("rate").is_in(_COMPOUNDED)).with_columns(benchmark="rate")
    before = {
        "daily_return": _ratio().shift(1).over(_OWN, order_by="ref_date"),
        "available_before": _before("available_at"),
    }
    return _narrow(
        rows.with_columns(**before).with_columns(
            available_at=nw.coalesce("available_before", "available_at")
        )
    )


def _of_prices(inflation: Frame) -> Frame:
    """IPCA's change is that of its own month; the first month is where the index starts."""
    rows = inflation.filter(nw.col("index") == "IPCA").with_columns(benchmark="index")
    is_later = nw.col("ref_date") > nw.col("ref_date").min().over(_OWN)
    return _narrow(rows.with_columns(daily_return=nw.when(is_later).then(_ratio())))


def _of_levels(index_levels: Frame) -> Frame:
    """A level over the one before."""
    rows = index_levels.filter(nw.col("index_code") == "IBOV").with_columns(
        benchmark="index_code", now=nw.col("level").cast(nw.Float64)
    )
    return _narrow(
        rows.with_columns(former=_before("now")).with_columns(
            daily_return=nw.col("now") / nw.col("former") - 1
        )
    )


def _ratio() -> nw.Expr:
    return nw.col("value").cast(nw.Float64) / 100


def _before(column: str) -> nw.Expr:
    return nw.col(column).shift(1).over(_OWN, order_by="ref_date")


def _narrow(rows: Frame) -> Frame:
    return rows.select(_OWN, "ref_date", "daily_return", "available_at")


TABLE = Table(
    CONTRACT,
    (
        Input("silver.interest_rates", months_back=None),
        Input("silver.inflation", months_back=None),
        Input("silver.index_levels", months_back=None),
    ),
    build,
    pace="all",
    standing=True,
)
