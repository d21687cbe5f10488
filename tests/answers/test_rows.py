"""Filters are read as their columns' types say; sorting, choosing and cursors keep their word."""

from __future__ import annotations

import contextlib
import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.answers.rows import Filter, Wanted, chosen, instant_or_version, listed, parsed
from lastro.core.errors import RequestError

ROWS = pl.DataFrame(
    {
        "name": ["a", "B%", "c_d", None],
        "size": [1, 2, 3, None],
        "money": [Decimal("1.10"), Decimal("-2.25"), Decimal("0.00"), None],
        "ratio": [0.5, -0.5, 0.0, None],
        "day": [dt.date(2024, 1, 1), dt.date(2024, 2, 1), dt.date(2024, 3, 1), None],
        "at": [dt.datetime(2024, 1, n, 12, tzinfo=dt.UTC) for n in (1, 2, 3)] + [None],
        "good": [True, False, True, None],
    },
    schema_overrides={"money": pl.Decimal(9, 2), "at": pl.Datetime("us", "UTC")},
)


def _names(*texts: str) -> list[str | None]:
    return chosen(ROWS.lazy(), Wanted(parsed(texts))).collect()["name"].to_list()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("size:eq:2", ["B%"]),
        ("size:ne:2", ["a", "c_d", None]),
        ("size:gt:1", ["B%", "c_d"]),
        ("size:le:1", ["a"]),
        ("money:eq:-2.25", ["B%"]),
        ("money:ge:0", ["a", "c_d"]),
        ("ratio:lt:0.1", ["B%", "c_d"]),
        ("day:ge:2024-02-01", ["B%", "c_d"]),
        ("at:gt:2024-01-02T09:00:00-03:00", ["c_d"]),
        ("at:lt:2024-01-02", ["a"]),
        ("good:eq:true", ["a", "c_d"]),
        ("name:in:a,c_d", ["a", "c_d"]),
        ("size:in:1,3", ["a", "c_d"]),
        ("name:like:b_", ["B%"]),
        ("name:like:%d", ["c_d"]),
        ("name:like:(", []),
        ("name:null", [None]),
        ("name:null:false", ["a", "B%", "c_d"]),
    ],
)
def test_a_filter_keeps_its_rows(text: str, names: list[str | None]) -> None:
    assert _names(text) == names


def test_filters_hold_together() -> None:
    assert _names("size:ge:2", "good:eq:true") == ["c_d"]


@pytest.mark.parametrize(
    "text",
    ["size:eq:x", "size:eq:1.5", "money:eq:1e30", "money:eq:NaN", "day:eq:2024-02-30",
     "at:eq:noon", "good:eq:maybe", "nobody:eq:1", "size:between:1", ":eq:1", "size"],
)  # fmt: skip
def test_a_wrong_filter_says_so(text: str) -> None:
    with pytest.raises(RequestError):
        _names(text)


def test_a_value_alone_is_an_equality() -> None:
    assert parsed([], [("name", "a"), ("size", "ge:2"), ("name", "x:y")]) == (
        Filter("name", "eq", "a"), Filter("size", "ge", "2"), Filter("name", "eq", "x:y"),
    )  # fmt: skip


def test_the_unknown_comes_last_whichever_way_one_sorts() -> None:
    for sort, names in (("size", ["a", "B%", "c_d", None]), ("-size", ["c_d", "B%", "a", None])):
        found = chosen(ROWS.lazy(), Wanted(sort=(sort,)), ("name",)).collect()
        assert found["name"].to_list() == names


def test_columns_stand_as_they_were_asked_for() -> None:
    found = chosen(ROWS.lazy(), Wanted(columns=listed("size, name,size"))).collect()
    assert found.columns == ["size", "name"]


@given(st.text(max_size=30), st.sampled_from(["eq", "in", "like", "lt", "null"]))
def test_whatever_is_written_is_a_value_or_an_error(text: str, operator: str) -> None:
    for column in ROWS.columns:
        wanted = Wanted((Filter(column, operator, text),))
        with contextlib.suppress(RequestError):  # any other error fails
            assert chosen(ROWS.lazy(), wanted).collect().height <= ROWS.height


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, None),
        ("", None),
        ("7", 7),
        ("2024-06-30", dt.datetime(2024, 6, 30, 23, 59, 59, 999999, tzinfo=dt.UTC)),
        ("2024-06-30T12:00:00Z", dt.datetime(2024, 6, 30, 12, tzinfo=dt.UTC)),
        ("2024-06-30T12:00:00 03:00", dt.datetime(2024, 6, 30, 9, tzinfo=dt.UTC)),
    ],
)
def test_a_past_state_is_a_version_a_day_or_an_instant(text: str | None, found: Any) -> None:
    assert instant_or_version(text) == found
