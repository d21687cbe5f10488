"""Register, details and sector workbook: one source of three shapes."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from lastro.core.errors import ParseError
from lastro.lake._polars import type_text
from lastro.lake.contract import STANDING
from lastro.sources.b3_instruments import SOURCE, Options, parse, plan

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

TODAY = dt.date(2024, 2, 10)
COMPANY = {"codeCVM": "9512", "issuingCompany": "PETR", "companyName": "PETROLEO BRASILEIRO S.A.",
           "tradingName": "PETROBRAS", "cnpj": "33000167000101", "dateListing": "31/12/9999",
           "status": "A", "segment": "Exploração", "market": "N2"}  # fmt: skip
DETAIL = {"issuingCompany": "PETR", "codeCVM": "9512", "cnpj": "33000167000101",
          "industryClassification": "Petróleo / Gás / Refino", "market": "NÍVEL 2",
          "otherCodes": [{"code": "PETR3", "isin": "BRPETRACNOR9"},
                         {"code": "PETR4", "isin": "BRPETRACNPR7"}]}  # fmt: skip
HEADERS = [["SETOR ECONÔMICO", "SUBSETOR", "SEGMENTO", "LISTAGEM", None],
           [None, None, None, "CÓDIGO", "SEGMENTO"]]  # fmt: skip


def paged(*rows: Any, of: int | None = None) -> dict[str, Any]:
    return {"page": {"totalRecords": len(rows) if of is None else of}, "results": list(rows)}


def read(name: str, found: Any) -> dict[str, pl.DataFrame]:
    return {p.name: p.text for p in parse(name, json.dumps(found).encode(), TODAY)}


def typed(text: pl.DataFrame) -> list[dict[str, Any]]:
    found = type_text(text, SOURCE.columns)
    assert found.faults.is_empty()
    return found.rows.to_dicts()


def workbook(*lines: list[str | None]) -> bytes:
    book, body = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for line in [["CLASSIFICAÇÃO SETORIAL", *[None] * 4], *HEADERS, *lines]:
        sheet.append(line)
    book.save(body)
    return body.getvalue()


def test_the_register_is_one_standing_period_over_its_pages() -> None:
    other = COMPANY | {"issuingCompany": "VALE", "codeCVM": "4170"}
    pages = [paged(COMPANY, of=2), paged(other, of=2)]
    [period] = parse("companies.json", json.dumps(pages).encode(), TODAY)
    assert (period.name, period.month) == ("companies", STANDING)
    assert period.text["issuingCompany"].to_list() == ["PETR", "VALE"]
    assert set(period.text["_snapshot"]) == {"2024-02-10"}
    with pytest.raises(ParseError, match="1 of 2 records"):
        read("companies.json", pages[0])


@pytest.mark.parametrize(
    ("written", "cnpj"),
    [("33000167000101", "33000167000101"), ("191", "00000000000191"),
     ("7526557000100", "07526557000100"), ("0", None), ("", None), (None, None),
     ("12ABC34501DE35", "12ABC34501DE35"), ("33.000.167/0001-01", "33000167000101")],
)  # fmt: skip
def test_a_cnpj_gets_its_zeros_back(written: str | None, cnpj: str | None) -> None:
    [text] = read("companies.json", paged(COMPANY | {"cnpj": written})).values()
    assert [row["cnpj"] or None for row in typed(text)] == [cnpj]
    assert text["cnpj"].to_list() == [written]


@pytest.mark.parametrize("found", [DETAIL, [DETAIL], json.dumps(DETAIL)])
def test_details_are_a_row_a_ticker(found: Any) -> None:
    [(name, text)] = read("detail-9512.json", found).items()
    assert name == "detail-9512"
    on, pn = typed(text)
    assert (on["ticker"], on["isin"], on["isin_ok"]) == ("PETR3", "BRPETRACNOR9", 1)
    assert (pn["ticker"], pn["share_class"], pn["isin_ok"]) == ("PETR4", "PN", 0)
    assert (on["sector"], on["subsector"], on["industry"]) == ("Petróleo", "Gás", "Refino")


@pytest.mark.parametrize("codes", [None, [], [{"code": "", "isin": ""}]])
def test_details_without_ticker_are_still_a_row(codes: Any) -> None:
    [text] = read("detail-1.json", DETAIL | {"otherCodes": codes}).values()
    assert [(row["record"], row["ticker"]) for row in typed(text)] == [("detail", None)]


def test_a_company_that_b3_does_not_serve_is_no_failure() -> None:
    assert list(parse("detail-1.json", b"", TODAY)) == []


@pytest.mark.parametrize(
    "found", [{"other": 1}, paged({"other": 1}), [DETAIL, DETAIL], {"results": 3}, 7]
)
def test_other_answers_are_refused_by_name(found: Any) -> None:
    with pytest.raises(ParseError, match=r"companies\.json"):
        read("companies.json", found)


def test_sectors_stand_above_their_companies() -> None:
    body = workbook(
        ["Bens", "Transporte", "Aéreo ", None, None],
        [None, None, "AZUL   ", "AZUL", "N2   "],
        [None, None, "Rodoviário", None, None],
        *HEADERS,
        [None, None, "JSL", "JSLG", None],
        [None, "Máquinas", "Motores", None, None],
        [None, None, "WEG", "WEGE", "NM"],
        ["Outros", None, None, None, None],
        ["(NM) Novo Mercado", None, None, None, None],
    )
    [period] = parse("setorial_2025-03-10.xlsx", body, TODAY)
    assert (period.name, period.month) == ("sectors", STANDING)
    assert set(period.text["_snapshot"]) == {"2025-03-10"}
    wanted = ("issuer", "sector", "subsector", "industry", "listing_segment")
    assert [tuple(row[name] for name in wanted) for row in typed(period.text)] == [
        ("AZUL", "Bens", "Transporte", "Aéreo", "N2"),
        ("JSLG", "Bens", "Transporte", "Rodoviário", ""),
        ("WEGE", "Bens", "Máquinas", "Motores", "NM"),
    ]


def test_a_company_below_no_sector_comes_back_whole() -> None:
    body = workbook([None, None, "AZUL", "AZUL", "N2"])
    [period] = parse("s.xlsx", body, TODAY)
    assert period.text["_malformed"].to_list() == ["||AZUL|AZUL|N2"]


def test_another_workbook_is_refused() -> None:
    book, body = openpyxl.Workbook(), io.BytesIO()
    book.save(body)
    with pytest.raises(ParseError, match="no sheet of sectors"):
        list(parse("s.xlsx", body.getvalue(), TODAY))
    for broken in (workbook()[:-60], b"PK\x03\x04;"):
        with pytest.raises(ParseError, match="no whole workbook"):
            list(parse("s.xlsx", broken, TODAY))
    with pytest.raises(ParseError, match="no company"):
        list(parse("s.xlsx", workbook(), TODAY))


def test_the_register_is_asked_for_first_and_details_on_their_day() -> None:
    known = ["ABEV 23264", "PETR 9512", "FUND"]
    week = [TODAY + dt.timedelta(days=day) for day in range(7)]
    asked = [file.name for day in week for file in plan(day, day, day, known=known)]
    assert asked.count("companies.json") == 7
    assert {name for name in asked if name.startswith("detail")} == {
        "detail-23264.json", "detail-9512.json"
    }  # fmt: skip
    chosen = plan(TODAY, TODAY, TODAY, options=Options(issuers="PETR"), known=known)
    assert [file.name for file in chosen] == ["companies.json", "detail-9512.json"]
    assert plan(dt.date(2023, 1, 1), dt.date(2023, 2, 1), TODAY, known=known) == []


def test_the_real_files(real_data: Path) -> None:
    folder = real_data / "b3" / "listed"

    def rows(name: str) -> list[dict[str, Any]]:
        [period] = parse(name, (folder / name).read_bytes(), TODAY)
        return typed(period.text)

    [locaweb] = rows("GetDetailsCompany_20221208.json")
    assert (locaweb["ticker"], locaweb["isin"]) == ("LWSA3", "BRLWSAACNOR8")
    assert locaweb["ref_date"] == dt.date(2022, 12, 8)
    sectors = {row["issuer"]: row for row in rows("setorial_b3_2025-03-10.xlsx")}
    assert len(sectors) == 393
    assert sectors["ITUB"]["industry"] == "Bancos"
    assert sectors["PETR"]["listing_segment"] == "N2"
    listed = rows("assets_20240229.json.gz")
    assert len(listed) == 2659 + 489
    assert sum(row["cnpj"] in {None, ""} for row in listed) == 243
    by_issuer = {row["issuer"]: row for row in listed}
    assert by_issuer["BBAS"]["cnpj"] == "00000000000191"
