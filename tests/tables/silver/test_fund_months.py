"""silver.fund_months: sums, closings and moments of one month, against numbers made by hand."""

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
            "outflow": 0, "holders": 5, "fund_type": "FI", **more}  # fmt: skip


def _one(built: Built, *days: dict[str, object]) -> dict[str, Any]:
    [row] = built("silver.fund_months", {"silver.fund_navs": days})
    return row


def test_flows_add_up_and_closings_are_of_the_last_day(built: Built) -> None:
    row = _one(
        built,
        _day(4, inflow="10.10", outflow=1, net_worth=100, holders=9),
        _day(1, inflow="0.05", outflow=2, net_worth=50, holders=7),
        _day(28, outflow="3.50", net_worth=30, holders=8, fund_type="CLASSES - FIF"),
    )
    assert row["inflow"] == Decimal("10.15")
    assert row["outflow"] == Decimal("6.50")
    assert (row["net_worth_sum"], row["net_worth_days"]) == (180, 3)
    assert (row["net_worth_end"], row["holders_end"]) == (30, 8)
    assert (row["last_date"], row["reporting_days"]) == (dt.date(2024, 3, 28), 3)
    assert row["fund_type"] == "CLASSES - FIF"


def test_an_emptied_fund_counts_its_flows(built: Built) -> None:
    row = _one(built, _day(1, outflow=0), _day(4, quota=0, outflow=100, net_worth=0, holders=0))
    assert row["outflow"] == 100
    assert (row["net_worth_sum"], row["net_worth_days"], row["net_worth_end"]) == (100, 1, 0)
    assert row["holders_end"] == 0


def test_flows_all_blank_are_none(built: Built) -> None:
    row = _one(built, _day(1, inflow=None, outflow=None, net_worth=None))
    assert (row["inflow"], row["outflow"], row["net_worth_sum"]) == (0, 0, 0)
    assert row["net_worth_end"] is None


def test_no_return_crosses_a_flagged_quota(built: Built) -> None:
    row = _one(built, _day(1, "1"), _day(4, "1.1"), _day(5, None), _day(6, "2.2"), _day(7, "1.1"))
    assert row["returns"] == 2  # 1 -> 1.1 and 2.2 -> 1.1; neither to nor from day 5
    assert row["return_sum"] == pytest.approx(0.1 - 0.5)
    assert row["return_squares"] == pytest.approx(0.01 + 0.25)
    assert row["flagged_quotas"] == 1


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [("1", "2", (1, 2)), ("0", "2", (None, 2)), ("1", "-1", (1, None)), (None, None, (None, None))],
)
def test_a_flagged_quota_is_no_closing(
    built: Built, first: str | None, last: str | None, expected: tuple[int | None, int | None]
) -> None:
    row = _one(built, _day(1, first), _day(14, "9"), _day(28, last))
    assert (row["quota_first"], row["quota_end"]) == expected


def test_the_drawdown_is_from_the_highest_quota_before(built: Built) -> None:
    row = _one(built, *(_day(d, q) for d, q in enumerate(["1", "2", "1.5", "1.8", "0.5", "3"], 1)))
    assert row["drawdown"] == pytest.approx(0.5 / 2 - 1)
    assert (row["quota_high"], row["quota_low"]) == (3, 0.5)


def test_a_quota_that_more_than_doubles_is_no_return(built: Built) -> None:
    row = _one(built, _day(1, "1"), _day(4, "2"), _day(5, "4.01"))
    assert (row["returns"], row["return_sum"]) == (1, 1)


def test_a_subclass_is_apart_from_its_class(built: Built) -> None:
    days = [_day(1, "1", inflow=1), _day(1, "5", inflow=7, subclass_id="S1")]
    of_class, of_subclass = built("silver.fund_months", {"silver.fund_navs": days})
    assert (of_class["subclass_id"], of_class["inflow"], of_class["quota_end"]) == ("", 1, 1)
    assert (of_subclass["inflow"], of_subclass["quota_end"]) == (7, 5)


def test_it_is_known_when_its_last_row_is(built: Built) -> None:
    early, late = (dt.datetime(2024, 4, day, 11, tzinfo=dt.UTC) for day in (1, 9))
    row = _one(built, _day(1, available_at=late), _day(4, available_at=early))
    assert row["available_at"] == late
