"""Calls on listed companies: paths, turns, and answers of every shape."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from typing import Any

import pytest

from lastro.core.errors import ParseError
from lastro.vendors import b3_listed

EVENT = {"a": "BRALFAACNOR1", "b": "100,0", "c": "x", "d": "BRALFAACNOR1", "e": "DESDOBRAMENTO",
         "f": "02/01/2023", "g": ""}  # fmt: skip
COMPANY = dict(zip("abcdefghijklm", "1234567890123", strict=True)) | {
    "n": [EVENT],
    "o": [],
    "p": [],
}


def packed(found: Any) -> bytes:
    return gzip.compress(json.dumps(found).encode())


def test_a_path_says_what_it_asks_for() -> None:
    path = b3_listed.path("GetListedSupplementCompany", issuingCompany="ABEV", language="pt-br")
    assert path.endswith("eyJpc3N1aW5nQ29tcGFueSI6IkFCRVYiLCJsYW5ndWFnZSI6InB0LWJyIn0=")
    found = b3_listed.asked(f"https://b3/{path}", "GetListedSupplementCompany")
    assert found == {"issuingCompany": "ABEV", "language": "pt-br"}


def test_issuers_of_a_setting() -> None:
    assert b3_listed.only(" petr, ABEV,,petr ") == ("ABEV", "PETR")
    assert b3_listed.only("") == ()


@pytest.mark.parametrize(
    ("isin", "expected"),
    [("BRPETRACNOR9", "ON"), ("BRPETRACNPR6", "PN"), ("BRUSIMACNPA6", "PNA"),
     ("BRTAEECDAM10", "UNT"), ("BRBBASA04OR8", ""), ("BRKNRICTF007", ""), ("BRAAPLBDR004", ""),
     ("", "")],
)  # fmt: skip
def test_a_class_stands_in_the_isin(isin: str, expected: str) -> None:
    assert b3_listed.share_class(isin) == expected


def test_letters_are_read_as_b3s_names() -> None:
    [found] = b3_listed.read("a.json.gz", packed([COMPANY]))
    assert (found["codeCVM"], found["market"]) == ("1", "3")
    assert found["stockDividends"][0]["label"] == "DESDOBRAMENTO"


@pytest.mark.parametrize(
    "entry",
    [COMPANY | {"q": "new"}, COMPANY | {"n": [EVENT | {"h": "new"}]}, {"a": "1", "b": "2"}],
)
def test_letters_that_mean_something_else_are_refused(entry: dict[str, Any]) -> None:
    with pytest.raises(ParseError, match=r"a\.json\.gz"):
        b3_listed.read("a.json.gz", packed([entry]))


@pytest.mark.parametrize("body", [packed([COMPANY])[:-9], b"\x1f\x8b broken"])
def test_a_damaged_file_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError, match="damaged"):
        b3_listed.read("a.json.gz", body)


def test_nothing_is_an_answer_of_a_call_on_one_company_alone() -> None:
    for name in ("issuer-XXXX.json", "detail-1.json", "GetListedSupplementCompanyEmpty.json"):
        assert b3_listed.read(name, b"") is None
        assert b3_listed.read(name, b'""') is None
    with pytest.raises(ParseError, match="it is empty"):
        b3_listed.read("companies.json", b"")


def test_pages_make_one_list_and_a_missing_one_is_missed() -> None:
    def page(number: int, *rows: int) -> dict[str, Any]:
        return {"page": {"pageNumber": number, "totalRecords": 3}, "results": list(rows)}

    first, second = page(1, 1, 2), page(2, 3)
    assert b3_listed.rows_of("x", [first, second]) == [1, 2, 3]
    assert b3_listed.rows_of("x", [json.dumps(first), second]) == [1, 2, 3]
    with pytest.raises(ParseError, match="2 of 3 records"):
        b3_listed.rows_of("x", first)
    with pytest.raises(ParseError, match="page 2 of 2"):
        b3_listed.rows_of("x", [first, {}])


def test_a_day_in_the_name_is_the_files_day() -> None:
    landed = dt.date(2026, 1, 2)
    assert b3_listed.snapshot("assets_20240229.json.gz", landed) == dt.date(2024, 2, 29)
    assert b3_listed.snapshot("setorial_b3_2025-03-10.xlsx", landed) == dt.date(2025, 3, 10)
    assert b3_listed.snapshot("x_20241399.json", landed) == landed
