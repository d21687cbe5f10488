"""Indexes of the simulated exchange: their portfolios, divisors and levels.

A portfolio is drawn at the first session of January, May and September from what is listed, with
free-float quantities. Between draws a split moves the quantity, a payout moves the divisor (the
index is one of total return), and ``level = sum(quantity x price) / divisor`` holds every day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lastro.simulator.share_paths import CASH, STOCK

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from lastro.simulator.issuers import Roll
    from lastro.simulator.share_paths import SharePaths
    from lastro.simulator.universe import Flags, Floats, Ints

INDEXES = ("IBOV", "IBXX", "IBXL", "SMLL", "IDIV", "IFIX")
CYCLE_MONTHS = (1, 5, 9)
_OPENING = {
    "IBOV": 120_000.0,
    "IBXX": 50_000.0,
    "IBXL": 20_000.0,
    "SMLL": 2_500.0,
    "IDIV": 7_500.0,
    "IFIX": 3_000.0,
}


@dataclass(frozen=True)
class Index:
    """The whole life of an index.

    Attributes:
        quantity: Theoretical quantities, sessions x papers; 0 where not in the portfolio.
        divisor: One a session.
        level: Closing points, unrounded.
    """

    quantity: Ints
    divisor: Floats
    level: Floats


def make_index(
    name: str, roll: Roll, sessions: Sequence[dt.date], paths: SharePaths, outstanding: Ints
) -> Index:
    """Draw and walk an index.

    Args:
        name: One of ``INDEXES``.
        roll: Who is listed.
        sessions: Days, ascending.
        paths: How prices went.
        outstanding: Free-float shares, sessions x papers.
    """
    draws = [
        place
        for place, day in enumerate(sessions)
        if place == 0 or (day.month != sessions[place - 1].month and day.month in CYCLE_MONTHS)
    ]
    quantity = np.zeros(paths.mark.shape, dtype=np.int64)
    for start, end in zip(draws, [*draws[1:], len(sessions)], strict=True):
        chosen = _chosen(name, roll, paths, outstanding, start)
        quantity[start:end] = np.where(chosen & paths.alive[start:end], outstanding[start:end], 0)
    return _levelled(_OPENING[name], quantity, paths)


def _levelled(opening: float, quantity: Ints, paths: SharePaths) -> Index:
    worth_before = (quantity * paths.before).sum(axis=1)
    worth = (quantity * paths.mark).sum(axis=1)
    moved = np.zeros(len(worth), dtype=np.bool_)
    moved[1:] = (quantity[1:] != quantity[:-1]).any(axis=1)
    for event in paths.events:
        moved[event.session] |= bool(quantity[event.session, event.security])
    divisor, level = np.empty(len(worth)), np.empty(len(worth))
    now, points = round(float(worth_before[0]) / opening, 8), opening
    for session in range(len(worth)):
        if moved[session]:
            now = round(float(worth_before[session]) / points, 8)
        points = float(worth[session]) / now
        divisor[session], level[session] = now, points
    return Index(quantity, divisor, level)


def _chosen(name: str, roll: Roll, paths: SharePaths, outstanding: Ints, session: int) -> Flags:
    kinds = np.array([paper.kind for paper in roll.securities])
    listed: Flags = paths.alive[session] & (paths.before[session] >= 1.0)
    if name == "IFIX":
        funds: Flags = listed & (kinds == "fii")
        return funds
    shares: Flags = listed & np.isin(kinds, ("share", "unit"))
    worth = np.where(shares, outstanding[session] * paths.before[session], 0.0)
    money = np.where(shares, paths.turnover.mean(axis=0), 0.0)
    if name == "IDIV" and session:
        return _largest(np.where(shares, _paid(paths, session), 0.0), 0.5)
    if name == "SMLL":
        return _largest(np.where(_largest(worth, 0.15), 0.0, money), 0.8)
    return _largest(money, {"IBOV": 0.33, "IBXX": 0.42, "IBXL": 0.2, "IDIV": 0.25}[name])


def _largest(values: Floats, share: float) -> Flags:
    """The largest of the values above zero, that share of them."""
    wanted = max(3, round(int((values > 0).sum()) * share))
    marks = np.zeros(len(values), dtype=np.bool_)
    marks[np.argsort(-values, kind="stable")[:wanted]] = True
    return marks & (values > 0)


def _paid(paths: SharePaths, session: int) -> Floats:
    """What each paper paid before a session, as a sum of parts of its price."""
    paid = np.zeros(paths.mark.shape[1])
    for event in paths.events:
        if event.kind == CASH and event.session < session:
            paid[event.security] += event.value / paths.before[event.session, event.security]
    return paid


def outstanding_shares(rng: np.random.Generator, paths: SharePaths) -> Ints:
    """Free-float shares of each session: drawn once, multiplied by each split."""
    opening = 10 ** rng.uniform(8, 9.6, paths.mark.shape[1])
    multiplied = np.ones(paths.mark.shape)
    for event in paths.events:
        if event.kind == STOCK:
            multiplied[event.session :, event.security] *= event.multiplier
    return np.rint(opening * multiplied).astype(np.int64)
