"""gold.fund_flows_monthly: a month against the closing before it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Built = Callable[..., list[dict[str, Any]]]


def _month(month: int, first: object = 1, end: object = 1, **more: object) -> dict[str, object]:
    return {"month": dt.date(2024, month, 1), "quota_first": first, "quota_end": end,
            "inflow": 0, "outflow": 0, "net_worth_sum": 200, "net_worth_days": 2,
            "holders_end": 5, "flagged_quotas": 0, **more}  # fmt: skip


def _built(built: Built, *months: dict[str, object]) -> list[dict[str, Any]]:
    return built("gold.fund_flows_monthly", {"silver.fund_months": months})


def test_the_return_is_from_closing_to_closing(built: Built) -> None:
    _, row = _built(built, _month(1, 1, 2), _month(2, "2.5", 3, holders_end=4))
    assert row["quota_return"] == pytest.approx(0.5)
    assert row["holders_change"] == -1


def test_a_new_fund_returns_from_its_first_quota(built: Built) -> None:
    [row] = _built(built, _month(1, "1.0", "1.2"))
    assert row["quota_return"] == pytest.approx(0.2)
    assert row["holders_change"] is None


def test_after_a_gap_it_returns_from_the_first_quota(built: Built) -> None:
    _, row = _built(built, _month(1, 1, 2), _month(3, "2.5", 3))
    assert row["quota_return"] == pytest.approx(0.2)
    assert row["holders_change"] is None


def test_the_year_turns(built: Built) -> None:
    december = {**_month(1, 1, 2), "month": dt.date(2023, 12, 1)}
    _, row = _built(built, december, _month(1, 9, 3))
    assert row["quota_return"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    "months",
    [
        (_month(1, 1, None, flagged_quotas=1), _month(2, 1, 2)),  # closing before
        (_month(1, 1, 1), _month(2, 1, None, flagged_quotas=1)),  # closing
        (_month(1, 1, 1), _month(2, 1, 2, flagged_quotas=1)),  # in between
    ],
)
def test_no_return_crosses_a_flagged_quota(built: Built, months: tuple[Any, Any]) -> None:
    assert _built(built, *months)[-1]["quota_return"] is None


def test_flows_net_and_relative_to_the_mean(built: Built) -> None:
    [row] = _built(built, _month(1, inflow="10.10", outflow="30.15", net_worth_sum=401,
                                 net_worth_days=4))  # fmt: skip
    assert row["net_flow"] == Decimal("-20.05")
    assert row["mean_net_worth"] == pytest.approx(100.25)
    assert row["flow_ratio"] == pytest.approx(-0.2)


def test_an_emptied_fund_counts_its_flows(built: Built) -> None:
    [row] = _built(built, _month(1, outflow=100, net_worth_sum=0, net_worth_days=0))
    assert row["net_flow"] == -100
    assert (row["mean_net_worth"], row["flow_ratio"]) == (None, None)


def test_sums_beyond_eighteen_digits_stay_exact(built: Built) -> None:
    big = "9999999999999999999999.99"
    [row] = _built(built, _month(1, inflow="0.01", outflow=big))
    assert row["net_flow"] == Decimal("-9999999999999999999999.98")
