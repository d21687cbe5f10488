"""Candles, returns by period, and a ticker beside benchmarks."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from lastro.answers import ticker_history
from lastro.answers.papers import papers
from lastro.core.errors import NotFoundError, RequestError

from .listed import bars, days, market

if TYPE_CHECKING:
    from lastro.answers.papers import Read

SPLIT = dt.date(2024, 3, 1)
BEFORE, EX, AFTER = dt.date(2024, 2, 28), SPLIT, dt.date(2024, 3, 4)


def _split() -> Read:
    """A paper of two for one, and a dividend of a tenth before that."""
    return market(
        bars(
            "ABCD3", [(BEFORE, 40.0), (EX, 20.0), (AFTER, 22.0)],
            split_chain=lambda day: 0.5 if day < SPLIT else 1.0,
            total_chain=lambda day: 0.45 if day < SPLIT else 1.0,
        )
    )  # fmt: skip


def _quotes(read: Read, *asked: Any) -> ticker_history.TickerQuotes:
    return ticker_history.quotes(read, papers(read), "abcd3", *asked)


@pytest.mark.parametrize(
    ("adjusted", "closes", "quantities"),
    [("raw", [40, 20, 22], [100, 100, 100]), ("split", [20, 20, 22], [200, 100, 100]),
     ("total", [18, 20, 22], [200, 100, 100])],
)  # fmt: skip
def test_candles_are_raw_or_adjusted(
    adjusted: str, closes: list[float], quantities: list[float]
) -> None:
    found = _quotes(_split(), None, None, adjusted)
    assert (found.close, found.quantity) == (closes, quantities)
    assert found.high == pytest.approx([1.1 * close for close in closes])
    assert found.turnover == [2e6] * 3  # money is money


def test_a_range_is_cut_and_still_says_when_the_ticker_lived() -> None:
    found = _quotes(_split(), EX, EX)
    assert found.dates == [EX]
    assert (found.first_date, found.last_date) == (BEFORE, AFTER)
    assert _quotes(_split(), dt.date(2030, 1, 1)).dates == []
    assert _quotes(_split(), AFTER, BEFORE).dates == []


def _benchmarks(sessions: list[dt.date], **levels: list[float]) -> pl.DataFrame:
    return pl.concat(
        pl.DataFrame({"benchmark": name, "ref_date": sessions[-len(values):], "level": values})
        for name, values in levels.items()
    )  # fmt: skip


def _returns(read: Read) -> ticker_history.TickerReturns:
    return ticker_history.returns(read, papers(read), "ABCD3")


def test_periods_stand_beside_what_the_benchmarks_did_between_the_same_days() -> None:
    sessions = [dt.date(2023, 12, 28), dt.date(2024, 2, 27), dt.date(2024, 2, 28), AFTER]
    closes = bars("ABCD3", list(zip(sessions, [10.0, 12.0, 16.0, 20.0], strict=True)),
                  total_chain=lambda day: 0.5 if day < AFTER else 1.0)  # fmt: skip
    levels = _benchmarks(sessions, IBOV=[1.0, 1.1, 1.2, 1.5], CDI=[1.0, 1.01, 1.02, 1.03])
    found = _returns(market(closes, gold__benchmarks=levels))
    periods = {period.period: period for period in found.periods}
    day, year = periods["1d"], periods["ytd"]
    assert (day.start, day.end) == (sessions[2], AFTER)
    assert (day.price_return, day.total_return) == pytest.approx((0.25, 1.5))
    assert (day.ibov, day.cdi) == pytest.approx((0.25, 1.03 / 1.02 - 1))
    assert year.start == sessions[0]
    assert year.price_return == pytest.approx(1.0)
    assert periods["max"].total_return == pytest.approx(3.0)
    assert (periods["60m"].start, periods["60m"].total_return, periods["60m"].ibov) == (None,) * 3


def test_years_begin_at_the_last_close_before_them_and_the_first_at_the_first_price() -> None:
    closes = [(dt.date(2022, 6, 1), 8.0), (dt.date(2022, 12, 29), 10.0),
              (dt.date(2023, 12, 28), 15.0), (dt.date(2024, 3, 4), 12.0)]  # fmt: skip
    years = _returns(market(bars("ABCD3", closes))).years
    assert [(year.period, round(year.total_return or 9, 6)) for year in years] == [
        ("2024", -0.2), ("2023", 0.5), ("2022", 0.25),
    ]  # fmt: skip


def test_a_year_after_a_gap_has_no_return() -> None:
    closes = [(dt.date(2021, 6, 1), 8.0), (dt.date(2023, 2, 1), 10.0), (AFTER, 12.0)]
    years = {y.period: y.total_return for y in _returns(market(bars("ABCD3", closes))).years}
    assert years["2023"] is None


def test_volatility_and_the_deepest_fall() -> None:
    closes = [100.0, 110.0, 99.0, 88.0, 95.0, 110.0, 108.0]
    sessions = days(dt.date(2024, 1, 2), len(closes))
    found = _returns(market(bars("ABCD3", list(zip(sessions, closes, strict=True)))))
    fall = found.drawdown
    assert fall is not None
    assert fall.depth == pytest.approx(-0.2)
    assert (fall.peak, fall.bottom, fall.recovered) == (sessions[1], sessions[3], sessions[5])
    assert found.volatility_3m is None  # six returns are no quarter
    many = [(day, 100.0 * 1.02 ** (i % 2)) for i, day in enumerate(days(dt.date(2023, 1, 2), 200))]
    volatility = _returns(market(bars("ABCD3", many))).volatility_12m
    assert volatility == pytest.approx(0.02 * math.sqrt(252), rel=0.02)


def test_what_only_rose_never_fell() -> None:
    closes = [(day, 10.0 + i) for i, day in enumerate(days(dt.date(2024, 1, 2), 5))]
    assert _returns(market(bars("ABCD3", closes))).drawdown is None


def _compare(read: Read, *asked: Any) -> ticker_history.TickerComparison:
    return ticker_history.comparison(read, papers(read), "ABCD3", *asked)


def test_a_comparison_begins_when_all_have_begun_and_says_who_was_late() -> None:
    sessions = days(dt.date(2024, 1, 2), 4)
    prices = pl.concat(
        [bars("ABCD3", list(zip(sessions, [10.0, 20.0, 30.0, 40.0], strict=True))),
         bars("LATE3", [(sessions[1], 5.0), (sessions[3], 10.0)])]
    )  # fmt: skip
    levels = _benchmarks(sessions, IBOV=[1.0, 2.0, 2.0, 3.0], CDI=[1.0, 1.1, 1.2, 1.3])
    found = _compare(market(prices, gold__benchmarks=levels), ["IBOV", "cdi", "late3", "ABCD3"])
    assert (found.shortened_by, found.dates) == ("LATE3", sessions[1:])
    lines = {line.name: line.values for line in found.lines}
    assert lines == {
        "ABCD3": [1.0, 1.5, 2.0],
        "IBOV": [1.0, 1.0, 1.5],
        "CDI": [1.0, pytest.approx(1.2 / 1.1, abs=1e-6), pytest.approx(1.3 / 1.1, abs=1e-6)],
        "LATE3": [1.0, 1.0, 2.0],  # it did not trade on the day between
    }


def test_a_benchmark_that_the_lake_lacks_is_a_line_of_nothing() -> None:
    found = _compare(_split(), ["IBOV"])
    assert found.lines[1] == ticker_history.ComparedLine("IBOV", [None] * 3)
    assert found.shortened_by == ""


def test_a_comparison_refuses_what_it_cannot_draw() -> None:
    with pytest.raises(RequestError, match="too many"):
        _compare(_split(), ["A"] * 7)
    with pytest.raises(NotFoundError, match="NOPE3"):
        _compare(_split(), ["NOPE3"])
