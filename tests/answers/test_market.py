"""One day of the market."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

from lastro.answers.market import MarketDay, market_day
from lastro.answers.papers import papers
from lastro.core.errors import NotFoundError

from .listed import bars, market, moves, printed

if TYPE_CHECKING:
    from lastro.answers.papers import Read

THU, FRI, MON = dt.date(2024, 3, 7), dt.date(2024, 3, 8), dt.date(2024, 3, 11)


def _read(*more: pl.DataFrame) -> Read:
    prices = pl.concat(
        [
            bars("UPUP3", [(THU, 10.0), (FRI, 11.0)], turnover=8e6),
            bars("DOWN3", [(THU, 10.0), (FRI, 9.0)], turnover=2e6),
            bars("FLAT4", [(THU, 5.0), (FRI, 5.0), (MON, 5.5)], turnover=3e6),
            bars("THIN3", [(THU, 1.0), (FRI, 2.0)], turnover=100.0),
            bars("BORN11", [(FRI, 100.0)], turnover=1e6),
            *more,
        ]
    )
    quotes = pl.DataFrame([printed("BORN11", FRI, bdi_code="12", short_name="FII NOVO")])
    overview = moves(prices, UPUP3="Bancos", DOWN3="Bancos", FLAT4="Energia", THIN3="Energia")
    return market(prices, gold__market_overview=overview, silver__quotes=quotes)


def _day(day: dt.date | None = FRI, liquid: float = 1e6) -> MarketDay:
    read = _read()
    return market_day(read, papers(read), day, liquid)


def test_breadth_counts_every_paper_once() -> None:
    found = _day()
    assert (found.papers, found.up, found.down, found.unchanged, found.first_seen) == (
        5,
        2,
        1,
        1,
        1,
    )
    assert found.turnover == pytest.approx(14_000_100)
    assert found.turnover_usual == pytest.approx(13_000_100)  # of the one session before
    assert (found.breadth.dates, found.breadth.up, found.breadth.down) == (
        [THU, FRI], [0, 2], [0, 1],
    )  # fmt: skip


def test_movers_rose_or_fell_and_were_traded_enough() -> None:
    found = _day()
    assert [mover.ticker for mover in found.gainers] == ["UPUP3"]  # THIN3 doubled on R$ 100
    assert [mover.ticker for mover in found.losers] == ["DOWN3"]
    assert found.gainers[0].sparkline == [10.0, 11.0]
    assert [mover.ticker for mover in _day(liquid=0).gainers] == ["THIN3", "UPUP3"]
    assert [mover.ticker for mover in found.traded][:2] == ["UPUP3", "FLAT4"]


def test_sectors_weigh_by_what_was_traded_and_kinds_stand_in_for_them() -> None:
    groups = {group.group: group for group in _day().groups}
    banks = groups["Bancos"]
    assert (banks.papers, banks.up, banks.down, banks.is_sector) == (2, 1, 1, True)
    assert banks.mean_return == pytest.approx(0.0)
    assert banks.weighted_return == pytest.approx((0.1 * 8 - 0.1 * 2) / 10)
    assert not groups["fii"].is_sector
    assert groups["fii"].weighted_return is None
    assert _day().tiles[0].ticker == "UPUP3"


@pytest.mark.parametrize(
    ("day", "why", "session"),
    [
        (None, None, MON),
        (FRI, None, FRI),
        (dt.date(2024, 3, 10), "weekend", FRI),
        (dt.date(2024, 3, 29), "holiday", MON),
        (dt.date(2024, 3, 12), "not_in_lake", MON),
        (dt.date(2031, 1, 6), "not_in_lake", MON),
    ],
)
def test_a_day_without_a_session_gives_the_one_before_and_says_why(
    day: dt.date | None, why: str | None, session: dt.date
) -> None:
    found = _day(day)
    assert (found.asked, found.why_not, found.ref_date) == (day, why, session)


def test_neighbours_are_the_sessions_of_the_lake() -> None:
    assert (_day().before, _day().after) == (THU, MON)
    assert (_day(THU).before, _day(MON).after) == (None, None)


def test_before_the_first_session_there_is_nothing() -> None:
    with pytest.raises(NotFoundError, match="2024-03-07"):
        _day(dt.date(2020, 1, 2))
    read = market(bars("ABCD3", [(THU, 1.0)]))
    with pytest.raises(NotFoundError, match="lastro build"):
        market_day(read, papers(read))
