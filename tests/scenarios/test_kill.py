"""Killed at any moment and run again, a lake is as if nothing had happened.

A second process does the work and is killed without warning (SIGKILL); the same command is then
run again. What it leaves must equal, row by row, what an undisturbed run leaves.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lastro.simulator.market import SimulatedMarket, write_months

from .conftest import make_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Site

PROGRAM = '''\
"""Makes a process for each line it is given; one dies by itself before a commit to a table."""
import datetime as dt, json, os, signal, sys
from pathlib import Path
import deltalake, duckdb, narwhals, polars
from lastro.core.clock import FrozenClock
from lastro.pipeline import builder, ingest
from lastro.wiring import platform

commit = deltalake.DeltaTable.create_write_transaction
platform("unused").catalog

def work(lake, now, deadly, registry, *files):
    def watched(table, *arguments, **options):
        if deadly and table.table_uri.rstrip("/").endswith(deadly):
            os.kill(os.getpid(), signal.SIGKILL)
        return commit(table, *arguments, **options)

    deltalake.DeltaTable.create_write_transaction = watched
    with platform(lake, clock=FrozenClock(dt.datetime.fromisoformat(now))).run() as run:
        run.take("cvm_registry", [Path(registry)])
        run.take("cvm_funds", [Path(file) for file in files], build=True)

for line in sys.stdin:
    if not (child := os.fork()):
        work(*json.loads(line))
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
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
    folder: Path
    maker: subprocess.Popen[bytes]
    made: int = 0

    def site_for(self, task: Task) -> Site:
        self.made += 1
        site = make_site(self.folder / f"trial {self.made}", now=task.now)
        if task.start:
            shutil.copytree(task.start, site.folder)
        return site

    def start(self, task: Task, site: Site, deadly: str = "") -> int:
        """Begin the command in a process of its own, and say its number."""
        assert self.maker.stdin
        assert self.maker.stdout
        given = [site.folder, task.now.isoformat(), deadly, task.registry, *task.files]
        self.maker.stdin.write(json.dumps(given, default=str).encode() + b"\n")
        return int(self.maker.stdout.readline())

    def end(self, seconds: float) -> int | None:
        """How the process ended; None where it still works after so many seconds."""
        assert self.maker.stdout
        ready, _, _ = select.select([self.maker.stdout], [], [], seconds)
        return int(self.maker.stdout.readline()) if ready else None

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
            site.table(contract.name, platform)
    for source in ("cvm_funds", "cvm_registry"):
        for landed in platform.landing.ledger(source):
            body = platform.landing.read(landed)
            assert hashlib.sha256(body).hexdigest() == landed.sha256


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """Two commands: a first import, and one that restates a month and brings another."""
    tmp_path = tmp_path_factory.mktemp("trial")
    market = SimulatedMarket(9, 50, DECEMBER, 3, dirt=0.03)
    first = write_months(market, tmp_path / "first", market.months[:2])
    second = write_months(market, tmp_path / "second", market.months[1:])
    second[0].write_bytes(market.month_zip(market.months[1], 1))
    tasks: list[Task] = []
    start = None
    for now, files in ((FIRST, first), (SECOND, second)):
        registry = files[0].parent / "registro_fundo_classe.zip"
        registry.write_bytes(market.registry_zip(now.date()))
        site = make_site(tmp_path / f"undisturbed {now:%m}", now=now)
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
    command = [sys.executable, "-W", "ignore:Using fork", str(program)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, 0, stdin=pipe, stdout=pipe, cwd=tmp_path) as maker:
        yield Trial(tasks, tmp_path, maker)


def kill_at_random(trial: Trial, seed: int, moments: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - reproducible, not secret
    killed = 0
    for number in range(moments):
        task = trial.tasks[number % 2]
        site = trial.site_for(task)
        process = trial.start(task, site)
        if trial.end(dice.uniform(0, 1.1 * task.seconds)) is None:
            os.kill(process, signal.SIGKILL)
            killed += trial.end(60) == -signal.SIGKILL
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
        trial.start(task, site, table)
        if trial.end(60) == 0:
            assert (table, task.now) == ("ops/restatements", FIRST)
        trial.check(task, site)
