"""Time: one place to ask for now, so that tests can hold it still.

Instants are timezone-aware and in UTC everywhere; days are plain dates.
"""

from __future__ import annotations

import datetime as dt
from typing import Protocol
from zoneinfo import ZoneInfo

BRASILIA = ZoneInfo("America/Sao_Paulo")


class Clock(Protocol):
    """Whatever can say what time it is."""

    def now(self) -> dt.datetime:
        """The present instant in UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> dt.datetime:
        """The present instant in UTC."""
        return dt.datetime.now(dt.UTC)


class FrozenClock:
    """A clock that stands still until it is moved: for tests and simulations."""

    def __init__(self, instant: dt.datetime) -> None:
        if instant.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        self._instant = instant.astimezone(dt.UTC)

    def now(self) -> dt.datetime:
        """The instant the clock stands at, in UTC."""
        return self._instant

    def advance(self, by: dt.timedelta) -> None:
        """Move the clock forward (or back) by a span."""
        self._instant += by


def today_in_brasilia(clock: Clock) -> dt.date:
    """The civil day in Brasília, which is the day the sources speak of."""
    return clock.now().astimezone(BRASILIA).date()


def month_of(day: dt.date) -> dt.date:
    """First day of a day's month."""
    return day.replace(day=1)


def add_months(month: dt.date, count: int) -> dt.date:
    """First day of the month ``count`` months after the month of ``month``."""
    years, zero_based = divmod(month.year * 12 + month.month - 1 + count, 12)
    return dt.date(years, zero_based + 1, 1)


def months_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """First days of every month from ``first``'s to ``last``'s, both included."""
    span = (last.year - first.year) * 12 + last.month - first.month
    return [add_months(first, step) for step in range(span + 1)]
