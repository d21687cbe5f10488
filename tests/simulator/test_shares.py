from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from lastro.core.calendar import is_b3_session
from lastro.core.errors import NotFoundError, RequestError
from lastro.simulator.indexes import INDEXES
from lastro.simulator.share_paths import CASH, SUBSCRIPTION
from lastro.simulator.shares import ShareMarket

if TYPE_CHECKING:
    from lastro.simulator.share_paths import Event

FIRST, LAST = dt.date(2024, 1, 1), dt.date(2024, 6, 30)


def events_on(market: ShareMarket, session: int, paper: int) -> list[Event]:
    return [e for e in market.paths.events if (e.session, e.security) == (session, paper)]


def test_the_seed_decides_everything(shares: ShareMarket) -> None:
    same = ShareMarket(seed=7, companies=40, first=FIRST, last=LAST)
    other = ShareMarket(seed=8, companies=40, first=FIRST, last=LAST)
    assert same.bars("SIMU4").equals(shares.bars("SIMU4"))
    assert same.dividends("SIMU4") == shares.dividends("SIMU4")
    assert same.index_levels().equals(shares.index_levels())
    assert not other.bars("SIMU4").equals(shares.bars("SIMU4"))


def test_sessions_are_those_of_b3(shares: ShareMarket) -> None:
    days = shares.sessions(dt.date(2024, 3, 25), dt.date(2024, 4, 1))
    assert [day.day for day in days] == [25, 26, 27, 28, 1]  # Good Friday is no session
    assert all(is_b3_session(day) for day in shares.days)
    assert set(shares.bars("SIMU4")["ref_date"]) <= set(shares.days)


def test_bars_hold_together(shares: ShareMarket) -> None:
    for ticker in shares.tickers:
        bars = shares.bars(ticker)
        assert bars.schema == {
            "ref_date": pl.Date, "open": pl.Float64, "high": pl.Float64, "low": pl.Float64,
            "close": pl.Float64, "volume": pl.Int64, "turnover": pl.Float64,
        }  # fmt: skip
        assert bars.filter(
            (pl.col("high") < pl.max_horizontal("open", "close", "low"))
            | (pl.col("low") > pl.min_horizontal("open", "close"))
            | (pl.col("low") <= 0) | (pl.col("volume") <= 0)
            | (pl.col("turnover") > pl.col("high") * pl.col("volume") + 0.01)
            | (pl.col("turnover") < pl.col("low") * pl.col("volume") - 0.01)
        ).is_empty()  # fmt: skip


def test_a_price_is_the_one_before_less_what_left_it_times_the_growth(shares: ShareMarket) -> None:
    """Raw return, payouts and multipliers give back the factor of the model, but for rounding."""
    paths = shares.paths
    for paper, security in enumerate(shares.roll.securities[:40]):
        worth = None
        for session in range(len(shares.days)):
            if worth is not None:
                found = events_on(shares, session, paper)
                worth -= sum(event.value for event in found if event.kind == CASH)
                for event in found:
                    if event.kind == SUBSCRIPTION:
                        part = event.value / 100
                        worth = (worth + part * event.price) / (1 + part)
                    worth /= event.multiplier
                worth *= paths.growth[session, paper]
            quoted = paths.close[session, paper] / 100 / security.factor
            if worth is not None:
                assert quoted == pytest.approx(worth, abs=0.0050001)
            worth = quoted if worth is None else worth


def test_value_goes_on_over_a_split(shares: ShareMarket) -> None:
    """What a holder has just before and just after is the same: quantity up, price down."""
    paths = shares.paths
    found = [event for event in paths.events if event.multiplier != 1.0]
    assert {event.label for event in found} == {"DESDOBRAMENTO", "GRUPAMENTO", "BONIFICACAO"}
    for event in found:
        if len(events_on(shares, event.session, event.security)) > 1:
            continue
        last = paths.mark[event.session - 1, event.security]
        first = paths.before[event.session, event.security]
        assert 100 * last == pytest.approx(100 * event.multiplier * first)
        shares_before, shares_after = shares.outstanding[
            event.session - 1 : event.session + 1, event.security
        ]
        assert shares_after == pytest.approx(shares_before * event.multiplier, abs=1)


def test_splits_and_payouts_are_told_by_ex_date(shares: ShareMarket) -> None:
    ((day, multiplier),) = shares.splits("SIMU4")
    assert multiplier == 2.0
    bars = shares.bars("SIMU4")
    before = bars.filter(pl.col("ref_date") < day)["close"][-1]
    opened = bars.filter(pl.col("ref_date") == day)["open"][0]
    assert 0.45 < opened / before < 0.55
    paid = shares.dividends("SIMU4")
    assert paid == sorted(paid)
    assert all(is_b3_session(ex) and amount > 0 for ex, amount in paid)


def test_two_payouts_of_a_day_are_one(shares: ShareMarket) -> None:
    paper = shares.papers_of(8)[0]
    ticker = shares.roll.securities[paper].ticker
    both = [e for e in shares.paths.events if e.security == paper and e.kind == CASH]
    assert [event.label for event in both[:2]] == ["DIVIDENDO", "JRS CAP PROPRIO"]
    assert shares.dividends(ticker)[0][1] == pytest.approx(both[0].value + both[1].value)


def test_shares_of_an_issuer_are_paid_alike_and_its_units_the_sum(shares: ShareMarket) -> None:
    common, preferred, unit = (
        shares.dividends(shares.roll.securities[paper].ticker) for paper in shares.papers_of(8)
    )
    assert common == preferred
    assert unit[0][1] == pytest.approx(3 * common[0][1])


def test_fates(shares: ShareMarket) -> None:
    codes = [shares.roll.securities[shares.papers_of(place)[0]].ticker for place in range(8)]
    halted, renamed, delisted, fresh = (shares.bars(codes[place]) for place in (4, 5, 6, 7))
    gaps = halted["ref_date"].diff().dt.total_days()
    assert gaps.max() >= 8  # type: ignore[operator]
    assert delisted["ref_date"].max() < dt.date(2024, 6, 1)  # type: ignore[operator]
    assert fresh["ref_date"].min() > dt.date(2024, 2, 1)  # type: ignore[operator]
    earlier = shares.security(codes[5]).earlier
    assert shares.bars(earlier).equals(renamed)
    assert shares.isin(earlier) == shares.isin(codes[5])
    place = shares.place(codes[5])
    named = [shares.ticker_on(place, session) for session in range(len(shares.days))]
    assert named == sorted(named, key=[earlier, codes[5]].index)
    assert set(named) == {earlier, codes[5]}


@pytest.mark.parametrize("name", INDEXES)
def test_a_level_is_quantities_times_prices_over_the_divisor(
    shares: ShareMarket, name: str
) -> None:
    index, paths = shares.index(name), shares.paths
    closes = (index.quantity * paths.mark).sum(axis=1) / index.divisor
    np.testing.assert_allclose(closes, index.level, rtol=1e-12)
    opening = (index.quantity * paths.before).sum(axis=1) / index.divisor
    np.testing.assert_allclose(opening[1:], index.level[:-1], rtol=1e-9)
    assert (index.quantity.astype(bool).sum(axis=1) >= 3).all()
    assert not (index.quantity.astype(bool) & ~paths.alive).any()


def test_an_index_does_not_fall_by_a_payout(shares: ShareMarket) -> None:
    """It is of total return: its quantities and divisor move, not its level."""
    index, paths = shares.index("IFIX"), shares.paths
    session = next(e.session for e in paths.events if e.label == "RENDIMENTO")
    assert index.divisor[session] < index.divisor[session - 1]
    funds = index.quantity[session] > 0
    growth = paths.growth[session, funds]
    assert growth.min() - 0.01 < index.level[session] / index.level[session - 1]
    assert index.level[session] / index.level[session - 1] < growth.max() + 0.01


def test_what_does_not_exist_is_refused(shares: ShareMarket) -> None:
    with pytest.raises(NotFoundError, match="PETR4"):
        shares.bars("PETR4")
    with pytest.raises(RequestError, match="10 companies"):
        ShareMarket(companies=10, first=FIRST, last=LAST)
    with pytest.raises(RequestError, match="1 sessions"):
        ShareMarket(first=dt.date(2024, 1, 1), last=dt.date(2024, 1, 2))


def test_a_week_is_enough() -> None:
    market = ShareMarket(first=dt.date(2024, 1, 8), last=dt.date(2024, 1, 12), companies=20)
    assert len(market.bars("SIMU4")) == 5
    assert len(market.index_levels()) == 5


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_no_price_vanishes_and_no_index_is_empty(seed: int) -> None:
    market = ShareMarket(seed=seed, first=FIRST, last=LAST, companies=30)
    assert (market.paths.mark > 0).all()
    assert (market.paths.before > 0).all()
    assert (market.outstanding > 0).all()
    for name in INDEXES:
        assert (market.index(name).quantity > 0).any(axis=1).all()
