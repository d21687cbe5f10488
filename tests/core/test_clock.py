"""Clocks and months."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.clock import (
    FrozenClock,
    SystemClock,
    add_months,
    month_of,
    months_between,
    today_in_brasilia,
)

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))
COUNTS = st.integers(-1200, 1200)


def test_system_clock_speaks_utc() -> None:
    before = dt.datetime.now(dt.UTC)
    now = SystemClock().now()
    assert now.tzinfo is dt.UTC
    assert before <= now <= dt.datetime.now(dt.UTC)


def test_frozen_clock_stands_still_until_moved() -> None:
    brasilia = dt.timezone(dt.timedelta(hours=-3))
    clock = FrozenClock(dt.datetime(2026, 1, 1, 21, 30, tzinfo=brasilia))
    assert clock.now() == clock.now() == dt.datetime(2026, 1, 2, 0, 30, tzinfo=dt.UTC)
    assert clock.now().tzinfo is dt.UTC
    clock.advance(dt.timedelta(minutes=45))
    assert clock.now() == dt.datetime(2026, 1, 2, 1, 15, tzinfo=dt.UTC)


def test_frozen_clock_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FrozenClock(dt.datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (dt.datetime(2026, 1, 2, 2, 59, tzinfo=dt.UTC), dt.date(2026, 1, 1)),
        (dt.datetime(2026, 1, 2, 3, 0, tzinfo=dt.UTC), dt.date(2026, 1, 2)),
        (dt.datetime(2018, 1, 2, 2, 0, tzinfo=dt.UTC), dt.date(2018, 1, 2)),  # summer time
    ],
)
def test_today_is_the_day_in_brasilia(instant: dt.datetime, day: dt.date) -> None:
    assert today_in_brasilia(FrozenClock(instant)) == day


@pytest.mark.parametrize(
    ("day", "count", "month"),
    [
        (dt.date(2024, 1, 31), 1, dt.date(2024, 2, 1)),
        (dt.date(2024, 12, 15), 1, dt.date(2025, 1, 1)),
        (dt.date(2024, 1, 1), -1, dt.date(2023, 12, 1)),
        (dt.date(2024, 5, 9), 0, dt.date(2024, 5, 1)),
        (dt.date(2024, 3, 1), -27, dt.date(2021, 12, 1)),
    ],
)
def test_add_months(day: dt.date, count: int, month: dt.date) -> None:
    assert add_months(day, count) == month


@given(DAYS, COUNTS, COUNTS)
def test_months_add_up(day: dt.date, one: int, other: int) -> None:
    assert add_months(add_months(day, one), other) == add_months(day, one + other)
    assert add_months(add_months(day, one), -one) == month_of(day)


@given(DAYS, DAYS)
def test_months_between_leaves_none_out(first: dt.date, last: dt.date) -> None:
    months = months_between(first, last)
    if month_of(first) > month_of(last):
        assert months == []
        return
    assert months[0] == month_of(first)
    assert months[-1] == month_of(last)
    assert [add_months(month, 1) for month in months[:-1]] == months[1:]
