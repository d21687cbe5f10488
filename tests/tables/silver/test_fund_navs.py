"""silver.fund_navs: what is kept, flagged and set aside."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl
import pytest

from lastro.lake.quality import judge, with_checks
from lastro.tables.silver import fund_navs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Judge = Callable[[Sequence[Mapping[str, object]]], Any]

DAY = dt.date(2024, 1, 31)
GOOD: dict[str, object] = {"ref_date": DAY, "quota": "1.5", "net_worth": 100, "inflow": 1,
                           "outflow": 2, "holders": 3}  # fmt: skip


@pytest.fixture
def judged(bench: Any) -> Judge:
    def _judged(rows: Sequence[Mapping[str, object]]) -> Any:
        typed = nw.from_native(bench.typed("bronze.cvm_funds", rows).lazy())
        checked = with_checks(fund_navs.build(typed), fund_navs.CONTRACT).to_native()
        return judge(checked.collect(), fund_navs.CONTRACT)

    return _judged


def test_a_missing_subclass_is_the_class_itself(judged: Judge) -> None:
    kept = judged([{**GOOD, "subclass_id": None}, {**GOOD, "subclass_id": "S1"}]).rows
    assert kept["subclass_id"].to_list() == ["", "S1"]


def test_odd_values_are_kept_and_said(judged: Judge) -> None:
    rows = [
        {**GOOD, "ref_date": DAY.replace(day=2), "quota": 0},
        {**GOOD, "ref_date": DAY.replace(day=3), "quota": None},
        {**GOOD, "ref_date": DAY.replace(day=4), "quota": "-0.1", "net_worth": "-5"},
        {**GOOD, "ref_date": DAY.replace(day=5), "net_worth": 0},
        GOOD,
    ]
    assert judged(rows).rows["flags"].to_list() == [
        "quota_not_positive",
        "quota_missing",
        "quota_not_positive,net_worth_not_positive",
        "net_worth_not_positive",
        "",
    ]


@pytest.mark.parametrize("day", [dt.date(2023, 12, 31), dt.date(2024, 2, 1), dt.date(2023, 1, 5)])
def test_a_day_of_another_month_is_set_aside(judged: Judge, day: dt.date) -> None:
    found = judged([GOOD, {**GOOD, "ref_date": day, "month": dt.date(2024, 1, 1)}])
    assert found.rows["ref_date"].to_list() == [DAY]
    assert found.rejects["reason"].to_list() == ["date_outside_month"]


def test_of_repeated_days_the_last_line_stands(judged: Judge) -> None:
    found = judged([GOOD, {**GOOD, "outflow": 9}, {**GOOD, "outflow": 9}])
    assert found.rows["outflow"].cast(pl.Int64).to_list() == [9]
    assert found.rejects["reason"].to_list() == ["superseded"]
    assert found.collapsed == 1
