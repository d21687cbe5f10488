"""The history of runs: what it keeps, and that it survives a kill."""

from __future__ import annotations

import datetime as dt
import signal
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import ConfigError
from lastro.scheduler.history import FORMAT, History
from lastro.scheduler.runs import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DUE = dt.datetime(2024, 1, 31, 11, 20, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
DONE = Outcome("ok", run_id="20240131T112000-abcdef", rows=1200)
PROGRAM = """\
import datetime as dt, os, signal, sys
from lastro.scheduler.history import History
from lastro.scheduler.runs import Outcome
now = dt.datetime.fromisoformat(sys.argv[2])
history = History(sys.argv[1])
history.end(history.begin("first", now, now), now, Outcome("ok", rows=7))
history.begin("second", now, now)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def history() -> Iterator[History]:
    with History(":memory:") as found:
        yield found


def note(history: History, job: str, due_at: dt.datetime, outcome: Outcome = DONE) -> None:
    history.end(history.begin(job, due_at, due_at), due_at + MINUTE, outcome)


def test_what_is_written_is_read(history: History) -> None:
    note(history, "morning", DUE)
    (run,) = history.latest()
    assert (run.job, run.due_at, run.started_at) == ("morning", DUE, DUE)
    assert run.ended_at == DUE + MINUTE
    assert run.outcome == DONE


def test_one_runs_at_a_time(history: History) -> None:
    history.begin("one", DUE, DUE)
    with pytest.raises(sqlite3.IntegrityError):
        history.begin("two", DUE, DUE)


def test_the_past_is_every_try_of_each_jobs_newest_occurrence(history: History) -> None:
    failed = Outcome("failed", "TemporaryError", "No answer.")
    note(history, "a", DUE - DAY)
    note(history, "a", DUE, failed)
    note(history, "b", DUE)
    note(history, "a", DUE, failed)
    past = history.past(DUE + DAY)
    assert [run.outcome for run in past.tries["a"]] == [failed, failed]
    assert [run.outcome for run in past.tries["b"]] == [DONE]
    assert past.news == {"a": DUE - DAY + MINUTE, "b": DUE + MINUTE}


def test_runs_of_a_wrong_clock_do_not_stop_a_job_until_then(history: History) -> None:
    note(history, "a", DUE)
    note(history, "a", DUE + 365 * DAY)
    past = history.past(DUE + DAY)
    assert [run.due_at for run in past.tries["a"]] == [DUE]
    assert past.news == {"a": DUE + MINUTE}


def test_latest_and_last(history: History) -> None:
    for day in range(5):
        note(history, "a", DUE + day * DAY)
        note(history, "b", DUE + day * DAY)
    assert [run.job for run in history.latest(limit=3)] == ["b", "a", "b"]
    assert [run.due_at for run in history.latest("a", 2)] == [DUE + 4 * DAY, DUE + 3 * DAY]
    assert {job: run.due_at for job, run in history.last().items()} == {
        "a": DUE + 4 * DAY,
        "b": DUE + 4 * DAY,
    }


def test_it_survives_kill_9(tmp_path: Path) -> None:
    file = tmp_path / "scheduler.db"
    killed = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(file), DUE.isoformat()], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    with History(file) as history:
        second, first = history.latest()
        assert first.outcome == Outcome("ok", rows=7)
        assert (second.outcome.status, second.ended_at) == ("running", None)
        assert history.settle(DUE + MINUTE) == 1
        assert history.latest("second")[0].outcome.status == "killed"
        assert history.latest("second")[0].ended_at == DUE + MINUTE
        assert history.settle(DUE + MINUTE) == 0


def test_an_installation_keeps_its_seed(tmp_path: Path) -> None:
    with History(tmp_path / "one.db") as one, History(tmp_path / "two.db") as two:
        seed = one.seed
        assert seed != two.seed
    with History(tmp_path / "one.db") as again:
        assert again.seed == seed


def test_a_newer_versions_file_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "scheduler.db"
    with History(file):
        pass
    newer = sqlite3.connect(file)
    newer.execute(f"PRAGMA user_version = {FORMAT + 1}")
    newer.close()
    with pytest.raises(ConfigError, match="newer version"):
        History(file)


def test_a_reader_sees_what_a_writer_wrote_and_does_not_wait_for_it(tmp_path: Path) -> None:
    file = tmp_path / "scheduler.db"
    with History(file) as writer, History(file) as reader:
        number = writer.begin("a", DUE, DUE)
        assert reader.latest()[0].outcome.status == "running"
        writer.end(number, DUE, DONE)
        assert reader.latest()[0].outcome == DONE
