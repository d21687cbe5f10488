from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lastro.simulator.universe import NEVER, draw_universe

if TYPE_CHECKING:
    from lastro.simulator.market import SimulatedMarket

DAYS = np.arange(738_000, 738_250)


def test_the_seed_decides_everything() -> None:
    one, same, other = (draw_universe(seed, 500, DAYS) for seed in (1, 1, 2))
    assert one.classes.cnpj.equals(same.classes.cnpj)
    assert (one.leaves.worth == same.leaves.worth).all()
    assert not one.classes.cnpj.equals(other.classes.cnpj)


def test_shares_of_the_population_are_as_told() -> None:
    classes = draw_universe(1, 20_000, DAYS).classes
    assert 0.06 < (classes.leaves > 1).mean() < 0.08
    assert set(classes.leaves.tolist()) == {1, 2, 3}
    assert 0.08 < (classes.birth >= DAYS[0]).mean() < 0.10
    assert 0.08 < (classes.close < NEVER).mean() < 0.10
    assert (classes.adapted >= classes.birth).all()


def test_identities_are_unique_and_of_no_real_company(market: SimulatedMarket) -> None:
    universe = market.universe
    cnpjs = universe.classes.cnpj
    assert cnpjs.n_unique() == len(cnpjs) == market.classes
    assert cnpjs.str.starts_with("9").all()
    named = universe.leaves.subclass.filter(universe.leaves.subclass != "")
    assert named.n_unique() == len(named) > 0


def test_leaves_follow_their_classes() -> None:
    universe = draw_universe(1, 500, DAYS)
    counted = np.bincount(universe.leaves.owner)
    assert (counted == universe.classes.leaves).all()
    first = universe.leaves.owner[universe.classes.first_leaf]
    assert (first == np.arange(500)).all()


def test_a_fund_of_one_class_shares_its_cnpj() -> None:
    universe = draw_universe(1, 3000, DAYS)
    funds, sizes = np.unique(universe.classes.fund, return_counts=True)
    own = ~universe.fund_cnpj.is_in(universe.classes.cnpj.to_list()).to_numpy()
    assert len(funds) == len(universe.fund_cnpj)
    assert (own == (sizes > 1)).all()
    assert own.any()
