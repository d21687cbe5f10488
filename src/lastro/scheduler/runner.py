"""Runs one job as a child process, so that it can be ended, and tells how it ended.

A child is asked to end (SIGTERM) and then ended (SIGKILL). That harms nothing: a lake killed at any
moment is whole, and the next run goes on from there.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from typing import IO, TYPE_CHECKING, Any, Literal

from lastro.core.language import say
from lastro.core.log import RUN_ID
from lastro.scheduler.runs import Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from lastro.scheduler.jobs import Job
    from lastro.scheduler.mailbox import Mailbox

COMMAND = (sys.executable, "-m", "lastro.cli")
"""How a child is called, before its words."""

_LOG = logging.getLogger(__name__)
_TAIL = 1 << 16  # bytes of what a child said on standard error that are read
_LONGEST = 2_000  # characters of an error that are kept
_LEVELS = {name.lower(): getattr(logging, name) for name in ("DEBUG", "INFO", "WARNING", "ERROR")}
_CONFLICT = "LakeBusyError"
_NOT_FOUND = "NotFoundError"

_End = Literal["itself", "timed_out", "stopped"]


class Runner:
    """Runs jobs, one at a time.

    Args:
        shelf: Names of the sources that exist.
        mailbox: Where the word to stop comes in.
        command: How a child is called, before the job's words.
        timeout: Multiplies each job's own limit.
        grace: Seconds a child gets to end by itself when the scheduler is told to stop.
        kill_after: Seconds from asking a child to end to ending it.
    """

    def __init__(
        self,
        shelf: Collection[str],
        mailbox: Mailbox,
        command: Sequence[str] = COMMAND,
        *,
        timeout: float = 1.0,
        grace: float = 60.0,
        kill_after: float = 10.0,
    ) -> None:
        self._shelf = shelf
        self._mailbox = mailbox
        self._command = command
        self._timeout = timeout
        self._grace = grace
        self._kill_after = kill_after

    def __call__(self, job: Job) -> Outcome:
        """Run a job to its end, by itself or by force."""
        if job.source and job.source not in self._shelf:
            reason = say("There is no source called '{name}' in this version.", name=job.source)
            return Outcome("skipped", _NOT_FOUND, reason)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen(  # noqa: S603 - our own program and words
                [*self._command, *job.words, "--json"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,  # a Ctrl-C is for the scheduler to pass on, or not
            )
            threading.Thread(target=self._watch, args=[process], daemon=True).start()
            end = self._attend(process, job.timeout.total_seconds() * self._timeout)
            said = _tail(err)
            outcome = _outcome(end, process.returncode, _report(out), said)
            _log(job, outcome, said)
        return outcome

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self._mailbox.put("ended")

    def _attend(self, process: subprocess.Popen[bytes], limit: float) -> _End:
        """Wait for a child's end, and bring it about where it takes too long."""
        news = self._mailbox.wait(limit)
        if news == "ended":
            return "itself"
        end: _End = "timed_out"
        if news == "stop":
            end = "stopped"
            _LOG.info("told to stop: the job has %s s to end by itself", self._grace)
            if self._mailbox.wait(min(limit, self._grace)) == "ended":
                return "itself"
        _signal(process, signal.SIGTERM)
        while (news := self._mailbox.wait(self._kill_after)) == "stop":
            pass
        if news != "ended":
            _signal(process, signal.SIGKILL)
            while self._mailbox.wait(None) != "ended":
                pass
        return end


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to a child and to all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _outcome(end: _End, code: int, report: dict[str, Any], said: list[str]) -> Outcome:
    run_id = str(report.get("run_id", ""))
    rows = _rows(report)
    if end == "timed_out":
        reason = say("It took longer than it may, and was ended (exit code {code}).", code=code)
        return Outcome("timed_out", "", reason, run_id, rows)
    if end == "stopped":
        return Outcome("killed", "", say("The scheduler was told to stop."), run_id, rows)
    if code < 0:
        reason = say("It was ended by signal {number}.", number=-code)
        return Outcome("killed", "", reason, run_id, rows)
    if code == 0:
        status: Literal["ok", "nothing_new"] = "ok" if _is_news(report) else "nothing_new"
        return Outcome(status, run_id=run_id, rows=rows)
    return _failure(code, report, said, run_id, rows)


def _failure(
    code: int, report: dict[str, Any], said: list[str], run_id: str, rows: int | None
) -> Outcome:
    """What a child that ended with an error told on its last line."""
    told = _as_object(said[-1]) if said else {}
    kind, message = str(told.get("error", "")), str(told.get("message", ""))
    if not kind and report.get("failed"):
        kind = "DataError"
        message = "; ".join(f"{name}: {why}" for name, why in report["failed"].items())
    if not message:
        message = said[-1] if said else say("It ended with exit code {code}.", code=code)
    message = message[:_LONGEST]
    if kind == _CONFLICT:
        return Outcome("held", kind, message, run_id, rows)
    if kind == _NOT_FOUND:
        return Outcome("skipped", kind, message, run_id, rows)
    if kind == "NoDataError":
        return Outcome("nothing_new", kind, message, run_id, rows)
    return Outcome("failed", kind, message, run_id, rows)


def _is_news(report: dict[str, Any]) -> bool:
    return bool(report.get("landed") or report.get("tables"))


def _rows(report: dict[str, Any]) -> int | None:
    tables = report.get("tables") or {}
    counts = [table["rows"] for table in tables.values() if "rows" in table]
    return sum(counts) if counts else None


def _report(out: IO[bytes]) -> dict[str, Any]:
    """The report: the one JSON object on standard output; empty where there is none."""
    out.seek(0)
    return _as_object(out.read().decode("utf-8", "replace"))


def _as_object(text: str) -> dict[str, Any]:
    with contextlib.suppress(ValueError):
        found = json.loads(text)
        if isinstance(found, dict):
            return found
    return {}


def _tail(err: IO[bytes]) -> list[str]:
    """The last lines a child wrote on standard error."""
    size = err.seek(0, os.SEEK_END)
    err.seek(max(0, size - _TAIL))
    text = err.read().decode("utf-8", "replace")
    return [line for line in text.splitlines() if line.strip()]


def _log(job: Job, outcome: Outcome, said: list[str]) -> None:
    """Hand a child's own lines on, and say how it ended, under the id of its run."""
    token = RUN_ID.set(outcome.run_id or "-")
    try:
        for line in said:
            told = _as_object(line)
            level = _LEVELS.get(str(told.get("level")), logging.INFO)
            _LOG.log(level, "%s: %s", job.name, told.get("message", line))
        level = logging.ERROR if outcome.is_failure else logging.INFO
        _LOG.log(level, "%s: %s", job.name, f"{outcome.status} {outcome.error}".strip())
    finally:
        RUN_ID.reset(token)
