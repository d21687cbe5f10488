"""On which days a job runs: B3's sessions, bank days, and simpler calendars."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from lastro.core.calendar import is_b3_session, is_bank_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

On = Literal["b3_session", "bank_day", "week_start", "weekday", "sunday", "daily"]

_SATURDAY = 5
_SUNDAY = 6


def is_week_start(day: dt.date) -> bool:
    """Whether it is the first bank day of its week: Monday, or the day after a holiday."""
    earlier = (day - dt.timedelta(days=back) for back in range(1, day.weekday() + 1))
    return is_bank_day(day) and not any(is_bank_day(other) for other in earlier)


CALENDARS: Mapping[On, Callable[[dt.date], bool]] = {
    "b3_session": is_b3_session,
    "bank_day": is_bank_day,
    "week_start": is_week_start,
    "weekday": lambda day: day.weekday() < _SATURDAY,
    "sunday": lambda day: day.weekday() == _SUNDAY,
    "daily": lambda day: True,  # noqa: ARG005 - a calendar without holidays
}
"""Whether a job runs on a day, by its ``on``."""

CRON_DAYS: Mapping[On, str] = {
    "b3_session": "1-5",
    "bank_day": "1-5",
    "week_start": "1-5",
    "weekday": "1-5",
    "sunday": "0",
    "daily": "*",
}
"""The same as cron's day of the week, which knows no holidays: ask ``CALENDARS`` as well."""
