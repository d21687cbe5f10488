"""Who loses money: groups, windows, weeks; a class and its subclasses count once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from lastro.answers.fund_cube import flow_cube
from lastro.answers.funds import fund_list
from lastro.answers.home_funds import home
from lastro.answers.portability import groups, series, signals, summary
from lastro.core.errors import NotFoundError

from .fund_tables import ALPHA, BETA, DAYS, flow, frame, registered, tables


def _both(**more: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    read = tables(**more)
    return flow_cube(read), fund_list(read)


def test_a_class_and_its_subclasses_count_once() -> None:
    found = groups(*_both(), "manager", "30d")
    house = found.groups[0]
    assert (house.name, house.net_flow, house.inflow, house.outflow) == ("CASA SETE", -25, 5, 30)
    assert (found.first, found.last) == (dt.date(2024, 2, 28), DAYS[-1])
    assert (house.classes, house.signals, house.run) == (2, 1, -3)


def test_subclasses_count_on_days_their_class_did_not_report() -> None:
    flows = [flow(ALPHA, DAYS[0], 0, 9, subclass_id="A1"), flow(ALPHA, DAYS[0], 0, 9,
             subclass_id="A2"), flow(ALPHA, DAYS[1], 0, 4),
             flow(ALPHA, DAYS[1], 0, 4, subclass_id="A1")]  # fmt: skip
    cube, funds = _both(**{"gold.fund_flows_daily": frame(flows)})
    assert groups(cube, funds, "manager", "30d").groups[0].net_flow == -22


def test_the_share_is_of_the_mean_net_worth_of_the_days() -> None:
    house = groups(*_both(), "manager", "30d").groups[1]
    assert (house.name, house.net_flow) == ("CASA OITO", 4)
    assert house.net_worth == pytest.approx(500 * 4 / 5)  # five days had reports of anybody
    assert house.ratio == pytest.approx(4 / 400)
    assert [part.name for part in house.parts] == ["Cambial"]


def test_windows_reach_back_as_far_as_they_say() -> None:
    cube, funds = _both()
    assert groups(cube, funds, "manager", "3m").groups[-1].net_flow == 975
    assert groups(cube, funds, "classification", "30d").groups[0].parts == []


def test_a_house_the_registry_does_not_name_is_a_group_of_its_own() -> None:
    cube, funds = _both(
        **{"silver.fund_registry": frame([registered(BETA, "BETA", manager="CASA OITO")])}
    )
    found = {group.name: group for group in groups(cube, funds, "manager", "30d").groups}
    assert found[None].net_flow == -25
    assert found[None].run == -3


def test_an_empty_lake_has_no_groups_and_no_last_day() -> None:
    cube, funds = flow_cube(lambda _: None), fund_list(lambda _: None)
    assert groups(cube, funds, "manager", "30d").groups == []
    assert summary(cube, funds).last is None
    assert series(cube, "manager", [], None).dates == []
    assert home(cube, funds, 3).houses == []


def test_the_summary_names_the_house_that_lost_most() -> None:
    found = summary(*_both())
    assert found.worst
    assert found.worst.name == "CASA SETE"
    assert {s.window: (s.net_flow, s.losing, s.managers) for s in found.sums} == {
        "30d": (-21, 1, 2), "3m": (979, 0, 2), "12m": (979, 0, 2)
    }  # fmt: skip
    assert (found.run, found.strong, found.classes) == (-3, 2, 3)


def test_weeks_end_on_fridays_and_sum_up() -> None:
    cube, _ = _both()
    found = series(cube, "manager", ["CASA SETE", "CASA OITO"], None)
    assert found.dates == [dt.date(2024, 2, 23), dt.date(2024, 3, 1), dt.date(2024, 3, 29)]
    seven, eight = found.lines
    assert (seven.net_flow, seven.cumulative) == ([1000, 0, -25], [1000, 1000, 975])
    assert (eight.net_flow, eight.net_worth) == ([None, None, 4], [None, None, 500])
    everybody = series(cube, "manager", [], DAYS[0]).lines[0]
    assert (everybody.name, everybody.net_flow) == (None, [-21])
    with pytest.raises(NotFoundError, match="'NOBODY'"):
        series(cube, "manager", ["NOBODY"], None)


def test_signals_leave_out_what_is_closed_and_what_is_counted_already() -> None:
    _, funds = _both()
    assert [row.cnpj for row in signals(funds, 0, 9)][:2] == [ALPHA, BETA]
    assert all(not row.within for row in signals(funds, 0, 9))
    shut = funds.with_columns(status=pl.lit("Cancelado"))
    assert signals(shut, 0, 9) == []


def test_home_has_the_greatest_flows_either_way() -> None:
    cube, funds = _both()
    found: Any = home(cube, funds, 5)
    assert [row.cnpj for row in found.inflows] == [BETA]
    assert [row.cnpj for row in found.outflows] == [ALPHA]
    assert [house.name for house in found.houses] == ["CASA SETE"]
    assert found.net_flow == -21
