"""The common window of tickers, and who shortens it."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from lastro.answers.history import common_window
from lastro.core.errors import NotFoundError, RequestError


def _histories() -> pl.DataFrame:
    rows = [
        ("OLD3", dt.date(2000, 1, 3), dt.date(2024, 5, 2), 0),
        ("NEW3", dt.date(2022, 7, 4), dt.date(2024, 5, 2), 3),
        ("GONE4", dt.date(2001, 1, 2), dt.date(2021, 3, 1), 1),
    ]
    return pl.DataFrame(rows, schema=["ticker", "first_date", "last_date", "missing"], orient="row")


def test_the_youngest_and_the_first_to_leave_shorten_it() -> None:
    found = common_window(_histories(), ["OLD3", "NEW3"])
    assert (found.first, found.last) == (dt.date(2022, 7, 4), dt.date(2024, 5, 2))
    assert (found.first_by, found.last_by) == ("NEW3", "")
    assert found.missing == {"NEW3": 3}
    assert not found.is_empty


def test_papers_that_never_met_share_nothing() -> None:
    found = common_window(_histories(), ["NEW3", "GONE4", "GONE4"])
    assert found.is_empty
    assert (found.first_by, found.last_by) == ("NEW3", "GONE4")


def test_an_unknown_ticker_is_named() -> None:
    with pytest.raises(NotFoundError, match="NOPE3"):
        common_window(_histories(), ["OLD3", "NOPE3"])
    with pytest.raises(RequestError):
        common_window(_histories(), [])
