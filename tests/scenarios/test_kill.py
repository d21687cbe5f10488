"""Killed at any moment and run again, a lake is as if nothing had happened.

A second process does the work and is killed without warning (SIGKILL); the same command is then
run again. What it leaves must equal, row by row, what an undisturbed run leaves.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lastro.simulator.market import SimulatedMarket, write_months

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenarios.conftest import Site

PROGRAM = '''\
"""Imports and builds as a command does; dies by itself before a commit to a named table."""
import datetime as dt, os, signal, sys
from pathlib import Path
import deltalake, duckdb, narwhals, polars
from lastro.core.clock import FrozenClock
from lastro.pipeline import builder, ingest
from lastro.wiring import platform

lake, now, deadly, registry, *files = sys.argv[1:]
commit = deltalake.DeltaTable.create_write_transaction

def watched(table, *arguments, **options):
    if deadly and table.table_uri.rstrip("/").endswith(deadly):
        os.kill(os.getpid(), signal.SIGKILL)
    return commit(table, *arguments, **options)

deltalake.DeltaTable.create_write_transaction = watched
house = platform(lake, clock=FrozenClock(dt.datetime.fromisoformat(now)))
house.catalog
print("ready", flush=True)
with house.run() as run:
    run.take("cvm_registry", [Path(registry)])
    run.take("cvm_funds", [Path(file) for file in files], build=True)
print("done", flush=True)
'''
FIRST, SECOND = (dt.datetime(2024, month, 10, 15, tzinfo=dt.UTC) for month in (2, 3))
DECEMBER = dt.date(2023, 12, 1)
TABLES = ("bronze/cvm_registry", "bronze/cvm_funds", "ops/restatements", "quarantine/fund_navs",
          "silver/fund_navs", "silver/fund_registry", "silver/fund_months", "ops/ledger",
          "gold/fund_flows_daily", "gold/fund_flows_monthly", "gold/fund_performance",
          "gold/portability_signals")  # fmt: skip
COMMONEST = {"ops/restatements", "quarantine/fund_navs", "silver/fund_navs"}


@dataclass
class Task:
    """One command: what it starts from, what it imports, and what an undisturbed run leaves."""

    start: Path | None
    now: dt.datetime
    registry: Path
    files: list[Path]
    expected: dict[str, list[tuple[Any, ...]]]
    seconds: float


@dataclass
class Trial:
    """Kills runs and compares what a second run makes of what they leave."""

    tasks: list[Task]
    program: Path
    new_site: Callable[..., Site]
    made: int = 0

    def site_for(self, task: Task) -> Site:
        self.made += 1
        site = self.new_site(f"trial {self.made}", now=task.now)
        if task.start:
            shutil.copytree(task.start, site.folder)
        return site

    def start(self, task: Task, site: Site, deadly: str = "") -> subprocess.Popen[str]:
        arguments = [site.folder, task.now.isoformat(), deadly, task.registry, *task.files]
        process = subprocess.Popen(
            [sys.executable, str(self.program), *map(str, arguments)],
            stdout=subprocess.PIPE, text=True, cwd=self.program.parent,
        )  # fmt: skip
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        return process

    def check(self, task: Task, site: Site) -> None:
        """Run the command again and hold the lake against the undisturbed one."""
        check_logs(site)
        work(task, site)
        check_logs(site)
        found = site.contents()
        for name, rows in task.expected.items():
            assert found[name] == rows, name
        before = site.versions()
        work(task, site)
        assert site.versions() == before


def work(task: Task, site: Site) -> None:
    with site.open().run() as run:
        run.take("cvm_registry", [task.registry])
        run.take("cvm_funds", task.files, build=True)


def check_logs(site: Site) -> None:
    """Whatever a log or the ledger names is there, and whole."""
    platform = site.open()
    for contract in platform.contracts():
        if platform.lake.exists(contract.name):
            for file in platform.lake.files(contract.name):
                assert Path(file).is_file(), file
            site.table(contract.name)
    for source in ("cvm_funds", "cvm_registry"):
        for landed in platform.landing.ledger(source):
            body = platform.landing.read(landed)
            assert hashlib.sha256(body).hexdigest() == landed.sha256


@pytest.fixture
def trial(tmp_path: Path, new_site: Callable[..., Site]) -> Trial:
    """Two commands: a first import, and one that restates a month and brings another."""
    market = SimulatedMarket(9, 50, DECEMBER, 3, dirt=0.03)
    first = write_months(market, tmp_path / "first", market.months[:2])
    second = write_months(market, tmp_path / "second", market.months[1:])
    second[0].write_bytes(market.month_zip(market.months[1], 1))
    tasks: list[Task] = []
    start = None
    for now, files in ((FIRST, first), (SECOND, second)):
        registry = files[0].parent / "registro_fundo_classe.zip"
        registry.write_bytes(market.registry_zip(now.date()))
        site = new_site(f"undisturbed {now:%m}", now=now)
        if start:
            shutil.copytree(start, site.folder)
        task = Task(start, now, registry, files, {}, 0)
        began = time.monotonic()
        work(task, site)
        task.seconds = time.monotonic() - began
        task.expected = site.contents()
        tasks.append(task)
        start = site.folder
    assert tasks[1].expected["ops.restatements"]
    program = tmp_path / "command.py"
    program.write_text(PROGRAM)
    return Trial(tasks, program, new_site)


def kill_at_random(trial: Trial, seed: int, moments: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
    killed = 0
    for number in range(moments):
        task = trial.tasks[number % 2]
        site = trial.site_for(task)
        process = trial.start(task, site)
        try:
            process.wait(dice.uniform(0, 1.1 * task.seconds))
        except subprocess.TimeoutExpired:
            killed += 1
            process.kill()
        process.communicate()
        trial.check(task, site)
        shutil.rmtree(site.folder)
    assert killed >= moments // 3


def test_six_moments(trial: Trial) -> None:
    kill_at_random(trial, seed=1, moments=6)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 20))
def test_ten_moments(trial: Trial, seed: int) -> None:
    kill_at_random(trial, seed, moments=10)


@pytest.mark.parametrize(
    "table",
    [pytest.param(t, marks=[] if t in COMMONEST else [pytest.mark.slow]) for t in TABLES],
)
def test_just_before_a_commit(trial: Trial, table: str) -> None:
    for task in trial.tasks:
        site = trial.site_for(task)
        process = trial.start(task, site, table)
        said, _ = process.communicate(timeout=60)
        if said == "done\n":
            assert (table, task.now) == ("ops/restatements", FIRST)
        trial.check(task, site)
