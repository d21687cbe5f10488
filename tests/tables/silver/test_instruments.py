"""silver.instruments: register, details, workbook and supplements joined."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl

from lastro.lake.contract import STANDING
from lastro.pipeline.refine import Refined, Text, gather, number, refine
from lastro.sources import b3_corporate_actions, b3_instruments
from lastro.tables.silver.instruments import TABLE

if TYPE_CHECKING:
    from pathlib import Path

    from lastro.sources import Source

    File = tuple[str, bytes]

DAY = dt.date(2024, 2, 10)
COMPANY = {"codeCVM": "9512", "issuingCompany": "PETR", "companyName": "PETROBRAS S.A.",
           "tradingName": "PETROBRAS", "cnpj": "33000167000101", "dateListing": "27/08/1968",
           "status": "A", "segment": "Refino pelo registro", "market": "N2"}  # fmt: skip
DETAIL = {"issuingCompany": "PETR", "codeCVM": "9512", "companyName": "PETROLEO BRASILEIRO S.A.",
          "tradingName": "PETROBRAS", "cnpj": "33000167000101", "status": "A",
          "industryClassification": "Petróleo / Gás / Refino", "market": "NÍVEL 2",
          "otherCodes": [{"code": "PETR3", "isin": "BRPETRACNOR9"},
                         {"code": "PETR4", "isin": "BRPETRACNPR6"}]}  # fmt: skip


def register(*companies: dict[str, Any], day: str = "20240210") -> File:
    page = {"page": {"totalRecords": len(companies)}, "results": list(companies)}
    return f"companies_{day}.json", json.dumps(page).encode()


def detail(**more: Any) -> File:
    return "detail-9512.json", json.dumps(DETAIL | more).encode()


def workbook() -> File:
    book, body = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for line in (
        ("SETOR ECONÔMICO", "SUBSETOR", "SEGMENTO", "LISTAGEM", None),
        (None, None, None, "CÓDIGO", "SEGMENTO"),
        ("Energia", "Óleo", "Refino do livro", None, None),
        (None, None, "PETROBRAS", "PETR", "N2"),
        (None, None, "FUTURA", "FUTU", "NM"),
    ):
        sheet.append(line)
    book.save(body)
    return "setorial.xlsx", body.getvalue()


def lot(lot: str = "100") -> File:
    found = {"code": "PETR", "codeCVM": "9512", "roundLot": lot, "segment": "BOLSA",
             "cashDividends": [], "stockDividends": [], "subscriptions": []}  # fmt: skip
    return "supplement-PETR.json", json.dumps(found).encode()


def bronze(source: Source, files: list[File]) -> Text:
    frames = []
    for place, (name, body) in enumerate(files):
        seen = dt.datetime(2024, 3, 1 + place, tzinfo=dt.UTC)
        frames += [
            p.text.with_columns(
                pl.lit(name).alias("_file"),
                pl.lit(seen).cast(pl.Datetime("us", "UTC")).alias("_ingested_at"),
            )
            for p in source.parse(name, body, DAY)
        ]
    return Text(source, gather(source, frames))


def refined(*files: File) -> Refined:
    lots = [file for file in files if file[0].startswith("supplement")]
    told = [file for file in files if file not in lots]
    texts = [bronze(b3_instruments.SOURCE, told), bronze(b3_corporate_actions.SOURCE, lots)]
    return refine(TABLE, number(texts, anew=True), STANDING)


def rows(*files: File) -> list[dict[str, Any]]:
    found = refined(*files)
    assert found.rejects.is_empty()
    return found.rows.to_dicts()


def test_a_ticker_knows_what_all_files_say_of_it() -> None:
    on, pn = rows(register(COMPANY), detail(), workbook(), lot())
    assert (on["ticker"], on["isin"], on["company"]) == ("PETR3", "BRPETRACNOR9", "PETR 9512")
    assert (pn["ticker"], pn["cnpj"]) == ("PETR4", "33000167000101")
    assert (on["company_name"], on["flags"]) == ("PETROLEO BRASILEIRO S.A.", "")
    assert (on["listing_segment"], on["listed_on"]) == ("N2", dt.date(1968, 8, 27))
    assert (on["sector"], on["subsector"], on["industry"]) == ("Petróleo", "Gás", "Refino")
    assert (on["round_lot"], on["market"], on["month"]) == (100, "BOLSA", STANDING)


def test_the_workbook_then_the_register_classify_whom_the_details_do_not() -> None:
    other = COMPANY | {"issuingCompany": "VALE", "codeCVM": "4170"}
    petr, vale = rows(register(COMPANY, other), workbook())
    assert (petr["ticker"], petr["isin"]) == ("", None)
    assert (petr["sector"], petr["industry"]) == ("Energia", "Refino do livro")
    assert (vale["sector"], vale["industry"]) == (None, "Refino pelo registro")


def test_details_stand_without_the_register() -> None:
    [row] = rows(detail(otherCodes=[], industryClassification=None))
    assert (row["ticker"], row["listing_segment"], row["sector"]) == ("", "NÍVEL 2", None)


def test_the_newest_register_counts_and_a_company_of_an_old_one_stays() -> None:
    left = COMPANY | {"issuingCompany": "LEFT", "codeCVM": "1"}
    renamed = COMPANY | {"tradingName": "NOVA"}
    old, new = register(COMPANY, left, day="20230101"), register(renamed)
    old = ("assets_20230101.json", json.dumps([entry | {"cashDividends": []}
           for entry in (COMPANY, left)]).encode())  # fmt: skip
    for files in ((old, new), (new, old)):
        assert [(r["issuer"], r["trading_name"]) for r in rows(*files)] == [
            ("LEFT", "PETROBRAS"), ("PETR", "NOVA")
        ]  # fmt: skip


def test_a_wrong_isin_is_flagged_and_a_company_without_letters_set_aside() -> None:
    [row] = rows(detail(otherCodes=[{"code": "PETR3", "isin": "BRPETRACNOR0"}]))
    assert row["flags"] == "isin_check_digit"
    found = refined(register(COMPANY | {"issuingCompany": ""}))
    assert found.rejects["reason"].to_list() == ["missing_issuer"]


def test_sentinels_and_foreign_issuers_are_unknown() -> None:
    [row] = rows(register(COMPANY | {"dateListing": "31/12/9999", "cnpj": "0", "market": ""}))
    assert (row["listed_on"], row["cnpj"] or None, row["listing_segment"]) == (None, None, None)


def test_the_real_files(real_data: Path) -> None:
    folder = real_data / "b3" / "listed"
    names = ("assets_20240229.json.gz", "GetDetailsCompany_20221208.json",
             "setorial_b3_2025-03-10.xlsx")  # fmt: skip
    found = refined(*((name, (folder / name).read_bytes()) for name in names))
    assert found.rows.height == 3133  # 3148 companies and funds, 15 of them under a key of another
    assert found.rejects["reason"].unique().to_list() == ["superseded"]
    by_issuer = {row["issuer"]: row for row in found.rows.to_dicts()}
    assert by_issuer["ABEV"]["sector"] == "Consumo não Cíclico"
    assert (by_issuer["LWSA"]["ticker"], by_issuer["LWSA"]["listing_segment"]) == ("LWSA3", "NM")
    assert (by_issuer["HGLG"]["ticker"], by_issuer["HGLG"]["code_cvm"]) == ("HGLG11", "")
