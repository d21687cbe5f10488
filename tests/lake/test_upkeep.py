"""Upkeep changes files and never rows, and a build afterwards finds nothing to do."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import lastro
from lastro.lake.upkeep import lost_files, rows_by_partition, state_of
from lastro.simulator.market import SimulatedMarket, write_months

if TYPE_CHECKING:
    from lastro.wiring import Platform

NAVS = "silver.fund_navs"
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC).timestamp()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    market = SimulatedMarket(7, 50, dt.date(2024, 1, 1), 2)
    files = write_months(market, tmp_path_factory.mktemp("files"), market.months)
    folder = tmp_path_factory.mktemp("lake")
    with lastro.open(folder).run() as run:
        run.take("cvm_funds", files[:1], build=True)
    with lastro.open(folder).run() as run:
        run.take("cvm_funds", files[1:], build=True)
    return folder


@pytest.fixture
def platform(built: Path, tmp_path: Path) -> Platform:
    return lastro.open(shutil.copytree(built, tmp_path / "lake"))


def _again(platform: Platform) -> Platform:
    return lastro.open(platform.storage.url)


def _writes(platform: Platform) -> list[str]:
    with _again(platform).run() as run:
        run.build()
    return list(run.report.written)


def test_a_tables_state_comes_from_its_log(platform: Platform) -> None:
    state = state_of(platform.lake, platform.contract(NAVS))
    rows = platform.table(NAVS).collect()
    assert (state.rows, state.files, state.version) == (rows.height, 2, 2)
    assert state.partitions == ("2024-01-01", "2024-02-01")
    assert state.size > 0
    counted = rows_by_partition(platform.lake, platform.contract(NAVS))
    assert sum(counted.values()) == rows.height
    assert rows_by_partition(platform.lake, platform.contract("bronze.cvm_registry")) == {}
    assert NAVS in {state.name for state in platform.overview()}


def test_optimizing_keeps_rows_states_and_lineage_and_builds_nothing(platform: Platform) -> None:
    contract = platform.contract(NAVS)
    before = platform.table(NAVS).collect().sort(contract.key)
    states = [platform.lake.state(NAVS, month) for month in platform.lake.partitions(contract)]
    with platform.run() as run:
        done = run.optimize()
    after = _again(platform)
    assert done[NAVS] == {"before": 2, "after": 2, "version": 3}
    assert done["ops.ledger"]["after"] == 1  # two runs appended to it
    assert after.table(NAVS).collect().sort(contract.key).equals(before)
    assert after.table(NAVS, 2).collect().sort(contract.key).equals(before)
    assert [after.lake.state(NAVS, m) for m in after.lake.partitions(contract)] == states
    newest = after.history(NAVS)[0]
    assert (newest["operation"], newest["lineage"].run_id) == ("OPTIMIZE", run.report.run_id)
    assert _writes(platform) == []
    with after.run() as run:
        assert run.optimize() == {}


def test_rows_of_a_fund_lie_together_after_optimizing(platform: Platform) -> None:
    with platform.run() as run:
        run.optimize(["fund_navs"])
    rows = _again(platform).table(NAVS).filter(month=dt.date(2024, 1, 1)).collect()
    assert rows["cnpj"].is_sorted()


def test_vacuum_shows_first_and_deletes_when_told(platform: Platform) -> None:
    with platform.run() as run:
        run.optimize(["fund_navs"])
        shown = run.vacuum(0, delete=False)
    folder = Path(platform.lake.table_url(NAVS))
    assert len(shown[NAVS]) == 2
    assert len(list(folder.rglob("*.parquet"))) == 4
    with platform.run() as run:
        assert run.vacuum(400, delete=True) == {}
        assert run.vacuum(0, delete=True)[NAVS] == shown[NAVS]
    assert len(list(folder.rglob("*.parquet"))) == 2
    assert _again(platform).table(NAVS).collect().height > 1000
    assert _writes(platform) == []


def test_vacuum_takes_old_files_that_no_log_names(platform: Platform) -> None:
    born = Path(platform.lake.table_url(NAVS))
    unborn = Path(platform.lake.table_url("bronze.cvm_registry"))
    left = [born / "month=2024-01-01" / "old.parquet", unborn / "_period=x" / "old.parquet"]
    young = born / "month=2024-01-01" / "young.parquet"
    for file in (*left, young):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"half written")
    for file in left:
        os.utime(file, (LONG_AGO, LONG_AGO))
    with platform.run() as run:
        found = run.vacuum(400, delete=True)
    assert found == {
        NAVS: ["month=2024-01-01/old.parquet"],
        "bronze.cvm_registry": ["_period=x/old.parquet"],
    }
    assert [file.exists() for file in left] == [False, False]
    assert young.exists()


@pytest.mark.parametrize("table", [NAVS, "bronze.cvm_funds", "gold.fund_flows_monthly"])
def test_what_was_lost_is_made_again(platform: Platform, table: str) -> None:
    before = platform.table(table).collect()
    lost = min(Path(platform.lake.table_url(table)).rglob("*.parquet"))
    lost.unlink()
    partition = lost.parent.name.partition("=")[2]
    assert lost_files(platform.lake, table) == [f"{lost.parent.name}/{lost.name}"]
    with platform.run() as run:
        assert run.mend() == {table: [partition]}
    mended = _again(platform)
    assert lost_files(mended.lake, table) == []
    assert mended.table(table).collect().height < before.height
    with mended.run() as run:
        run.take("cvm_funds", [])
        run.build()
    volatile = [name for name in before.columns if name in {"_run_id", "available_at"}]
    after = _again(platform).table(table).collect().drop(volatile)
    key = [name for name in platform.contract(table).key if name in after.columns]
    assert after.sort(key).equals(before.drop(volatile).sort(key))
    assert _writes(platform) == []


def test_a_lost_quarantine_is_made_again_with_its_table(platform: Platform) -> None:
    aside = "quarantine.fund_navs"
    before = platform.table(aside).collect().height
    for file in Path(platform.lake.table_url(aside)).rglob("*.parquet"):
        file.unlink()
    with platform.run() as run:
        assert list(run.mend()) == [aside]
    with _again(platform).run() as run:
        run.build()
    assert _again(platform).table(aside).collect().height == before
