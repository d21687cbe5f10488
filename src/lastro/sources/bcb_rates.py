"""Interest rates and price indexes: time series of Brazil's central bank (SGS).

A file holds one series in one calendar decade, which keeps each call within the ten years that a
daily series gives, and each file replaces its own. The file says nothing of which series it is:
its name does. Source: api.bcb.gov.br.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import polars as pl
from pydantic import Field

from lastro.core.calendar import add_bank_days
from lastro.core.clock import BRASILIA
from lastro.core.errors import ParseError
from lastro.core.settings import Section
from lastro.lake.contract import DATE, INTEGER, STANDING, Column, Type
from lastro.sources import Period, RemoteFile, Source
from lastro.vendors import bcb

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAILY = dt.timedelta(hours=20)
_STILL_COMING = dt.timedelta(days=90)  # a decade's last month is published in the next
_OURS = re.compile(r"sgs_(\d+)_(\d{4}-\d{4})\.json$")
_CODE_IN_NAME = re.compile(r"sgs\W?_?(\d+)", re.IGNORECASE)
_UNSAFE = re.compile(r"[^A-Za-z0-9 ._-]")

COLUMNS = (
    Column("series", INTEGER, "código da série", "SGS's number of the series.", required=True,
           reads=("_series",)),
    Column("ref_date", DATE, "data", "Day, or first day of the month or period.", required=True,
           reads=("data",), form="dd/mm/yyyy"),
    Column("end_date", DATE, "data de fim", "Last day of the period, in series of periods.",
           reads=("datafim",), form="dd/mm/yyyy"),
    Column("value", Type("decimal", 18, 8), "valor", "Value, in the series' own unit.",
           required=True, reads=("valor",)),
)  # fmt: skip


class BcbRatesOptions(Section):
    """Which series of SGS are asked for."""

    series: tuple[int, ...] = Field(
        (12, 11, 432, 433, 189, 226),
        description="Codes of SGS: CDI, Selic, Selic target, IPCA, IGP-M, TR; any others may join.",
    )


def plan(
    first: dt.date,
    last: dt.date,
    today: dt.date,
    *,
    options: BcbRatesOptions | None = None,
    **_: Any,
) -> list[RemoteFile]:
    """A file a series and decade; the present decade is asked for daily, past ones once."""
    asked = options or BcbRatesOptions()
    until = min(last, today)
    decades = (
        range(first.year // 10 * 10, until.year + 1, bcb.YEARS_A_CALL) if first <= until else ()
    )
    return [
        _file(code, decade, today) for code in dict.fromkeys(asked.series) for decade in decades
    ]


def _file(code: int, decade: int, today: dt.date) -> RemoteFile:
    start, end = dt.date(decade, 1, 1), dt.date(decade + bcb.YEARS_A_CALL - 1, 12, 31)
    every = _DAILY if today <= end + _STILL_COMING else None
    name = f"sgs_{code}_{start.year}-{end.year}.json"
    return RemoteFile(name, bcb.sgs_path(code, start, end), start, end, every)


def parse(name: str, body: bytes, landed_on: dt.date) -> Iterator[Period]:  # noqa: ARG001
    """Read a series; a person's own file stands beside those asked for, under its own name.

    Raises:
        ParseError: It is no list of values, or its name does not say which series it holds.
    """
    text = bcb.as_text(bcb.read_items(name, body), ("data", "datafim", "valor"))
    bcb.require(name, text, ("data", "valor"))
    ours, code = _OURS.fullmatch(name), _CODE_IN_NAME.search(name)
    if code is None:
        raise ParseError(
            "{name} does not say which series of SGS it holds.",
            hint="Put the code into its name, as in bcdata.sgs.12.json.",
            name=name,
        )
    label = ours[2] if ours else _UNSAFE.sub("-", name.removesuffix(".json"))
    series = pl.lit(str(int(code[1]))).alias("_series")
    yield Period(f"sgs-{int(code[1])}-{label}", STANDING, text.with_columns(series))


def published(ref_date: dt.date) -> dt.datetime:
    """When a day's rate is known: 09:00 of the next bank day; other rules stand with the tables."""
    day = add_bank_days(ref_date + dt.timedelta(days=1), 0)
    return dt.datetime.combine(day, dt.time(9), BRASILIA).astimezone(dt.UTC)


SOURCE = Source(
    name="bcb_rates",
    title="Interest rates and price indexes of Brazil's central bank (SGS)",
    pt="Taxas de juros e índices de preços do Banco Central (SGS)",
    publisher="Banco Central do Brasil",
    licence="ODbL 1.0",
    section=bcb.BcbSettings,
    plan=plan,
    parse=parse,
    fetch=bcb.get_series,
    columns=COLUMNS,
    published=published,
    history=dt.timedelta(days=26 * 365),
    options=BcbRatesOptions,
    megabytes=(1.0, 0.0),
)
