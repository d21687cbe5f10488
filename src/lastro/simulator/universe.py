"""Who exists in a simulated market: funds, classes, subclasses, their habits and their fates.

Drawn once from the seed. A *class* has one *leaf* (itself) or two to three leaves (its
subclasses); quotas, net worth and flows live on leaves. A *unit* is what may have lines in the
daily report: each class, and each leaf of a class that has subclasses. Days are proleptic ordinals
(``date.toordinal``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lastro.simulator.identities import ROOT_CLASS, ROOT_FUND, complete_cnpjs

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NEVER = dt.date(9999, 12, 31).toordinal()
RESOLUTION_175 = dt.date(2023, 10, 2).toordinal()
_ADAPTATION_PEAK_DAYS = 60
_ADAPTATION_DAYS = 637
_SHARE_ADAPTED_EARLY = 0.7
_SHARE_WITH_SUBCLASSES = 0.07
_SHARE_BORN = 0.09
_SHARE_CLOSED = 0.09
_SHARE_SECOND_CLASS = 0.02
_LETTERS = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


class Style(NamedTuple):
    """An investment style: its share of the market and its daily exposures."""

    classification: str
    anbima: str
    share: float
    carry: float
    equity: float
    dollar: float
    noise: float


STYLES = (
    Style("Renda Fixa", "Renda Fixa Duração Baixa Soberano", 0.30, 1.00, 0.0, 0.0, 0.0001),
    Style("Renda Fixa", "Previdência Renda Fixa Duração Livre", 0.06, 0.98, 0.0, 0.0, 0.0003),
    Style("Multimercado", "Multimercados Livre", 0.36, 0.80, 0.2, 0.05, 0.0025),
    Style("Multimercado", "Previdência Multimercado Livre", 0.08, 0.85, 0.1, 0.0, 0.0015),
    Style("Ações", "Ações Livre", 0.17, 0.00, 1.0, 0.0, 0.0060),
    Style("Cambial", "Cambial", 0.03, 0.10, 0.0, 1.0, 0.0010),
)


@dataclass(frozen=True)
class Classes:
    """One entry a class, ordered by CNPJ; days are ordinals.

    Attributes:
        cnpj: 14 characters without mask.
        alphanumeric: Whether the CNPJ has a letter.
        fund: Position of its fund.
        style: Position in ``STYLES``.
        birth: First day of reports. close: last one, the day of the full redemption.
        adapted: Day it passed to Resolution 175; its subclasses report from then on.
        empty: Day of a full redemption, at the latest ``close``. refill: day money comes back.
        zero_from: First day of a stretch published with quota zero. zero_until: day after it.
        sign: -1 where quota and net worth are published negative, else 1.
        keeps_blank: Whether the class itself goes on reporting beside its subclasses.
        first_leaf: Position of its first leaf. leaves: how many it has, 1 to 3.
    """

    cnpj: pl.Series
    alphanumeric: Flags
    fund: Ints
    style: Ints
    birth: Ints
    close: Ints
    adapted: Ints
    empty: Ints
    refill: Ints
    zero_from: Ints
    zero_until: Ints
    sign: Ints
    keeps_blank: Flags
    first_leaf: Ints
    leaves: Ints

    def __len__(self) -> int:
        return len(self.style)


@dataclass(frozen=True)
class Leaves:
    """One entry a leaf: who it belongs to, where it starts (R$) and how its money moves.

    Attributes:
        owner: Position of its class.
        subclass: ``ID_SUBCLASSE``; blank where the class has no subclasses.
        quota: Quota at the start, R$. worth: net worth at the start, R$. holders: people.
        inflow: Mean daily inflow as a fraction of net worth. outflow: the same for redemptions.
        total_ratio: Portfolio total over net worth.
        fine: Whether the quota uses all twelve decimals and not eight.
    """

    owner: Ints
    subclass: pl.Series
    quota: Floats
    worth: Floats
    holders: Floats
    inflow: Floats
    outflow: Floats
    total_ratio: Floats
    fine: Flags

    def __len__(self) -> int:
        return len(self.owner)


@dataclass(frozen=True)
class Universe:
    """Classes, their leaves and the CNPJ of each fund."""

    classes: Classes
    leaves: Leaves
    fund_cnpj: pl.Series


def draw_universe(seed: int, count: int, days: Ints) -> Universe:
    """Draw the population of a market.

    Args:
        seed: Seed of the market.
        count: Number of classes.
        days: Bank days of the whole window, ordinals, ascending.
    """
    rng = np.random.default_rng([seed, 0])
    classes = _draw_classes(rng, count, days)
    return Universe(classes, _draw_leaves(rng, classes, days), _fund_cnpjs(classes))


def _draw_classes(rng: np.random.Generator, count: int, days: Ints) -> Classes:
    leaves = np.where(rng.random(count) < _SHARE_WITH_SUBCLASSES, rng.integers(2, 4, count), 1)
    birth, close = _lives(rng, count, days)
    adapted = np.where(
        rng.random(count) < _SHARE_ADAPTED_EARLY,
        rng.integers(0, _ADAPTATION_PEAK_DAYS, count),
        rng.integers(0, _ADAPTATION_DAYS, count),
    )
    steady = rng.permutation(np.flatnonzero((leaves == 1) & (birth < days[0]) & (close == NEVER)))
    few = [max(2, round(count * share)) for share in (0.0005, 0.0005, 0.002, 0.002)]
    letters, negative, zero, emptied = np.split(steady, np.cumsum(few))[:4]
    roots, alphanumeric = _roots(rng, count, letters)
    zero_from = _days_of(zero, rng.choice(days, len(zero)), count)
    start = rng.integers(0, max(1, len(days) - 8), len(emptied))
    back = days[np.minimum(start + rng.integers(3, 10, len(emptied)), len(days) - 1)]
    return Classes(
        cnpj=complete_cnpjs(roots),
        alphanumeric=alphanumeric,
        fund=np.cumsum(np.r_[True, rng.random(count - 1) >= _SHARE_SECOND_CLASS]) - 1,
        style=rng.choice(len(STYLES), count, p=[style.share for style in STYLES]),
        birth=birth,
        close=close,
        adapted=np.maximum(RESOLUTION_175 + adapted, birth),
        empty=np.minimum(_days_of(emptied, days[start], count), close),
        refill=_days_of(emptied, back, count),
        zero_from=zero_from,
        zero_until=zero_from + rng.integers(20, 60, count),
        sign=np.where(_marked(negative, count), -1, 1),
        keeps_blank=rng.random(count) < 0.5,
        first_leaf=np.cumsum(leaves) - leaves,
        leaves=leaves,
    )


def _lives(rng: np.random.Generator, count: int, days: Ints) -> tuple[Ints, Ints]:
    born, closed = _SHARE_BORN, _SHARE_BORN + _SHARE_CLOSED
    fate = rng.random(count)
    inside = rng.choice(days, count)
    birth = np.where(fate < born, inside, days[0] - rng.integers(1, 20 * 365, count))
    return birth, np.where((fate >= born) & (fate < closed), inside, NEVER)


def _roots(rng: np.random.Generator, count: int, letters: Ints) -> tuple[list[str], Flags]:
    room = max(3_000_000, count)
    numbers = np.sort(rng.choice(room, count, replace=False)) + ROOT_CLASS
    roots = numbers.astype(str)
    roots[letters] = [
        f"9{letter}{root[2:]}"
        for letter, root in zip(rng.choice(_LETTERS, len(letters)), roots[letters], strict=True)
    ]
    return list(roots), _marked(letters, count)


def _marked(chosen: Ints, count: int) -> Flags:
    marks = np.zeros(count, dtype=np.bool_)
    marks[chosen] = True
    return marks


def _days_of(chosen: Ints, days: Ints, count: int) -> Ints:
    fates = np.full(count, NEVER, dtype=np.int64)
    fates[chosen] = days
    return fates


def _draw_leaves(rng: np.random.Generator, classes: Classes, days: Ints) -> Leaves:
    owner = np.repeat(np.arange(len(classes)), classes.leaves)
    count = len(owner)
    mood = rng.choice(3, count, p=[0.08, 0.86, 0.06])
    moving = classes.sign[owner] > 0
    young = classes.birth[owner] >= days[0]
    return Leaves(
        owner=owner,
        subclass=_subclass_ids(rng, classes.leaves[owner] > 1),
        quota=np.where(young, 1.0, np.round(rng.lognormal(1.2, 1.3, count), 8)),
        worth=np.round(rng.lognormal(17.2, 1.8, count), 2),
        holders=np.ceil(rng.lognormal(2.5, 2.2, count)),
        inflow=np.array([0.0003, 0.001, 0.003])[mood] * moving,
        outflow=np.array([0.003, 0.001, 0.0003])[mood] * moving,
        total_ratio=rng.normal(1.002, 0.004, count),
        fine=rng.random(count) < 0.2,
    )


def _subclass_ids(rng: np.random.Generator, named: Flags) -> pl.Series:
    count = len(named)
    letters = rng.choice(_LETTERS, (count, 5))
    numbers = rng.permutation(count) + 1_747_000_000
    ids = [
        "".join(five) + str(number) if has else ""
        for five, number, has in zip(letters, numbers, named, strict=True)
    ]
    return pl.Series("subclass", ids, dtype=pl.String)


def _fund_cnpjs(classes: Classes) -> pl.Series:
    """A fund of one class shares its CNPJ; a fund of several has its own."""
    funds, first, sizes = np.unique(classes.fund, return_index=True, return_counts=True)
    own = complete_cnpjs([f"{ROOT_FUND + fund}" for fund in funds])
    shared = classes.cnpj.gather(first)
    return pl.select(pl.when(pl.Series(sizes == 1)).then(shared).otherwise(own).alias("cnpj"))[
        "cnpj"
    ]
