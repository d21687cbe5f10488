"""Spans of time: how far something went over a day, a month, the year so far, twelve months."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from lastro.core.clock import add_months

if TYPE_CHECKING:
    from collections.abc import Mapping

_STALE = dt.timedelta(days=16)  # a return does not begin at a value as old
PAPER_STALE = dt.timedelta(days=31)
"""The same of a paper's price: some papers trade seldom."""


def between(column: str, first: dt.date | None, last: dt.date | None) -> pl.Expr:
    """Whether a day lies in a range that may be open."""
    day = pl.col(column)
    found = pl.lit(value=True)
    if first is not None:
        found &= day >= first
    if last is not None:
        found &= day <= last
    return found


def span_starts(day: dt.date) -> Mapping[str, dt.date]:
    """Last day before each span that ends on a day: ``1d``, ``1m``, ``ytd``, ``12m``."""
    return {
        "1d": day - dt.timedelta(days=1),
        "1m": months_before(day, 1),
        "ytd": dt.date(day.year - 1, 12, 31),
        "12m": months_before(day, 12),
    }


def span_returns(
    dates: pl.Series, values: pl.Series, stale: dt.timedelta = _STALE
) -> dict[str, float | None]:
    """Return by span up to the newest value, ratios; null where a span's beginning is not known.

    Args:
        dates: Days, rising.
        values: Levels or prices; none of them null.
        stale: As of ``at_or_before``.
    """
    day, end = dates[-1], values[-1]
    found: dict[str, float | None] = {}
    for name, start in span_starts(day).items():
        place = at_or_before(dates, start, stale)
        found[name] = None if place is None or not values[place] else end / values[place] - 1
    return found


def at_or_before(dates: pl.Series, day: dt.date, stale: dt.timedelta) -> int | None:
    """Place of the last of rising days up to a day; none where that is as old as ``stale``."""
    place = dates.search_sorted(day, side="right") - 1
    return place if place >= 0 and day - dates[place] < stale else None


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day of an earlier month, or that month's last."""
    first = add_months(day.replace(day=1), -months)
    last = add_months(first, 1) - dt.timedelta(days=1)
    return last if last.day < day.day else first.replace(day=day.day)
