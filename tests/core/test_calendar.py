"""Calendars, day by day against two independent ones (which stand on pandas)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.calendar import add_bank_days, bank_days, is_b3_session, is_bank_day

DAYS = st.dates(dt.date(2005, 1, 1), dt.date(2027, 12, 31))

B3_WEEKDAY_CLOSURES = {
    2026: "01-01 02-16 02-17 04-03 04-21 05-01 06-04 09-07 10-12 11-02 11-20 12-24 12-25 12-31",
    2027: "01-01 02-08 02-09 03-26 04-21 05-27 09-07 10-12 11-02 11-15 12-24 12-31",
}


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=step) for step in range((last - first).days + 1)]


@pytest.mark.parametrize(("year", "closures"), B3_WEEKDAY_CLOSURES.items())
def test_known_closures_of_b3(year: int, closures: str) -> None:
    weekdays = [d for d in _days(dt.date(year, 1, 1), dt.date(year, 12, 31)) if d.weekday() < 5]
    assert [f"{d:%m-%d}" for d in weekdays if not is_b3_session(d)] == closures.split()


def test_bank_days_are_anbimas() -> None:
    import bizdays

    anbima = bizdays.Calendar.load("ANBIMA")
    every = _days(dt.date(2005, 1, 1), dt.date(2027, 12, 31))
    assert [d for d in every if is_bank_day(d) != anbima.isbizday(d)] == []


def test_b3_sessions_are_exchange_calendars() -> None:
    import exchange_calendars

    bvmf = exchange_calendars.get_calendar("BVMF", start="2005-01-01", end="2027-12-31")
    sessions = {session.date() for session in bvmf.sessions}
    every = _days(dt.date(2005, 1, 1), dt.date(2027, 12, 31))
    assert [d for d in every if is_b3_session(d) != (d in sessions)] == []


def test_b3_sessions_are_bizdays() -> None:
    import bizdays

    b3 = bizdays.Calendar.load("B3")
    every = _days(dt.date(2005, 1, 1), dt.date(2025, 12, 31))
    assert [d for d in every if is_b3_session(d) != b3.isbizday(d)] == []


def test_banks_open_on_days_when_b3_does_not() -> None:
    for day in (dt.date(2026, 12, 24), dt.date(2026, 12, 31), dt.date(2014, 6, 12)):
        assert is_bank_day(day)
        assert not is_b3_session(day)


@pytest.mark.parametrize(
    ("day", "count", "found"),
    [
        (dt.date(2024, 2, 9), 1, dt.date(2024, 2, 14)),  # over Carnival
        (dt.date(2024, 2, 10), 0, dt.date(2024, 2, 14)),  # a Saturday: the next bank day
        (dt.date(2024, 2, 10), 1, dt.date(2024, 2, 15)),
        (dt.date(2024, 2, 14), 0, dt.date(2024, 2, 14)),
        (dt.date(2024, 12, 31), 1, dt.date(2025, 1, 2)),
    ],
)
def test_add_bank_days(day: dt.date, count: int, found: dt.date) -> None:
    assert add_bank_days(day, count) == found


@given(DAYS, st.integers(0, 30))
def test_add_bank_days_counts_what_bank_days_lists(day: dt.date, count: int) -> None:
    last = add_bank_days(day, count)
    assert is_bank_day(last)
    assert len(bank_days(day, last)) == count + 1


@given(DAYS, DAYS)
def test_bank_days_lists_no_other_day(first: dt.date, last: dt.date) -> None:
    first, last = min(first, last), min(last, first + dt.timedelta(days=60))
    listed = bank_days(first, last)
    assert listed == sorted(set(listed))
    assert all(first <= day <= last and is_bank_day(day) for day in listed)
