"""The scheduler over a platform: what the doors ask.

State lies in the lake's folder, or where ``LASTRO_SCHEDULER__STATE`` says: a lake in a bucket has
none. One scheduler at a time works on a state; any number may read it.
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
from lastro.scheduler.history import History
from lastro.scheduler.jobs import Job
from lastro.scheduler.loop import Loop, silent
from lastro.scheduler.mailbox import Mailbox
from lastro.scheduler.planner import Due, Jitter, plan
from lastro.scheduler.runner import COMMAND, Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lastro.core.schedule import SchedulerSettings
    from lastro.scheduler.runs import Run
    from lastro.wiring import Platform

_FILE = "scheduler.db"
_LOCK = ".scheduler.lock"


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
    def folder(self) -> Path:
        """Where the state lies.

        Raises:
            ConfigError: The lake is in a bucket and no folder is set.
        """
        if self._settings.state:
            return Path(self._settings.state).absolute()
        if not self._platform.storage.is_local:
            raise ConfigError(
                "{lake} has no folder for the scheduler's history.",
                hint="Set LASTRO_SCHEDULER__STATE to a folder of this machine that lasts.",
                lake=self._platform.storage.url,
            )
        return Path(self._platform.storage.url)

    # reading

    @contextlib.contextmanager
    def _reading(self) -> Iterator[History]:
        """The history as it is; a look must not make its folder."""
        path = self.folder / _FILE
        with History(path if path.exists() else ":memory:") as history:
            yield history

    def agenda(self) -> list[Entry]:
        """Every job that is switched on, with its next and its last run, the next one first."""
        now = self._clock.now()
        existing = names(sources)
        with self._reading() as history:
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
        with self._reading() as history:
            return history.latest(job, limit)

    # working

    @contextlib.contextmanager
    def working(self, tell: Callable[[Run], None] = silent) -> Iterator[Loop]:
        """The loop, alone on its state and heeding signals; main thread only.

        Raises:
            ConflictError: Another scheduler works on this state.
        """
        settings, mailbox = self._settings, Mailbox()
        jobs = self.jobs
        self.folder.mkdir(parents=True, exist_ok=True)
        runner = Runner(
            names(sources), mailbox, [*self._command, "--lake", self._platform.storage.url],
            timeout=settings.timeout, grace=settings.grace, kill_after=settings.kill_after,
        )  # fmt: skip
        with (
            _alone(self.folder),
            History(self.folder / _FILE) as history,
            mailbox.heeding_signals(),
        ):
            yield Loop(
                jobs.values(), history, runner, self._clock, mailbox,
                jitter=self._jitter(history), tell=tell,
            )  # fmt: skip

    def _jitter(self, history: History) -> Jitter:
        return Jitter(history.seed, self._settings.jitter)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the state's lock; the system frees it however the process ends."""
    import fcntl  # noqa: PLC0415 - the machines that have none may still read

    with (folder / _LOCK).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConflictError(
                "Another scheduler works on {folder}.",
                hint="One is enough: end it first, or give this one a lake of its own.",
                folder=folder,
            ) from None
        yield
