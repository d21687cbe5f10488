"""B3's listed companies: the register, each company's details, and the sector workbook.

Three files of different shape are one source, told apart by ``_record``, because they are read
together: the register names every issuer, the details map a live company's tickers to ISINs, and
the workbook, which a person downloads, says who belongs to which sector.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import polars as pl
from pydantic import Field

from lastro.core.errors import ParseError
from lastro.core.settings import Section
from lastro.lake.contract import CNPJ, DATE, INTEGER, STANDING, TEXT, Column
from lastro.sources import Period, RemoteFile, Source
from lastro.vendors import b3, b3_listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lastro.core.http import Answer, HttpClient

_DAILY, _WEEKLY = dt.timedelta(hours=20), dt.timedelta(days=6, hours=12)
_HEADER = ("SETOR ECONÔMICO", "SUBSETOR", "SEGMENTO", "LISTAGEM")
_SUBHEADER = ("CÓDIGO", "SEGMENTO")
_CLASSIFICATION = ("_sector", "_subsector", "_industry")


class Options(Section):
    """Whose details to ask for."""

    issuers: str = Field(
        "",
        description="Issuers whose details to ask for every day, comma-separated (ABEV,PETR); "
        "blank asks for all of the register, once a week.",
    )


COLUMNS = (
    Column("record", TEXT, "registro", "company, fund, ticker, detail (no ticker) or sector.",
           reads=("_record",)),
    Column("ref_date", DATE, "data da foto", "Day of the file.", reads=("_snapshot",)),
    Column("issuer", TEXT, "emissor", "Four letters of the issuer.", reads=("issuingCompany",)),
    Column("code_cvm", TEXT, "código CVM", "The company's number at CVM.", reads=("codeCVM",)),
    Column("company_name", TEXT, "razão social", "Registered name.", reads=("companyName",)),
    Column("trading_name", TEXT, "nome de pregão", "Short name.", reads=("tradingName",)),
    Column("cnpj", CNPJ, "CNPJ", "The company; blank for foreign issuers.", reads=("_cnpj",)),
    Column("status", TEXT, "situação", "A is active.", reads=("status",)),
    Column("listing_segment", TEXT, "segmento de listagem", "NM, N1, N2... as the file writes it.",
           reads=("market",)),
    Column("listed_on", DATE, "data de listagem", "Day of listing.", reads=("dateListing",),
           form="dd/mm/yyyy"),
    Column("segment", TEXT, "segmento", "Industry, by the register.", reads=("segment",)),
    Column("sector", TEXT, "setor econômico", "Sector.", reads=("_sector",)),
    Column("subsector", TEXT, "subsetor", "Subsector.", reads=("_subsector",)),
    Column("industry", TEXT, "segmento econômico", "Industry.", reads=("_industry",)),
    Column("ticker", TEXT, "código de negociação", "Ticker.", reads=("ticker",)),
    Column("isin", TEXT, "ISIN", "ISIN of the ticker.", reads=("isin",)),
    Column("isin_ok", INTEGER, "dígito do ISIN", "1 where its check digit is right.",
           reads=("_isin_ok",)),
    Column("share_class", TEXT, "espécie", "ON, PN, PNA... UNT; blank for anything else.",
           reads=("_share_class",)),
)  # fmt: skip
_NEEDED = tuple(header for column in COLUMNS for header in column.reads)


def plan(
    first: dt.date,
    last: dt.date,
    today: dt.date,
    *,
    options: Options | None = None,
    known: Sequence[str] = (),
) -> list[RemoteFile]:
    """The register, and the details of companies known from it.

    Args:
        first: First day wanted.
        last: Last day wanted.
        today: Today; the past cannot be asked for.
        options: Whose details to ask for.
        known: Issuers and their numbers at CVM: ``ABEV 23264``.
    """
    if not first <= today <= last:
        return []
    path = b3_listed.path(
        "GetInitialCompanies",
        language=b3_listed.LANGUAGE, pageNumber=1, pageSize=b3.PAGE_SIZE,
    )  # fmt: skip
    files = [RemoteFile("companies.json", path, today, today, _WEEKLY)]
    chosen = b3_listed.only(options.issuers) if options else ()
    for company in known:
        issuer, _, code = company.partition(" ")
        if code and (not chosen or issuer in chosen):
            path = b3_listed.path("GetDetail", codeCVM=code, language=b3_listed.LANGUAGE)
            every = _DAILY if chosen else _WEEKLY
            files.append(RemoteFile(f"detail-{code}.json", path, today, today, every))
    return files


def fetch(
    client: HttpClient,
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    **_: Any,
) -> Answer:
    """Ask a call; the register's pages one after the other.

    Raises:
        TemporaryError: It answers with a web page instead of data.
    """
    if "/GetInitialCompanies/" in url:  # its first page says nothing of the others
        return b3.get_pages(client, url)
    return b3.get_pages(client, url, etag=etag, last_modified=last_modified)


def parse(name: str, body: bytes, landed_on: dt.date) -> Iterator[Period]:
    """Read the register, a company's details, the sector workbook, or a collection of all.

    Args:
        name: The file's name.
        body: JSON or xlsx; nothing is the answer for a company that B3 does not serve: no period.
        landed_on: Day of the file, unless the name holds one.

    Raises:
        ParseError: It is none of these, or pages of the register are missing.
    """
    day = b3_listed.snapshot(name, landed_on)
    if body.startswith(b"PK"):
        yield Period("sectors", STANDING, _frame(_sectors(name, body), day))
        return
    found = b3_listed.read(name, body)
    if found is None:
        return
    period, rows = _rows(name, found, day)
    if rows:
        yield Period(period, STANDING, _frame(rows, day))


def _rows(name: str, found: Any, day: dt.date) -> tuple[str, list[dict[str, Any]]]:
    first = found[0] if isinstance(found, list) else found
    if isinstance(first, str) or (isinstance(first, dict) and "results" in first):
        rows = b3_listed.objects_of(name, b3_listed.rows_of(name, found))
        if not all({"issuingCompany", "codeCVM"} <= set(row) for row in rows):
            raise b3_listed.unreadable(name, "its records are no companies")
        return "companies", [row | {"_record": "company"} for row in rows]
    entries = b3_listed.objects_of(name, found)
    if all("issuingCompany" in entry and "cashDividends" in entry for entry in entries):
        return f"assets-{day}", [_listed(entry) for entry in entries]
    if len(entries) == 1 and {"issuingCompany", "codeCVM", "otherCodes"} <= set(entries[0]):
        return f"detail-{entries[0]['codeCVM']}", list(_tickers(entries[0]))
    raise b3_listed.unreadable(name, "it is neither the register nor the details of a company")


def _listed(entry: dict[str, Any]) -> dict[str, Any]:
    """A company or fund of a collection, without its events, which are another source's."""
    facts = {key: value for key, value in entry.items() if not isinstance(value, list)}
    return facts | {"_record": "company" if "codeCVM" in entry else "fund"}


def _tickers(company: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A row a ticker, each with what is said of the company."""
    parts = [part.strip() for part in str(company.get("industryClassification") or "").split(" / ")]
    facts = {key: value for key, value in company.items() if key != "otherCodes"}
    if len(parts) == len(_CLASSIFICATION):
        facts |= dict(zip(_CLASSIFICATION, parts, strict=True))
    codes = [code for code in company["otherCodes"] or [] if code.get("code")]
    for code in codes:
        more = {f"otherCodes.{key}": value for key, value in code.items()}
        own = {"ticker": code["code"], "isin": code.get("isin"), "_record": "ticker"}
        yield facts | more | own
    if not codes:
        yield facts | {"_record": "detail"}


def _sectors(name: str, body: bytes) -> list[dict[str, Any]]:
    """A row a company of the workbook: sector, subsector and segment stand above it.

    A company's name stands in the segment's column, and beside it its code. Headers are repeated
    on each printed page; the notes at the end stand in the first column alone.
    """
    above: list[str | None] = [None, None, None]
    rows = []
    for line in _sheet(name, body):
        cells = [(cell or "").strip() for cell in line[:5]]
        if tuple(cells[:4]) == _HEADER or tuple(cells[3:5]) == _SUBHEADER or not any(cells[1:]):
            continue
        named = [cell or None for cell in cells[:3]]
        if not cells[3] and named[2]:
            depth = min(place for place, cell in enumerate(named) if cell)
            above = [*above[:depth], *named[depth:]]
        elif cells[3] and named[2] and all(above):
            rows.append({
                **dict(zip(_CLASSIFICATION, above, strict=True)), "_record": "sector",
                "issuingCompany": cells[3], "tradingName": named[2], "market": cells[4],
            })  # fmt: skip
        else:
            rows.append({"_record": "sector", "_malformed": "|".join(cells)})
    if not rows:
        raise b3_listed.unreadable(name, "there is no company in it")
    return rows


def _sheet(name: str, body: bytes) -> list[tuple[str | None, ...]]:
    """The lines of the sheet that classifies companies; the other one explains the codes."""
    from fastexcel import FastExcelError  # noqa: PLC0415 - slow, and rarely needed

    try:
        sheets = pl.read_excel(
            io.BytesIO(body), sheet_id=0, has_header=False, infer_schema_length=0,
            raise_if_empty=False,
        )  # fmt: skip
    except (FastExcelError, pl.exceptions.PolarsError) as error:
        raise b3_listed.unreadable(name, "it is no whole workbook") from error
    for sheet in sheets.values():
        lines = sheet.rows()
        if any(line[:4] == _HEADER for line in lines):
            return lines
    raise ParseError(
        "{name} has no sheet of sectors: no line of it reads {header}.",
        hint="Import B3's workbook of sector classification (Classificação setorial), as "
        "downloaded.",
        name=name,
        header=", ".join(_HEADER),
    )


def _frame(rows: Sequence[dict[str, Any]], day: dt.date) -> pl.DataFrame:
    text = b3_listed.frame(list(rows), (*_NEEDED, "cnpj"))
    isins = text["isin"].drop_nulls().unique().to_list()
    return text.with_columns(
        pl.lit(day.isoformat()).alias("_snapshot"),
        _padded("cnpj").alias("_cnpj"),
        b3_listed.by_value("isin", b3_listed.checked(isins)).alias("_isin_ok"),
        b3_listed.by_value("isin", {i: b3_listed.share_class(i) for i in isins})
        .alias("_share_class"),
    )  # fmt: skip


def _padded(column: str) -> pl.Expr:
    """B3 drops a CNPJ's leading zeros, and writes 0 for who has none; both are undone."""
    text = pl.col(column).str.strip_chars()
    digits = text.str.contains(r"^\d+$")
    none = text.str.contains(r"^0+$")
    return pl.when(none).then(pl.lit("")).when(digits).then(text.str.zfill(14)).otherwise(text)


SOURCE = Source(
    name="b3_instruments",
    title="B3 listed companies: register, tickers and sectors",
    pt="Empresas listadas na B3: cadastro, códigos de negociação e setores",
    publisher="B3",
    licence="B3 terms of use",
    section=b3.B3Settings,
    plan=plan,
    parse=parse,
    fetch=fetch,
    columns=COLUMNS,
    options=Options,
    knows=("silver.instruments", "company"),
    megabytes=(5.0, 0.0),
)
