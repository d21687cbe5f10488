"""What a job's run was: the words that planner, history and runner share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from lastro.core import errors

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

Status = Literal["running", "ok", "nothing_new", "skipped", "held", "failed", "timed_out", "killed"]
"""``nothing_new``: the source had nothing (yet), a holiday included. ``skipped``: there was nothing
to work on. ``held``: another run was writing to the lake. ``killed``: ended from outside."""

FAILURES: frozenset[Status] = frozenset({"failed", "timed_out", "killed"})


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        status: In one word.
        error_class: Name of the error's class (``TemporaryError``); blank without an error.
        error: What went wrong, or why it was skipped.
        run_id: Id of the run in the lake; blank where it did not come so far.
        rows: Rows written to all tables; None where the verb counts none.
    """

    status: Status
    error_class: str = ""
    error: str = ""
    run_id: str = ""
    rows: int | None = None

    @property
    def is_failure(self) -> bool:
        """Whether somebody should look."""
        return self.status in FAILURES

    @property
    def retryable(self) -> bool:
        """Whether the error's class says that trying again may help."""
        kind = getattr(errors, self.error_class, None)
        return isinstance(kind, type) and getattr(kind, "retryable", False) is True

    @property
    def exit_code(self) -> int:
        """What a command answers that did this and nothing else."""
        if not self.is_failure:
            return 0
        kind = getattr(errors, self.error_class, errors.LastroError)
        return int(getattr(kind, "exit_code", errors.LastroError.exit_code))


@dataclass(frozen=True)
class Run:
    """One run of a job, as the history keeps it; instants are UTC.

    Attributes:
        job: The job's name.
        due_at: The occurrence it ran for.
        started_at: When it began.
        ended_at: When it ended; None while it runs.
        outcome: How it ended.
    """

    job: str
    due_at: dt.datetime
    started_at: dt.datetime
    ended_at: dt.datetime | None
    outcome: Outcome


@dataclass(frozen=True)
class Past:
    """What the planner needs to know of history.

    Attributes:
        tries: Every run for the newest occurrence of each job, the oldest first.
        news: When a run of a job last brought something new.
    """

    tries: Mapping[str, Sequence[Run]] = field(default_factory=dict)
    news: Mapping[str, dt.datetime] = field(default_factory=dict)
