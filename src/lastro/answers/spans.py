"""Spans of time: how far something went over a day, a month, the year so far, twelve months."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from lastro.core.clock import add_months

if TYPE_CHECKING:
    from collections.abc import Mapping


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


def span_returns(dates: pl.Series, values: pl.Series) -> dict[str, float | None]:
    """Return by span up to the newest value, ratios; null where nothing is as old.

    A span begins at the last value on or before its start, if that is within 15 days of it.

    Args:
        dates: Days, rising.
        values: Levels or prices; none of them null.
    """
    day, end = dates[-1], values[-1]
    found: dict[str, float | None] = {}
    for name, start in span_starts(day).items():
        place = dates.search_sorted(start, side="right") - 1
        is_near = place >= 0 and start - dates[place] <= dt.timedelta(days=15)
        found[name] = end / values[place] - 1 if is_near and values[place] else None
    return found


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day of an earlier month, or that month's last."""
    first = add_months(day.replace(day=1), -months)
    last = add_months(first, 1) - dt.timedelta(days=1)
    return last if last.day < day.day else first.replace(day=day.day)
