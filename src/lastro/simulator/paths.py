"""How a simulated market moves: a factor model for quotas, and flows that move net worth.

Every day of a leaf satisfies, to the cent, net worth = previous net worth x quota / previous quota
+ inflow - outflow; the figures of a class with subclasses are sums, and its quota is that of the
first. A month starts from the state the month before left, and draws from its own
generator, so that months come out the same whatever the order they are asked in.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from lastro.core.calendar import is_bank_day
from lastro.simulator.universe import STYLES, Floats, Ints, Leaves, Universe

_DAILY_CARRY = 0.11 / 252
_EQUITY = (0.0003, 0.011)
_DOLLAR = (0.0001, 0.008)
_FLOW_DAYS = 0.4
_WORST_DAY = 0.5


@dataclass(frozen=True)
class State:
    """The end of a day, one entry a leaf: quota and net worth in R$, holders in people."""

    quota: Floats
    worth: Floats
    holders: Floats


@dataclass(frozen=True)
class Paths:
    """A month, days x leaves: quota, net worth and flows in R$, holders in people."""

    quota: Floats
    worth: Floats
    inflow: Floats
    outflow: Floats
    holders: Floats


@dataclass(frozen=True)
class _Fates:
    birth: Ints
    empty: Ints
    refill: Ints


def bank_days(month: dt.date) -> Ints:
    """Bank days of a month, as ordinals, ascending."""
    first = month.replace(day=1)
    candidates = (first + dt.timedelta(days=ahead) for ahead in range(31))
    return np.array(
        [day.toordinal() for day in candidates if day.month == first.month and is_bank_day(day)],
        dtype=np.int64,
    )


def opening_state(universe: Universe, first_day: int) -> State:
    """The evening before the first day: funds not yet born have a quota and no money."""
    leaves = universe.leaves
    older = universe.classes.birth[leaves.owner] < first_day
    return State(
        leaves.quota, np.where(older, leaves.worth, 0.0), np.where(older, leaves.holders, 0.0)
    )


def advance(
    universe: Universe, state: State, days: Ints, rng: np.random.Generator
) -> tuple[Paths, State]:
    """Walk one month.

    Args:
        universe: The population.
        state: The evening before the month.
        days: Bank days of the month, ordinals.
        rng: Generator of this month alone.

    Returns:
        The month, and the state it leaves behind.
    """
    leaves = universe.leaves
    owner = leaves.owner
    classes = universe.classes
    fates = _Fates(classes.birth[owner], classes.empty[owner], classes.refill[owner])
    growth = _growth(rng, universe, len(days))
    appetite = _appetite(rng, len(days), len(leaves))
    fear = _appetite(rng, len(days), len(leaves))
    record: list[tuple[Floats, ...]] = []
    for index, day in enumerate(days):
        moves = (growth[index], appetite[index], fear[index])
        state, inflow, outflow = _one_day(leaves, fates, state, int(day), moves)
        record.append((state.quota, state.worth, inflow, outflow, np.rint(state.holders)))
    return Paths(*(np.stack(series) for series in zip(*record, strict=True))), state


def _growth(rng: np.random.Generator, universe: Universe, days: int) -> Floats:
    styles: Floats = np.array([(s.carry, s.equity, s.dollar, s.noise) for s in STYLES])
    exposure = styles[universe.classes.style]
    factors = np.column_stack(
        [np.full(days, _DAILY_CARRY), rng.normal(*_EQUITY, days), rng.normal(*_DOLLAR, days)]
    )
    common = (factors @ exposure[:, :3].T)[:, universe.leaves.owner]
    noise = rng.standard_normal(common.shape) * exposure[universe.leaves.owner, 3]
    growth: Floats = np.maximum(1.0 + common + noise, _WORST_DAY)
    return growth


def _appetite(rng: np.random.Generator, days: int, leaves: int) -> Floats:
    """How many times its mean each flow is, zero on most days."""
    size = rng.standard_exponential((days, leaves)) / _FLOW_DAYS
    return np.where(rng.random((days, leaves)) < _FLOW_DAYS, size, 0.0)


def _one_day(
    leaves: Leaves, fates: _Fates, state: State, day: int, moves: tuple[Floats, Floats, Floats]
) -> tuple[State, Floats, Floats]:
    growth, appetite, fear = moves
    quota = state.quota * np.where(fates.birth < day, growth, 1.0)
    quota = np.maximum(np.where(leaves.fine, np.round(quota, 12), np.round(quota, 8)), 1e-8)
    before = np.round(state.worth * (quota / state.quota), 2)
    opens = (fates.birth == day) | (fates.refill == day)
    empties = fates.empty == day
    inflow = np.round(before * leaves.inflow * appetite, 2)
    outflow = np.minimum(np.round(before * leaves.outflow * fear, 2), before)
    inflow = np.where(opens, leaves.worth, np.where(empties, 0.0, inflow))
    outflow = np.where(empties, before, np.where(opens, 0.0, outflow))
    worth = np.round(before + inflow - outflow, 2)
    change = 1.0 + 0.3 * (inflow - outflow) / np.maximum(before, 1.0)
    holders = np.where(opens, leaves.holders, np.maximum(state.holders * change, 1.0))
    return State(quota, worth, np.where(worth > 0, holders, 0.0)), inflow, outflow
