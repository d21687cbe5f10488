"""The verb schedule: its list, its history, one round, and its end."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from lastro.core.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Lastro = Callable[..., Any]

NOW = dt.datetime(2024, 1, 31, 13, 0, tzinfo=dt.UTC)  # 10:00 in Brasília, a Wednesday


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time stands still, and jobs start to the second."""
    monkeypatch.setattr(SystemClock, "now", lambda _: NOW)
    monkeypatch.setenv("LASTRO_SCHEDULER__JITTER", "0")


def test_a_list_of_jobs_that_never_ran(lastro: Lastro, tmp_path: Path) -> None:
    done = lastro("--lake", tmp_path / "none", "schedule", "list")
    rows = [line.split("\t") for line in done.out.splitlines()]
    assert rows[0][:3] == ["job", "next run (Brasília)", "last run"]
    assert ["cvm_funds", "due now", "", ""] in [row[:4] for row in rows]
    assert ["optimize", "2024-02-04 05:00", "", ""] in [row[:4] for row in rows]
    assert not (tmp_path / "none").exists()


def test_a_list_for_machines(lastro: Lastro, tmp_path: Path) -> None:
    jobs = lastro("--lake", tmp_path / "none", "schedule", "list", "--json").json["jobs"]
    found = {job["job"]: job for job in jobs}
    assert found["cvm_funds"]["command"] == "ingest cvm_funds"
    assert found["cvm_funds"]["at"] == ["08:20", "12:00"]
    assert found["cvm_funds"]["on"] == "bank_day"
    assert found["cvm_funds"]["next"]["due_at"] == "2024-01-31T11:20:00+00:00"
    assert found["cvm_funds"]["last"] is None


def test_a_list_in_portuguese(lastro: Lastro, tmp_path: Path, portuguese: None) -> None:
    done = lastro("--lake", tmp_path / "none", "schedule", "list")
    assert "Busca os informes diários de fundos da CVM" in done.out


def test_one_round_does_what_is_due_and_keeps_its_history(
    lastro: Lastro, own_lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASTRO_SCHEDULER__JOBS", "build")
    schedule = ("--lake", own_lake, "schedule")
    assert "Nothing has run yet." in lastro(*schedule, "history").out
    done = lastro(*schedule, "--once", "--json")
    assert done.code == 0, done.err
    (run,) = done.json["runs"]
    assert (run["job"], run["status"]) == ("build", "nothing_new")
    assert run["run_id"]
    assert lastro(*schedule, "history", "build", "--json").json["runs"] == [run]
    assert "\tnothing new\t" in lastro(*schedule, "history").out
    again = lastro(*schedule, "--once")
    assert (again.code, again.out.splitlines()) == (
        0, ["Nothing was due. `lastro schedule list` shows what comes next."],
    )  # fmt: skip


def test_one_round_ends_as_its_first_failure_does(
    lastro: Lastro, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASTRO_SCHEDULER__JOBS", "cvm_registry")
    monkeypatch.setenv("LASTRO_CVM__URL", "http://127.0.0.1:9/dados")
    monkeypatch.setenv("LASTRO_HTTP__ATTEMPTS", "1")
    done = lastro("--lake", tmp_path / "lake", "schedule", "--once")
    assert done.code == 69
    assert "cvm_registry: failed" in done.out
    found = lastro("--lake", tmp_path / "lake", "schedule", "list", "--json").json["jobs"]
    assert found[0]["next"]["attempt"] == 2
    assert found[0]["last"]["error_class"] == "TemporaryError"


def test_a_job_that_is_none(lastro: Lastro, tmp_path: Path) -> None:
    done = lastro("--lake", tmp_path / "none", "schedule", "history", "nonsense")
    assert done.code == 2
    assert "There is no job called 'nonsense'." in done.err


def test_a_setting_that_names_no_job(
    lastro: Lastro, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASTRO_SCHEDULER__JOBS", "nonsense")
    done = lastro("--lake", tmp_path / "none", "schedule", "list")
    assert done.code == 78
    assert "LASTRO_SCHEDULER__JOBS" in done.err


def test_it_works_until_it_is_stopped(tmp_path: Path) -> None:
    """A real process, told to stop as soon as it says that it works."""
    program = [sys.executable, "-m", "lastro.cli", "--lake", str(tmp_path / "lake"), "schedule"]
    environment = {
        **os.environ, "LASTRO_SCHEDULER__JOBS": "build", "LASTRO_SCHEDULER__GRACE": "0",
    }  # fmt: skip
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        cwd=tmp_path,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        assert process.stderr.readline() == "Jobs switched on: 1. Ctrl-C ends it.\n"
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0
