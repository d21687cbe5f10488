"""Currencies: today's rates in the usual order, and their past."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from lastro.answers import currencies
from lastro.answers.spans import months_before, span_returns
from lastro.core.errors import NotFoundError

DAYS = [dt.date(2023, 12, 29), dt.date(2024, 2, 28), dt.date(2024, 3, 27), dt.date(2024, 3, 28)]


def _read(empty: bool = False) -> Any:  # noqa: FBT001, FBT002 - of a test alone
    rows = [(code, day, 4.9, price) for code in ("AUD", "USD")
            for day, price in zip(DAYS, (4.0, 4.8, 5.0, 5.1), strict=True)]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["currency", "ref_date", "buy", "sell"], orient="row")
    return lambda name: None if empty or name != currencies.FX else frame.lazy()


def test_the_dollar_comes_first_with_its_spans() -> None:
    found = currencies.currencies(_read())
    assert [one.code for one in found] == ["USD", "AUD"]
    assert found[0].change == pytest.approx(5.1 / 5.0 - 1)
    assert found[0].returns == {
        "1m": pytest.approx(5.1 / 4.8 - 1), "ytd": pytest.approx(5.1 / 4.0 - 1), "12m": None,
    }  # fmt: skip
    assert currencies.currencies(_read(empty=True)) == []


def test_a_window_of_history() -> None:
    found = currencies.history(_read(), "usd", DAYS[2], DAYS[3])
    assert (found.dates, found.sell) == (DAYS[2:], [5.0, 5.1])
    assert found.returns[0] == pytest.approx(5.0 / 4.8 - 1)
    assert found.spans["1d"] == pytest.approx(0.02)


@pytest.mark.parametrize("empty", [True, False])
def test_an_unknown_currency_says_what_to_do(*, empty: bool) -> None:
    with pytest.raises(NotFoundError, match="bcb_fx"):
        currencies.history(_read(empty=empty), "XXX")


def test_a_span_begins_at_most_fifteen_days_early() -> None:
    dates = pl.Series([dt.date(2023, 3, 1), dt.date(2024, 3, 28)])
    assert span_returns(dates, pl.Series([1.0, 2.0]))["12m"] is None
    assert months_before(dt.date(2024, 3, 31), 1) == dt.date(2024, 2, 29)
    assert months_before(dt.date(2024, 3, 31), 12) == dt.date(2023, 3, 31)
