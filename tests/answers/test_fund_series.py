"""One fund over time: bases in common, falls, sums so far, benchmarks over the same months."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from lastro.answers.fund_series import Which, flows, holders, performance, quotas

from .fund_tables import ALPHA, DAYS, KNOWN, MARCH, benchmarks, flow, frame, month, tables


def _navs(values: list[str | None]) -> Any:
    rows = [
        {"cnpj": ALPHA, "subclass_id": "", "ref_date": day, "month": MARCH,
         "quota": Decimal(value) if value else None, "net_worth": Decimal(7), "available_at": KNOWN}
        for day, value in zip(DAYS, values, strict=True)
    ]  # fmt: skip
    return tables(**{"silver.fund_navs": frame(rows)})


def test_growth_begins_on_the_first_day_that_all_share() -> None:
    found = quotas(_navs([None, "2.0", "1.5", "3.0"]), Which(ALPHA))
    assert found.base_date == DAYS[1]
    assert found.fund == [None, 1.0, 0.75, 1.5]
    assert found.cdi == [
        pytest.approx(1.11 / 1.111, abs=1e-8),
        1.0,
        pytest.approx(1.112 / 1.111, abs=1e-8),
        None,
    ]
    assert found.ibov[1] == 1.0
    assert found.drawdown == [None, 0.0, -0.25, 0.0]


def test_a_quota_of_zero_is_not_known() -> None:
    found = quotas(_navs(["0", "2.0", "2.0", "-1"]), Which(ALPHA))
    assert found.quota == [None, 2.0, 2.0, None]


def test_a_net_worth_below_zero_is_a_gap() -> None:
    read = _navs(["1", "1", "1", "1"])
    odd = read("silver.fund_navs").collect()
    odd = odd.with_columns(net_worth=odd["net_worth"].set(odd["ref_date"] == DAYS[1], -7))
    found = quotas(lambda n: odd.lazy() if n == "silver.fund_navs" else read(n), Which(ALPHA))
    assert found.net_worth == [7.0, None, 7.0, 7.0]


def test_days_before_the_common_one_are_multiples_of_it_too() -> None:
    late = benchmarks()
    late = late.filter(late["ref_date"] >= DAYS[2])
    read = _navs(["1.0", "2.0", "4.0", "4.0"])
    found = quotas(lambda n: late.lazy() if n == "gold.benchmarks" else read(n), Which(ALPHA))
    assert found.base_date == DAYS[2]
    assert found.fund == [0.25, 0.5, 1.0, 1.0]
    assert found.ibov[:2] == [None, None]


def test_without_benchmarks_it_stands_alone() -> None:
    read = _navs(["1.0", "2.0", "4.0", "4.0"])
    found = quotas(lambda n: None if n == "gold.benchmarks" else read(n), Which(ALPHA))
    assert (found.base_date, found.fund[-1], set(found.cdi)) == (DAYS[0], 4.0, {None})


def test_flows_sum_from_the_first_day_asked_for() -> None:
    found = flows(tables(), Which(ALPHA, first=DAYS[0], last=DAYS[2]))
    assert found.dates == DAYS[:3]
    assert found.net_flow == [5.0, -10.0, -10.0]
    assert found.cumulative == [5.0, -5.0, -15.0]
    assert flows(tables(), Which(ALPHA)).cumulative[-1] == 975.0


def test_a_gap_in_flows_stays_a_gap_and_the_sum_goes_on() -> None:
    rows = [flow(ALPHA, day, 1, 0) for day in DAYS]
    rows[1] |= {"inflow": None, "net_flow": None}
    found = flows(tables(**{"gold.fund_flows_daily": frame(rows)}), Which(ALPHA))
    assert found.net_flow == [1.0, None, 1.0, 1.0]
    assert found.cumulative == [1.0, 1.0, 2.0, 3.0]


def test_a_subclass_has_series_of_its_own() -> None:
    assert len(holders(tables(), Which(ALPHA, "A1")).dates) == 3
    assert holders(tables(), Which(ALPHA, "NONE")).dates == []
    assert holders(lambda _: None, Which(ALPHA)).dates == []


def test_months_are_beside_benchmarks_from_closing_to_closing() -> None:
    found = performance(tables(), Which(ALPHA))
    assert found.months == [dt.date(2024, 2, 1), MARCH]
    assert found.ibov == [pytest.approx(1.2 / 0.9 - 1), pytest.approx(1.24 / 1.2 - 1)]
    spans = {span.span: span for span in found.spans}
    assert spans["12m"].cdi == pytest.approx(1.112 / 1.01 - 1)
    assert spans["6m"].fund is None
    assert spans["since_start"].cdi is None


def test_a_benchmark_that_has_no_day_in_the_month_is_unknown() -> None:
    april = frame([month(ALPHA, dt.date(2024, 4, 1))])
    found = performance(tables(**{"gold.fund_performance": april}), Which(ALPHA))
    assert found.cdi == [None]
    assert [span.ibov for span in found.spans] == [None] * 6
