"""Portfolios of B3's indexes: of the day, theoretical, and the preview of the next one.

Calls of indexProxy answer for the present alone, so today's are asked for and kept. The portfolio
of the day comes in two orders: by sector (segment 2), which names each asset's sector, and by code
(segment 1), which does not; which of them a reply is shows in its rows. A reply does not name its
index: the name it lands under does. A person may also give recorded replies, in Portuguese or
English, and the site's own download (``IBOVDia_26-03-21.csv``, latin-1).
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from lastro.core.clock import BRASILIA
from lastro.lake.contract import DATE, INTEGER, TEXT, Column, Type
from lastro.sources import Period, RemoteFile, Source
from lastro.vendors import b3, b3_index

if TYPE_CHECKING:
    from collections.abc import Iterator

_CALLS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    # how a file's name begins and ends, B3's method, what is asked besides
    ("portfolio_day", "", "GetPortfolioDay", {"segment": "2"}),
    ("portfolio_day", "_by_code", "GetPortfolioDay", {"segment": "1"}),
    ("theoretical", "", "GetTheoricalPortfolio", {}),
    ("preview", "", "GetQuartelyPreview", {}),
)
_PORTFOLIOS = {
    "portfolio_day": "day", "GetPortfolioDay": "day",
    "theoretical": "theoretical", "GetTheoricalPortfolio": "theoretical",
    "GetTheoreticalPortfolio": "theoretical",
    "preview": "preview", "GetQuartelyPreview": "preview",
}  # fmt: skip
_NAME = re.compile(
    rf"(?:^|_)({'|'.join(_PORTFOLIOS)})_({b3_index.CODE})_(\d{{4}})-?(\d\d)-?(\d\d)(?!\d)"
)
_CSV_NAME = re.compile(rf"({b3_index.CODE})Dia_(\d\d)-(\d\d)-(\d\d)(?!\d)")
_CSV_TITLE = re.compile(rf"\s*({b3_index.CODE}) - Carteira do Dia (\d\d)/(\d\d)/(\d\d)")
_CSV_FIELDS = ("cod", "asset", "type", "theoricalQty", "part")
_DIVISOR = r"(\d{1,3}(\.\d{3})*|\d+),\d{1,8}"
_WEIGHT_DECIMALS = 3
_NUMBERS = ("part", "partAcum", "theoricalQty", "header.part", "header.partAcum",
            "header.theoricalQty", "header.reductor")  # fmt: skip
_AGAIN = dt.timedelta(hours=4)
_OPTIONS = b3_index.IndexOptions()


class _Asset(BaseModel):
    model_config = ConfigDict(extra="allow")

    cod: str = Field(min_length=1)
    asset: str | None
    type: str | None
    part: str
    theoricalQty: str  # noqa: N815 - B3's spelling
    segment: str | None = None


class _Header(BaseModel):
    model_config = ConfigDict(extra="allow")

    part: str
    theoricalQty: str  # noqa: N815
    reductor: str | None
    date: str | None = None


class _Pages(BaseModel):
    model_config = ConfigDict(extra="allow")

    totalRecords: int  # noqa: N815


class _Reply(BaseModel):
    model_config = ConfigDict(extra="allow")

    page: _Pages | None = None
    header: _Header | None
    results: list[_Asset] | None


COLUMNS = (
    Column("index_code", TEXT, "índice", "Code of the index.", required=True, reads=("_index",)),
    Column("portfolio", TEXT, "carteira", "day, theoretical or preview.", required=True,
           reads=("_portfolio",)),
    Column("ref_date", DATE, "data da carteira", "Day of the portfolio; where it names none, the "
           "day it was asked for.", required=True, reads=("_date",)),
    Column("origin", TEXT, "origem", "2 by sector, 1 by code, csv the site's download.",
           reads=("_origin",)),
    Column("ticker", TEXT, "código de negociação", "Ticker.", required=True, reads=("cod",)),
    Column("asset", TEXT, "ação", "Short name of the issuer.", reads=("asset",)),
    Column("asset_type", TEXT, "tipo", "Class, rights and level of governance, e.g. ON  EJ  NM.",
           reads=("type",)),
    Column("sector", TEXT, "setor", "Sector, in the portfolio by sector.", reads=("segment",)),
    Column("weight", Type("decimal", 9, 3), "participação", "Weight.", "percent", required=True,
           least=0, reads=("part",), form="pt"),
    Column("theoretical_quantity", INTEGER, "quantidade teórica", "Theoretical quantity.",
           "shares", least=0, reads=("theoricalQty",), form="pt"),
    Column("total_quantity", INTEGER, "quantidade teórica total", "Of the whole portfolio.",
           "shares", reads=("header.theoricalQty",), form="pt"),
    Column("divisor", Type("decimal", 28, 8), "redutor", "Divisor of the index.",
           reads=("_divisor",), form="pt"),
    Column("divisor_unread", TEXT, "redutor ilegível", "The divisor, where it is no number.",
           reads=("_divisor_unread",)),
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
    """Today's portfolios of each index; the past cannot be asked for."""
    if not first <= today <= last:
        return []
    files = []
    for code in options.codes:
        for begins, ends, method, more in _CALLS:
            path = b3.call_path(
                "indexProxy", "indexCall", method, language=b3_index.PORTUGUESE,
                pageNumber=1, pageSize=b3.PAGE_SIZE, index=code, **more,
            )  # fmt: skip
            name = f"{begins}_{code}_{today}{ends}.json"
            files.append(RemoteFile(name, path, today, today, _AGAIN))
    return files


def parse(name: str, body: bytes, landed_on: dt.date) -> Iterator[Period]:
    """Read a portfolio into one period; one without assets is none.

    Args:
        name: ``portfolio_day_<index>_<day>...``, ``theoretical_...`` or ``preview_...``; of a CSV
            without a title, ``<index>Dia_<dd-mm-yy>...``.
        body: A reply, or several pages of one in a list; or the CSV.
        landed_on: Not needed: the day is in the reply or in the name.

    Raises:
        ParseError: It is no portfolio, not a whole one, or does not say of which index and day.
    """
    del landed_on
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if not start:
        raise b3_index.unreadable(name, "it is empty")
    if start == b"<":
        raise b3_index.unreadable(name, "it is a web page, not data")
    found = _read_reply(name, body) if start in b'{["' else _read_csv(name, body)
    if found is None:
        return
    about, rows = found
    text = _as_frame(rows).with_columns(pl.lit(value).alias(key) for key, value in about.items())
    day = dt.date.fromisoformat(about["_date"])
    parts = (day.isoformat(), about["_index"], about["_portfolio"], about["_origin"])
    period = " ".join(part for part in parts if part)
    yield Period(period, day.replace(day=1), text)


def _as_frame(rows: list[dict[str, str | None]]) -> pl.DataFrame:
    """Rows as text with every column that is read, and the divisor told from what is none."""
    known = dict.fromkeys((*sorted(_KNOWN), "header.reductor", "_malformed"))
    divisor = pl.col("header.reductor").str.strip_chars()
    is_one = divisor.str.contains(f"^{_DIVISOR}$")
    return (
        pl.DataFrame([known | row for row in rows], infer_schema_length=None)
        .with_columns(pl.all().cast(pl.String))
        .with_columns(
            pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("_row"),
            pl.when(is_one).then(divisor).alias("_divisor"),
            pl.when(~is_one & (divisor != "")).then(divisor).alias("_divisor_unread"),
        )
    )


def _read_reply(
    name: str, body: bytes
) -> tuple[dict[str, str], list[dict[str, str | None]]] | None:
    """A reply's facts and rows; None where it holds no assets."""
    found = b3.read_json(name, body.removeprefix(b"\xef\xbb\xbf"))
    if found is None:
        return None
    pages = [_page(name, page) for page in (found if isinstance(found, list) else [found])]
    assets = [asset for page in pages for asset in page.results or ()]
    if not assets:
        return None
    first = pages[0]
    if first.page and first.page.totalRecords != len(assets):
        raise b3_index.unreadable(
            name, f"it holds {len(assets)} of {first.page.totalRecords} assets"
        )
    if first.header is None:
        raise b3_index.unreadable(name, "it has no header")
    named = _NAME.search(name)
    if named is None:
        raise b3_index.unnamed(name, "portfolio_day_IBOV_2022-12-08.json")
    spoken = b3_index.language(
        name, (first.header.part, *(asset.part for asset in assets)), _WEIGHT_DECIMALS
    )
    portfolio = _PORTFOLIOS[named[1]]
    by_sector = any(asset.segment for asset in assets)
    about = {
        "_index": named[2],
        "_portfolio": portfolio,
        "_date": _day_of(name, first.header.date, spoken) or "-".join(named.groups()[2:]),
        "_origin": ("2" if by_sector else "1") if portfolio == "day" else "",
        "_language": spoken,
    }
    _check_day(name, about["_date"])
    header = {f"header.{key}": value for key, value in first.header.model_dump().items()}
    rows = [_texts({**header, **asset.model_dump()}, spoken) for asset in assets]
    return about, rows


def _page(name: str, page: object) -> _Reply:
    found = b3.read_json(name, page.encode()) if isinstance(page, str) else page
    return b3_index.validate(_Reply, name, found)


def _texts(row: dict[str, object], spoken: str) -> dict[str, str | None]:
    """A row as text, its numbers as pt-br writes them."""
    texts = {key: b3_index.as_text(value) for key, value in row.items()}
    return texts | {key: b3_index.in_portuguese(texts.get(key), spoken) for key in _NUMBERS}


def _day_of(name: str, text: str | None, spoken: str) -> str | None:
    """The header's day in ISO: 04/07/25 is 4 July in pt-br and 7 April in en-us."""
    if not text:
        return None
    found = re.fullmatch(r"(\d\d)/(\d\d)/(\d\d)", text.strip())
    if found is None:
        raise b3_index.unreadable(name, f"its date is {text}")
    one, other, year = found.groups()
    day, month = (one, other) if spoken == b3_index.PORTUGUESE else (other, one)
    return f"20{year}-{month}-{day}"


def _check_day(name: str, text: str) -> None:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        raise b3_index.unreadable(name, f"there is no day {text}") from None


def _read_csv(name: str, body: bytes) -> tuple[dict[str, str], list[dict[str, str | None]]]:
    """The site's download: a title, a header, assets and two lines of totals, not all of them."""
    text = _decode(name, body)
    named, lines = _CSV_TITLE.match(text), text.splitlines()
    if named:
        lines = lines[1:]
    named = named or _CSV_NAME.search(name)
    totals: dict[str, str | None] = {}
    rows: list[dict[str, str | None]] = []
    for line in lines:
        cells = _cells(line)
        if any(cells) and not _is_heading(cells) and not _is_total(cells, totals):
            rows.append(_csv_row(line, cells))
    if not any(row.get("cod") for row in rows):
        raise b3_index.unreadable(name, "there is no line of an asset in it")
    if named is None:
        raise b3_index.unnamed(name, "IBOVDia_26-03-21.csv")
    index, day, month, year = named.groups()
    about = {
        "_index": index,
        "_portfolio": "day",
        "_date": f"20{year}-{month}-{day}",
        "_origin": "csv",
        "_language": b3_index.PORTUGUESE,
    }
    _check_day(name, about["_date"])
    return about, [{**totals, **row} for row in rows]


def _decode(name: str, body: bytes) -> str:
    """B3 writes latin-1; a person's spreadsheet writes UTF-8."""
    if b"\x00" in body:
        raise b3_index.unreadable(name, "it is neither JSON nor a text separated by ';'")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _cells(line: str) -> list[str]:
    """Fields of a line; those of assets end in one separator more than the header has."""
    cells = [cell.strip() for cell in line.split(";")]
    return cells[:-1] if len(cells) == len(_CSV_FIELDS) + 1 and not cells[-1] else cells


def _is_heading(cells: list[str]) -> bool:
    return len(cells) == len(_CSV_FIELDS) and cells[2].casefold() == "tipo"


def _is_total(cells: list[str], totals: dict[str, str | None]) -> bool:
    """Whether a line is one of the two totals, which are then noted."""
    label = cells[0].casefold()
    if label.startswith("quantidade") and len(cells) == len(_CSV_FIELDS):
        totals |= {
            "header.text": cells[0],
            "header.theoricalQty": cells[3],
            "header.part": cells[4],
        }
        return True
    if label == "redutor" and len(cells) > _CSV_FIELDS.index("theoricalQty"):
        totals |= {"header.textReductor": cells[0], "header.reductor": cells[3]}
        return True
    return False


def _csv_row(line: str, cells: list[str]) -> dict[str, str | None]:
    if len(cells) == len(_CSV_FIELDS) and cells[0]:
        return dict(zip(_CSV_FIELDS, cells, strict=True))
    return {"_malformed": line}


def published(day: dt.date) -> dt.datetime:
    """A day's portfolio is known by 20:00 in Brasília on that day."""
    return dt.datetime.combine(day, dt.time(20), BRASILIA).astimezone(dt.UTC)


SOURCE = Source(
    name="b3_index_portfolio",
    title="B3 index portfolios: of the day, theoretical and preview",
    pt="Carteiras dos índices da B3: do dia, teórica e prévia",
    publisher="B3",
    licence="B3 terms of use",
    section=b3.B3Settings,
    plan=plan,
    parse=parse,
    columns=COLUMNS,
    fetch=b3_index.get,
    published=published,
    gathers=True,
    calendar=None,
    options=b3_index.IndexOptions,
    megabytes=(1.0, 0.0),
)
