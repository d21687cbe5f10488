"""A ticker's sheet."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

from lastro.answers.papers import papers
from lastro.answers.screener import MEASURED, screener
from lastro.answers.ticker_sheet import TickerSheet, ticker_sheet
from lastro.core.errors import NotFoundError

from .listed import bars, company, days, market

if TYPE_CHECKING:
    from lastro.answers.papers import Read

SESSIONS = days(dt.date(2024, 1, 2), 63)
END = SESSIONS[-1]


def _read() -> Read:
    prices = pl.concat(
        [
            bars("ABCD3", [(day, 10.0 + i % 7) for i, day in enumerate(SESSIONS)]),
            bars("ABCD4", [(END, 5.0)]),
            bars("OLDE3", [(SESSIONS[0], 4.0), (SESSIONS[9], 6.0)], isin="BRNEWE3"),
            bars("NEWE3", [(END, 6.0)], isin="BRNEWE3"),
        ]
    )
    weights = pl.DataFrame(
        {"index_code": ["IBOV", "IBOV"], "portfolio": ["day"] * 2, "ref_date": [END] * 2,
         "ticker": ["ABCD3", "ABCD4"], "weight": [2.5, 1.0], "month": [END.replace(day=1)] * 2}
    )  # fmt: skip
    companies = pl.DataFrame([company("ABCD3", company_name="ABCD S.A.", cnpj="00000000000191")])
    return market(prices, silver__index_weights=weights, silver__instruments=companies)


def _sheet(ticker: str) -> TickerSheet:
    read = _read()
    return ticker_sheet(read, papers(read), ticker)


def test_its_figures_are_those_of_the_screener() -> None:
    read = _read()
    roster = papers(read)
    row = screener(read, roster).filter(pl.col("ticker") == "ABCD3").row(0, named=True)
    sheet = ticker_sheet(read, roster, "abcd3")
    names = set(MEASURED) | {"from_high", "from_low", "dividend_yield_12m", "idle_sessions"}
    assert {name: getattr(sheet, name) for name in names} == {name: row[name] for name in names}


def test_it_knows_the_company_the_index_and_the_other_papers() -> None:
    sheet = _sheet("ABCD3")
    assert (sheet.company_name, sheet.cnpj, sheet.provider) == ("ABCD S.A.", "00000000000191", "b3")
    assert sheet.weights == {"IBOV": 0.025}
    assert [life.ticker for life in sheet.same_issuer] == ["ABCD4"]
    assert sheet.same_paper == []


def test_a_renamed_ticker_points_to_its_new_name_and_says_since_when_it_is_still() -> None:
    sheet = _sheet("OLDE3")
    assert (sheet.ref_date, sheet.market_date) == (SESSIONS[9], END)
    # 12 and 13 February were carnival: weekdays of the test, but no sessions of B3
    assert sheet.idle_sessions == len(SESSIONS) - 10 - 2 + (dt.date(2024, 3, 29) in SESSIONS) * -1
    assert [life.ticker for life in sheet.same_paper] == ["NEWE3"]
    assert sheet.return_1m is None
    assert sheet.day_return == pytest.approx(0.5)


def test_an_unknown_ticker_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="NOPE3"):
        _sheet("NOPE3")
