"""Walking ahead: what the iterator says comes out unchanged, errors included."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.pipeline.parsing import ahead

if TYPE_CHECKING:
    from collections.abc import Iterator


@given(st.lists(st.one_of(st.none(), st.integers())))
def test_everything_comes_in_order(items: list[int | None]) -> None:
    assert list(ahead(iter(items))) == items


def test_it_walks_in_another_thread_and_one_ahead_alone() -> None:
    made: list[int] = []
    where: set[int] = set()

    def numbers() -> Iterator[int]:
        for number in range(5):
            where.add(threading.get_ident())
            made.append(number)
            yield number

    for number in ahead(numbers()):
        assert len(made) <= number + 2
    assert made == [0, 1, 2, 3, 4]
    assert threading.get_ident() not in where


def test_an_error_comes_out_where_it_happened() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError

    seen: list[int] = []
    with pytest.raises(ZeroDivisionError):
        seen.extend(ahead(broken()))
    walk = ahead(broken())
    assert next(walk) == 1
    with pytest.raises(ZeroDivisionError):
        next(walk)


def test_who_stops_early_leaves_nothing_running() -> None:
    before = set(threading.enumerate())
    walk = ahead(iter(range(9)))
    assert next(walk) == 0
    walk.close()  # type: ignore[attr-defined]
    assert set(threading.enumerate()) <= before  # others' may end meanwhile
