"""Two calendars: bank days (ANBIMA: CDI accrues) and B3 sessions (shares trade).

Bank holidays are the national ones, Carnival and Corpus Christi, and until 1999 Holy Thursday. B3
closes besides on 24 December and on the last bank day of the year, until 2021 on São Paulo's own
holidays, and once for a World Cup. Checked day by day against two independent calendars in the
tests, for 2005 to 2027; B3's yearly notice overrides both.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

from dateutil.easter import easter

_WEEKEND = 5
_ONE_DAY = dt.timedelta(days=1)
_FIXED = ((1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (12, 25))
_FROM_EASTER = (-48, -47, -2, 60)  # Carnival's Monday and Tuesday, Good Friday, Corpus Christi
_ONCE = (dt.date(2014, 6, 12),)  # the World Cup opened in São Paulo


@cache
def bank_holidays(year: int) -> frozenset[dt.date]:
    """Weekday and weekend bank holidays of a year."""
    sunday = easter(year)
    found = {dt.date(year, month, day) for month, day in _FIXED}
    found.update(sunday + days * _ONE_DAY for days in _FROM_EASTER)
    if year <= 1999:
        found.add(sunday - 3 * _ONE_DAY)
    if year >= 2024:
        found.add(dt.date(year, 11, 20))
    return frozenset(found)


def is_bank_day(day: dt.date) -> bool:
    """Whether banks settle on that day."""
    return day.weekday() < _WEEKEND and day not in bank_holidays(day.year)


@cache
def b3_closures(year: int) -> frozenset[dt.date]:
    """Days of a year on which B3 holds no session although banks open."""
    last = dt.date(year, 12, 31)
    while not is_bank_day(last):
        last -= _ONE_DAY
    closed = {dt.date(year, 12, 24), last}
    if year <= 2021:
        closed.add(dt.date(year, 1, 25))
        if year != 2020:
            closed.add(dt.date(year, 7, 9))
    if 2004 <= year <= 2019:
        closed.add(dt.date(year, 11, 20))
    closed.update(day for day in _ONCE if day.year == year)
    return frozenset(closed)


def is_b3_session(day: dt.date) -> bool:
    """Whether B3 holds a trading session on that day."""
    return is_bank_day(day) and day not in b3_closures(day.year)


def add_bank_days(day: dt.date, count: int) -> dt.date:
    """The ``count``-th bank day after a day (``count`` >= 0; 0 gives the day or the next one)."""
    while not is_bank_day(day):
        day += _ONE_DAY
    for _ in range(count):
        day += _ONE_DAY
        while not is_bank_day(day):
            day += _ONE_DAY
    return day


def bank_days(first: dt.date, last: dt.date) -> list[dt.date]:
    """Every bank day from ``first`` to ``last``, both included."""
    span = (last - first).days
    days = (first + dt.timedelta(days=step) for step in range(span + 1))
    return [day for day in days if is_bank_day(day)]
