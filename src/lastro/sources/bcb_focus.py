"""Focus: what some 140 institutions expect of inflation, rates, growth and exchange (BCB).

A file holds what one resource says of the days of one month. Each resource names its horizon in its
own way: a year, a month, a Copom meeting, or the next twelve months. Source: olinda.bcb.gov.br.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import polars as pl
from pydantic import Field

from lastro.core.calendar import add_bank_days
from lastro.core.clock import BRASILIA, add_months, months_between
from lastro.core.errors import ParseError
from lastro.core.settings import Section
from lastro.lake.contract import DATE, FLOAT, INTEGER, TEXT, Column
from lastro.sources import Period, RemoteFile, Source
from lastro.vendors import bcb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DAILY = dt.timedelta(hours=20)
_STILL_COMING = dt.timedelta(days=15)
_PAGE = 10_000
_RESOURCES = {
    "annual": "ExpectativasMercadoAnuais",
    "monthly": "ExpectativaMercadoMensais",
    "12months": "ExpectativasMercadoInflacao12Meses",
    "selic": "ExpectativasMercadoSelic",
}
_INFLATION_ONLY = frozenset({"IPCA", "IGP-M"})
_OURS = re.compile(r"focus_(annual|monthly|12months|selic)_(\d{4})-(\d{2})\.json")
_HORIZON_IN_NAME = re.compile("|".join(_RESOURCES), re.IGNORECASE)
_UNSAFE = re.compile(r"[^A-Za-z0-9 ._-]")
_MONTH = r"^([12]\d{3}-(?:0[1-9]|1[0-2]))-"

COLUMNS = (
    Column("horizon", TEXT, "horizonte", "annual, monthly, 12months or selic.", required=True,
           reads=("_horizon",)),
    Column("indicator", TEXT, "indicador", "What is expected, as the bank names it.",
           required=True, reads=("Indicador",)),
    Column("detail", TEXT, "detalhe do indicador", "A part of the indicator.",
           reads=("IndicadorDetalhe",)),
    Column("ref_date", DATE, "data", "Day up to which answers counted.", required=True,
           reads=("Data",)),
    Column("target", TEXT, "data de referência", "Year, month (MM/YYYY) or meeting (R1/2025).",
           reads=("DataReferencia", "Reuniao")),
    Column("smoothed", TEXT, "suavizada", "S where smoothed from day to day (12 months).",
           reads=("Suavizada",)),
    Column("base", INTEGER, "base de cálculo",
           "0 counts answers of the last 30 days, 1 of the last 5 bank days.",
           reads=("baseCalculo",)),
    Column("mean", FLOAT, "média", "Mean of the answers.", reads=("Media",)),
    Column("median", FLOAT, "mediana", "Median of the answers.", reads=("Mediana",)),
    Column("deviation", FLOAT, "desvio padrão", "Standard deviation.", reads=("DesvioPadrao",)),
    Column("lowest", FLOAT, "mínimo", "Lowest answer.", reads=("Minimo",)),
    Column("highest", FLOAT, "máximo", "Highest answer.", reads=("Maximo",)),
    Column("respondents", INTEGER, "respondentes", "Institutions that answered.", "institutions",
           reads=("numeroRespondentes",)),
)  # fmt: skip
_KNOWN = tuple(header for column in COLUMNS for header in column.reads if header != "_horizon")


class BcbFocusOptions(Section):
    """Which expectations are asked for."""

    indicators: tuple[str, ...] = Field(
        ("IPCA", "IGP-M", "Selic", "PIB Total", "Câmbio"),
        description="Indicators as the bank names them, accents included.",
    )


def plan(
    first: dt.date,
    last: dt.date,
    today: dt.date,
    *,
    options: BcbFocusOptions | None = None,
    **_: Any,
) -> list[RemoteFile]:
    """A file a resource and month; the present month is asked for daily."""
    asked = options or BcbFocusOptions()
    until = min(last, today)
    months = months_between(first, until) if first <= until else []
    return [
        _file(horizon, indicators, month, today)
        for horizon in _RESOURCES
        if (indicators := _answered(horizon, asked.indicators))
        for month in months
    ]


def _answered(horizon: str, indicators: Sequence[str]) -> list[str]:
    """The wanted indicators of which a resource speaks at all."""
    if horizon == "selic":
        return ["Selic"] if "Selic" in indicators else []
    if horizon == "12months":
        return [name for name in indicators if name in _INFLATION_ONLY]
    return list(indicators)


def _file(horizon: str, indicators: Sequence[str], month: dt.date, today: dt.date) -> RemoteFile:
    end = add_months(month, 1) - dt.timedelta(days=1)
    either = " or ".join(f"Indicador eq '{_quoted(name)}'" for name in indicators)
    path = bcb.olinda_path(
        "Expectativas",
        _RESOURCES[horizon],
        where=f"({either}) and Data ge '{month}' and Data le '{end}'",
        order="Data,Indicador",
        top=_PAGE,
    )
    every = _DAILY if today <= end + _STILL_COMING else None
    return RemoteFile(f"focus_{horizon}_{month:%Y-%m}.json", path, month, end, every)


def _quoted(text: str) -> str:
    """Inside OData's quotes, a quote is written twice."""
    return text.replace("'", "''")


def parse(name: str, body: bytes, landed_on: dt.date) -> Iterator[Period]:  # noqa: ARG001
    """Read expectations, a month at a time; rows without a readable day go with the first.

    Raises:
        ParseError: It is no list of expectations, no row has a day, or its name does not say which
            of the resources it comes from.
    """
    text = bcb.as_text(bcb.read_items(name, body), _KNOWN)
    bcb.require(name, text, ("Indicador", "Data"))
    ours = _OURS.fullmatch(name)
    horizon = ours[1] if ours else _horizon(name)
    label = horizon if ours else _UNSAFE.sub("-", f"{horizon} {name.removesuffix('.json')}")
    text = text.with_columns(pl.lit(horizon).alias("_horizon"))
    prefix = text["Data"].str.strip_chars().str.extract(_MONTH)
    months = prefix.drop_nulls().unique().sort().to_list()
    if text.height and not months:
        raise bcb.unreadable(name, "no row has a readable day")
    for month in months:
        mine = (prefix == month).fill_null(value=month == months[0])
        start = dt.date.fromisoformat(f"{month}-01")
        yield Period(f"{month} {label}", start, text.filter(mine))


def _horizon(name: str) -> str:
    """Of a person's file: as its name says, in our words or by the bank's resource."""
    for horizon, resource in _RESOURCES.items():
        if resource.casefold() in name.casefold():
            return horizon
    said = _HORIZON_IN_NAME.search(name)
    if said:
        return said[0].lower()
    raise ParseError(
        "{name} does not say which expectations it holds.",
        hint="Put annual, monthly, 12months or selic into its name, as in focus_annual.json.",
        name=name,
    )


def published(ref_date: dt.date) -> dt.datetime:
    """When a day's answers are known: 09:00 of the first bank day of the next week."""
    monday = ref_date + dt.timedelta(days=7 - ref_date.weekday())
    day = add_bank_days(monday, 0)
    return dt.datetime.combine(day, dt.time(9), BRASILIA).astimezone(dt.UTC)


SOURCE = Source(
    name="bcb_focus",
    title="Focus market expectations of Brazil's central bank",
    pt="Expectativas de mercado Focus do Banco Central",
    publisher="Banco Central do Brasil",
    licence="ODbL 1.0",
    section=bcb.BcbSettings,
    plan=plan,
    parse=parse,
    fetch=bcb.get_pages,
    columns=COLUMNS,
    published=published,
    history=dt.timedelta(days=365),
    address="olinda_url",
    gathers=True,
    calendar=None,
    options=BcbFocusOptions,
    megabytes=(0.0, 0.5),
)
