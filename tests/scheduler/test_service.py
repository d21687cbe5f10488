"""The scheduler over a lake, with real processes: locks, signals, kills."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from lastro.core.clock import FrozenClock
from lastro.core.errors import ConfigError, ConflictError
from lastro.scheduler.service import Scheduler
from lastro.simulator.market import SimulatedMarket
from lastro.simulator.server import SimulatorServer
from lastro.wiring import platform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    At = Callable[[str], dt.datetime]

PROGRAM = """\
import datetime as dt, sys
from lastro.core.clock import FrozenClock
from lastro.scheduler.service import Scheduler
from lastro.wiring import platform
lake, now, *command = sys.argv[1:]
clock = FrozenClock(dt.datetime.fromisoformat(now))
with Scheduler(platform(lake), clock, command).working() as loop:
    loop.forever()
"""
CHILD = """\
import json, os, sys, time
folder = sys.argv[1]
open(os.path.join(folder, "started"), "w").close()
while not os.path.exists(os.path.join(folder, "go")): time.sleep(0.005)
open(os.path.join(folder, "finished"), "w").close()
print(json.dumps({"run_id": "20240131T112000-abcdef", "tables": {"a": {"rows": 3}}}))
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No .env of the repository's; one job, to the second."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LASTRO_SCHEDULER__JOBS", "cvm_registry")
    monkeypatch.setenv("LASTRO_SCHEDULER__JITTER", "0")
    monkeypatch.setenv("LASTRO_LOG__LEVEL", "INFO")


@pytest.fixture
def clock(at: At) -> FrozenClock:
    return FrozenClock(at("2024-01-31 09:00"))


def scheduler(tmp_path: Path, clock: FrozenClock, *command: str) -> Scheduler:
    house = platform(str(tmp_path / "lake"))
    return Scheduler(house, clock, command) if command else Scheduler(house, clock)


def statuses(found: Scheduler) -> list[str]:
    return [run.outcome.status for run in reversed(found.history())]


def until(ready: Callable[[], bool]) -> None:
    """Look, often and not for ever."""
    deadline = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.005)


# what it is made of


def test_jobs_are_those_that_are_switched_on(
    tmp_path: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(scheduler(tmp_path, clock).jobs) == ["cvm_registry"]
    monkeypatch.setenv("LASTRO_SCHEDULER__JOBS", "optimize, build")
    assert set(scheduler(tmp_path, clock).jobs) == {"build", "optimize"}
    monkeypatch.setenv("LASTRO_SCHEDULER__JOBS", "")
    assert len(scheduler(tmp_path, clock).jobs) > 10
    monkeypatch.setenv("LASTRO_SCHEDULER__JOBS", "build;nonsense")
    with pytest.raises(ConfigError, match="build;nonsense"):
        _ = scheduler(tmp_path, clock).jobs


def test_a_lake_in_a_bucket_needs_a_store(
    tmp_path: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match="s3://bucket/lake has no folder") as caught:
        Scheduler(platform("s3://bucket/lake"), clock).history()
    assert "LASTRO_STORE__URL" in caught.value.hint
    monkeypatch.setenv("LASTRO_SCHEDULER__STATE", "state")
    with Scheduler(platform("s3://bucket/lake"), clock).working():
        assert (tmp_path / "state" / "store.db").is_file()
    monkeypatch.setenv("LASTRO_STORE__URL", "mine.db")
    with Scheduler(platform("s3://bucket/lake"), clock).working():
        assert (tmp_path / "mine.db").is_file()


def test_a_look_makes_nothing(tmp_path: Path, clock: FrozenClock) -> None:
    found = scheduler(tmp_path, clock)
    (entry,) = found.agenda()
    assert entry.last is None
    assert entry.next is not None
    assert entry.next.start_at <= clock.now()
    assert found.history() == []
    assert list(tmp_path.iterdir()) == []


def test_one_scheduler_a_state(tmp_path: Path, clock: FrozenClock) -> None:
    with (
        scheduler(tmp_path, clock).working(),
        pytest.raises(ConflictError, match="Another scheduler"),
        scheduler(tmp_path, clock).working(),
    ):
        pass


# the lake's lock


def test_a_lake_held_by_another_run_is_tried_again(
    tmp_path: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole way: the real command line, a simulated CVM, and a build that follows."""
    monkeypatch.setenv("LASTRO_SCHEDULER__JOBS", "cvm_registry,build")
    monkeypatch.setenv("LASTRO_HTTP__INTERVAL", "0")
    found = scheduler(tmp_path, clock)
    market = SimulatedMarket(3, 50, dt.date(2024, 1, 1), 1)
    with SimulatorServer(market) as server, found.working() as loop:
        monkeypatch.setenv("LASTRO_CVM__URL", f"{server.url}/dados")
        with (tmp_path / "lake" / ".lock").open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            loop.once()
        assert ("cvm_registry", "held") in {
            (run.job, run.outcome.status) for run in found.history()
        }
        loop.once()
        assert statuses(found).count("ok") == 0  # the same minute: it waits
        clock.advance(dt.timedelta(minutes=1))
        loop.once()
    fetched = found.history("cvm_registry")[0]
    assert fetched.outcome.status == "ok"
    assert fetched.outcome.rows
    assert fetched.outcome.run_id
    built = found.history("build")[0]
    assert built.outcome.status == "ok"
    assert built.due_at == fetched.ended_at
    assert platform(str(tmp_path / "lake")).table("silver.fund_registry").collect().height > 0


# signals and kills


@pytest.fixture
def start(tmp_path: Path, clock: FrozenClock) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts a scheduler in a process of its own, whose one child waits to be let go."""
    (tmp_path / "child.py").write_text(CHILD)
    (tmp_path / "program.py").write_text(PROGRAM)
    started: list[subprocess.Popen[str]] = []

    def _start() -> subprocess.Popen[str]:
        command = [sys.executable, "-S", str(tmp_path / "child.py"), str(tmp_path)]
        process = subprocess.Popen(
            [sys.executable, tmp_path / "program.py", tmp_path / "lake", clock.now().isoformat(),
             *command],
            stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        )  # fmt: skip
        started.append(process)
        until((tmp_path / "started").exists)
        return process

    yield _start
    (tmp_path / "go").touch()
    for process in started:
        with contextlib.suppress(OSError):
            process.kill()
        process.communicate()


def told(process: subprocess.Popen[str], what: str) -> None:
    """Read its log until it says so."""
    assert process.stderr
    for line in process.stderr:
        if what in json.loads(line)["message"]:
            return
    pytest.fail(f"it never said {what}")


def test_sigterm_lets_the_running_job_end_and_then_leaves(
    tmp_path: Path, clock: FrozenClock, start: Callable[[], subprocess.Popen[str]]
) -> None:
    process = start()
    process.send_signal(signal.SIGTERM)
    told(process, "told to stop")
    (tmp_path / "go").touch()
    assert process.wait(60) == 0
    assert (tmp_path / "finished").exists()
    (run,) = scheduler(tmp_path, clock).history()
    assert (run.outcome.status, run.outcome.rows) == ("ok", 3)


def test_a_job_that_does_not_end_in_its_grace_is_ended(
    tmp_path: Path,
    clock: FrozenClock,
    start: Callable[[], subprocess.Popen[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LASTRO_SCHEDULER__GRACE", "0")
    process = start()
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    (run,) = scheduler(tmp_path, clock).history()
    assert run.outcome.status == "killed"
    assert not (tmp_path / "finished").exists()


def test_a_scheduler_that_is_killed_goes_on_where_it_was(
    tmp_path: Path, clock: FrozenClock, start: Callable[[], subprocess.Popen[str]]
) -> None:
    process = start()
    os.kill(process.pid, signal.SIGKILL)
    process.wait(60)
    assert statuses(scheduler(tmp_path, clock)) == ["running"]
    (tmp_path / "go").touch()
    until((tmp_path / "finished").exists)  # what it had started ended by itself
    command = [sys.executable, "-S", str(tmp_path / "child.py"), str(tmp_path)]
    found = scheduler(tmp_path, clock, *command)
    with found.working() as loop:
        loop.once()
        assert statuses(found) == ["killed"]
        clock.advance(dt.timedelta(minutes=5))
        loop.once()
    assert statuses(found) == ["killed", "ok"]
    assert len({run.due_at for run in found.history()}) == 1


def test_the_agenda_shows_what_is_missing(
    tmp_path: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lastro.scheduler import service

    monkeypatch.setattr(service, "names", lambda _: ["cvm_funds"])
    found: Any = scheduler(tmp_path, clock)
    assert [entry.missing for entry in found.agenda()] == [True]
    with found.working() as loop:
        loop.once()
    (run,) = found.history()
    assert run.outcome.status == "skipped"
    assert "cvm_registry" in run.outcome.error
