"""gold.fund_performance: returns, volatility and drawdown over months, built up from days."""

from __future__ import annotations

import datetime as dt
import math
import statistics
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from lastro.core.clock import add_months

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Built = Callable[..., list[dict[str, Any]]]

JANUARY = dt.date(2023, 1, 1)


def _month(index: int, end: object, **more: object) -> dict[str, object]:
    """The ``index``-th month after January 2023, which opens and stays at its closing quota."""
    price = None if end is None else float(str(end))
    return {"month": add_months(JANUARY, index), "quota_first": end, "quota_end": end,
            "quota_high": price, "quota_low": price, "drawdown": None if end is None else 0.0,
            "flagged_quotas": 0, "reporting_days": 20, "returns": 0, "return_sum": 0.0,
            "return_squares": 0.0, **more}  # fmt: skip


def _built(built: Built, months: Sequence[dict[str, object]]) -> list[dict[str, Any]]:
    return built("gold.fund_performance", {"silver.fund_months": months})


def test_returns_are_from_the_closing_so_many_months_before(built: Built) -> None:
    rows = _built(built, [_month(i, 100 + i) for i in range(14)])
    last = rows[-1]  # February 2024, at 113
    assert last["return_1m"] == pytest.approx(113 / 112 - 1)
    assert last["return_3m"] == pytest.approx(113 / 110 - 1)
    assert last["return_6m"] == pytest.approx(113 / 107 - 1)
    assert last["return_12m"] == pytest.approx(113 / 101 - 1)
    assert last["return_ytd"] == pytest.approx(113 / 111 - 1)
    assert last["return_since_start"] == pytest.approx(113 / 100 - 1)
    assert last["months"] == 14
    assert rows[11]["return_ytd"] is None  # December 2022 was not reported
    assert rows[11]["return_12m"] is None


def test_a_base_in_a_gap_gives_no_return(built: Built) -> None:
    last = _built(built, [_month(i, 100 + i) for i in (0, 1, 2, 6)])[-1]
    assert (last["return_1m"], last["return_3m"]) == (None, None)
    assert last["return_6m"] == pytest.approx(0.06)
    assert last["months"] == 4


def test_no_return_crosses_a_flagged_quota(built: Built) -> None:
    months = [_month(i, 100 + i, flagged_quotas=int(i == 3)) for i in range(7)]
    rows = _built(built, months)
    assert [row["return_1m"] is None for row in rows] == [True, False, False, True] + [False] * 3
    assert rows[5]["return_3m"] is None
    assert rows[6]["return_3m"] == pytest.approx(106 / 103 - 1)
    assert rows[6]["return_since_start"] is None


def test_the_drawdown_remembers_the_highest_quota(built: Built) -> None:
    quotas = [10, 20, 15, 12, 18, 25, 24]
    rows = _built(built, [_month(i, quota) for i, quota in enumerate(quotas)])
    expected = [0, 0, -0.25, -0.4, -0.4, -0.4, -0.4]
    assert [row["worst_drawdown"] for row in rows] == pytest.approx(expected)


def test_a_fall_within_the_month_counts(built: Built) -> None:
    rows = _built(built, [_month(0, 10, drawdown=-0.3, quota_low=7.0), _month(1, 10)])
    assert [row["worst_drawdown"] for row in rows] == pytest.approx([-0.3, -0.3])


def test_a_month_without_a_good_quota_does_not_forget_the_high(built: Built) -> None:
    rows = _built(built, [_month(0, 20), _month(1, None, flagged_quotas=20), _month(2, 10)])
    assert [row["worst_drawdown"] for row in rows] == pytest.approx([0, 0, -0.5])


def test_a_fund_without_any_good_quota_has_no_drawdown(built: Built) -> None:
    [row] = _built(built, [_month(0, None, flagged_quotas=20)])
    assert row["worst_drawdown"] is None


def test_volatility_is_that_of_all_daily_returns(built: Built) -> None:
    """Days go through silver.fund_months: the joint between two months is a return too."""
    quotas = [1 + 0.01 * math.sin(step * 1.7) + step / 500 for step in range(60)]
    days = [
        {"ref_date": add_months(JANUARY, step // 20).replace(day=step % 20 + 1),
         "quota": f"{quota:.12f}"}
        for step, quota in enumerate(quotas)
    ]  # fmt: skip
    months = built("silver.fund_months", {"silver.fund_navs": days})
    rows = _built(built, months)
    returns = [b / a - 1 for a, b in pairwise(quotas)]
    for row, end in zip(rows, (20, 40, 60), strict=True):
        known = returns[: end - 1]
        expected = statistics.stdev(known) * math.sqrt(252) if len(known) >= 20 else None
        found = row["volatility_12m"]
        assert found == (expected if expected is None else pytest.approx(expected, rel=1e-9))


def test_volatility_forgets_what_is_older_than_twelve_months(built: Built) -> None:
    def moments(size: float) -> dict[str, object]:
        returns = [size, -size] * 10
        return {"returns": 20, "return_sum": 0.0, "return_squares": sum(r * r for r in returns)}

    wild = _month(0, 1, **moments(0.5))
    rows = _built(built, [wild, *(_month(i, 1, **moments(0.01)) for i in range(1, 13))])
    count = 12 * 20 + 12  # with the joint of each month, a return of zero
    expected = math.sqrt(12 * 20 * 0.01**2 / (count - 1) * 252)
    assert rows[12]["volatility_12m"] == pytest.approx(expected)
    assert rows[11]["volatility_12m"] > 1


def test_a_gap_has_no_joint(built: Built) -> None:
    calm = {"returns": 20, "return_sum": 0.0, "return_squares": 0.0}
    near = _built(built, [_month(0, 10, **calm), _month(1, 15, **calm)])[-1]
    far = _built(built, [_month(0, 10, **calm), _month(2, 15, **calm)])[-1]
    assert near["volatility_12m"] > 1
    assert far["volatility_12m"] == 0


def test_a_subclass_is_apart_from_its_class(built: Built) -> None:
    months = [_month(i, 10 + i) for i in range(2)]
    months += [_month(i, 100 + i, subclass_id="S1") for i in range(2)]
    rows = _built(built, months)
    assert [r["return_1m"] for r in rows] == [None, pytest.approx(0.1), None, pytest.approx(0.01)]
