"""One job as a child process: how it ended, and that it can be ended."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from lastro.core.log import RUN_ID
from lastro.scheduler.mailbox import Mailbox
from lastro.scheduler.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lastro.scheduler.jobs import Job

SHELF = ("morning",)
FOREVER = "import time; time.sleep(600)"


def runner(program: str, mailbox: Mailbox | None = None, **settings: Any) -> Runner:
    command = [sys.executable, "-S", "-c", program]
    return Runner(SHELF, mailbox or Mailbox(), command, **settings)


def printing(report: object, *, code: int = 0, error: object = None) -> str:
    said = f"sys.stderr.write({json.dumps(json.dumps(error))} + '\\n');" if error else ""
    return (
        f"import sys; sys.stdout.write({json.dumps(json.dumps(report))}); {said} sys.exit({code})"
    )


REPORT = {
    "run_id": "20240131T112000-abcdef", "landed": ["one.zip"], "failed": {},
    "tables": {"bronze.a": {"rows": 1000}, "silver.a": {"rows": 234}},
}  # fmt: skip
EMPTY = {"run_id": "20240131T112000-abcdef", "landed": [], "failed": {}, "tables": {}}


def test_what_a_child_reports(job: Callable[..., Job]) -> None:
    done = runner(printing(REPORT))(job())
    assert (done.status, done.run_id, done.rows) == ("ok", "20240131T112000-abcdef", 1234)


def test_a_holiday_is_nothing_new_and_no_failure(job: Callable[..., Job]) -> None:
    done = runner(printing(EMPTY))(job())
    assert (done.status, done.rows, done.is_failure) == ("nothing_new", None, False)


def test_a_child_is_given_the_jobs_words(job: Callable[..., Job]) -> None:
    program = "import json, sys; print(json.dumps({'run_id': ' '.join(sys.argv[1:])}))"
    assert runner(program)(job()).run_id == "ingest morning --json"
    assert runner(program)(job(verb=("build",))).run_id == "build --json"


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [
        ("TemporaryError", 69, "failed"),
        ("LakeBusyError", 2, "held"),
        ("NotFoundError", 2, "skipped"),
        ("NoDataError", 69, "nothing_new"),
    ],
)
def test_the_errors_class_decides(
    job: Callable[..., Job], kind: str, code: int, status: str
) -> None:
    told = {"error": kind, "message": "It is so.", "hint": "-", "exit_code": code}
    done = runner(printing(EMPTY, code=code, error=told))(job())
    assert (done.status, done.error_class, done.error) == (status, kind, "It is so.")


def test_dead_letters_are_a_failure_of_the_data(job: Callable[..., Job]) -> None:
    report = {**REPORT, "failed": {"one.zip": "It is torn."}}
    done = runner(printing(report, code=65))(job())
    assert (done.status, done.error_class, done.error) == (
        "failed", "DataError", "one.zip: It is torn.",
    )  # fmt: skip
    assert done.rows == 1234


def test_a_child_that_says_nothing_and_fails(job: Callable[..., Job]) -> None:
    done = runner("raise SystemExit(3)")(job())
    assert (done.status, done.error) == ("failed", "It ended with exit code 3.")


def test_a_child_that_was_killed(job: Callable[..., Job]) -> None:
    done = runner("import os; os.kill(os.getpid(), 9)")(job())
    assert (done.status, done.error) == ("killed", "It was ended by signal 9.")


def test_a_source_that_does_not_exist_is_skipped_with_a_reason(job: Callable[..., Job]) -> None:
    done = Runner(SHELF, Mailbox(), ["never called"])(job("moonlight"))
    assert done.status == "skipped"
    assert "moonlight" in done.error


class Kept(logging.Handler):
    """Keeps what is logged, with the id of the run it was logged under."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((record.levelname, RUN_ID.get(), record.getMessage()))


def test_what_a_child_logs_is_logged_under_its_run(
    job: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = logging.Logger("apart", logging.INFO)  # noqa: LOG001 - nobody else finds it
    logger.addHandler(kept := Kept())
    monkeypatch.setattr("lastro.scheduler.runner._LOG", logger)
    line = {"at": "-", "level": "warning", "run": "-", "message": "one.zip is torn"}
    runner(printing(REPORT, error=line))(job())
    assert kept.lines == [
        ("WARNING", REPORT["run_id"], "morning: one.zip is torn"),
        ("INFO", REPORT["run_id"], "morning: ok"),
    ]


# ending a child


@pytest.fixture
def deaf() -> Iterator[None]:
    """Children born meanwhile ignore SIGTERM from their first moment: they inherit it."""
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGTERM, before)


def test_a_child_that_takes_too_long_is_asked_to_end(job: Callable[..., Job]) -> None:
    done = runner(FOREVER, kill_after=60)(job(timeout=dt.timedelta(seconds=0.05)))
    assert done.status == "timed_out"
    assert f"exit code {-signal.SIGTERM}" in done.error


@pytest.mark.usefixtures("deaf")
def test_a_child_that_ignores_that_is_ended(job: Callable[..., Job]) -> None:
    done = runner(FOREVER, kill_after=0.05)(job(timeout=dt.timedelta(seconds=0.05)))
    assert done.status == "timed_out"
    assert f"exit code {-signal.SIGKILL}" in done.error


def test_the_limit_can_be_stretched(job: Callable[..., Job]) -> None:
    brief = job(timeout=dt.timedelta(milliseconds=1))
    assert runner(printing(REPORT), timeout=60_000)(brief).status == "ok"


def test_what_a_child_started_ends_with_it(job: Callable[..., Job], tmp_path: Path) -> None:
    file = tmp_path / "grandchild"
    program = (
        "import os, subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-S', '-c', {FOREVER!r}])\n"
        f"with open({str(file)!r} + '.new', 'w') as out: out.write(str(child.pid))\n"
        f"os.rename({str(file)!r} + '.new', {str(file)!r})\n"
        "time.sleep(600)"
    )
    mailbox = Mailbox()
    threading.Thread(target=_stop_when, args=[file.exists, mailbox]).start()
    assert runner(program, mailbox, grace=0)(job()).status == "killed"
    assert _until(lambda: not _lives(int(file.read_text())))


def _stop_when(ready: Callable[[], bool], mailbox: Mailbox) -> None:
    _until(ready)
    mailbox.put("stop")


def _until(ready: Callable[[], bool]) -> bool:
    """Look, often and not for ever."""
    deadline = time.monotonic() + 30
    while not ready() and time.monotonic() < deadline:
        time.sleep(0.005)
    return ready()


def _lives(number: int) -> bool:
    """Whether a process runs; one that has ended and awaits its parent's look does not."""
    with contextlib.suppress(OSError, IndexError):
        os.kill(number, 0)
        with open(f"/proc/{number}/stat") as stat:  # noqa: PTH123 - no file
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    return False


def test_a_stop_lets_a_child_end_by_itself(job: Callable[..., Job], tmp_path: Path) -> None:
    """The child ends only after the runner has been told to stop, and its report counts."""
    started, go = tmp_path / "started", tmp_path / "go"
    program = (
        "import os, time\n"
        f"open({str(started)!r}, 'w').close()\n"
        f"while not os.path.exists({str(go)!r}): time.sleep(0.005)\n" + printing(REPORT)
    )
    mailbox = Mailbox()

    def stop() -> None:
        _stop_when(started.exists, mailbox)
        go.touch()

    threading.Thread(target=stop).start()
    done = runner(program, mailbox, grace=60)(job())
    assert (done.status, done.rows) == ("ok", 1234)
    assert mailbox.stopping


def test_a_second_word_to_stop_does_not_wait(job: Callable[..., Job]) -> None:
    mailbox = Mailbox()
    mailbox.put("stop")
    mailbox.put("stop")
    done = runner(FOREVER, mailbox, grace=600)(job())
    assert (done.status, done.error) == ("killed", "The scheduler was told to stop.")
