"""silver.expectations: what the institutions that answer Focus expect, day by day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.catalog import Input, Table
from lastro.lake.contract import DATE, FLOAT, INSTANT, INTEGER, TEXT, Check, Column, Contract

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

_UNIT = "the indicator's own"
_NAMES = ("detail", "target", "smoothed")
_KEY = ("horizon", "indicator", "detail", "target", "smoothed", "base", "ref_date")

CONTRACT = Contract(
    name="silver.expectations",
    title="Focus market expectations: statistics of the answers, by indicator and horizon",
    pt="Expectativas de mercado Focus: estatísticas das respostas, por indicador e horizonte",
    columns=(
        Column("horizon", TEXT, "horizonte", "annual, monthly, 12months or selic.", required=True),
        Column("indicator", TEXT, "indicador", "What is expected, as the bank names it.",
               required=True),
        Column("detail", TEXT, "detalhe do indicador", "A part of the indicator; blank is the "
               "whole.", required=True),
        Column("ref_date", DATE, "data", "Day up to which answers counted.", required=True),
        Column("target", TEXT, "data de referência", "Year (2025), month (03/2025) or meeting "
               "(R1/2025); blank for the next twelve months.", required=True),
        Column("smoothed", TEXT, "suavizada", "S smoothed from day to day, N not; blank where the "
               "question does not arise.", required=True),
        Column("base", INTEGER, "base de cálculo",
               "0 counts answers of the last 30 days, 1 of the last 5 bank days.", required=True),
        Column("mean", FLOAT, "média", "Mean of the answers.", _UNIT),
        Column("median", FLOAT, "mediana", "Median of the answers.", _UNIT),
        Column("deviation", FLOAT, "desvio padrão", "Standard deviation.", _UNIT),
        Column("lowest", FLOAT, "mínimo", "Lowest answer.", _UNIT),
        Column("highest", FLOAT, "máximo", "Highest answer.", _UNIT),
        Column("respondents", INTEGER, "respondentes", "Institutions that answered.",
               "institutions"),
        Column("available_at", INSTANT, "disponível em",
               "09:00 Brasília of the first bank day of the next week."),
        Column("flags", TEXT, "marcas", "Codes of what is odd but real, joined by commas."),
        Column("month", DATE, "mês", "First day of the month; the partition.", required=True),
    ),
    key=_KEY,
    partition="month",
    sort=("horizon", "indicator", "target", "ref_date"),
    checks=(
        Check(
            "median_missing", "There is no median, for which the survey is read.",
            lambda: nw.col("median").is_null(),
        ),
        Check(
            "median_outside_answers", "The median is not between the lowest and highest answer.",
            lambda: (nw.col("median") < nw.col("lowest")) | (nw.col("median") > nw.col("highest")),
            action="flag",
        ),
    ),
    freshness=dt.timedelta(days=16),
)  # fmt: skip


def build(bcb_focus: Frame) -> Frame:
    """Blank where a resource has no such column, so that the key names one row."""
    return bcb_focus.with_columns(
        **{name: nw.col(name).fill_null("") for name in _NAMES},
        base=nw.col("base").fill_null(0),
    )


TABLE = Table(CONTRACT, (Input("bronze.bcb_focus"),), build)
