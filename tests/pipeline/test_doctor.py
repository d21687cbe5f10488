"""The doctor finds what is wrong, says what it means, and finds nothing on a healthy lake."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest

import lastro
from lastro import wiring
from lastro.core.clock import FrozenClock
from lastro.pipeline.doctor import Finding, examine
from lastro.simulator.market import SimulatedMarket, write_months

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lastro.wiring import Platform

MONTHS = [dt.date(2024, month, 1) for month in range(1, 5)]
NEXT_DAY = dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[dt.date, Path]:
    market = SimulatedMarket(7, 50, MONTHS[0], len(MONTHS), dirt=0)
    written = write_months(market, tmp_path_factory.mktemp("files"), MONTHS)
    return dict(zip(MONTHS, written, strict=True))


@pytest.fixture(scope="module")
def whole(files: dict[dt.date, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lake")
    _take(folder, *files.values())
    return folder


@pytest.fixture
def lake(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "lake")


def _take(folder: Path, *files: Path) -> None:
    with lastro.open(folder).run() as run:
        run.take("cvm_funds", files, build=True)


def _platform(folder: Path, now: dt.datetime = NEXT_DAY) -> Platform:
    return wiring.platform(str(folder), clock=FrozenClock(now))


def _found(folder: Path, now: dt.datetime = NEXT_DAY) -> list[Finding]:
    return list(examine(_platform(folder, now).patient()))


def _rewritten(file: Path, folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> Path:
    """The file with other lines, and without the mark of a simulated file."""
    with zipfile.ZipFile(file) as archive:
        (member,) = archive.namelist()
        lines = archive.read(member).splitlines(keepends=True)
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, b"".join(change(lines)))
    folder.mkdir(exist_ok=True)
    target = folder / file.name
    target.write_bytes(body.getvalue())
    return target


def _real(
    files: dict[dt.date, Path], folder: Path, month: dt.date,
    change: Callable[[list[bytes]], list[bytes]],
) -> Path:  # fmt: skip
    """A lake of every month, unmarked, one of them changed."""
    taken = [
        _rewritten(file, folder / "files", change if each == month else lambda lines: lines)
        for each, file in files.items()
    ]
    _take(folder / "lake", *taken)
    return folder / "lake"


def test_a_healthy_lake_has_no_findings(whole: Path) -> None:
    assert _found(whole) == []


def test_a_month_that_never_came(files: dict[dt.date, Path], tmp_path: Path) -> None:
    _take(tmp_path, *(files[month] for month in MONTHS if month.month != 2))
    (found,) = _found(tmp_path)
    assert (found.kind, found.context["month"]) == ("month_missing", "2024-02")
    assert "lastro ingest {subject} --from {month} --to {month}" in found.remedy


def test_bank_days_without_rows(files: dict[dt.date, Path], tmp_path: Path) -> None:
    lake = _real(
        files, tmp_path, MONTHS[1],
        lambda lines: [line for line in lines if b"2024-02-15" not in line],
    )  # fmt: skip
    (found,) = _found(lake)
    assert (found.kind, found.context["days"]) == ("gap", "2024-02-15")  # carnival is no gap


def test_a_month_cut_short(files: dict[dt.date, Path], tmp_path: Path) -> None:
    lake = _real(files, tmp_path, MONTHS[1], lambda lines: [lines[0], *lines[1::4]])
    (found,) = _found(lake)
    assert (found.kind, found.context["month"]) == ("drift", "2024-02")


def test_too_many_rows_in_quarantine(files: dict[dt.date, Path], tmp_path: Path) -> None:
    def spoil(lines: list[bytes]) -> list[bytes]:
        return [
            line.replace(b";2024-01", b";2024/01") if place % 20 == 10 else line
            for place, line in enumerate(lines)
        ]

    (found,) = _found(_real(files, tmp_path, MONTHS[0], spoil))
    assert (found.kind, found.context["month"]) == ("quarantine", "2024-01")
    assert 2 < float(str(found.context["share"])) < 10


def test_too_many_rows_in_quarantine_of_a_table_without_months(tmp_path: Path) -> None:
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=each) for each in range(400)]
    rows = [
        {"data": f"{day:%d/%m/%Y}", "valor": "?" if place % 10 == 5 else "0.039270"}
        for place, day in enumerate(days)
    ]
    file = tmp_path / "sgs_12_2020-2029.json"
    file.write_text(json.dumps(rows))
    with lastro.open(tmp_path / "lake").run() as run:
        run.take("bcb_rates", [file], build=True, tables=["silver.interest_rates"])
    found = [each for each in _found(tmp_path / "lake") if each.kind == "quarantine"]
    assert [(each.subject, each.context["count"]) for each in found] == [
        ("silver.interest_rates", 40)
    ]
    assert "month" not in found[0].context
    assert "interest_rates went to quarantine" in repr(found[0])


def test_tables_grow_stale_where_data_are_real(files: dict[dt.date, Path], tmp_path: Path) -> None:
    lake = _real(files, tmp_path, MONTHS[0], lambda lines: lines)
    assert _found(lake) == []
    late = _found(lake, NEXT_DAY + dt.timedelta(days=30))
    assert {found.kind for found in late} == {"stale"}
    assert "silver.fund_navs" in {found.subject for found in late}


def test_a_simulated_lake_is_never_late(whole: Path) -> None:
    assert _found(whole, NEXT_DAY + dt.timedelta(days=900)) == []


def test_landed_bytes_are_held_against_their_hash(lake: Path) -> None:
    january, february, *_ = sorted((lake / "landing" / "cvm_funds").glob("*.zip/*"))
    january.write_bytes(january.read_bytes() + b"!")
    february.unlink()
    changed, gone = _found(lake)
    assert (changed.kind, changed.context["file"]) == ("landing", "inf_diario_fi_202401.zip")
    assert "sha256 differs" in changed.template
    assert (gone.kind, gone.context["file"]) == ("landing", "inf_diario_fi_202402.zip")
    assert "is gone" in gone.template


def test_a_lost_data_file_is_told_and_the_rest_still_looked_at(lake: Path) -> None:
    next((lake / "silver" / "fund_navs").rglob("*.parquet")).unlink()
    (found,) = _found(lake)
    assert (found.kind, found.subject) == ("lost_file", "silver.fund_navs")


def test_dead_letters_are_told(lake: Path, tmp_path: Path) -> None:
    torn = tmp_path / "inf_diario_fi_202405.zip"
    torn.write_bytes(b"PK torn, SIMULATED by lastro")
    _take(lake, torn)
    (found,) = _found(lake)
    assert (found.kind, found.context["file"]) == ("dead_letter", torn.name)


def test_looking_writes_nothing(lake: Path) -> None:
    before = sorted(lake.rglob("*"))
    _found(lake)
    assert sorted(lake.rglob("*")) == before
