"""What is due: a pure function of the jobs, what was done, and the time.

An *occurrence* is a day on which a job runs and one of its hours in Brasília, as an instant in UTC.
A job's newest occurrence is due until some run was made for it. Older ones that no run was made for
are made up for by the same run. A run that failed in a way that may pass is tried again, later and
later, until the next occurrence takes its place. An occurrence on which the source had nothing is
done: a holiday is no failure.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lastro.core.clock import BRASILIA
from lastro.scheduler.days import CALENDARS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from lastro.scheduler.jobs import Job
    from lastro.scheduler.runs import Past, Run

PAUSES = (dt.timedelta(minutes=5), dt.timedelta(minutes=15), dt.timedelta(minutes=45))
"""Before trying again after the first, the second and every later failure."""
HELD_PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15))
"""Likewise where another run was writing to the lake, which is nobody's failure."""
PATIENCE = dt.timedelta(hours=1)
"""How late a job that does not catch up may still start."""

_DAY = dt.timedelta(days=1)
_LOOK_BACK = 31  # days; no calendar rests longer
_LOOK_AHEAD = 31


@dataclass(frozen=True)
class Due:
    """A run to be made.

    Attributes:
        job: What.
        due_at: The occurrence it is for, UTC.
        start_at: When to start, UTC: the occurrence and its jitter, or the end of a pause.
        missed: How many earlier occurrences it makes up for.
        attempt: 1 for the first.
    """

    job: Job
    due_at: dt.datetime
    start_at: dt.datetime
    missed: int = 0
    attempt: int = 1


@dataclass(frozen=True)
class Jitter:
    """How much later than its occurrence a run starts: by chance, but always the same.

    Attributes:
        seed: Tells installations apart.
        share: Multiplies every job's own jitter.
    """

    seed: int = 0
    share: float = 0.0

    def start(self, job: Job, due_at: dt.datetime) -> dt.datetime:
        """When a job starts for an occurrence."""
        dice = random.Random(f"{self.seed} {job.name} {due_at.isoformat()}")  # noqa: S311 - no secret
        return due_at + job.jitter * (self.share * dice.random())


def occurrences(job: Job, after: dt.datetime, until: dt.datetime) -> Iterator[dt.datetime]:
    """A job's occurrences later than one instant and not later than another, in order, UTC."""
    day = after.astimezone(BRASILIA).date()
    last = until.astimezone(BRASILIA).date()
    while day <= last:
        for instant in _on(job, day):
            if after < instant <= until:
                yield instant
        day += _DAY


def previous(job: Job, now: dt.datetime) -> dt.datetime | None:
    """A job's newest occurrence, now included; None where there was none for a month."""
    today = now.astimezone(BRASILIA).date()
    for back in range(_LOOK_BACK):
        past = [instant for instant in _on(job, today - back * _DAY) if instant <= now]
        if past:
            return past[-1]
    return None


def upcoming(job: Job, now: dt.datetime) -> dt.datetime | None:
    """A job's next occurrence, now excluded; None where there is none for a month."""
    return next(occurrences(job, now, now + _LOOK_AHEAD * _DAY), None)


def _on(job: Job, day: dt.date) -> list[dt.datetime]:
    if not CALENDARS[job.on](day):
        return []
    hours = (dt.datetime.combine(day, hour, BRASILIA) for hour in job.at)
    return sorted({hour.astimezone(dt.UTC) for hour in hours})  # clocks put forward merge two


def plan(jobs: Collection[Job], past: Past, now: dt.datetime, jitter: Jitter) -> list[Due]:
    """The next run of every job, in the order in which they should be made.

    Args:
        jobs: Those that are switched on.
        past: What was done.
        now: The time.
        jitter: How much later than its hour each starts.

    Returns:
        At most one a job; those whose ``start_at`` is not after ``now`` are due. What follows
        upon news comes after what may bring some.
    """
    sources = {job.name for job in jobs if job.source}
    news = [instant for name, instant in past.news.items() if name in sources]
    found = [
        next_run(
            job,
            past.tries.get(job.name, ()),
            now,
            jitter,
            news=max(news, default=None) if job.after_news else None,
        )
        for job in jobs
    ]
    runs = [run for run in found if run is not None]
    return sorted(runs, key=lambda run: _turn(run, now))


def _turn(run: Due, now: dt.datetime) -> tuple[bool, bool, dt.datetime, str]:
    """What is due before what is not; of what is due, what follows upon news last."""
    due = run.start_at <= now
    return not due, due and run.job.after_news, run.start_at, run.job.name


def next_run(
    job: Job,
    tries: Sequence[Run],
    now: dt.datetime,
    jitter: Jitter,
    *,
    news: dt.datetime | None = None,
) -> Due | None:
    """A job's next run.

    Args:
        job: What.
        tries: Runs for its newest occurrence that had any, the oldest first.
        now: The time.
        jitter: How much later than its hour it starts.
        news: When a source last brought something; None where the job does not care.

    Returns:
        None where its calendar has no day within a month.
    """
    waiting = _waiting(job, tries, now, jitter, news)
    if waiting and waiting.start_at <= now:
        return waiting
    next_at = upcoming(job, now)
    following = Due(job, next_at, jitter.start(job, next_at)) if next_at else None
    if waiting is None or (following and following.start_at < waiting.start_at):
        return following
    return waiting


def _waiting(
    job: Job, tries: Sequence[Run], now: dt.datetime, jitter: Jitter, news: dt.datetime | None
) -> Due | None:
    """What is left to do of occurrences up to now."""
    if tries and tries[-1].ended_at is None:
        return None  # it runs
    done = tries[-1].due_at if tries else None
    fresh = _fresh(job, done, now, jitter)
    if news and news <= now and (done is None or news > done):
        later = max(news, fresh.due_at) if fresh else news
        return Due(job, later, news, fresh.missed if fresh else 0)
    if fresh:
        return fresh
    again = _again_at(tries)
    return Due(job, tries[-1].due_at, again, attempt=len(tries) + 1) if again else None


def _fresh(job: Job, done: dt.datetime | None, now: dt.datetime, jitter: Jitter) -> Due | None:
    """The newest occurrence, where no run was made for it."""
    newest = previous(job, now)
    if newest is None or (done is not None and done >= newest):
        return None
    if not job.catch_up and now - newest > PATIENCE:
        return None
    missed = sum(1 for _ in occurrences(job, done, newest)) - 1 if done else 0
    return Due(job, newest, jitter.start(job, newest), missed)


def _again_at(tries: Sequence[Run]) -> dt.datetime | None:
    """When to try again; None where that would not help."""
    if not tries or tries[-1].ended_at is None:
        return None
    last = tries[-1].outcome
    held = sum(run.outcome.status == "held" for run in tries)
    failures = sum(run.outcome.is_failure for run in tries)
    if last.status == "held":
        return tries[-1].ended_at + HELD_PAUSES[min(held, len(HELD_PAUSES)) - 1]
    passing = last.retryable if last.status == "failed" else failures <= len(PAUSES)
    if not last.is_failure or not passing:
        return None
    return tries[-1].ended_at + PAUSES[min(failures, len(PAUSES)) - 1]
