"""What happened to a ticker, and where it weighs."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from lastro.answers import ticker_events
from lastro.answers.papers import papers

from .listed import KNOWN, bars, market

if TYPE_CHECKING:
    from lastro.answers.papers import Read

D1, D2, D3 = dt.date(2024, 1, 31), dt.date(2024, 2, 29), dt.date(2024, 3, 28)
PRICES = bars("ABCD3", [(D1, 10.0), (D3, 12.0)])
_BLANK = dict.fromkeys(
    ("value", "multiplier", "price_prior", "subscription_percent", "subscription_price",
     "subscription_date", "approved_on", "payment_date", "related_to")
)  # fmt: skip


def _event(kind: str, label: str, last_with: dt.date, **more: Any) -> dict[str, Any]:
    return _BLANK | {"isin": "BRABCD3", "kind": kind, "label": label, "ref_date": last_with,
                     "ex_date": last_with + dt.timedelta(days=1), "flags": "",
                     "available_at": KNOWN} | more  # fmt: skip


def _actions(**tables: pl.DataFrame) -> ticker_events.TickerActions:
    read: Read = market(PRICES, **tables)
    return ticker_events.actions(read, papers(read), "abcd3")


def _frame(*events: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(events, infer_schema_length=None, schema_overrides={
        "value": pl.Decimal(28, 14), "multiplier": pl.Decimal(28, 13),
        "price_prior": pl.Decimal(20, 8), "subscription_percent": pl.Float64,
        "subscription_price": pl.Float64})  # fmt: skip


def test_events_are_of_its_paper_the_newest_first_with_their_yield() -> None:
    found = _actions(
        silver__corporate_actions=_frame(
            _event("cash", "DIVIDENDO", D1, value=0.5, price_prior=10),
            _event("stock", "DESDOBRAMENTO", D2, multiplier=2),
            _event("cash", "DIVIDENDO", D3, value=9, isin="BROTHER"),
        )
    ).actions
    assert [(event.label, event.ex_date) for event in found] == [
        ("DESDOBRAMENTO", dt.date(2024, 3, 1)), ("DIVIDENDO", dt.date(2024, 2, 1)),
    ]  # fmt: skip
    assert found[0].multiplier == 2.0
    assert found[1].value == 0.5
    assert found[1].cash_yield == pytest.approx(0.05)


def test_where_b3_names_no_price_the_yield_is_of_our_own() -> None:
    factors = pl.DataFrame(
        {"isin": ["BRABCD3"], "kind": ["cash"], "ex_date": [D1 + dt.timedelta(days=1)],
         "value": [0.5], "split_chain": [0.5], "price_prior": [20.0]}
    )  # fmt: skip
    events = _frame(_event("cash", "JRS CAP PROPRIO", D1, value=0.5))
    found = _actions(silver__corporate_actions=events, gold__adjustment_factors=factors)
    assert found.actions[0].cash_yield == pytest.approx(0.025)
    assert found.paid_by_year == [ticker_events.PaidInYear(2024, 0.25, 1)]  # in shares of today


def test_a_paper_without_events_has_none() -> None:
    found = _actions()
    assert (found.actions, found.paid_by_year, found.restated) == ([], [], [])


def test_restatements_are_of_its_prices_and_actions() -> None:
    change = {"month": "2024-01-01", "kind": "restated", "column": "close", "before": "9",
              "after": "10", "file": "f", "seen_at": KNOWN}  # fmt: skip
    table = pl.DataFrame(
        [
            change | {"table": "silver.quotes", "key": "ABCD3 | 02 | 010 |  | 2024-01-31"},
            change | {"table": "silver.quotes", "key": "XABCD3 | 02 | 010 |  | 2024-01-31"},
            change | {"table": "silver.provider_quotes", "key": "yahoo | ABCD3 | 2024-01-30"},
            change | {"table": "silver.corporate_actions", "key": "BRABCD3 | 2024-01-31 | X"},
            change | {"table": "silver.instruments", "key": "ABCD | 1 | ABCD3"},
        ]
    )
    found = _actions(ops__restatements=table).restated
    assert {(change.table, change.ref_date) for change in found} == {
        ("silver.quotes", D1), ("silver.provider_quotes", dt.date(2024, 1, 30)),
        ("silver.corporate_actions", D1),
    }  # fmt: skip
    assert (found[0].before, found[0].after) == ("9", "10")


def _weights(*rows: tuple[str, str, dt.date, str, float]) -> pl.DataFrame:
    columns = ["index_code", "portfolio", "ref_date", "ticker", "weight"]
    return pl.DataFrame(rows, schema=columns, orient="row").with_columns(
        theoretical_quantity=pl.lit(7), month=pl.col("ref_date").dt.truncate("1mo")
    )


def test_places_in_indexes_say_who_left() -> None:
    read = market(
        PRICES,
        silver__index_weights=_weights(
            ("IBOV", "day", D1, "ABCD3", 1.0), ("IBOV", "day", D3, "ABCD3", 2.0),
            ("IDIV", "day", D1, "ABCD3", 9.0), ("IDIV", "day", D3, "OTHER3", 9.0),
            ("SMLL", "theoretical", D3, "ABCD3", 3.0), ("IBOV", "theoretical", D3, "ABCD3", 8.0),
            ("IBXX", "preview", D3, "ABCD3", 8.0),
        ),
    )  # fmt: skip
    found = ticker_events.indexes(read, papers(read), "ABCD3")
    assert [(p.index_code, p.portfolio, p.is_in, p.weight) for p in found] == [
        ("SMLL", "theoretical", True, 0.03), ("IBOV", "day", True, 0.02),
        ("IDIV", "day", False, 0.09),
    ]  # fmt: skip
    assert (found[1].dates, found[1].weights, found[1].quantity) == ([D1, D3], [0.01, 0.02], 7)


def test_without_portfolios_there_are_no_places() -> None:
    read = market(PRICES)
    assert ticker_events.indexes(read, papers(read), "ABCD3") == []
