"""The loop: makes every run that is due, one at a time, and sleeps until the next one.

It asks the planner again after every run and every wait, and keeps nothing of its own: what was
done is in the history, so that a loop that was killed goes on where it was.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol

from lastro.scheduler.planner import Due, Jitter, plan
from lastro.scheduler.runs import Outcome, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from lastro.core.clock import Clock
    from lastro.scheduler.history import History
    from lastro.scheduler.jobs import Job

LONGEST_SLEEP = dt.timedelta(minutes=1)
"""A clock that was put right, or a machine that slept, is noticed after so long."""


class Bell(Protocol):
    """Whatever can be waited on (``mailbox.Mailbox``)."""

    @property
    def stopping(self) -> bool:
        """Whether the word to stop has come."""

    def wait(self, seconds: float | None) -> object:
        """Sleep for so many seconds, or until something happens."""


def silent(run: Run) -> None:
    """Nobody listens."""


class Loop:
    """Makes runs when they are due.

    Args:
        jobs: Those that are switched on.
        history: Where runs are noted; the loop must be its only writer.
        run: Runs one job to its end.
        clock: What time it is.
        bell: What to wait on.
        jitter: How much later than its hour each job starts.
        tell: Called with every run that ended.
        longest_sleep: It looks at the clock again after so long.
    """

    def __init__(
        self,
        jobs: Collection[Job],
        history: History,
        run: Callable[[Job], Outcome],
        clock: Clock,
        bell: Bell,
        *,
        jitter: Jitter | None = None,
        tell: Callable[[Run], None] = silent,
        longest_sleep: dt.timedelta = LONGEST_SLEEP,
    ) -> None:
        self._jobs = jobs
        self._history = history
        self._run = run
        self._clock = clock
        self._bell = bell
        self._jitter = jitter or Jitter(history.seed)
        self._tell = tell
        self._longest = longest_sleep.total_seconds()

    def once(self) -> None:
        """Make what is due now, and what becomes due by it."""
        self._history.settle(self._clock.now())
        while not self._bell.stopping and (due := self._next()) and self._seconds_to(due) <= 0:
            self._make(due)

    def forever(self) -> None:
        """Make what is due, wait for the next, and so on until the word to stop."""
        self._history.settle(self._clock.now())
        while not self._bell.stopping:
            due = self._next()
            seconds = self._seconds_to(due) if due else self._longest
            if due and seconds <= 0:
                self._make(due)
            else:
                self._bell.wait(min(seconds, self._longest))

    def _next(self) -> Due | None:
        now = self._clock.now()
        planned = plan(self._jobs, self._history.past(now), now, self._jitter)
        return planned[0] if planned else None

    def _seconds_to(self, due: Due) -> float:
        return (due.start_at - self._clock.now()).total_seconds()

    def _make(self, due: Due) -> None:
        started = self._clock.now()
        number = self._history.begin(
            due.job.name, due.due_at, started, kind=due.job.words[0], source=due.job.source
        )
        outcome = self._run(due.job)
        ended = self._clock.now()
        self._history.end(number, ended, outcome)
        self._tell(Run(due.job.name, due.due_at, started, ended, outcome))
