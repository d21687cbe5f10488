"""Killed between any two commits, a month gathered from day files comes out whole all the same."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

import lastro
from lastro.simulator.cotahist import CotahistPress
from lastro.simulator.shares import ShareMarket

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = '''\
"""Imports day files one by one; dies before a commit to a named table."""
import os, signal, sys
from pathlib import Path
import deltalake
import lastro

lake, deadly, *files = sys.argv[1:]
commit = deltalake.DeltaTable.create_write_transaction

def watched(table, *arguments, **options):
    if deadly and table.table_uri.rstrip("/").endswith(deadly):
        os.kill(os.getpid(), signal.SIGKILL)
    return commit(table, *arguments, **options)

deltalake.DeltaTable.create_write_transaction = watched
for file in files:
    with lastro.open(lake).run() as run:
        run.take("b3_cotahist", [Path(file)], build=True)
'''
TABLES = ("ops/ledger", "bronze/b3_cotahist", "silver/quotes", "gold/adjusted_prices",
          "gold/returns", "gold/common_history", "gold/market_overview")  # fmt: skip
FIRST, LAST = dt.date(2024, 1, 29), dt.date(2024, 2, 2)


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Five sessions, the first of them once more, over the end of a month."""
    market = ShareMarket(seed=5, first=FIRST, last=LAST, companies=20)
    press, folder = CotahistPress(market), tmp_path_factory.mktemp("days")
    files = []
    for day in (*market.days, market.days[0]):
        stem = f"COTAHIST_D{day:%d%m%Y}"
        files.append(folder / f"{stem}.ZIP")
        files[-1].write_bytes(press.zipped(stem, day, day))
    return files


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("program") / "work.py"
    found.write_text(PROGRAM)
    return found


def _work(program: Path, lake: Path, files: list[Path], deadly: str = "") -> int:
    command = [sys.executable, str(program), str(lake), deadly, *map(str, files)]
    return subprocess.run(command, check=False).returncode


def _contents(lake: Path) -> dict[str, list[tuple[Any, ...]]]:
    house, found = lastro.open(lake), {}
    for name in TABLES[2:]:
        rows = house.table(name.replace("/", "."))
        held = [c for c in rows.collect_schema().names() if c != "available_at"]
        frame = rows.select(held).collect()
        found[name] = frame.sort(held).rows()
    return found


@pytest.fixture(scope="module")
def undisturbed(
    program: Path, days: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple[Any, ...]]]:
    lake = tmp_path_factory.mktemp("undisturbed") / "lake"
    assert _work(program, lake, days) == 0
    found = _contents(lake)
    assert all(found.values())
    return found


@pytest.fixture(scope="module")
def begun(program: Path, days: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    lake = tmp_path_factory.mktemp("begun") / "lake"
    assert _work(program, lake, days[:2]) == 0
    return lake


@pytest.mark.slow
@pytest.mark.parametrize("deadly", TABLES)
def test_a_run_killed_before_a_commit_is_made_good_by_the_next(
    deadly: str,
    program: Path,
    days: list[Path],
    begun: Path,
    undisturbed: dict[str, list[tuple[Any, ...]]],
    tmp_path: Path,
) -> None:
    lake = shutil.copytree(begun, tmp_path / "lake")
    assert _work(program, lake, days[2:4], deadly) < 0
    assert _work(program, lake, days[2:]) == 0
    assert _contents(lake) == undisturbed
