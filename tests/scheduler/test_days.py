"""On which days jobs run."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.calendar import is_bank_day
from lastro.scheduler.days import CALENDARS, CRON_DAYS, is_week_start

DAYS = st.dates(dt.date(2005, 1, 1), dt.date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "starts"),
    [
        (dt.date(2026, 11, 16), True),  # a Monday
        (dt.date(2026, 11, 17), False),
        (dt.date(2026, 11, 2), False),  # All Souls, a Monday
        (dt.date(2026, 11, 3), True),
        (dt.date(2026, 2, 17), False),  # Carnival: Monday and Tuesday rest
        (dt.date(2026, 2, 18), True),
        (dt.date(2026, 2, 21), False),
    ],
)
def test_a_week_starts_on_its_first_bank_day(day: dt.date, *, starts: bool) -> None:
    assert is_week_start(day) is starts


@given(DAYS)
def test_a_week_with_a_bank_day_starts_once(day: dt.date) -> None:
    monday = day - dt.timedelta(days=day.weekday())
    week = [monday + dt.timedelta(days=step) for step in range(7)]
    assert sum(map(is_week_start, week)) == any(map(is_bank_day, week))


def test_a_session_is_no_bank_day_on_christmas_eve() -> None:
    eve = dt.date(2026, 12, 24)
    assert CALENDARS["bank_day"](eve)
    assert not CALENDARS["b3_session"](eve)


@given(DAYS, st.sampled_from(sorted(CALENDARS)))
def test_cron_runs_on_every_day_of_a_calendar(day: dt.date, on: str) -> None:
    """Cron knows no holidays, but it must not be blind to a day that counts."""
    allowed = {"1-5": range(1, 6), "0": range(1), "*": range(7)}[CRON_DAYS[on]]  # type: ignore[index]
    if CALENDARS[on](day):  # type: ignore[index]
        assert day.isoweekday() % 7 in allowed
