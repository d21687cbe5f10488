"""Texts whose lines have one length: found to be so, and cut as slicing would cut them."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.vendors.even_text import EvenText

SIZE = 9
PLACES = {"code": (1, 2), "name": (3, 7), "rest": (8, 9)}
LETTERS = st.characters(codec="latin-1", exclude_characters="\r\n")
LINE = st.one_of(st.just("01ABC  12"), st.text(LETTERS, min_size=SIZE, max_size=SIZE))


def even(*lines: str, end: str = "\r\n") -> EvenText:
    found = EvenText.of("".join(f"{line}{end}" for line in lines).encode("latin-1"), SIZE)
    assert found is not None
    return found


@given(st.lists(LINE, min_size=1, max_size=8), st.sampled_from(["\n", "\r\n"]), st.data())
def test_fields_are_what_slices_give(lines: list[str], end: str, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(lines)))
    count = data.draw(st.integers(0, len(lines) - first))
    text = even(*lines, end=end)
    assert [text.line(place) for place in range(len(text))] == lines
    assert text.cut(first, count, PLACES, {"name"}).rows() == [
        (line[:2], line[2:7].rstrip(" "), line[7:]) for line in lines[first : first + count]
    ]


@given(st.lists(LINE, min_size=1, max_size=8), st.data())
def test_some_lines_are_a_text_of_their_own(lines: list[str], data: st.DataObject) -> None:
    places = data.draw(st.lists(st.sampled_from(range(len(lines))), unique=True))
    some = even(*lines).taken(pl.Series(places, dtype=pl.Int64))
    taken = [lines[place] for place in places]
    assert [some.line(place) for place in range(len(some))] == taken
    assert some.cut(0, len(some), PLACES).rows() == [(a[:2], a[2:7], a[7:]) for a in taken]


def test_fields_need_not_touch_each_other() -> None:
    assert even("01ABC  12").cut(0, 1, {"a": (2, 3), "z": (9, 9)}).rows() == [("1A", "2")]


def test_many_lines_are_cut_in_their_order() -> None:
    lines = [f"{n:09}" for n in range(20_000)]
    lines[12_345] = "ÇÃO 12345"
    found = even(*lines).cut(1, 19_999, {"whole": (1, SIZE)})
    assert found["whole"].to_list() == lines[1:]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"012345678",
        b"012345678\n012345678",
        b"012345678\n01234567\n",
        b"012345678\n012345678\r\n",
        b"012345678\r\n0123456789\n",
        b"012345678\n0123\n5678\n",
        b"0123456789\n",
        b"01234567\n",
        b"012345678XY\n",
    ],
)
def test_what_is_not_even_is_told(body: bytes) -> None:
    assert EvenText.of(body, SIZE) is None
