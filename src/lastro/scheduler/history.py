"""The history of runs: one SQLite file, which survives whatever happens to the process.

A run is written when it starts and again when it ends, each in a transaction of its own; one that
is still open when the next scheduler comes was killed. SQLite by the standard library and not the
lake, because the lake may be the thing that fails; a later release moves it into the operational
store, with everything else that is not market data.
"""

from __future__ import annotations

import datetime as dt
import secrets
import sqlite3
from itertools import groupby
from typing import TYPE_CHECKING

from lastro.core.errors import ConfigError
from lastro.core.language import say
from lastro.scheduler.runs import Outcome, Past, Run

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

FORMAT = 1
"""Version of the file's layout."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    number      INTEGER PRIMARY KEY,
    job         TEXT NOT NULL,
    due_at      TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    ended_at    TEXT,
    status      TEXT NOT NULL,
    error_class TEXT NOT NULL DEFAULT '',
    error       TEXT NOT NULL DEFAULT '',
    run_id      TEXT NOT NULL DEFAULT '',
    rows        INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS runs_of_a_job ON runs (job, due_at);
CREATE UNIQUE INDEX IF NOT EXISTS one_at_a_time ON runs (status) WHERE status = 'running';
CREATE TABLE IF NOT EXISTS installation (seed INTEGER NOT NULL) STRICT;
"""
_COLUMNS = "job, due_at, started_at, ended_at, status, error_class, error, run_id, rows"
_BEGIN = "INSERT INTO runs (job, due_at, started_at, status) VALUES (?, ?, ?, 'running')"
_END = """
UPDATE runs SET ended_at = ?, status = ?, error_class = ?, error = ?, run_id = ?, rows = ?
WHERE number = ?
"""
_SETTLE = "UPDATE runs SET ended_at = ?, status = 'killed', error = ? WHERE status = 'running'"
_TRIES = f"""
SELECT {_COLUMNS} FROM runs
JOIN (SELECT job, max(due_at) AS due_at FROM runs WHERE due_at <= ? GROUP BY job)
USING (job, due_at) ORDER BY job, number
"""  # noqa: S608 - our own column names
_NEWS = """
SELECT job, max(ended_at) FROM runs WHERE status = 'ok' AND ended_at <= ? GROUP BY job
"""
_LATEST = f"SELECT {_COLUMNS} FROM runs ORDER BY number DESC LIMIT ?"  # noqa: S608
_LATEST_OF = f"SELECT {_COLUMNS} FROM runs WHERE job = ? ORDER BY number DESC LIMIT ?"  # noqa: S608
_LAST = f"""
SELECT {_COLUMNS} FROM runs
WHERE number IN (SELECT max(number) FROM runs GROUP BY job)
"""  # noqa: S608


class History:
    """Runs of jobs, kept in a file.

    Args:
        path: The file, made where it is not there; ``":memory:"`` is empty and forgotten.

    Raises:
        ConfigError: A newer version of Lastro wrote it.
    """

    def __init__(self, path: Path | str) -> None:
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
        (found,) = self._db.execute("PRAGMA user_version").fetchone()
        if found > FORMAT:
            self.close()
            raise ConfigError(
                "{path} was written by a newer version of Lastro.",
                hint="Upgrade this installation, or name another folder with "
                "LASTRO_SCHEDULER__STATE.",
                path=path,
            )
        if found < FORMAT:
            self._create()

    def _create(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA}; COMMIT")
        self._db.execute(
            "INSERT INTO installation SELECT ? WHERE NOT EXISTS (SELECT 1 FROM installation)",
            (secrets.randbits(32),),
        )
        self._db.execute(f"PRAGMA user_version = {FORMAT}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @property
    def seed(self) -> int:
        """A number that tells this installation from others."""
        (found,) = self._db.execute("SELECT seed FROM installation").fetchone()
        return int(found)

    # writing

    def begin(self, job: str, due_at: dt.datetime, now: dt.datetime) -> int:
        """Note that a run starts; returns its number.

        Raises:
            sqlite3.IntegrityError: Another one is running.
        """
        done = self._db.execute(_BEGIN, (job, _text(due_at), _text(now)))
        return int(done.lastrowid or 0)

    def end(self, number: int, now: dt.datetime, outcome: Outcome) -> None:
        """Note how a run ended."""
        self._db.execute(
            _END,
            (_text(now), outcome.status, outcome.error_class, outcome.error, outcome.run_id,
             outcome.rows, number),
        )  # fmt: skip

    def settle(self, now: dt.datetime) -> int:
        """Note as killed what nobody saw the end of; returns how many.

        Only for whoever knows that nothing runs: the one scheduler, when it starts.
        """
        reason = say("The scheduler that started it ended without seeing its end.")
        return self._db.execute(_SETTLE, (_text(now), reason)).rowcount

    # reading

    def past(self, now: dt.datetime) -> Past:
        """What the planner needs; runs for occurrences yet to come (a clock was wrong) are not."""
        runs = map(_run, self._db.execute(_TRIES, (_text(now),)))
        tries = {job: list(found) for job, found in groupby(runs, key=lambda run: run.job)}
        news = self._db.execute(_NEWS, (_text(now),)).fetchall()
        return Past(tries, {job: dt.datetime.fromisoformat(at) for job, at in news})

    def latest(self, job: str | None = None, limit: int = 100) -> list[Run]:
        """Runs of a job, by default of all, the newest first."""
        if job is None:
            return [_run(row) for row in self._db.execute(_LATEST, (limit,))]
        return [_run(row) for row in self._db.execute(_LATEST_OF, (job, limit))]

    def last(self) -> dict[str, Run]:
        """The last run of each job."""
        return {run.job: run for run in map(_run, self._db.execute(_LAST))}


def _text(instant: dt.datetime) -> str:
    """An instant as text of one width, so that text sorts as time does."""
    return instant.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _run(row: tuple[str, ...]) -> Run:
    job, due_at, started_at, ended_at, *outcome = row
    return Run(
        job,
        dt.datetime.fromisoformat(due_at),
        dt.datetime.fromisoformat(started_at),
        dt.datetime.fromisoformat(ended_at) if ended_at else None,
        Outcome(*outcome),  # type: ignore[arg-type] # columns stand in its order
    )
