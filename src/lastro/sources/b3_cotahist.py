"""B3's historical quotations (COTAHIST): every paper and market of every session since 1986.

The same lines come in files of a year, a month and a day. What a line is of is said by its date and
never by its file's name, which can be wrong. Prices are as traded, never adjusted, and stand for
``FATCOT`` papers. Reference: B3, SeriesHistoricas_Layout; vendors/b3_cotahist.py.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from lastro.core.calendar import is_b3_session
from lastro.core.clock import BRASILIA, add_months, months_between
from lastro.core.errors import NoDataError, ParseError, TemporaryError
from lastro.lake.contract import DATE, INTEGER, MONEY, TEXT, Column, Type
from lastro.sources import Period, RemoteFile, Source
from lastro.vendors import b3_cotahist as cotahist
from lastro.vendors.b3 import B3Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lastro.core.http import Answer, HttpClient

PRICE = Type("decimal", 13, 2)
POINTS = Type("decimal", 13, 6)
DOUBT = "_doubt"
_EARLIEST = dt.date(1986, 1, 2)
_LATEST_YEAR = 2100
_PUBLISHED = dt.time(20, 30)
_DAILY = dt.timedelta(hours=20)
_SETTLED = dt.timedelta(days=7)  # after which a file's answer is taken for its last
_ONE_DAY = dt.timedelta(days=1)
_OF_A_DAY = re.compile(r"COTAHIST_D\d{8}", re.IGNORECASE)
_OF_MONTHS = re.compile(r"COTAHIST_(?:A\d{4}|M\d{6})", re.IGNORECASE)
_MOST_RUNS = 5_000
_NO_ZIP = b"PK\x05\x06"  # how a zip without members begins


def _price(name: str, header: str, pt: str, doc: str) -> Column:
    return Column(name, PRICE, pt, f"{doc}, for FATCOT papers.", "BRL", reads=(header,),
                  form="implied", least=0)  # fmt: skip


COLUMNS = (
    Column("record_type", TEXT, "tipo de registro", "01 in every record.", reads=("TIPREG",),
           form="bare"),
    Column("ref_date", DATE, "data do pregão", "Session.", required=True, reads=("DATPRE",),
           form="yyyymmdd"),
    Column("bdi_code", TEXT, "código BDI", "Section of B3's bulletin: 02 round lot, 12 fund...",
           required=True, reads=("CODBDI",), form="bare"),
    Column("ticker", TEXT, "código de negociação", "Trading code.", required=True,
           reads=("CODNEG",), form="bare"),
    Column("market_type", TEXT, "tipo de mercado", "010 spot, 020 odd lot, 070 call...",
           required=True, reads=("TPMERC",), form="bare"),
    Column("short_name", TEXT, "nome resumido", "Issuer, shortened.", reads=("NOMRES",),
           form="bare"),
    Column("specification", TEXT, "especificação", "Class, rights that go with it, segment.",
           reads=("ESPECI",), form="bare"),
    Column("term", TEXT, "prazo do termo", "Days of a forward; 000 on options, else blank.",
           reads=("PRAZOT",), form="bare"),
    Column("currency", TEXT, "moeda", "Reference currency, as B3 writes it.",
           reads=("MODREF",), form="bare"),
    _price("raw_open", "PREABE", "preço de abertura", "First price"),
    _price("raw_high", "PREMAX", "preço máximo", "Highest price"),
    _price("raw_low", "PREMIN", "preço mínimo", "Lowest price"),
    _price("raw_average", "PREMED", "preço médio", "Average price, cut to cents"),
    _price("raw_close", "PREULT", "preço do último negócio", "Last price"),
    _price("raw_bid", "PREOFC", "melhor oferta de compra", "Best bid at the end; 0 is none"),
    _price("raw_ask", "PREOFV", "melhor oferta de venda", "Best ask at the end; 0 is none"),
    Column("trades", INTEGER, "número de negócios", "Trades; five digits at most.", "trades",
           reads=("TOTNEG",), least=0),
    Column("quantity", INTEGER, "quantidade de títulos", "Papers traded.", "papers",
           reads=("QUATOT",), least=0),
    Column("turnover", MONEY, "volume financeiro", "Value traded.", "BRL", reads=("VOLTOT",),
           form="implied", least=0),
    Column("strike", PRICE, "preço de exercício", "Strike, or a forward contract's value.", "BRL",
           reads=("PREEXE",), form="implied", least=0),
    Column("strike_index", TEXT, "indicador de correção", "What corrects the strike; 0 nothing.",
           reads=("INDOPC",), form="bare"),
    Column("expires_on", DATE, "data de vencimento", "Expiry; 9999-12-31 is none.",
           reads=("DATVEN",), form="yyyymmdd"),
    Column("quotation_factor", INTEGER, "fator de cotação", "Papers that a price is for.",
           "papers", required=True, reads=("FATCOT",), least=0),
    Column("strike_points", POINTS, "preço de exercício em pontos", "Of options on indexes.",
           "points", reads=("PTOEXE",), form="implied", least=0),
    Column("isin", TEXT, "código ISIN", "ISIN; until 1995-05-15 a code of B3's own.",
           reads=("CODISI",), form="bare"),
    Column("distribution", INTEGER, "número de distribuição", "Rises with corporate actions.",
           reads=("DISMES",)),
    Column("doubt", TEXT, "dúvida sobre o arquivo", "Why its file may lack lines; else blank.",
           reads=(DOUBT,), form="bare"),
)  # fmt: skip


def plan(first: dt.date, last: dt.date, today: dt.date) -> list[RemoteFile]:
    """Past years as a file each, this year's past months as a file each, this month's sessions.

    A file is asked for every day until a week after its last session, and once more after that,
    however long before it was had: a year's file exists from its first session on.
    """
    first, last = max(first, _EARLIEST), min(last, today)
    files: dict[str, RemoteFile] = {}
    for month in months_between(first, last) if first <= last else ():
        if month.year < today.year:
            file = _year(month.year, today)
        elif month < today.replace(day=1):
            file = _month(month, today)
        else:
            continue
        files[file.name] = file
    begin = max(first, today.replace(day=1))
    days = (begin + n * _ONE_DAY for n in range((last - begin).days + 1))
    return [*files.values(), *(_day(day, today) for day in days if is_b3_session(day))]


def _file(
    part: str, first: dt.date, last: dt.date, today: dt.date, *fallbacks: RemoteFile
) -> RemoteFile:
    name = f"COTAHIST_{part}.ZIP"
    settled = last + _SETTLED
    every = today - settled if today > settled else _DAILY
    return RemoteFile(name, name, first, last, every, fallbacks)


def _day(day: dt.date, today: dt.date) -> RemoteFile:
    return _file(f"D{day:%d%m%Y}", day, day, today)


def _month(month: dt.date, today: dt.date, *, alone: bool = False) -> RemoteFile:
    year = () if alone else (_year(month.year, today, alone=True),)
    return _file(f"M{month:%m%Y}", month, add_months(month, 1) - _ONE_DAY, today, *year)


def _year(year: int, today: dt.date, *, alone: bool = False) -> RemoteFile:
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    months = [] if alone else months_between(first, last)
    return _file(f"A{year}", first, last, today, *(_month(m, today, alone=True) for m in months))


def fetch(
    client: HttpClient,
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    **_: Any,
) -> Answer:
    """A conditional GET that tells a file from what B3 answers where there is none.

    Raises:
        NoDataError: The answer is empty: there was no session, or it is not published yet.
        TemporaryError: It answers with a web page instead of data.
    """
    answer = client.get(url, etag=etag, last_modified=last_modified)
    if answer.status == 304:
        return answer
    body = answer.body[:512].strip()
    if not body or body.startswith(_NO_ZIP):
        raise NoDataError(
            "{url} is empty.",
            hint="There was no session on that day, or B3 has not published it yet.",
            url=answer.url,
        )
    if body.startswith(b"<"):
        raise TemporaryError(
            "{url} answered with a web page instead of data.",
            hint="Nothing was lost; try again later.",
            url=answer.url,
        )
    return answer


def parse(name: str, body: bytes, landed_on: dt.date) -> Iterator[Period]:  # noqa: ARG001
    """Cut a file of any span: a period a month, or one for a file of one day.

    A day's empty file (no session) has no period, and so has one without records. A file whose
    trailer does not count its lines does not replace a period but stands beside it under its own
    name, and says so in ``_doubt``.

    Raises:
        ParseError: Neither a whole zip nor COTAHIST, no record has a readable date, or two members
            speak of one period.
    """
    if not body and _OF_A_DAY.search(name):
        return
    seen: set[str] = set()
    for member, text in cotahist.members(name, body):
        lines = cotahist.read_lines(name, text)
        del text  # as big as all that is handed out next
        for key, month, mine in _cut_by_date(name, member, lines):
            period = f"{key} {_stem(name)}" if lines.doubt else key
            _refuse_twice(name, period, seen)
            fields = cotahist.cut(mine).with_columns(
                pl.lit(None, pl.String).alias(cotahist.MALFORMED)
            )
            rows = pl.concat([fields, mine.torn], how="diagonal") if mine.torn.height else fields
            yield Period(period, month, rows.with_columns(pl.lit(lines.doubt).alias(DOUBT)))


def _cut_by_date(
    name: str, member: str, lines: cotahist.Lines
) -> Iterator[tuple[str, dt.date, cotahist.Lines]]:
    """A file's lines by period; those without a readable date go with the first.

    A day's file stays whole even if a line in it has another date: that line's date is wrong, and
    the other day's file must not give way to it.
    """
    runs = _runs(lines.whole)
    counts = runs.group_by("date").agg(pl.col("len").sum()).sort("len", "date", descending=True)
    days = [day for text in counts["date"] if (day := _day_of(text))]
    if not days:
        if lines.whole.is_empty() and lines.torn.is_empty():
            return
        raise ParseError(
            "{name} has no readable date in any row.",
            hint="It is no file of B3's quotations, or damaged; its bytes are kept.",
            name=name,
        )
    known = [found for n in (member, name) for found in (_OF_A_DAY.search(n), _OF_MONTHS.search(n))]
    official = next((found.re for found in known if found), None)
    if official is _OF_A_DAY or (official is None and len(days) == 1):
        yield days[0].isoformat(), days[0].replace(day=1), lines
        return
    months = sorted({f"{day:%Y%m}" for day in days})
    whole = _parted(lines.whole, runs, months, pl.col(cotahist.SESSION).str.head(6))
    torn = _parted(lines.torn, None, months, pl.col(cotahist.MALFORMED).str.slice(2, 6))
    for month in months:
        first = dt.date(int(month[:4]), int(month[4:]), 1)
        mine = replace(lines, whole=whole[month], torn=torn.get(month, lines.torn.clear()))
        yield f"{first:%Y-%m}", first, mine


def _runs(lines: pl.DataFrame) -> pl.DataFrame:
    """How many lines of one date follow each other: ``len`` and ``date``, as they stand."""
    runs = lines[cotahist.SESSION].rle().struct.unnest()
    return runs.rename({"value": "date"})


def _parted(
    lines: pl.DataFrame, runs: pl.DataFrame | None, months: list[str], month: pl.Expr
) -> dict[str, pl.DataFrame]:
    """Lines by the month that they begin with; by the first where that is none of these.

    B3's files stand in a few runs of rising dates, of which slices are had for nothing.
    """
    if len(months) == 1:
        return {months[0]: lines}
    parts: dict[str, list[pl.DataFrame]] = {}
    if runs is None or runs.height > _MOST_RUNS:
        by_month = lines.with_columns(month.alias("month")).partition_by(
            "month", as_dict=True, include_key=False
        )
        for (key,), part in by_month.items():
            parts.setdefault(key if key in months else months[0], []).append(part)
    else:
        start = 0
        for length, date in runs.select("len", "date").rows():
            key = date[:6] if date[:6] in months else months[0]
            parts.setdefault(key, []).append(lines.slice(start, length))
            start += length
    return {key: pl.concat(part) for key, part in parts.items()}


def _day_of(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text) if text.isascii() and text.isdigit() else None
    except ValueError:
        return None
    return day if day and _EARLIEST.year <= day.year <= _LATEST_YEAR else None


def _stem(name: str) -> str:
    """A file's name without its endings, in letters that a partition may have."""
    stem = re.sub(r"(?:\.(?:zip|txt))+$", "", name, flags=re.IGNORECASE)
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", stem)


def _refuse_twice(name: str, period: str, seen: set[str]) -> None:
    """A period replaces what is known of it: of two in one file, the first would be lost."""
    if period in seen:
        raise ParseError(
            "{name} speaks of {period} in two of its members.",
            hint="Unpack it and import its members one after the other, or joined into one.",
            name=name,
            period=period,
        )
    seen.add(period)


def published(ref_date: dt.date) -> dt.datetime:
    """When a session's file is public: 20:30 in Brasília on its day (later on some days)."""
    return dt.datetime.combine(ref_date, _PUBLISHED, BRASILIA).astimezone(dt.UTC)


SOURCE = Source(
    name="b3_cotahist",
    title="B3 historical quotations (COTAHIST)",
    pt="Cotações históricas da B3 (COTAHIST)",
    publisher="B3",
    licence="B3's terms of use: free to consult; redistribution is B3's to allow",
    section=B3Settings,
    address="history_url",
    plan=plan,
    fetch=fetch,
    parse=parse,
    columns=COLUMNS,
    published=published,
    history=dt.timedelta(days=395),
    gathers=True,
    calendar="b3",
    megabytes=(0.0, 8.0),
)
