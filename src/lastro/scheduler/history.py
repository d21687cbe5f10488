"""The history of jobs' runs, in the operational store; it survives whatever happens to the process.

A run is written when it starts and again when it ends, each in a transaction of its own; one that
is still open when the next scheduler comes was killed. The store and not the lake, because the lake
may be the thing that fails.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
import sqlite3
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

from lastro import sources
from lastro.core.clock import SystemClock
from lastro.core.errors import ConfigError
from lastro.core.language import say
from lastro.core.registry import names
from lastro.scheduler.runs import Outcome, Past, Run
from lastro.store import house, runs
from lastro.store.base import one_at_a_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session

    from lastro.store.session import Store

_BEFORE = 1  # format of the file that kept the history before the store did
_SEED = "scheduler.seed"
_TAKEN = "scheduler.taken_over"
_OLD = """
SELECT job, due_at, started_at, ended_at, status, error_class, error, run_id, rows
FROM runs ORDER BY number
"""


class NoHistory:
    """The history of a scheduler that never worked: what a look finds where there is no store."""

    def __init__(self) -> None:
        self.seed = secrets.randbits(32)

    def past(self, now: dt.datetime) -> Past:  # noqa: ARG002 - as History's
        """Nothing."""
        return Past()

    def latest(self, job: str | None = None, limit: int = 100) -> list[Run]:  # noqa: ARG002
        """Nothing."""
        return []

    def last(self) -> dict[str, Run]:
        """Nothing."""
        return {}


class History:
    """Runs of jobs, kept in the store.

    Args:
        store: With its schema up to date.
        before: The file that a scheduler before the store kept its history in; its rows are
            taken over once, and it stays as it is.

    Raises:
        ConfigError: A newer version of Lastro wrote that file.
    """

    def __init__(self, store: Store, before: Path | None = None) -> None:
        self._store = store
        if before is not None and before.is_file():
            self._take_over(before)

    def _take_over(self, file: Path) -> None:
        with self._store.reading() as session:
            if house.get(session, _TAKEN):
                return
        with self._store.session() as session:
            one_at_a_time(session, _TAKEN)
            if not house.get(session, _TAKEN):
                _copy(session, file)
                house.put(session, _TAKEN, str(file), "lastro", _now())

    @property
    def seed(self) -> int:
        """A number that tells this installation from others."""
        with self._store.reading() as session:
            found = house.get(session, _SEED)
        if found is None:
            made = secrets.randbits(32)
            with self._store.session() as session:
                found = house.change(
                    session, _SEED, lambda old: made if old is None else old, "lastro", _now()
                )
        return int(found)

    # writing

    def begin(
        self, job: str, due_at: dt.datetime, now: dt.datetime, kind: str = "", source: str = ""
    ) -> int:
        """Note that a run starts; returns its number.

        Raises:
            ConflictError: Another one is running.
        """
        start = runs.Start("schedule", kind or job, due_at, job, source)
        with self._store.session() as session:
            return runs.begin(session, start, now)

    def end(self, number: int, now: dt.datetime, outcome: Outcome) -> None:
        """Note how a run ended."""
        with self._store.session() as session:
            runs.end(session, number, now, runs.End(**asdict(outcome)))

    def settle(self, now: dt.datetime) -> int:
        """Note as killed what nobody saw the end of; returns how many.

        Only for whoever knows that nothing runs: the one scheduler, when it starts.
        """
        reason = say("The scheduler that started it ended without seeing its end.")
        with self._store.session() as session:
            return runs.settle(session, "schedule", now, reason)

    # reading

    def past(self, now: dt.datetime) -> Past:
        """What the planner needs; runs for occurrences yet to come (a clock was wrong) are not."""
        with self._store.reading() as session:
            found = map(_run, runs.tries(session, "schedule", now))
            tries = {job: list(of) for job, of in groupby(found, key=lambda run: run.job)}
            return Past(tries, runs.news(session, "schedule", now))

    def latest(self, job: str | None = None, limit: int = 100) -> list[Run]:
        """Runs of a job, by default of all, the newest first."""
        with self._store.reading() as session:
            found = runs.latest(session, limit, starter="schedule", job=job)
            return [_run(run) for run in found]

    def last(self) -> dict[str, Run]:
        """The last run of each job."""
        with self._store.reading() as session:
            return {run.job: _run(run) for run in runs.last(session, "schedule")}


def _run(found: runs.RunRecord) -> Run:
    outcome = Outcome(
        found.status,  # type: ignore[arg-type] # it wrote none but its own words
        found.error_class, found.error, found.run_id, found.rows,
    )  # fmt: skip
    return Run(found.job, found.due_at, found.started_at, found.ended_at, outcome)


def _now() -> dt.datetime:
    return SystemClock().now()


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as old:
        (found,) = old.execute("PRAGMA user_version").fetchone()
        if found > _BEFORE:
            raise ConfigError(
                "{path} was written by a newer version of Lastro.",
                hint="Upgrade this installation, or move that file away to begin anew.",
                path=file,
            )
        yield old


def _copy(session: Session, file: Path) -> None:
    """Every run of the old file, and the number that told its installation from others."""
    known = names(sources)
    with _opened(file) as old:
        for job, due_at, started_at, ended_at, *outcome in old.execute(_OLD):
            source = job if job in known else ""
            kind, due = "ingest" if source else job, dt.datetime.fromisoformat(due_at)
            start = runs.Start("schedule", kind, due, job, source)
            number = runs.begin(session, start, dt.datetime.fromisoformat(started_at))
            if ended_at:
                ended = dt.datetime.fromisoformat(ended_at)
                runs.end(session, number, ended, runs.End(*outcome))
        (seed,) = old.execute("SELECT seed FROM installation").fetchone()
        house.put(session, _SEED, seed, "lastro", _now())
