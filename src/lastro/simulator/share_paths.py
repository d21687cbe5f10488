"""How the simulated exchange moves: a factor model for prices, and the events that cut them.

Each session a paper grows by market, sector, issuer and own noise. On an ex day its raw price
first falls by what left it, cash per old share before new shares per old one, and then grows:
``price = (price before - cash) / multiplier x growth``. The path is kept whole, in numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lastro.simulator.issuers import RENAMED

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from lastro.simulator.issuers import Roll
    from lastro.simulator.universe import Flags, Floats, Ints

_MARKET = (0.0002, 0.010)
_SECTOR = 0.006
_ISSUER = {"company": 0.014, "fii": 0.005, "etf": 0.001, "bdr": 0.012, "incentive": 0.02}
_OWN = 0.003
_UNIT = (1, 2)
_DEAR, _CHEAP = 180.0, 2.0

_Marks = tuple["Floats", "Floats"]

CASH, STOCK, SUBSCRIPTION = "cash", "stock", "subscription"


@dataclass(frozen=True)
class Event:
    """Something that happened to a paper, as of its ex day.

    Attributes:
        session: Position of the ex session, the first without the right; 1 or more.
        security: Position of the paper.
        kind: ``cash``, ``stock`` or ``subscription``.
        label: As B3 writes it.
        value: Cash: R$ per old share, gross. Stock: B3's factor. Subscription: percentage.
        price: Subscription: issue price, R$.
        multiplier: New shares per old one; 1 but for splits, reverse splits and bonuses.
    """

    session: int
    security: int
    kind: str
    label: str
    value: float
    price: float = 0.0
    multiplier: float = 1.0


@dataclass(frozen=True)
class SharePaths:
    """The whole path: sessions x papers; prices in centavos as quoted, none where not traded.

    Attributes:
        alive: Whether the paper is listed.
        traded: Whether it traded.
        open: Quoted price. high, low, close: the same.
        mark: Last close in R$, cut by the events since; of every session.
        before: ``mark`` of the session before, cut by this session's events.
        quantity: Shares. trades: number. turnover: centavos.
        odd: Shares traded in the odd-lot book.
        growth: Factor of the model, before rounding.
        events: Everything that happened, in order.
    """

    alive: Flags
    traded: Flags
    open: Ints
    high: Ints
    low: Ints
    close: Ints
    mark: Floats
    before: Floats
    quantity: Ints
    trades: Ints
    turnover: Ints
    odd: Ints
    growth: Floats
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Plan:
    """What is decided before prices move.

    Attributes:
        listed: First session of each paper. delisted: first one without it.
        halts: Pairs of issuer and sessions without trade.
        orders: Issuer, session, label and size of each event.
    """

    listed: Ints
    delisted: Ints
    halts: list[tuple[int, range]]
    orders: list[tuple[int, int, str, float]]


def draw_plan(rng: np.random.Generator, roll: Roll, sessions: Sequence[dt.date]) -> Plan:
    """Decide fates and payouts.

    The first dozen issuers have one fate each, so that every kind of event happens in any window
    of some sessions: 0 split with payouts, 1 reverse split, 2 bonus, 3 subscription, 4 halt,
    5 another name, 6 delisted, 7 listed inside, 8 dividend and JCP on one day, 9 dividend and
    split on one day, 10 an event with a label nobody knows.
    """
    count = len(sessions)
    at = [max(1, min(count - 1, round(count * part))) for part in np.linspace(0.2, 0.8, 13)]
    issuer = np.array([paper.company for paper in roll.securities])
    listed = np.where(issuer == 7, at[3], 0)
    delisted = np.where(issuer == 6, at[9], count)
    orders = [
        (0, at[6], "DESDOBRAMENTO", 100.0),
        (0, at[2], "DIVIDENDO", 0.012),
        (0, at[10], "JRS CAP PROPRIO", 0.008),
        (1, at[5], "GRUPAMENTO", 0.1),
        (2, at[7], "BONIFICACAO", 10.0),
        (3, at[4], "SUBSCRICAO", 20.0),
        (8, at[8], "DIVIDENDO", 0.010),
        (8, at[8], "JRS CAP PROPRIO", 0.015),
        (9, at[5], "DIVIDENDO", 0.020),
        (9, at[5], "DESDOBRAMENTO", 200.0),
        (10, at[6], "ATUALIZACAO SIMULADA", 12.5),
    ]
    orders += _payouts(rng, roll, sessions)
    halts = [(4, range(at[4], min(count, at[4] + 6)))]
    return Plan(listed, delisted, halts, [order for order in orders if order[1] < count])


def _payouts(
    rng: np.random.Generator, roll: Roll, sessions: Sequence[dt.date]
) -> list[tuple[int, int, str, float]]:
    count = len(sessions)
    month_ends = [
        place + 1
        for place in range(count - 1)
        if sessions[place].month != sessions[place + 1].month
    ]
    found = []
    for place, company in enumerate(roll.companies):
        if company.kind == "fii":
            yields = rng.normal(0.008, 0.001, len(month_ends))
            found += [
                (place, end, "RENDIMENTO", float(size))
                for end, size in zip(month_ends, yields, strict=True)
            ]
        elif company.kind in {"company", "bdr"} and not 0 < place <= 10:
            often = rng.poisson(2.5 * count / 250)
            for ex in rng.integers(1, max(2, count), often).tolist():
                label = ("DIVIDENDO", "JRS CAP PROPRIO")[int(rng.random() < 0.5)]
                found.append((place, ex, label, float(rng.gamma(2.0, 0.006))))
    return found


def walk(rng: np.random.Generator, roll: Roll, count: int, plan: Plan) -> SharePaths:
    """Walk the whole window.

    Args:
        rng: Generator of the exchange alone.
        roll: Who is listed.
        count: Number of sessions.
        plan: What is decided already.
    """
    growth = _growth(rng, roll, count)
    prices, before, events = _closes(rng, roll, plan, growth)
    return _Tape(rng, roll, plan, growth, prices[0]).record(prices, before, events)


def _growth(rng: np.random.Generator, roll: Roll, count: int) -> Floats:
    issuer = np.array([paper.company for paper in roll.securities])
    sectors = sorted({company.sector.on_index for company in roll.companies})
    sector = np.array([sectors.index(company.sector.on_index) for company in roll.companies])
    scale = np.array([_ISSUER[company.kind] for company in roll.companies])
    beta = np.array(
        [
            {"company": 1.0, "fii": 0.2, "etf": 1.0}.get(company.kind, 0.4)
            for company in roll.companies
        ]
    ) * rng.uniform(0.6, 1.4, len(roll.companies))
    market = rng.normal(*_MARKET, count)
    fashions = rng.normal(0, _SECTOR, (count, len(sectors)))
    news = rng.standard_t(5, (count, len(roll.companies))) * scale * 0.77
    common = np.outer(market, beta) + fashions[:, sector] * (beta > 0.5) + news
    own = rng.normal(0, _OWN, (count, len(issuer)))
    growth: Floats = np.exp(np.clip(common[:, issuer] + own, -0.35, 0.35))
    return growth


def _closes(
    rng: np.random.Generator, roll: Roll, plan: Plan, growth: Floats
) -> tuple[Floats, Floats, list[Event]]:
    """Unrounded closes, the closes before them cut by the day's events, and the events."""
    members = _members(roll)
    orders: dict[int, list[tuple[int, str, float]]] = {}
    for company, session, label, size in plan.orders:
        orders.setdefault(session, []).append((company, label, size))
    price = _openings(rng, roll, members)
    prices, before, events = np.empty_like(growth), np.empty_like(growth), []
    for session, grown in enumerate(growth):
        todays = orders.get(session, [])
        if session and session % 120 == 0:
            todays = todays + _repairs(price, members, {company for company, _, _ in todays})
        for company, label, size in sorted(todays, key=lambda order: _TURN[_kind(order[1])]):
            main = float(price[members[company][0]])
            for paper in members[company]:
                if not plan.listed[paper] < session < plan.delisted[paper]:
                    continue
                held = sum(_UNIT) if roll.securities[paper].kind == "unit" else 1
                event = _event(session, paper, label, size, float(price[paper]), main, held)
                price[paper] = _cut(price[paper], event)
                events.append(event)
        before[session] = price
        price = price * (grown if session else 1.0)
        prices[session] = price
    return prices, before, events


_TURN = {CASH: 0, SUBSCRIPTION: 1, STOCK: 2}


def _kind(label: str) -> str:
    if label in {"DIVIDENDO", "JRS CAP PROPRIO", "RENDIMENTO"}:
        return CASH
    return SUBSCRIPTION if label == "SUBSCRICAO" else STOCK


def _members(roll: Roll) -> list[list[int]]:
    members: list[list[int]] = [[] for _ in roll.companies]
    for place, paper in enumerate(roll.securities):
        members[paper.company].append(place)
    return members


def _openings(rng: np.random.Generator, roll: Roll, members: list[list[int]]) -> Floats:
    price: Floats = np.exp(rng.uniform(1.6, 4.1, len(roll.securities)))
    for company, papers in zip(roll.companies, members, strict=True):
        if company.kind == "fii":
            price[papers] = rng.uniform(70, 130)
        elif company.kind == "incentive":
            price[papers] = 0.0045
        elif company.kind == "company":
            price[papers] = price[papers[0]] * rng.uniform(0.9, 1.1, len(papers))
    price[members[0]] = 36.0, 33.5
    price[members[1]] = 1.4
    for papers in members:
        if len(papers) == 3:
            price[papers[2]] = price[papers[0]] * _UNIT[0] + price[papers[1]] * _UNIT[1]
    return np.where(price > 1, np.round(price, 2), price)


def _repairs(
    price: Floats, members: list[list[int]], busy: set[int]
) -> list[tuple[int, str, float]]:
    """Splits of what has become dear, reverse splits of what has become cheap."""
    found = []
    for company, papers in enumerate(members):
        level = price[papers[0]]
        if company in busy or company == RENAMED:
            continue
        if level > _DEAR:
            found.append((company, "DESDOBRAMENTO", 300.0))
        elif level < _CHEAP and level > 0.3:
            found.append((company, "GRUPAMENTO", 0.1))
    return found


def _event(
    session: int, paper: int, label: str, size: float, price: float, main: float, held: int
) -> Event:
    """An event of one paper; ``main`` is the price of its issuer's first, ``held`` its shares."""
    kind = _kind(label)
    if kind == CASH:
        return Event(session, paper, kind, label, max(1e-8, round(size * main, 8)) * held)
    if kind == SUBSCRIPTION:
        asked = round(price * 0.85, 2)
        return Event(session, paper, kind, label, size, price=asked)
    multiplier = {
        "DESDOBRAMENTO": 1 + size / 100,
        "BONIFICACAO": 1 + size / 100,
        "GRUPAMENTO": size,
    }.get(label, 1.0)
    return Event(session, paper, kind, label, size, multiplier=multiplier)


def _cut(price: float, event: Event) -> float:
    """The price of a paper without the right."""
    if event.kind == CASH:
        return price - event.value
    if event.kind == SUBSCRIPTION:
        part = event.value / 100
        return (price + part * event.price) / (1 + part)
    return price / event.multiplier


class _Tape:
    """What was printed: quoted prices, quantities and money, out of the unrounded path."""

    def __init__(
        self, rng: np.random.Generator, roll: Roll, plan: Plan, growth: Floats, opening: Floats
    ) -> None:
        self.rng = rng
        self.roll = roll
        self.plan = plan
        self.growth = growth
        self.opening = opening
        papers = roll.securities
        self.factor = np.array([paper.factor for paper in papers])
        self.lot = np.array([paper.lot for paper in papers])
        rank = rng.permutation(len(papers)).astype(float)
        rank[:2] = 1.0, 0.0
        rank[[paper.kind == "unit" for paper in papers]] *= 0.5
        self.liquidity = 9e8 * np.exp(-7.5 * rank / len(papers))

    def record(self, prices: Floats, before: Floats, events: list[Event]) -> SharePaths:
        """Round, and make the rest of the bar around the close."""
        rng, shape = self.rng, prices.shape
        quoted = np.maximum(np.rint(prices * self.factor * 100), 1).astype(np.int64)
        start = before * self.factor * 100 * np.exp(rng.normal(0, 0.004, shape))
        opened = np.maximum(np.rint(start), 1).astype(np.int64)
        reach = np.abs(rng.normal(0, 0.005, (2, *shape)))
        high = np.maximum(opened, quoted)
        high = np.maximum(high, np.rint(high * (1 + reach[0])).astype(np.int64))
        low = np.minimum(opened, quoted)
        low = np.maximum(np.minimum(low, np.rint(low * (1 - reach[1])).astype(np.int64)), 1)
        alive, traded = self._presence(shape)
        money = self.liquidity * np.exp(rng.normal(0, 0.5, shape)) / np.maximum(prices, 1e-6)
        quantity = (money / self.lot).astype(np.int64) * self.lot
        traded = traded & (quantity > 0)
        quantity = np.where(traded, quantity, 0)
        within = rng.uniform(0.25, 0.75, shape)
        spread = np.floor((high - low) * within * quantity / self.factor).astype(np.int64)
        turnover = low * quantity // self.factor + spread
        trades = np.clip(quantity // self.lot // rng.integers(2, 9, shape), 1, 99_999)
        odd = np.where(traded & (self.lot == 100), rng.integers(0, 4000, shape), 0)
        mark, cut = self._marks(np.where(traded, quoted, 0), shape, events)
        return SharePaths(
            alive, traded, opened, high, low, quoted, mark, cut,
            quantity, np.where(traded, trades, 0), turnover, odd, self.growth, tuple(events),
        )  # fmt: skip

    def _presence(self, shape: tuple[int, ...]) -> tuple[Flags, Flags]:
        session = np.arange(shape[0])[:, None]
        alive = (session >= self.plan.listed) & (session < self.plan.delisted)
        chance = np.clip(0.55 + np.log10(self.liquidity / 5e5) / 2.5, 0.3, 1.0)
        traded = alive & (self.rng.random(shape) < chance)
        issuer = np.array([paper.company for paper in self.roll.securities])
        for company, days in self.plan.halts:
            traded[np.ix_(np.array(days), np.flatnonzero(issuer == company))] = False
        return alive, traded

    def _marks(self, quoted: Ints, shape: tuple[int, ...], events: list[Event]) -> _Marks:
        """Last closes in R$ carried over days without trade, and cut by the events of each day."""
        due: dict[int, list[Event]] = {}
        for event in events:
            due.setdefault(event.session, []).append(event)
        mark, cut = np.empty(shape), np.empty(shape)
        last = self.opening.copy()
        for session in range(shape[0]):
            for event in due.get(session, []):
                last[event.security] = _cut(last[event.security], event)
            cut[session] = last
            last = np.where(quoted[session] > 0, quoted[session] / 100 / self.factor, last)
            mark[session] = last
        return mark, cut
