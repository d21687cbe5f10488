"""Returns: over splits, and beside B3's own change."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .prices import a_split, adjust, earn, listed, on, quoted


def test_b3s_own_change_stands_beside_ours() -> None:
    prices = adjust(quoted((2, "10"), (3, "11"), (4, "11")), listed())
    reports = pl.DataFrame(
        {"ticker": ["OIBR3"] * 2, "ref_date": [on(3), on(4)], "oscillation": ["10.00", "3.00"]}
    ).with_columns(pl.col("oscillation").cast(pl.Decimal(9, 2)))
    found = earn(prices, reports)
    assert found["official_return"].to_list() == [None, pytest.approx(0.1), pytest.approx(0.03)]
    assert found["flags"].to_list() == ["", "", "differs_from_official"]


@given(
    st.lists(st.sampled_from(["0.1", "0.5", "2", "3", "1.05"]), max_size=4),
    st.integers(100, 100_000),
)
def test_splits_alone_never_make_a_return(multipliers: list[str], cents: int) -> None:
    """What is worth the same before and after has not earned anything."""
    worth, closes, events = cents / 100, [], []
    closes.append((1, f"{worth:.8f}"))
    for place, multiplier in enumerate(multipliers):
        worth /= float(multiplier)
        events.append(a_split(3 + 2 * place, multiplier))
        closes.append((3 + 2 * place, f"{worth:.8f}"))
    moved = earn(adjust(quoted(*closes), listed(*events)))
    found = moved["total_return"].drop_nulls().to_list()
    assert found == pytest.approx([0] * len(multipliers), abs=1e-5)
