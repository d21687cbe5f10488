"""A person's extract takes a month's place; giving the official file again gives it back."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING

import lastro
from lastro.simulator.market import SimulatedMarket, write_months

if TYPE_CHECKING:
    from pathlib import Path

MONTH = dt.date(2024, 1, 1)


def _rows(lake: Path) -> int:
    return lastro.open(lake).table("silver.fund_navs").collect().height


def _take(lake: Path, *paths: Path) -> dict[str, object]:
    with lastro.open(lake).run() as run:
        run.take("cvm_funds", list(paths), build=True)
    return run.report.as_json()


def test_an_official_file_given_again_counts_again(tmp_path: Path) -> None:
    market = SimulatedMarket(classes=60, first_month=MONTH, months=1, dirt=0)
    (official,) = write_months(market, tmp_path, [MONTH])
    lines = market.month(MONTH).csv.split(b"\n")
    extract = tmp_path / "inf_diario_fi_202401_extract.csv"
    extract.write_bytes(b"\n".join(lines[:11]))
    lake = tmp_path / "lake"
    _take(lake, official)
    whole = _rows(lake)
    assert whole > 10
    labelled = tmp_path / "inf_diario_fi_202401_extract.zip"
    _zip(labelled, extract)
    _take(lake, labelled)
    assert _rows(lake) == 10
    _take(lake, official)
    assert _rows(lake) == whole
    versions = len(lastro.open(lake).history("silver.fund_navs"))
    assert _take(lake, official)["tables"] == {}
    assert len(lastro.open(lake).history("silver.fund_navs")) == versions


def _zip(target: Path, member: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(member, member.name)
        archive.comment = b"SIMULATED by lastro, an extract"
