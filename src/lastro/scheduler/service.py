"""The scheduler over a platform: what the doors ask.

What ran lies in the operational store. One scheduler at a time works on a store; any number may
read it.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lastro import sources
from lastro.core.clock import Clock, SystemClock
from lastro.core.errors import ConfigError, ConflictError
from lastro.core.registry import load, names
from lastro.scheduler import jobs as shelf
from lastro.scheduler.history import History, NoHistory
from lastro.scheduler.jobs import Job
from lastro.scheduler.loop import Loop, silent
from lastro.scheduler.mailbox import Mailbox
from lastro.scheduler.planner import Due, Jitter, plan
from lastro.scheduler.runner import COMMAND, Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lastro.core.schedule import SchedulerSettings
    from lastro.scheduler.runs import Run
    from lastro.store.session import Store
    from lastro.wiring import Platform

_FILE = "scheduler.db"


@dataclass(frozen=True)
class Entry:
    """A job in the agenda.

    Attributes:
        job: What.
        next: Its next run; None where it has none within a month.
        last: Its last run; None where it never ran.
        missing: Whether its source does not exist in this version.
        is_due: Whether its next run's hour has come.
    """

    job: Job
    next: Due | None
    last: Run | None
    missing: bool
    is_due: bool


class Scheduler:
    """What runs when, over one platform.

    Args:
        platform: The lake and its settings.
        clock: What time it is; the machine's by default.
        command: How a child is called, before a job's words.
    """

    def __init__(
        self,
        platform: Platform,
        clock: Clock | None = None,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._platform = platform
        self._settings: SchedulerSettings = platform.settings.scheduler
        self._clock = clock or SystemClock()
        self._command = command

    @cached_property
    def jobs(self) -> dict[str, Job]:
        """Jobs that are switched on, by name.

        Raises:
            ConfigError: The settings name one that does not exist.
        """
        found: dict[str, Job] = load(shelf, "JOB", Job)
        wanted = re.findall(r"[^\s,]+", self._settings.jobs)
        for name in wanted:
            if name not in found:
                raise ConfigError(
                    "LASTRO_SCHEDULER__JOBS names '{name}', and there is no such job.",
                    hint="Known ones: {known}.",
                    name=name,
                    known=", ".join(found),
                )
        return {name: job for name, job in found.items() if not wanted or name in wanted}

    @property
    def _before(self) -> Path | None:
        """Where a scheduler before the store kept its history."""
        if self._settings.state:
            return Path(self._settings.state).absolute() / _FILE
        storage = self._platform.storage
        return Path(storage.url) / _FILE if storage.is_local else None

    # reading

    def _kept(self) -> History | NoHistory:
        """The history as it is; a look must not make a store."""
        before = self._before
        if self._platform.store_at.exists or (before is not None and before.exists()):
            return History(self._platform.store, before)
        return NoHistory()

    def agenda(self) -> list[Entry]:
        """Every job that is switched on, with its next and its last run, the next one first."""
        now = self._clock.now()
        existing = names(sources)
        history = self._kept()
        past, last = history.past(now), history.last()
        planned = plan(self.jobs.values(), past, now, self._jitter(history))
        due = {run.job.name: run for run in planned}
        ordered = [*due, *(name for name in self.jobs if name not in due)]
        return [
            Entry(
                self.jobs[name], due.get(name), last.get(name),
                bool(self.jobs[name].source) and self.jobs[name].source not in existing,
                name in due and due[name].start_at <= now,
            )
            for name in ordered
        ]  # fmt: skip

    def history(self, job: str | None = None, limit: int = 100) -> list[Run]:
        """Runs of a job, by default of all, the newest first."""
        return self._kept().latest(job, limit)

    # working

    @contextlib.contextmanager
    def working(self, tell: Callable[[Run], None] = silent) -> Iterator[Loop]:
        """The loop, alone on its state and heeding signals; main thread only.

        Raises:
            ConflictError: Another scheduler works on this store.
        """
        settings, mailbox = self._settings, Mailbox()
        jobs, store = self.jobs, self._platform.store
        runner = Runner(
            names(sources), mailbox, [*self._command, "--lake", self._platform.storage.url],
            timeout=settings.timeout, grace=settings.grace, kill_after=settings.kill_after,
        )  # fmt: skip
        with _alone(store), mailbox.heeding_signals():
            history = History(store, self._before)
            yield Loop(
                jobs.values(), history, runner, self._clock, mailbox,
                jitter=self._jitter(history), tell=tell,
            )  # fmt: skip

    def _jitter(self, history: History | NoHistory) -> Jitter:
        return Jitter(history.seed, self._settings.jitter)


@contextlib.contextmanager
def _alone(store: Store) -> Iterator[None]:
    """Hold the scheduler's lock of a store; the system frees it however the process ends."""
    with store.alone("scheduler") as free:
        if not free:
            raise ConflictError(
                "Another scheduler works on {store}.",
                hint="One is enough: end it first, or give this one a lake and a store of its own.",
                store=store.name,
            )
        yield
