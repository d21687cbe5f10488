"""gold.fund_flows_daily: a day against the day reported before, over the end of a month too."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Built = Callable[..., list[dict[str, Any]]]


def _day(day: int, quota: object = 1, **more: object) -> dict[str, object]:
    return {"ref_date": dt.date(2024, 3, day), "quota": quota, "net_worth": 100, "inflow": 0,
            "outflow": 0, "holders": 5, **more}  # fmt: skip


def _closing(month: int, quota: object, **more: object) -> dict[str, object]:
    first = dt.date(2024, month, 1)
    return {"month": first, "last_date": first.replace(day=28), "quota_end": quota,
            "holders_end": 8, **more}  # fmt: skip


def _built(
    built: Built, days: list[dict[str, object]], *closings: dict[str, object]
) -> list[dict[str, Any]]:
    inputs = {"silver.fund_navs": days, "silver.fund_months": closings}
    return built("gold.fund_flows_daily", inputs)


def test_the_first_of_a_month_is_held_against_the_closing_before(built: Built) -> None:
    first, second = _built(built, [_day(1, "1.1"), _day(4, "1.21", holders=4)], _closing(2, "1"))
    assert first["quota_return"] == pytest.approx(0.1)
    assert first["holders_change"] == -3
    assert second["quota_return"] == pytest.approx(0.1)
    assert second["holders_change"] == -1


def test_a_new_fund_has_no_return_on_its_first_day(built: Built) -> None:
    [row] = _built(built, [_day(1, "1.1")])
    assert (row["quota_return"], row["holders_change"]) == (None, None)


def test_a_closing_of_an_older_month_is_not_taken(built: Built) -> None:
    [row] = _built(built, [_day(1, "1.1")], _closing(1, "1"))
    assert row["quota_return"] is None


@pytest.mark.parametrize("quota", [None, 0, "-1"])
def test_no_return_goes_to_or_from_a_flagged_quota(built: Built, quota: object) -> None:
    rows = _built(built, [_day(1, 1), _day(4, quota), _day(5, 2), _day(6, 3)])
    assert [row["quota_return"] for row in rows] == [None, None, None, 0.5]


def test_a_flagged_closing_gives_no_return(built: Built) -> None:
    [row] = _built(built, [_day(1, "1.1")], _closing(2, None))
    assert (row["quota_return"], row["holders_change"]) == (None, -3)


def test_flows_net_and_relative(built: Built) -> None:
    [row] = _built(built, [_day(1, inflow="5.05", outflow="30.10", net_worth=200)])
    assert row["net_flow"] == Decimal("-25.05")
    assert row["flow_ratio"] == pytest.approx(-0.12525)
    assert row["reporting_days"] == 1


def test_an_emptied_fund_keeps_its_flow_without_a_ratio(built: Built) -> None:
    [row] = _built(built, [_day(1, outflow=100, net_worth=0)])
    assert row["net_flow"] == -100
    assert (row["mean_net_worth"], row["flow_ratio"]) == (None, None)


def test_a_subclass_has_its_own_day_before(built: Built) -> None:
    days = [_day(1, 1), _day(4, 2), _day(1, 10, subclass_id="S1"), _day(4, 11, subclass_id="S1")]
    rows = _built(built, days)
    assert [row["quota_return"] for row in rows] == [None, 1, None, pytest.approx(0.1)]
