"""B3's calls on indexes: portfolios, who is in which index, and the year of an index's levels.

The portfolio of the day is published before the session: its weights come from the closes of the
session before, cut by the events of the day (so it is in B3's own: the portfolio of 2021-03-26
agrees with the closes of 2021-03-25 to a thousandth).
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import numpy as np

from lastro.simulator.b3_text import as_json, nothing, number, page_of
from lastro.simulator.indexes import CYCLE_MONTHS, INDEXES

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.simulator.b3_text import Asked
    from lastro.simulator.house import Reply
    from lastro.simulator.indexes import Index
    from lastro.simulator.share_rows import Printer
    from lastro.simulator.shares import ShareMarket
    from lastro.simulator.universe import Floats, Ints

_PREVIEW = dt.timedelta(days=30)
_SAME = {"IBOVESPA": "IBOV"}
_TOTAL = "Quantidade Teórica Total"


class IndexCalls:
    """Answers the calls of ``indexProxy`` and ``indexStatisticsProxy``.

    Args:
        market: What happened.
        printer: How papers are marked on a day.
        today: The day it is.
    """

    def __init__(self, market: ShareMarket, printer: Printer, today: Callable[[], dt.date]) -> None:
        self.market = market
        self.printer = printer
        self._today = today
        self.calls: dict[str, Callable[[Asked], Reply]] = {
            "indexProxy/indexCall/GetPortfolioDay": self._day,
            "indexProxy/indexCall/GetTheoricalPortfolio": self._theoretical,
            "indexProxy/indexCall/GetQuartelyPreview": self._preview,
            "indexProxy/indexCall/GetStockIndex": self._members,
            "indexStatisticsProxy/IndexCall/GetPortfolioDay": self._year,
        }

    def _now(self) -> int:
        """Position of the last session up to today; -1 before the first."""
        return bisect_right(self.market.days, self._today()) - 1

    def _index(self, asked: Asked) -> Index | None:
        name = str(asked.get("index", ""))
        name = _SAME.get(name, name)
        return self.market.index(name) if name in INDEXES and self._now() >= 0 else None

    def _day(self, asked: Asked) -> Reply:
        index, now = self._index(asked), self._now()
        if index is None:
            return nothing()
        by_sector = str(asked.get("segment")) == "2"
        weights = _weights(index.quantity[now], self.market.paths.before[now])
        rows = []
        for paper in np.flatnonzero(index.quantity[now]).tolist():
            sector = self.market.roll.companies[self._company(paper)].sector.on_index
            rows.append((sector if by_sector else "", self._code(paper, now), paper))
        rows.sort()
        sums: dict[str, float] = {}
        for sector, _, paper in rows:
            sums[sector] = sums.get(sector, 0.0) + float(weights[paper])
        told = [
            {
                "segment": sector or None,
                **self._named(paper, now),
                "part": number(weights[paper], 3, asked),
                "partAcum": number(sums[sector], 3, asked) if by_sector else None,
                "theoricalQty": number(int(index.quantity[now, paper]), 0, asked),
            }
            for sector, _, paper in rows
        ]
        about, told = page_of(told, asked)
        english = asked.get("language") == "en-us"
        day = self.market.days[now]
        header = {
            "date": f"{day:%m/%d/%y}" if english else f"{day:%d/%m/%y}",
            "text": "Theoretical Quantity Total" if english else _TOTAL,
            "part": number(100, 3, asked),
            "partAcum": number(100, 3, asked) if by_sector else None,
            "textReductor": "Reductor" if english else "Redutor",
            "reductor": number(index.divisor[now], 8, asked),
            "theoricalQty": number(int(index.quantity[now].sum()), 0, asked),
        }
        return as_json({"page": about, "header": header, "results": told})

    def _theoretical(self, asked: Asked) -> Reply:
        index = self._index(asked)
        if index is None:
            return nothing()
        draw = self._draws()[0]
        prices, divisor = self.market.paths.before[draw], float(index.divisor[draw])
        return self._drawn(index.quantity[draw], prices, divisor, draw, asked)

    def _preview(self, asked: Asked) -> Reply:
        """The next portfolio at today's prices, in the month before; earlier, nothing."""
        index, draws, now = self._index(asked), self._draws(), self._now()
        if index is None or len(draws) < 2:
            return nothing()
        quantity = np.where(index.quantity[draws[1]] > 0, self.market.outstanding[now], 0)
        prices = self.market.paths.mark[now]
        divisor = float((quantity * prices).sum() / index.level[now])
        return self._drawn(quantity, prices, divisor, now, asked)

    def _draws(self) -> list[int]:
        """Sessions at which the portfolio of today was drawn, and the next if it is near."""
        days, now = self.market.days, self._now()
        all_draws = [
            place
            for place, day in enumerate(days)
            if place == 0 or (day.month != days[place - 1].month and day.month in CYCLE_MONTHS)
        ]
        last = max((draw for draw in all_draws if draw <= now), default=0)
        near = [d for d in all_draws if d > now and days[d] - self._today() <= _PREVIEW]
        return [last, *near]

    def _drawn(
        self, quantity: Ints, prices: Floats, divisor: float, session: int, asked: Asked
    ) -> Reply:
        weights = _weights(quantity, prices)
        papers = np.flatnonzero(quantity).tolist()
        named = {paper: self._named(paper, session) for paper in papers}
        order = sorted(papers, key=lambda paper: (named[paper]["asset"], named[paper]["cod"]))
        rows = [
            {
                **named[paper],
                "theoricalQty": number(int(quantity[paper]), 0, asked),
                "part": number(weights[paper], 3, asked),
                "cont": order.index(paper) + 1,
            }
            for paper in sorted(papers, key=lambda paper: named[paper]["cod"])
        ]
        about, rows = page_of(rows, asked)
        header = {
            "part": number(100, 3, asked),
            "theoricalQty": number(int(quantity.sum()), 0, asked),
            "reductor": number(divisor, 8, asked),
        }
        return as_json({"page": about, "header": header, "results": rows})

    def _members(self, asked: Asked) -> Reply:
        now = self._now()
        if now < 0:
            return nothing()
        found: dict[int, list[str]] = {}
        for name in sorted(INDEXES):
            for paper in np.flatnonzero(self.market.index(name).quantity[now]).tolist():
                found.setdefault(paper, []).append(name)
        rows = [
            {
                "company": self.market.roll.companies[self._company(paper)].trading_name,
                "spotlight": self._spotlight(paper),
                "code": self._code(paper, now),
                "indexes": ",".join(names),
            }
            for paper, names in found.items()
        ]
        rows.sort(key=lambda row: (row["company"], row["code"]))
        about, told = page_of(rows, asked)
        drawn = self.market.days[now]
        start = (drawn.month - 1) // 4 * 4 + 1
        header = {
            "update": self._today().isoformat(),
            "startMonth": start,
            "endMonth": start + 3,
            "year": drawn.year,
        }
        return as_json({"page": about, "header": header, "results": told})

    def _year(self, asked: Asked) -> Reply:
        """A grid of 31 days and 12 months; a cell without a session is null."""
        index = self._index(asked)
        if index is None:
            return nothing()
        year = int(asked.get("year") or 0)
        levels = {
            (day.month, day.day): round(float(index.level[place]), 2)
            for place, day in enumerate(self.market.days[: self._now() + 1])
            if day.year == year
        }
        months = range(1, 13)

        def told(value: float | None) -> str | None:
            return None if value is None else number(value, 2, asked)

        def limit(pick: Any) -> dict[str, Any]:
            in_month = {m: [v for (month, _), v in levels.items() if month == m] for m in months}
            cells = {f"rateValue{m}": told(pick(in_month[m], default=None)) for m in months}
            return {"day": 0, **cells}

        grid = [
            {"day": day, **{f"rateValue{m}": told(levels.get((m, day))) for m in months}}
            for day in range(1, 32)
        ]
        return as_json({"min": limit(min), "max": limit(max), "results": grid})

    def _company(self, paper: int) -> int:
        return self.market.roll.securities[paper].company

    def _code(self, paper: int, session: int) -> str:
        return self.market.ticker_on(paper, session)

    def _named(self, paper: int, session: int) -> dict[str, str]:
        return {
            "cod": self._code(paper, session),
            "asset": self.market.roll.companies[self._company(paper)].trading_name,
            "type": self.printer.especi(paper, session),
        }

    def _spotlight(self, paper: int) -> str:
        found = self.market.roll.securities[paper]
        return f"{found.letters:<5}{self.market.roll.companies[found.company].listing}".strip()


def _weights(quantity: Ints, prices: Floats) -> Floats:
    percent: Floats = 100 * quantity * prices / (quantity * prices).sum()
    return percent
