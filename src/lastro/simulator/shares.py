"""The simulated share market: one consistent exchange that files, portfolios and quotes come from.

Everything follows from the seed, the window and the number of companies. The whole path is kept:
ten years of 120 companies are some 2,500 sessions x 250 papers.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lastro.core.calendar import is_b3_session
from lastro.core.errors import NotFoundError, RequestError
from lastro.simulator.indexes import Index, make_index, outstanding_shares
from lastro.simulator.issuers import MOST_COMPANIES, Company, Security, enroll
from lastro.simulator.share_paths import CASH, draw_plan, walk

if TYPE_CHECKING:
    import datetime as dt

_FEWEST_COMPANIES = 20
_FEWEST_SESSIONS = 5


class ShareMarket:
    """An exchange that never existed.

    Args:
        seed: Everything follows from it; 0 or more.
        first: First day of the window.
        last: Last day of the window.
        companies: How many, 20 to 450; funds, ETFs and receipts come on top.

    Raises:
        RequestError: An argument is out of its range, or the window has too few sessions.
    """

    def __init__(
        self, *, seed: int = 42, first: dt.date, last: dt.date, companies: int = 120
    ) -> None:
        days = [
            day
            for day in map(first.fromordinal, range(first.toordinal(), last.toordinal() + 1))
            if is_b3_session(day)
        ]
        if not _FEWEST_COMPANIES <= companies <= MOST_COMPANIES or len(days) < _FEWEST_SESSIONS:
            raise RequestError(
                "A simulated exchange cannot have {companies} companies over {sessions} sessions.",
                hint="Choose 20 to 450 companies and a window of at least a week.",
                companies=companies,
                sessions=len(days),
            )
        self.seed = seed
        self.days = tuple(days)
        self.roll = enroll(companies)
        rng = np.random.default_rng([seed, 77])
        self.plan = draw_plan(rng, self.roll, days)
        self.paths = walk(rng, self.roll, len(days), self.plan)
        self.outstanding = outstanding_shares(rng, self.paths)
        self.renamed_at = round(len(days) * 0.55)
        self._indexes: dict[str, Index] = {}

    @property
    def tickers(self) -> list[str]:
        """Codes of all papers, as they are at the end of the window; the main one is SIMU4."""
        return [paper.ticker for paper in self.roll.securities]

    def sessions(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """Sessions of the window from ``first`` to ``last``, both included."""
        return [day for day in self.days if first <= day <= last]

    def bars(self, ticker: str) -> pl.DataFrame:
        """Every session on which a paper traded, under this code or another.

        Returns:
            ``ref_date`` Date; ``open``, ``high``, ``low``, ``close`` Float64, R$ per share, raw;
            ``volume`` Int64, shares of the round-lot book; ``turnover`` Float64, R$.

        Raises:
            NotFoundError: There is no such paper.
        """
        place, paths = self.place(ticker), self.paths
        kept = paths.traded[:, place]
        unit = 100.0 * self.roll.securities[place].factor
        prices = {"open": paths.open, "high": paths.high, "low": paths.low, "close": paths.close}
        return pl.DataFrame(
            {
                "ref_date": pl.Series(self.days, dtype=pl.Date).filter(pl.Series(kept)),
                **{name: values[kept, place] / unit for name, values in prices.items()},
                "volume": paths.quantity[kept, place],
                "turnover": paths.turnover[kept, place] / 100,
            }
        )

    def splits(self, ticker: str) -> list[tuple[dt.date, float]]:
        """Splits, reverse splits and bonuses: ex date and new shares per old one, ascending."""
        place = self.place(ticker)
        return [
            (self.days[event.session], event.multiplier)
            for event in self.paths.events
            if event.security == place and event.multiplier != 1.0
        ]

    def dividends(self, ticker: str) -> list[tuple[dt.date, float]]:
        """Payouts: ex date and gross R$ per (old) share, one a day, ascending."""
        place = self.place(ticker)
        paid: dict[dt.date, float] = {}
        for event in self.paths.events:
            if event.security == place and event.kind == CASH:
                day = self.days[event.session]
                paid[day] = round(paid.get(day, 0.0) + event.value, 8)
        return list(paid.items())

    def index_levels(self, name: str = "IBOV") -> pl.DataFrame:
        """Closing points of an index, of total return: ``ref_date`` Date, ``level`` Float64."""
        levels = np.round(self.index(name).level, 2)
        return pl.DataFrame({"ref_date": pl.Series(self.days, dtype=pl.Date), "level": levels})

    def index(self, name: str) -> Index:
        """An index, made once."""
        if name not in self._indexes:
            self._indexes[name] = make_index(
                name, self.roll, self.days, self.paths, self.outstanding
            )
        return self._indexes[name]

    def isin(self, ticker: str) -> str:
        """ISIN of a paper."""
        return self.security(ticker).isin

    def company(self, ticker: str) -> Company:
        """Issuer of a paper."""
        return self.roll.companies[self.security(ticker).company]

    def security(self, ticker: str) -> Security:
        """A paper by its code, past or present."""
        return self.roll.securities[self.place(ticker)]

    def ticker_on(self, place: int, session: int) -> str:
        """Code of a paper at a session, both by position."""
        paper = self.roll.securities[place]
        return paper.earlier if paper.earlier and session < self.renamed_at else paper.ticker

    def place(self, ticker: str) -> int:
        """Position of a paper.

        Raises:
            NotFoundError: There is no such paper.
        """
        place = self._places.get(ticker)
        if place is None:
            raise NotFoundError(
                "The simulated exchange lists no {ticker}.",
                hint="Its main share is SIMU4.",
                ticker=ticker,
            )
        return place

    def papers_of(self, company: int) -> tuple[int, ...]:
        """Positions of an issuer's papers, by its position."""
        return self._papers[company]

    @cached_property
    def _papers(self) -> list[tuple[int, ...]]:
        held: list[list[int]] = [[] for _ in self.roll.companies]
        for place, paper in enumerate(self.roll.securities):
            held[paper.company].append(place)
        return [tuple(papers) for papers in held]

    @cached_property
    def _places(self) -> dict[str, int]:
        papers = list(enumerate(self.roll.securities))
        old = {paper.earlier: place for place, paper in papers if paper.earlier}
        return old | {paper.ticker: place for place, paper in papers}
