"""Exchange rates: PTAX, the central bank's closing bulletin, a file a currency and year.

The service answers in JSON without saying which currency it was asked for: the file's name does. A
person's CSV of the dollar is read as well. Its days are asked for as MM-DD-YYYY, and answered as
``2025-04-23 13:06:30.416`` with one to six digits below the second. Source: olinda.bcb.gov.br.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import polars as pl
from pydantic import Field

from lastro.core.clock import BRASILIA
from lastro.core.errors import ParseError
from lastro.core.settings import Section
from lastro.lake.contract import DATE, TEXT, Column, Type
from lastro.sources import Period, RemoteFile, Source
from lastro.vendors import bcb

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAILY = dt.timedelta(hours=20)
_STILL_COMING = dt.timedelta(days=10)
_PAGE = 1000
_RATE = Type("decimal", 18, 8)
_PARITIES = ("paridadeCompra", "paridadeVenda")
_RATES = ("cotacaoCompra", "cotacaoVenda", *_PARITIES)
_QUOTED_AT = "dataHoraCotacao"
_KNOWN = (*_RATES, _QUOTED_AT, "tipoBoletim")
_OURS = re.compile(r"ptax_([A-Z]{3})_\d{4}\.json")
_CURRENCY_IN_NAME = re.compile(r"(?<![A-Za-z])([A-Z]{3})(?![A-Za-z])")
_UNSAFE = re.compile(r"[^A-Za-z0-9 ._-]")

COLUMNS = (
    Column("currency", TEXT, "moeda", "ISO 4217 code of the currency.", required=True,
           reads=("_currency",)),
    Column("ref_date", DATE, "data", "Day of the bulletin.", required=True, reads=("_day",)),
    Column("buy", _RATE, "cotação de compra", "Price at which banks buy.", "BRL",
           reads=("cotacaoCompra",)),
    Column("sell", _RATE, "cotação de venda", "Price at which banks sell.", "BRL",
           reads=("cotacaoVenda",)),
    Column("parity_buy", _RATE, "paridade de compra", "Against the dollar, buying.", "ratio",
           reads=("paridadeCompra",)),
    Column("parity_sell", _RATE, "paridade de venda", "Against the dollar, selling.", "ratio",
           reads=("paridadeVenda",)),
    Column("bulletin", TEXT, "tipo do boletim", "Which bulletin; blank where only one is given.",
           reads=("tipoBoletim",)),
    Column("quoted_at", TEXT, "data e hora da cotação", "Brasília time, as published.",
           reads=(_QUOTED_AT,)),
)  # fmt: skip


class BcbFxOptions(Section):
    """Which currencies are asked for."""

    currencies: tuple[str, ...] = Field(
        ("USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "DKK", "NOK", "SEK"),
        description="ISO codes of the currencies; the default is all that PTAX publishes.",
    )


def plan(
    first: dt.date,
    last: dt.date,
    today: dt.date,
    *,
    options: BcbFxOptions | None = None,
    **_: Any,
) -> list[RemoteFile]:
    """A file a currency and year; the present year is asked for daily."""
    asked = options or BcbFxOptions()
    until = min(last, today)
    years = range(first.year, until.year + 1) if first <= until else ()
    codes = dict.fromkeys(code.strip().upper() for code in asked.currencies)
    return [_file(code, year, today) for code in codes for year in years]


def _file(currency: str, year: int, today: dt.date) -> RemoteFile:
    start, end = dt.date(year, 1, 1), dt.date(year, 12, 31)
    path = bcb.olinda_path(
        "PTAX",
        "CotacaoMoedaPeriodo",
        where="tipoBoletim eq 'Fechamento'",
        top=_PAGE,
        moeda=currency,
        dataInicial=start,
        dataFinalCotacao=end,
    )
    every = _DAILY if today <= end + _STILL_COMING else None
    return RemoteFile(f"ptax_{currency}_{year}.json", path, start, end, every)


def parse(name: str, body: bytes, landed_on: dt.date) -> Iterator[Period]:  # noqa: ARG001
    """Read bulletins, a month at a time.

    Rows without a readable day go with the first month. What a person gives stands beside what was
    asked for, under its file's name.

    Raises:
        ParseError: It is neither JSON nor CSV of bulletins, no row has a day, or it holds another
            currency than the dollar and its name does not say which.
    """
    is_json = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"[", b"<"}
    text = bcb.as_text(bcb.read_items(name, body), _KNOWN) if is_json else _read_csv(name, body)
    bcb.require(name, text, (_QUOTED_AT,))
    ours = _OURS.fullmatch(name)
    currency = ours[1] if ours else _currency(name, text)
    label = currency if ours else _UNSAFE.sub("-", f"{currency} {name.rpartition('.')[0]}")
    day = text[_QUOTED_AT].str.strip_chars().str.head(10)
    text = text.with_columns(day.alias("_day"), pl.lit(currency).alias("_currency"))
    for month, rows in _by_month(name, text):
        yield Period(f"{month:%Y-%m} {label}", month, rows)


def _currency(name: str, text: pl.DataFrame) -> str:
    """Of a person's file: as its name says; one without parities can only be of the dollar."""
    said = _CURRENCY_IN_NAME.search(name)
    if said:
        return said[1]
    if any(text[parity].is_not_null().any() for parity in _PARITIES):
        raise ParseError(
            "{name} does not say which currency it holds.",
            hint="Put its code into the name, as in ptax_EUR.json.",
            name=name,
        )
    return "USD"


def _read_csv(name: str, body: bytes) -> pl.DataFrame:
    """Olinda's CSV: fields parted by commas, and quoted numbers with a decimal comma."""
    try:
        lines = [line for line in body.decode("utf-8-sig").splitlines() if line.strip()]
    except UnicodeDecodeError as error:
        raise bcb.unreadable(name, f"it is not UTF-8 ({error})") from error
    cut = list(csv.reader(lines[:1]))
    headers = [header.strip() for header in cut[0]] if cut else []
    if _QUOTED_AT not in headers or len(set(headers)) != len(headers):
        raise bcb.unreadable(name, f"it starts with no header line that names {_QUOTED_AT}")
    items: list[dict[str, str] | str] = []
    for line in lines[1:]:
        fields = next(csv.reader([line]))
        whole = len(fields) == len(headers)
        items.append(dict(zip(headers, fields, strict=True)) if whole else line)
    text = bcb.as_text(items, _KNOWN)
    return text.with_columns(pl.col(_RATES).str.replace(",", ".", literal=True))


def _by_month(name: str, text: pl.DataFrame) -> Iterator[tuple[dt.date, pl.DataFrame]]:
    prefix = text["_day"].str.extract(r"^([12]\d{3}-(?:0[1-9]|1[0-2]))-")
    months = prefix.drop_nulls().unique().sort().to_list()
    if text.height and not months:
        raise bcb.unreadable(name, "no row has a readable day")
    for month in months:
        mine = (prefix == month).fill_null(value=month == months[0])
        yield dt.date.fromisoformat(f"{month}-01"), text.filter(mine)


def published(ref_date: dt.date) -> dt.datetime:
    """When a day's closing bulletin is known: it comes at about 13:00, and 18:00 is sure."""
    return dt.datetime.combine(ref_date, dt.time(18), BRASILIA).astimezone(dt.UTC)


SOURCE = Source(
    name="bcb_fx",
    title="PTAX closing exchange rates of Brazil's central bank",
    pt="Taxas de câmbio PTAX de fechamento do Banco Central",
    publisher="Banco Central do Brasil",
    licence="ODbL 1.0",
    section=bcb.BcbSettings,
    plan=plan,
    parse=parse,
    fetch=bcb.get_pages,
    columns=COLUMNS,
    published=published,
    history=dt.timedelta(days=5 * 365),
    address="olinda_url",
    gathers=True,
    options=BcbFxOptions,
    megabytes=(0.0, 0.05),
)
