"""Daily closing levels of B3's indexes, a year a reply (indexStatisticsProxy, GetPortfolioDay).

A reply is a grid: a row a day of the month, a column a month (``rateValue1`` to ``rateValue12``),
null where there was no session, beside each month's least and greatest close. It names neither
index nor year: the name it lands under does. The Ibovespa is asked for as IBOV, and where that is
not known as IBOVESPA. A person may also give B3's index report of a session (BVBG.087,
``IR210423.zip``), which holds the closes of all indexes.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, create_model

from lastro.core.clock import BRASILIA
from lastro.lake.contract import DATE, MONEY, TEXT, Column
from lastro.sources import Period, RemoteFile, Source
from lastro.vendors import b3, b3_index, b3_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

_MONTHS = range(1, 13)
_OTHER_NAMES = {"IBOV": ("IBOVESPA",)}
_NAME = re.compile(rf"levels_({b3_index.CODE})_(\d{{4}})(?!\d)")
_MESSAGE = "BVBG.087"
_GROWING = dt.timedelta(hours=4)
_OPTIONS = b3_index.IndexOptions()

_Day = create_model(
    "_Day",
    __config__=ConfigDict(extra="allow"),
    day=(int, Field(ge=0, le=31)),
    **{f"rateValue{month}": (str | None, ...) for month in _MONTHS},
)  # type: ignore[call-overload]


class _Year(BaseModel):
    model_config = ConfigDict(extra="allow")

    results: list[_Day] = Field(min_length=1)
    min: _Day | None = None
    max: _Day | None = None


COLUMNS = (
    Column("index_code", TEXT, "índice", "Code of the index.", required=True, reads=("_index",)),
    Column("ref_date", DATE, "data do pregão", "Session.", required=True, reads=("_date",)),
    Column("level", MONEY, "fechamento", "Closing level.", "points", required=True, least=0,
           reads=("rateValue",), form="pt"),
    Column("month_least", MONEY, "mínimo do mês", "Least close of the month.", "points",
           reads=("min.rateValue",), form="pt"),
    Column("month_greatest", MONEY, "máximo do mês", "Greatest close of the month.", "points",
           reads=("max.rateValue",), form="pt"),
    Column("report", TEXT, "boletim", "BVBG.087 where it is of an index report.",
           reads=("_report",)),
)  # fmt: skip
_KNOWN = {header for column in COLUMNS for header in column.reads}


def plan(
    first: dt.date,
    last: dt.date,
    today: dt.date,
    *,
    options: b3_index.IndexOptions = _OPTIONS,
    **_: Any,
) -> list[RemoteFile]:
    """A file an index and year; a past year is asked for again only in the January after it."""
    files = []
    for year in range(first.year, min(last, today).year + 1):
        grows = year == today.year or (year == today.year - 1 and today.month == 1)
        every = _GROWING if grows else None
        for code in options.codes:
            spare = tuple(_file(other, year, every) for other in _OTHER_NAMES.get(code, ()))
            files.append(_file(code, year, every, spare))
    return files


def _file(
    code: str, year: int, every: dt.timedelta | None, spare: tuple[RemoteFile, ...] = ()
) -> RemoteFile:
    path = b3.call_path(
        "indexStatisticsProxy", "IndexCall", "GetPortfolioDay",
        language=b3_index.PORTUGUESE, index=code, year=year,
    )  # fmt: skip
    days = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return RemoteFile(f"levels_{code}_{year}.json", path, *days, every, spare)


def parse(name: str, body: bytes, landed_on: dt.date) -> Iterator[Period]:
    """Read a year's grid into a period a month, or a session's index report into one.

    Cells without a level say nothing.

    Args:
        name: ``levels_<index>_<year>...``; of an index report, any.
        body: The reply, pt-br or en-us, or the report; numbers are written as pt-br writes them.
        landed_on: Not needed.

    Raises:
        ParseError: It is no such reply, or its name does not say index and year.
    """
    del landed_on
    if body.startswith((b"PK", b"\x1f\x8b", b"<", b"\xef\xbb\xbf<")):
        yield from _report(name, body)
        return
    found = b3.read_json(name, body)
    if found is None:
        raise b3_index.unreadable(name, "it is empty")
    year = b3_index.validate(_Year, name, found).model_dump()
    named = _NAME.search(name)
    if named is None:
        raise b3_index.unnamed(name, "levels_IBOV_2022.json")
    about = {"_index": b3_index.index_code(named[1]), "_year": named[2]}
    cells = [row[f"rateValue{month}"] for row in year["results"] for month in _MONTHS]
    if not any(cells):
        return  # a year that has not begun
    about["_language"] = b3_index.language(name, cells, 2)
    for month in _MONTHS:
        rows = list(_rows(year, month, about))
        if rows:
            first = dt.date(int(named[2]), month, 1)
            yield Period(f"{first:%Y-%m} {about['_index']}", first, _as_frame(rows))


def _report(name: str, body: bytes) -> Iterator[Period]:
    """A session's index report; its numbers are plain."""
    if b3_xml.is_nothing(body):
        return
    message = b3_xml.newest(name, body, _MESSAGE)
    try:
        day = dt.date.fromisoformat(message.facts["Dt"])
    except ValueError:
        raise b3_index.unreadable(name, "it does not name its session") from None
    rows: list[dict[str, str | None]] = [
        {
            **report,
            "_index": report.get("TckrSymb"),
            "_date": day.isoformat(),
            "_report": _MESSAGE,
            "rateValue": b3_index.in_portuguese(report.get("ClsgPric"), b3_index.ENGLISH),
        }
        for report in b3_xml.records(name, message, "IndxInf")
    ]
    if rows:
        yield Period(f"{day} {_MESSAGE}", day.replace(day=1), _as_frame(rows))


def _as_frame(rows: list[dict[str, str | None]]) -> pl.DataFrame:
    known: dict[str, str | None] = dict.fromkeys(sorted(_KNOWN))
    return pl.DataFrame([{**known, **row} for row in rows], infer_schema_length=None).with_columns(
        pl.all().cast(pl.String),
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("_row"),
        pl.lit(None, pl.String).alias("_malformed"),
    )


def _rows(
    year: dict[str, Any], month: int, about: dict[str, str]
) -> Iterator[dict[str, str | None]]:
    """A month's cells as rows, with the fields of their line and of the month."""
    cell, spoken = f"rateValue{month}", about["_language"]
    least, greatest = ((year[limit] or {}).get(cell) for limit in ("min", "max"))
    for line in year["results"]:
        if line[cell]:
            others = {k: b3_index.as_text(v) for k, v in line.items() if k not in _CELLS}
            yield {
                **about,
                **others,
                "_date": f"{about['_year']}-{month:02}-{line['day']:02}",
                "rateValue": b3_index.in_portuguese(line[cell], spoken),
                "min.rateValue": b3_index.in_portuguese(least, spoken),
                "max.rateValue": b3_index.in_portuguese(greatest, spoken),
            }


_CELLS = frozenset(f"rateValue{month}" for month in _MONTHS)


def published(day: dt.date) -> dt.datetime:
    """A close is known by 20:00 in Brasília on its own day."""
    return dt.datetime.combine(day, dt.time(20), BRASILIA).astimezone(dt.UTC)


SOURCE = Source(
    name="b3_index_levels",
    title="B3 index levels, daily closes",
    pt="Níveis dos índices da B3, fechamentos diários",
    publisher="B3",
    licence="B3 terms of use",
    section=b3.B3Settings,
    plan=plan,
    parse=parse,
    columns=COLUMNS,
    fetch=b3_index.get,
    published=published,
    history=dt.timedelta(days=5 * 365),
    gathers=True,
    calendar="b3",
    options=b3_index.IndexOptions,
    megabytes=(0.0, 0.02),
)
