"""A ticker's card, from tables that may or may not be there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from lastro.answers.ticker import ticker_card
from lastro.core.errors import NotFoundError

KNOWN = dt.datetime(2024, 3, 29, 23, tzinfo=dt.UTC)
CLOSES = [
    (dt.date(2022, 12, 30), 5.0), (dt.date(2023, 3, 28), 8.0), (dt.date(2023, 12, 28), 12.0),
    (dt.date(2024, 2, 28), 15.0), (dt.date(2024, 3, 27), 16.0), (dt.date(2024, 3, 28), 20.0),
]  # fmt: skip


def _prices() -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"ticker": "ABCD4", "isin": "BRABCDACNPR1", "ref_date": day, "open": 1.0, "high": 1.0,
             "low": 1.0, "close": close, "quantity": 10, "turnover": 20.0, "split_close": close,
             "total_close": close, "provider": "b3", "available_at": KNOWN}
            for day, close in CLOSES
        ]
    )  # fmt: skip


def _tables(**more: pl.DataFrame) -> Any:
    tables = {"gold.adjusted_prices": _prices(), **more}
    return lambda name: tables[name].lazy() if name in tables else None


def test_spans_begin_at_the_last_close_at_or_before_them() -> None:
    card = ticker_card(_tables(), "abcd4 ")
    assert card.returns == {
        "1d": pytest.approx(20 / 16 - 1), "1m": pytest.approx(20 / 15 - 1),
        "12m": pytest.approx(20 / 8 - 1), "ytd": pytest.approx(20 / 12 - 1),
    }  # fmt: skip
    assert [day for day, _ in card.closes] == [day for day, _ in CLOSES[1:]]
    assert (card.cash, card.weights, card.company) == ([], {}, {})


def test_a_young_paper_has_no_return_over_a_year() -> None:
    card = ticker_card(lambda n: _prices().tail(2).lazy() if "prices" in n else None, "ABCD4")
    assert card.returns["12m"] is None
    assert card.returns["1d"] == pytest.approx(0.25)


def test_no_return_begins_at_a_stale_close() -> None:
    prices = _prices().filter(pl.col("ref_date") != dt.date(2023, 12, 28))
    card = ticker_card(_tables(**{"gold.adjusted_prices": prices}), "ABCD4")
    assert card.returns["ytd"] is None  # the close before is of March
    assert card.returns["12m"] == pytest.approx(20 / 8 - 1)


def test_events_and_weights_are_its_own_and_the_newest() -> None:
    event = {"isin": "BRABCDACNPR1", "label": "DIVIDENDO", "value": 1.0, "payment_date": None,
             "multiplier": None}  # fmt: skip
    days = [dt.date(2020, month, 1) for month in range(1, 10)]
    actions = pl.DataFrame(
        [event | {"kind": "cash", "ex_date": day} for day in days]
        + [event | {"kind": "stock", "ex_date": days[0], "multiplier": 2.0, "isin": "OTHER"}],
        infer_schema_length=None,
    )
    weights = pl.DataFrame(
        {"index_code": ["IBOV", "IBOV", "IDIV"], "portfolio": ["day", "day", "theoretical"],
         "ticker": ["ABCD4"] * 3, "ref_date": [days[1], days[0], days[0]],
         "weight": [2.5, 1.0, 9.0]}
    )  # fmt: skip
    card = ticker_card(
        _tables(**{"silver.corporate_actions": actions, "silver.index_weights": weights}), "ABCD4"
    )
    assert [e["ex_date"] for e in card.cash] == days[:2:-1]
    assert card.splits == []
    assert card.weights == {"IBOV": 2.5}


def test_an_unknown_ticker_says_what_to_do() -> None:
    with pytest.raises(NotFoundError, match="NOPE3"):
        ticker_card(_tables(), "NOPE3")
