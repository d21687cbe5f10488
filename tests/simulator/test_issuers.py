from __future__ import annotations

import gzip
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from lastro.core.ids import is_cnpj
from lastro.simulator.issuers import MOST_COMPANIES, enroll, isin_check_digit, make_isin

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "isin", ["BRPETRACNOR9", "BRPETRACNPR6", "BRVALEACNOR0", "BRTAEECDAM10", "BRKNRICTF007",
             "BRBOVACTF003", "BRAAPLBDR004", "BRA1APBDR001"]
)  # fmt: skip
def test_check_digits_are_those_of_real_isins(isin: str) -> None:
    assert isin_check_digit(isin[:11]) == isin[11]


def test_an_isin_has_twelve_characters() -> None:
    assert make_isin("TAEE", "CDA", "M1") == "BRTAEECDAM10"


def test_identities_are_valid_and_unique() -> None:
    roll = enroll(120)
    isins = [paper.isin for paper in roll.securities]
    codes = [paper.ticker for paper in roll.securities]
    cnpjs = [company.cnpj for company in roll.companies]
    names = [company.trading_name for company in roll.companies]
    for values in (isins, codes, cnpjs, names, [company.root for company in roll.companies]):
        assert len(set(values)) == len(values)
    assert all(is_cnpj(cnpj) for cnpj in cnpjs)
    assert all(isin_check_digit(isin[:11]) == isin[11] for isin in isins)
    assert all(len(name.encode("latin-1")) <= 12 for name in names)
    assert all("SIM" in f"{company.name}{company.trading_name}" for company in roll.companies)


def test_every_kind_of_paper_is_listed() -> None:
    roll = enroll(20)
    assert {paper.kind for paper in roll.securities} == {
        "share", "unit", "fii", "etf", "bdr", "incentive",
    }  # fmt: skip
    assert {paper.factor for paper in roll.securities} == {1, 1000}
    assert [paper.ticker for paper in roll.securities[:2]] == ["SIMU3", "SIMU4"]


def test_a_rename_keeps_the_isin_of_the_earlier_name() -> None:
    renamed = [paper for paper in enroll(20).securities if paper.earlier]
    assert len(renamed) == 3
    assert all(paper.isin[2:6] == paper.earlier[:4] != paper.ticker[:4] for paper in renamed)


def test_no_code_was_ever_listed_at_b3(real_data: Path) -> None:
    held = json.loads(
        gzip.decompress((real_data / "b3/listed/assets_20240229.json.gz").read_bytes())
    )
    real = {str(entry[key])[:4] for entry in held for key in "abc"}
    with zipfile.ZipFile(real_data / "b3/cotahist/COTAHIST_A2023.ZIP") as archive:
        lines = archive.read(archive.namelist()[0]).split(b"\r\n")
    real |= {line[12:16].decode("latin-1") for line in lines}
    real |= {line[232:236].decode("latin-1") for line in lines}
    roll = enroll(MOST_COMPANIES)
    ours = {code[:4] for paper in roll.securities for code in (paper.ticker, paper.earlier) if code}
    assert len(ours) > MOST_COMPANIES
    assert not ours & real
