"""Which rows an order is for: predicates, days, and fingerprints that change when rows may have."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import RequestError

from .conftest import row

if TYPE_CHECKING:
    from .conftest import Sample


def _names(sample: Sample, **how: object) -> list[str]:
    return sorted(sample.given(**how).rows()["name"])


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("", ["a", "b", "c"]),
        ("worth IS NULL OR name = 'a'", ["a", "b"]),
        ("ref_date >= DATE '2024-01-31' AND note LIKE '=%'", ["c"]),
        ("worth > 1234.49", ["a", "c"]),
    ],
)
def test_a_condition_narrows(two_months: Sample, where: str, names: list[str]) -> None:
    assert _names(two_months, where=where) == names


@pytest.mark.parametrize(
    "where", ["nope > 1", "worth >", "worth", "name = 'a'; DROP TABLE x", "(SELECT 1)", "1"]
)
def test_a_wrong_condition_is_the_callers_and_told_before_anything_is_read(
    two_months: Sample, where: str
) -> None:
    with pytest.raises(RequestError, match="--where cannot be evaluated"):
        two_months.given(where=where)


def test_several_conditions_are_one_too_many(two_months: Sample) -> None:
    with pytest.raises(RequestError):
        two_months.given(where="worth > 1, name = 'a'")


def test_a_condition_that_fails_on_a_value_is_the_callers(two_months: Sample) -> None:
    given = two_months.given(where="CAST(name AS INT) > 1")
    with pytest.raises(RequestError, match="--where cannot be evaluated"):
        given.rows()


def test_since_is_held_to_the_day_in_files_and_to_the_month_in_databases(
    two_months: Sample,
) -> None:
    given = two_months.given(since=dt.date(2024, 1, 15))
    assert sorted(given.rows()["name"]) == ["b", "c"]
    assert list(given.partitions) == ["2024-01-01", "2024-02-01"]
    assert sorted(given.rows("2024-01-01")["name"]) == ["a", "b"]
    later = two_months.given(since=dt.date(2024, 2, 1))
    assert list(later.partitions) == ["2024-02-01"]
    assert later.reaches("2024-02-01")
    assert not later.reaches("2024-01-01")


def test_what_stands_without_a_month_is_taken_by_its_day_or_whole(sample: Sample) -> None:
    standing = dt.date(1970, 1, 1)
    sample.put(row(dt.date(2023, 1, 2), "old", month=standing),
               row(dt.date(2024, 1, 2), "new", month=standing))  # fmt: skip
    assert _names(sample, since=dt.date(2024, 1, 1)) == ["new"]
    assert list(sample.given(since=dt.date(2024, 1, 1)).partitions) == ["1970-01-01"]


def test_fingerprints_follow_inputs_rows_and_condition(two_months: Sample) -> None:
    before = two_months.given().partitions
    assert two_months.given().partitions == before
    narrowed = two_months.given(where="worth > 1").partitions
    assert set(narrowed.values()).isdisjoint(before.values())
    two_months.put(row(dt.date(2024, 2, 1), "c", note="restated"))
    after = two_months.given().partitions
    assert after["2024-01-01"] == before["2024-01-01"]
    assert after["2024-02-01"] != before["2024-02-01"]


def test_a_partition_made_without_a_fingerprint_goes_by_its_files(sample: Sample) -> None:
    day = dt.date(2024, 1, 2)
    sample.put(row(day), state=0)
    sample.states["2024-01-01"] = -1
    sample.put(row(day))  # state 0: what a repair leaves
    first = sample.given().partitions
    sample.states["2024-01-01"] = -1
    sample.put(row(day))
    assert sample.given().partitions != first


def test_an_empty_partition_is_none(two_months: Sample) -> None:
    two_months.put(partition="2024-01-01")
    assert list(two_months.given().partitions) == ["2024-02-01"]
    assert two_months.given().extent() == (1, dt.date(2024, 2, 1))
