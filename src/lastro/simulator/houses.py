"""The other institutions of the simulated market, by the first part of their paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lastro.simulator.b3_house import B3House
from lastro.simulator.bcb_house import BcbHouse
from lastro.simulator.quotes_house import AlphaVantageHouse, BrapiHouse, YahooHouse

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from lastro.simulator.house import House, Reply
    from lastro.simulator.shares import ShareMarket

ADDRESSES = (
    ("LASTRO_CVM__URL", "/dados"),
    ("LASTRO_B3__URL", "/b3/listados"),
    ("LASTRO_B3__HISTORY_URL", "/b3/SerHist"),
    ("LASTRO_B3__REPORTS_URL", "/b3/pesquisapregao"),
    ("LASTRO_BCB__URL", "/bcb/api"),
    ("LASTRO_BCB__OLINDA_URL", "/bcb/olinda"),
    ("LASTRO_YAHOO__URL", "/yahoo"),
    ("LASTRO_BRAPI__URL", "/brapi/api"),
    ("LASTRO_ALPHA_VANTAGE__URL", "/alphavantage"),
)
"""Settings that point the platform at a simulated server, and their paths on it."""


class _Daily:
    """A house that is made for one day, made anew when the day changes."""

    def __init__(self, make: Callable[[dt.date], House], today: Callable[[], dt.date]) -> None:
        self._make = make
        self._today = today
        self._made: tuple[dt.date, House] | None = None

    def answer(self, path: str, query: str) -> Reply:
        """Answer as the house of today does."""
        day, made = self._today(), self._made
        if made is None or made[0] != day:
            made = self._made = (day, self._make(day))
        return made[1].answer(path, query)


def open_houses(shares: ShareMarket, today: Callable[[], dt.date]) -> dict[str, House]:
    """All houses over one exchange.

    Args:
        shares: What happened.
        today: The day it is, asked at each answer.
    """
    return {
        "b3": B3House(shares, today),
        "bcb": BcbHouse(shares.seed, today),
        "yahoo": _Daily(lambda day: YahooHouse(shares, day), today),
        "brapi": _Daily(lambda day: BrapiHouse(shares, day), today),
        "alphavantage": _Daily(lambda day: AlphaVantageHouse(shares, day), today),
    }
