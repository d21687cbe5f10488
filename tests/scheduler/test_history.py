"""The history of runs: what it keeps, and that it survives a kill."""

from __future__ import annotations

import contextlib
import datetime as dt
import signal
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import ConfigError, ConflictError
from lastro.scheduler.runs import Outcome
from lastro.store import runs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lastro.scheduler.history import History

    NewHistory = Callable[..., History]

DUE = dt.datetime(2024, 1, 31, 11, 20, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
DONE = Outcome("ok", run_id="20240131T112000-abcdef", rows=1200)
PROGRAM = """\
import datetime as dt, os, signal, sys
from lastro.scheduler.history import History
from lastro.scheduler.runs import Outcome
from lastro.store.session import Store
now = dt.datetime.fromisoformat(sys.argv[2])
history = History(Store(sys.argv[1], None))
history.end(history.begin("first", now, now), now, Outcome("ok", rows=7))
history.begin("second", now, now)
os.kill(os.getpid(), signal.SIGKILL)
"""


INSERT = """\
INSERT INTO runs (job, due_at, started_at, ended_at, status, error_class, error, run_id, rows)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
OLD = """\
CREATE TABLE runs (
    number INTEGER PRIMARY KEY, job TEXT NOT NULL, due_at TEXT NOT NULL, started_at TEXT NOT NULL,
    ended_at TEXT, status TEXT NOT NULL, error_class TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '', run_id TEXT NOT NULL DEFAULT '', rows INTEGER
) STRICT;
CREATE TABLE installation (seed INTEGER NOT NULL) STRICT;
INSERT INTO installation VALUES (77);
PRAGMA user_version = 1;
"""


@pytest.fixture
def history(new_history: NewHistory) -> History:
    return new_history()


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
    with pytest.raises(ConflictError, match="Another run"):
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


def test_it_survives_kill_9(tmp_path: Path, new_history: NewHistory) -> None:
    history = new_history("store.db")
    killed = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "store.db"), DUE.isoformat()], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    second, first = history.latest()
    assert first.outcome == Outcome("ok", rows=7)
    assert (second.outcome.status, second.ended_at) == ("running", None)
    assert history.settle(DUE + MINUTE) == 1
    assert history.latest("second")[0].outcome.status == "killed"
    assert history.latest("second")[0].ended_at == DUE + MINUTE
    assert history.settle(DUE + MINUTE) == 0


def test_an_installation_keeps_its_seed(new_history: NewHistory) -> None:
    seed = new_history("one.db").seed
    assert new_history("two.db").seed != seed
    assert new_history("one.db").seed == seed


def test_a_reader_sees_what_a_writer_wrote_and_does_not_wait_for_it(
    new_history: NewHistory,
) -> None:
    writer, reader = new_history("store.db"), new_history("store.db")
    number = writer.begin("a", DUE, DUE)
    assert reader.latest()[0].outcome.status == "running"
    writer.end(number, DUE, DONE)
    assert reader.latest()[0].outcome == DONE


def test_runs_that_people_asked_for_are_not_the_schedulers(new_history: NewHistory) -> None:
    history = new_history()
    with history._store.session() as session:
        runs.begin(session, runs.Start("person", "ingest", DUE, source="cvm_funds"), DUE)
    note(history, "cvm_funds", DUE)
    assert history.settle(DUE) == 0
    assert [run.outcome.status for run in history.latest()] == ["ok"]
    assert list(history.past(DUE + DAY).tries) == ["cvm_funds"]


# the file that kept it before the store


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """A history as a scheduler before the store left it, killed in the middle of a run."""
    file = tmp_path / "scheduler.db"
    with contextlib.closing(sqlite3.connect(file)) as old:
        old.executescript(OLD)
        for values in (
            ("cvm_funds", "2024-01-30T11:20:00.000000+00:00", "2024-01-30T11:20:01.000000+00:00",
             "2024-01-30T11:21:00.000000+00:00", "ok", "", "", "20240130T112001-abcdef", 1200),
            ("build", "2024-01-30T11:21:00.000000+00:00", "2024-01-30T11:21:00.000000+00:00",
             "2024-01-30T11:22:00.000000+00:00", "failed", "DataError", "Bad.", "", None),
            ("cvm_funds", "2024-01-31T11:20:00.000000+00:00", "2024-01-31T11:20:00.500000+00:00",
             None, "running", "", "", "", None),
        ):  # fmt: skip
            old.execute(INSERT, values)
        old.commit()
    return file


def test_the_old_files_runs_are_taken_over_once(before: Path, new_history: NewHistory) -> None:
    bytes_before = before.read_bytes()
    history = new_history("store.db", before)
    running, failed, ok = history.latest()
    assert ok.outcome == Outcome("ok", run_id="20240130T112001-abcdef", rows=1200)
    assert (ok.job, ok.due_at) == ("cvm_funds", DUE - DAY)
    assert ok.started_at == DUE - DAY + dt.timedelta(seconds=1)
    assert failed.outcome == Outcome("failed", "DataError", "Bad.")
    assert (running.outcome.status, running.ended_at) == ("running", None)
    assert history.seed == 77
    assert history.settle(DUE + MINUTE) == 1
    assert len(new_history("store.db", before).latest()) == 3
    assert before.read_bytes() == bytes_before
    assert history.begin("b", DUE, DUE) > 3


def test_an_old_file_of_a_newer_format_is_left_alone(before: Path, new_history: NewHistory) -> None:
    with contextlib.closing(sqlite3.connect(before)) as newer:
        newer.execute("PRAGMA user_version = 2")
    with pytest.raises(ConfigError, match="newer version"):
        new_history("store.db", before)
    assert new_history("store.db").latest() == []
