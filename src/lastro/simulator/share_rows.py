"""What the simulated exchange prints on a session: the rows of COTAHIST.

Spot and odd-lot rows come from the path of the market. Rights, forwards, options, exercises and
auctions are drawn around it, from a generator of the session alone, so that a day is the same in
the file of the day, of the month and of the year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lastro.simulator.cotahist_layout import FIELDS
from lastro.simulator.issuers import make_isin
from lastro.simulator.share_options import Desk
from lastro.simulator.share_paths import SUBSCRIPTION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lastro.simulator.shares import ShareMarket
    from lastro.simulator.universe import Ints

    Columns = dict[str, NDArray[np.int64] | NDArray[np.bytes_]]

NEVER_EXPIRES = 99_991_231
_MARKED_SESSIONS = 8
_RIGHT_SESSIONS = 15
_TERMS = (16, 30, 60, 90, 120, 180, 210)
_NO_OFFER = 0.02
_BUSY = 5_000
_MARKS = {
    "DIVIDENDO": "ED",
    "JRS CAP PROPRIO": "EJ",
    "RENDIMENTO": "ER",
    "GRUPAMENTO": "EG",
    "BONIFICACAO": "EB",
    "SUBSCRICAO": "ES",
    "ATUALIZACAO SIMULADA": "EC",
}
_RIGHTS = {"ON": ("1", "ORD", "OR"), "PN": ("2", "PRE", "PR"), "UNT": ("12", "UNT", "M1")}
_BLANK: dict[str, int | bytes] = {
    "PREEXE": 0,
    "INDOPC": 0,
    "DATVEN": NEVER_EXPIRES,
    "FATCOT": 1,
    "PTOEXE": 0,
    "PRAZOT": b"",
}
NAMES = tuple(name for name, _ in FIELDS if name not in {"TIPREG", "MODREF"})


class Printer:
    """Prints sessions of a market.

    Args:
        market: What happened.
        series: Option series of each underlying share a session; 6 is a small market, 40 a real
            one.
    """

    def __init__(self, market: ShareMarket, series: int = 6) -> None:
        self.market = market
        papers, companies = market.roll.securities, market.roll.companies
        self._names = latin([companies[paper.company].trading_name for paper in papers])
        self._isins = latin([paper.isin for paper in papers])
        self._codbdi = latin([paper.codbdi for paper in papers])
        self._factor = np.array([paper.factor for paper in papers])
        self._numbers, self._marks = _traces(market)
        self._desk = Desk(market, series)

    def session(self, number: int) -> Columns:
        """Rows of a session, by its position in the window, columns as in ``FIELDS``."""
        rng = np.random.default_rng([self.market.seed, self.market.days[number].toordinal(), 5])
        spot = np.flatnonzero(self.market.paths.traded[number])
        odd = np.flatnonzero(self.market.paths.odd[number])
        parts = [self._spot(rng, number, spot), self._rights(number), self._odd(rng, number, odd)]
        parts += [self._auction(number, odd), self._forwards(rng, number, odd)]
        for papers, written in self._desk.session(rng, number):
            shared = self._common(number, papers)
            if "NOMRES" in written:
                shared["ESPECI"] = latin(["IBO"] * len(papers))
            parts.append(shared | written)
        return {name: np.concatenate([part[name] for part in parts]) for name in NAMES}

    def especi(self, paper: int, number: int) -> str:
        """Class, mark of a recent event and listing of a paper, at most ten characters."""
        found = self.market.roll.securities[paper]
        listing = self.market.roll.companies[found.company].listing
        mark = _mark(int(self._marks[number, paper]))
        return f"{found.letters:<4}{mark:<3}{listing and ' '}{listing}".rstrip()

    def distribution(self, paper: int, number: int) -> int:
        """Distribution number (``DISMES``) of a paper at a session."""
        return int(self._numbers[number, paper])

    def _common(self, number: int, papers: Ints) -> Columns:
        day = int(self.market.days[number].strftime("%Y%m%d"))
        count = len(papers)
        return {
            **{name: np.full(count, value) for name, value in _BLANK.items()},
            "DATPRE": np.full(count, day),
            "NOMRES": self._names[papers],
            "ESPECI": latin([self.especi(paper, number) for paper in papers.tolist()]),
            "CODISI": self._isins[papers],
            "DISMES": self._numbers[number, papers],
        }

    def _codes(self, number: int, papers: Ints, ending: str = "") -> NDArray[np.bytes_]:
        market = self.market
        return latin([market.ticker_on(paper, number) + ending for paper in papers.tolist()])

    def _spot(self, rng: np.random.Generator, number: int, papers: Ints) -> Columns:
        paths = self.market.paths
        last = paths.close[number, papers]
        quoted = rng.random((2, len(papers))) > _NO_OFFER
        return self._common(number, papers) | {
            "CODBDI": self._codbdi[papers],
            "CODNEG": self._codes(number, papers),
            "TPMERC": np.full(len(papers), 10),
            "PREABE": paths.open[number, papers],
            "PREMAX": paths.high[number, papers],
            "PREMIN": paths.low[number, papers],
            "PREULT": last,
            "PREOFC": np.where(quoted[0], np.maximum(last - 1, 1), 0),
            "PREOFV": np.where(quoted[1], last + 1, 0),
            "TOTNEG": paths.trades[number, papers],
            "FATCOT": self._factor[papers],
            **money(
                paths.turnover[number, papers], paths.quantity[number, papers], self._factor[papers]
            ),
        }

    def _odd(self, rng: np.random.Generator, number: int, papers: Ints) -> Columns:
        paths = self.market.paths
        quantity = paths.odd[number, papers]
        low = np.maximum(paths.low[number, papers] - 1, 1)
        high = paths.high[number, papers] + 1
        last = paths.close[number, papers]
        spread = ((high - low) * rng.uniform(0.3, 0.7, len(papers)) * quantity).astype(np.int64)
        return self._common(number, papers) | {
            "CODBDI": latin(["96"] * len(papers)),
            "CODNEG": self._codes(number, papers, "F"),
            "TPMERC": np.full(len(papers), 20),
            "PREABE": paths.open[number, papers],
            "PREMAX": high,
            "PREMIN": low,
            "PREULT": last,
            "PREOFC": np.maximum(last - 1, 1),
            "PREOFV": last + 1,
            "TOTNEG": np.maximum(quantity // 25, 1),
            **money(low * quantity + spread, quantity, np.ones_like(quantity)),
        }

    def _forwards(self, rng: np.random.Generator, number: int, papers: Ints) -> Columns:
        """Several terms a day of the busier papers; they differ by ``PRAZOT`` alone."""
        busy = papers[self.market.paths.trades[number, papers] > _BUSY]
        terms = rng.integers(0, len(_TERMS) + 1, len(busy))
        papers = np.repeat(busy, terms)
        days = np.array([term for count in terms.tolist() for term in _TERMS[:count]], dtype=int)
        last = self.market.paths.close[number, papers]
        price = np.rint(last * (1 + 0.12 * days / 365)).astype(np.int64)
        quantity = rng.integers(1, 90, len(papers)) * 100
        return self._common(number, papers) | {
            "CODBDI": latin(["62"] * len(papers)),
            "CODNEG": self._codes(number, papers, "T"),
            "TPMERC": np.full(len(papers), 30),
            "PRAZOT": latin([f"{term:03d}" for term in days.tolist()]),
            **flat(price),
            "TOTNEG": np.full(len(papers), 2),
            **money(price * quantity, quantity, np.ones_like(quantity)),
        }

    def _auction(self, number: int, papers: Ints) -> Columns:
        """Now and then one block is sold at auction."""
        papers = papers[:1] if number % 5 == 2 else papers[:0]
        price = self.market.paths.close[number, papers]
        quantity = np.full(len(papers), 15_071)
        return self._common(number, papers) | {
            "CODBDI": latin(["50"] * len(papers)),
            "CODNEG": self._codes(number, papers, "L"),
            "TPMERC": np.full(len(papers), 17),
            **flat(price),
            "TOTNEG": np.full(len(papers), 14),
            **money(price * quantity, quantity, np.ones_like(quantity)),
        }

    def _rights(self, number: int) -> Columns:
        """Rights trade for three weeks from the ex day of their subscription."""
        market = self.market
        issues = [
            event
            for event in market.paths.events
            if event.kind == SUBSCRIPTION and 0 <= number - event.session < _RIGHT_SESSIONS
        ]
        papers = np.array([event.security for event in issues], dtype=np.int64)
        worth = market.paths.mark[number, papers] - [event.price for event in issues]
        price = np.maximum(np.rint(worth * 100), 1).astype(np.int64)
        found = [market.roll.securities[event.security] for event in issues]
        quantity = np.full(len(papers), 40_700)
        ends = [_RIGHTS[paper.letters] for paper in found]
        roots = [paper.isin[2:6] for paper in found]
        isins = [make_isin(root, "D01", end[2]) for root, end in zip(roots, ends, strict=True)]
        codes = [f"{root}{end[0]}" for root, end in zip(roots, ends, strict=True)]
        return self._common(number, papers) | {
            "CODBDI": latin(["10"] * len(papers)),
            "CODNEG": latin(codes),
            "TPMERC": np.full(len(papers), 10),
            "ESPECI": latin([f"DIR {end[1]}" for end in ends]),
            **flat(price),
            "TOTNEG": np.full(len(papers), 122),
            **money(price * quantity, quantity, np.ones_like(quantity)),
            "CODISI": latin(isins),
        }


def money(turnover: Ints, quantity: Ints, factor: Ints) -> Columns:
    """Quantity, volume and the average price that follows from them, cut off at the centavo."""
    return {"QUATOT": quantity, "VOLTOT": turnover, "PREMED": turnover * factor // quantity}


def flat(price: Ints) -> Columns:
    """Prices of a paper that traded at one price, without offers at the end."""
    prices = dict.fromkeys(("PREABE", "PREMAX", "PREMIN", "PREULT"), price)
    return {**prices, "PREOFC": np.zeros_like(price), "PREOFV": np.zeros_like(price)}


def latin(texts: list[str]) -> NDArray[np.bytes_]:
    """Texts as latin-1 bytes of one width."""
    return np.array([text.encode("latin-1") for text in texts], dtype="S12")


def _mark(bits: int) -> str:
    found = [mark for place, mark in enumerate(_MARKS.values()) if bits >> place & 1]
    return "EDJ" if {"ED", "EJ"} <= set(found) else min(found, default="")


def _traces(market: ShareMarket) -> tuple[Ints, Ints]:
    """Distribution numbers and marks of recent events, sessions x papers."""
    numbers = np.zeros(market.paths.mark.shape, dtype=np.int64)
    marks = np.zeros_like(numbers)
    labels = list(_MARKS)
    numbers += 100 + np.arange(len(market.roll.securities)) % 60
    seen: set[tuple[int, int]] = set()
    for event in market.paths.events:
        if (event.session, event.security) not in seen:
            numbers[event.session :, event.security] += 1
            seen.add((event.session, event.security))
        if event.label in labels:
            until = event.session + _MARKED_SESSIONS
            marks[event.session : until, event.security] |= 1 << labels.index(event.label)
    return np.minimum(numbers, 999), marks
