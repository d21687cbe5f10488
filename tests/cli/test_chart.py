"""The chart in the terminal: highest on top, unbroken, as wide as it was given."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lastro.cli.chart import draw

VALUES = st.lists(st.floats(0.01, 1e6), min_size=1, max_size=400)


def test_a_rise_goes_from_the_lower_left_to_the_upper_right() -> None:
    assert draw([1, 2, 3, 4], width=2, height=1) == ["⡠⠊"]


def test_a_flat_line_is_one_row_of_dots() -> None:
    assert draw([5, 5, 5, 5], width=4, height=2) == ["⠀⠀", "⣀⣀"]


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw([], width=9, height=9) == []


@given(VALUES, st.integers(1, 60), st.integers(1, 9))
def test_it_fits_and_touches_top_and_bottom(values: list[float], width: int, height: int) -> None:
    lines = draw(values, width=width, height=height)
    assert len(lines) == height
    assert {len(line) for line in lines} == {(min(len(values), 2 * width) + 1) // 2}
    blank = chr(0x2800)
    assert lines[-1].strip(blank)
    if max(values) > min(values) and len(values) <= 2 * width:
        assert lines[0].strip(blank)
