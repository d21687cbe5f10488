"""Options of the simulated exchange: on one share of each company, and on the index.

Codes are the root, a letter for kind and month (calls A to L, puts M to X) and the strike, with a
final E on puts and on exercises, as on B3. A strike belongs to a fixed grid, so that a series
keeps its code from one session to the next.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from lastro.core.calendar import is_b3_session
from lastro.simulator.issuers import make_isin

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lastro.simulator.shares import ShareMarket
    from lastro.simulator.universe import Flags, Floats, Ints

_SPREAD = 0.30
_INDEX_SERIES = 6
_FRIDAY = 4
_GRID = ((500, 10), (2_000, 50), (6_000, 100), (20_000, 500), (10**9, 2_500))
_INDEX_ROOT = "SIBV"
Columns = dict[str, "NDArray[np.int64] | NDArray[np.bytes_]"]
Written = tuple["Ints", Columns]


class Desk:
    """Draws the option rows of a session.

    Args:
        market: What happened.
        series: Series of each underlying share, calls and puts together.
    """

    def __init__(self, market: ShareMarket, series: int) -> None:
        self.market = market
        self.series = series
        money = market.paths.turnover.sum(axis=0)
        best: dict[int, int] = {}
        for place, paper in enumerate(market.roll.securities):
            held = best.get(paper.company)
            if paper.kind == "share" and (held is None or money[place] > money[held]):
                best[paper.company] = place
        self._underlying = np.array(sorted(best.values()))

    def session(self, rng: np.random.Generator, number: int) -> list[Written]:
        """Rows of a session, in parts: the underlying of each row, and its columns."""
        papers = self._underlying[self.market.paths.traded[number, self._underlying]]
        return [
            self._index(rng, number),
            self._shares(rng, number, papers),
            self._exercises(number, papers),
        ]

    def _shares(self, rng: np.random.Generator, number: int, papers: Ints) -> Written:
        today = self.market.days[number]
        near = expiries(today.year, today.month)
        near = tuple(day for day in near if day > today)[:3]
        slot = np.tile(np.arange(self.series), len(papers))
        papers = np.repeat(papers, self.series)
        spot = self.market.paths.close[number, papers]
        put: Flags = slot % 2 == 1
        month = slot // 2 % 3
        ladder = slot // 6
        rung = np.where(ladder % 2 == 1, -(ladder + 1) // 2, ladder // 2) + np.where(put, -1, 1)
        step = _steps(spot)
        strike = np.maximum(np.rint(spot / step).astype(np.int64) + rung, 1) * step
        kept = _firsts(np.column_stack([papers, put, month, strike]))
        papers, spot, month, strike = (v[kept] for v in (papers, spot, month, strike))
        put = put[kept]
        days = np.array([(day - today).days for day in near])[month]
        price = premium(spot, strike, put, days)
        roots = self._roots(number, papers)
        letters = np.array([_letters(day) for day in near])[month, put.astype(int)]
        codes = [
            f"{root}{letter}{cents}{'E' if european else ''}"
            for root, letter, cents, european in zip(
                roots, letters.tolist(), strike.tolist(), put.tolist(), strict=True
            )
        ]
        return papers, {
            "CODNEG": np.array(codes, dtype="S12"),
            "CODBDI": np.where(put, b"82", b"78"),
            "TPMERC": np.where(put, 80, 70),
            "DATVEN": np.array([_number(day) for day in near])[month],
            **_series(rng, price, strike),
        }

    def _exercises(self, number: int, papers: Ints) -> Written:
        """On the day of expiry, one call and one put in the money of each tenth underlying."""
        today = self.market.days[number]
        due = today in expiries(today.year, today.month)
        papers = np.repeat(papers[::10] if due else papers[:0], 2)
        put = np.arange(len(papers)) % 2 == 1
        spot = self.market.paths.close[number, papers]
        step = _steps(spot)
        strike = np.maximum(spot // step + np.where(put, 1, -1), 1) * step
        letter = np.where(put, _letters(today)[1], _letters(today)[0])
        codes = [
            f"{root}{kind}{cents}E"
            for root, kind, cents in zip(
                self._roots(number, papers), letter.tolist(), strike.tolist(), strict=True
            )
        ]
        quantity = np.full(len(papers), 2_000)
        zero = np.zeros_like(strike)
        return papers, {
            "CODNEG": np.array(codes, dtype="S12"),
            "CODBDI": np.where(put, b"42", b"38"),
            "TPMERC": np.where(put, 13, 12),
            "PRAZOT": np.full(len(papers), b"000"),
            "DATVEN": np.full(len(papers), _number(today)),
            **dict.fromkeys(("PREABE", "PREMAX", "PREMIN", "PREULT", "PREMED", "PREEXE"), strike),
            "PREOFC": zero,
            "PREOFV": zero,
            "TOTNEG": zero + 2,
            "QUATOT": quantity,
            "VOLTOT": strike * quantity,
        }

    def _index(self, rng: np.random.Generator, number: int) -> Written:
        today = self.market.days[number]
        expiry = next(day for day in expiries(today.year, today.month) if day > today)
        level = int(self.market.index("IBOV").level[number]) // 1_000
        slot = np.arange(_INDEX_SERIES)
        put = slot % 2 == 1
        thousands = level - 2 + slot
        strike = thousands * 100_000
        spot = np.full(len(slot), round(float(self.market.index("IBOV").level[number]) * 100))
        price = premium(spot, strike, put, np.full(len(slot), (expiry - today).days))
        letter = np.where(put, _letters(expiry)[1], _letters(expiry)[0])
        codes = [
            f"{_INDEX_ROOT}{kind}{points}"
            for kind, points in zip(letter.tolist(), thousands.tolist(), strict=True)
        ]
        return np.zeros(len(slot), dtype=np.int64), {
            "CODNEG": np.array(codes, dtype="S12"),
            "NOMRES": np.full(len(slot), b"SIBVE  FM"),
            "CODBDI": np.where(put, b"75", b"74"),
            "TPMERC": np.where(put, 80, 70),
            "DATVEN": np.full(len(slot), _number(expiry)),
            "PTOEXE": thousands * 1_000_000_000,
            "CODISI": np.full(len(slot), _INDEX_ISIN),
            **_series(rng, price, strike),
        }

    def _roots(self, number: int, papers: Ints) -> list[str]:
        return [self.market.ticker_on(paper, number)[:4] for paper in papers.tolist()]


_INDEX_ISIN = make_isin(_INDEX_ROOT, "IND", "M1").encode()


def premium(spot: Ints, strike: Ints, put: Flags, days: Ints) -> Ints:
    """A plain price of an option in centavos: what it is worth now and what it may become."""
    inner = np.where(put, strike - spot, spot - strike)
    wide = spot * _SPREAD * np.sqrt(np.maximum(days, 1) / 365)
    hope: Floats = 0.4 * wide * np.exp(-np.abs(inner) / wide)
    return np.maximum(np.rint(np.maximum(inner, 0) + hope), 1).astype(np.int64)


@lru_cache(maxsize=512)
def expiries(year: int, month: int) -> tuple[dt.date, ...]:
    """Expiries of a month and of the three after it: the third Friday, or the session before."""
    found = []
    for ahead in range(4):
        number = year * 12 + month - 1 + ahead
        first = dt.date(number // 12, number % 12 + 1, 1)
        day = first + dt.timedelta(days=(_FRIDAY - first.weekday()) % 7 + 14)
        while not is_b3_session(day):
            day -= dt.timedelta(days=1)
        found.append(day)
    return tuple(found)


def _series(rng: np.random.Generator, price: Ints, strike: Ints) -> Columns:
    """Prices, quantities and money of series around a price, all in centavos."""
    count = len(price)
    high = price + rng.integers(0, 1 + price // 20 + 1, count)
    low = np.maximum(price - rng.integers(0, 1 + price // 20 + 1, count), 1)
    quantity = (np.exp(rng.uniform(0, 7, count)).astype(np.int64) + 1) * 100
    turnover = low * quantity + ((high - low) * rng.random(count) * quantity).astype(np.int64)
    asked = rng.random((2, count)) > 0.35
    return {
        "PRAZOT": np.full(count, b"000"),
        "PREABE": price,
        "PREMAX": high,
        "PREMIN": low,
        "PREMED": turnover // quantity,
        "PREULT": price,
        "PREOFC": np.where(asked[0], low, 0),
        "PREOFV": np.where(asked[1], high, 0),
        "TOTNEG": np.clip(quantity // 800, 1, 99_999),
        "QUATOT": quantity,
        "VOLTOT": turnover,
        "PREEXE": strike,
    }


def _steps(spot: Ints) -> Ints:
    """Distance of strikes at a price, in centavos."""
    limits = np.array([limit for limit, _ in _GRID])
    return np.array([step for _, step in _GRID])[np.searchsorted(limits, spot, side="right")]


def _firsts(keys: Ints) -> Ints:
    """Places of the first of equal keys, ascending."""
    return np.sort(np.unique(keys, axis=0, return_index=True)[1])


def _letters(day: dt.date) -> tuple[str, str]:
    """Letters of calls and puts that expire in a day's month."""
    return chr(ord("A") + day.month - 1), chr(ord("M") + day.month - 1)


def _number(day: dt.date) -> int:
    return int(day.strftime("%Y%m%d"))
