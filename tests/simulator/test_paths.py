from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from lastro.simulator.paths import State, advance, bank_days, opening_state
from lastro.simulator.universe import NEVER, Universe, draw_universe

MONTHS = [bank_days(dt.date(2024, month, 1)) for month in (1, 2, 3)]


@pytest.fixture(scope="module")
def universe() -> Universe:
    return draw_universe(5, 600, np.concatenate(MONTHS))


@pytest.fixture(scope="module")
def opening(universe: Universe) -> State:
    return opening_state(universe, int(MONTHS[0][0]))


def test_bank_days_skip_weekends_carnival_and_good_friday() -> None:
    february = [dt.date.fromordinal(int(day)) for day in bank_days(dt.date(2024, 2, 9))]
    assert len(february) == 19
    assert dt.date(2024, 2, 12) not in february
    assert dt.date(2024, 2, 14) in february
    march = bank_days(dt.date(2024, 3, 1)).tolist()
    assert dt.date(2024, 3, 29).toordinal() not in march


def test_net_worth_is_what_it_was_moved_by_quota_and_flows(
    universe: Universe, opening: State
) -> None:
    state = opening
    for days in MONTHS:
        paths, after = advance(universe, state, days, np.random.default_rng(1))
        quota = np.vstack([state.quota, paths.quota])
        worth = np.vstack([state.worth, paths.worth])
        expected = worth[:-1] * quota[1:] / quota[:-1] + paths.inflow - paths.outflow
        np.testing.assert_allclose(worth[1:], expected, rtol=1e-12, atol=0.0101)
        assert (paths.outflow >= 0).all()
        assert (paths.worth >= 0).all()
        state = after


def test_a_closing_fund_pays_everybody_out_and_a_new_one_starts_at_one(
    universe: Universe, opening: State
) -> None:
    classes, owner = universe.classes, universe.leaves.owner
    paths, _ = advance(universe, opening, MONTHS[0], np.random.default_rng(1))
    closing = 0
    for index, day in enumerate(MONTHS[0]):
        leaving = (classes.close[owner] == day) & (classes.birth[owner] < day)
        closing += int(leaving.sum())
        assert (paths.worth[index:, leaving] == 0).all()
        assert (paths.outflow[index, leaving] > 0).all()
        assert (paths.holders[index, leaving] == 0).all()
        born = classes.birth[owner] == day
        assert (paths.quota[index, born] == 1.0).all()
        assert (paths.worth[index, born] == paths.inflow[index, born]).all()
    assert closing > 0


def test_an_emptied_fund_comes_back() -> None:
    universe = draw_universe(5, 5000, MONTHS[0])
    classes, owner = universe.classes, universe.leaves.owner
    emptied = (classes.close == NEVER) & (classes.empty < NEVER) & (classes.refill < NEVER)
    assert emptied.any()
    opening = opening_state(universe, int(MONTHS[0][0]))
    paths, _ = advance(universe, opening, MONTHS[0], np.random.default_rng(1))
    leaf = np.flatnonzero(emptied[owner])[0]
    gone = (MONTHS[0] >= classes.empty[owner[leaf]]) & (MONTHS[0] < classes.refill[owner[leaf]])
    assert gone.any()
    assert ((paths.worth[:, leaf] == 0) == gone).all()


def test_styles_carry_their_risk(universe: Universe, opening: State) -> None:
    paths, _ = advance(universe, opening, MONTHS[0], np.random.default_rng(1))
    spread = np.diff(np.log(paths.quota), axis=0).std(axis=0)
    style = universe.classes.style[universe.leaves.owner]
    old = universe.classes.birth[universe.leaves.owner] < MONTHS[0][0]
    assert spread[old & (style == 4)].mean() > 5 * spread[old & (style == 0)].mean()


def test_some_funds_bleed_and_some_swell(universe: Universe, opening: State) -> None:
    state, net = opening, np.zeros(len(universe.leaves))
    for days in MONTHS:
        paths, state = advance(universe, state, days, np.random.default_rng(2))
        net += (paths.inflow - paths.outflow).sum(axis=0) / np.maximum(paths.worth[0], 1)
    leaves = universe.leaves
    steady = np.isin(universe.classes.empty[leaves.owner], [NEVER]) & (
        universe.classes.birth[leaves.owner] < MONTHS[0][0]
    )
    assert net[steady & (leaves.outflow > 0.002)].mean() < -0.08
    assert net[steady & (leaves.inflow > 0.002)].mean() > 0.08
