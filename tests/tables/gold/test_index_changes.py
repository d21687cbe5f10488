"""gold.index_changes: entered, left, reweighted, over the end of a month too."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import narwhals as nw
import polars as pl

from lastro.lake._polars import schema
from lastro.tables.gold.index_changes import CONTRACT, build
from lastro.tables.silver import index_weights


def _row(day: dt.date, ticker: str, weight: str, quantity: int, **more: object) -> dict[str, Any]:
    return {
        "index_code": "IBOV", "portfolio": "day", "ref_date": day, "ticker": ticker, "flags": "",
        "weight": Decimal(weight), "theoretical_quantity": quantity, "month": day.replace(day=1),
        "available_at": dt.datetime.combine(day, dt.time(23), dt.UTC), **more,
    }  # fmt: skip


def _built(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    weights = pl.DataFrame(list(rows), schema=schema(index_weights.CONTRACT))
    found: pl.LazyFrame = build(nw.from_native(weights.lazy())).to_native()
    typed = found.collect().select(CONTRACT.names).cast(schema(CONTRACT))
    return typed.sort(CONTRACT.key).to_dicts()


FIRST, SECOND = dt.date(2024, 4, 30), dt.date(2024, 5, 2)
BEFORE = [_row(FIRST, "PETR4", "60", 600), _row(FIRST, "VALE3", "40", 400)]


def test_what_entered_left_and_was_reweighted() -> None:
    rows = _built(
        *BEFORE,
        _row(SECOND, "PETR4", "55", 550),
        _row(SECOND, "ITUB4", "45", 90),
    )
    assert [(r["ticker"], r["change"], r["weight_before"], r["weight_after"]) for r in rows] == [
        ("ITUB4", "entered", None, Decimal(45)),
        ("PETR4", "reweighted", Decimal(60), Decimal(55)),
        ("VALE3", "left", Decimal(40), None),
    ]
    assert [(r["quantity_before"], r["quantity_after"]) for r in rows] == [
        (None, 90), (600, 550), (400, None),
    ]  # fmt: skip
    assert {(r["ref_date"], r["date_before"], r["month"]) for r in rows} == {
        (SECOND, FIRST, dt.date(2024, 5, 1))
    }
    assert {r["available_at"].date() for r in rows} == {SECOND}


def test_a_weight_that_moves_with_prices_is_no_change() -> None:
    assert _built(*BEFORE, _row(SECOND, "PETR4", "61", 600), _row(SECOND, "VALE3", "39", 400)) == []


def test_a_first_portfolio_changes_nothing() -> None:
    assert _built(*BEFORE) == []


def test_what_lies_farther_back_than_a_month_is_not_held_against() -> None:
    assert _built(*BEFORE, _row(dt.date(2024, 6, 3), "PETR4", "100", 1)) == []


def test_a_portfolio_that_does_not_sum_up_is_passed_over() -> None:
    partial = _row(SECOND, "PETR4", "60", 600, flags="weights_off")
    third = dt.date(2024, 5, 3)
    later = [_row(third, "PETR4", "60", 600), _row(third, "VALE3", "40", 401)]
    [row] = _built(*BEFORE, partial, *later)
    assert (row["ticker"], row["change"], row["date_before"]) == ("VALE3", "reweighted", FIRST)


def test_indexes_and_portfolios_do_not_mix() -> None:
    other = [_row(SECOND, "ITUB4", "100", 1, portfolio="preview"),
             _row(SECOND, "ITUB4", "100", 1, index_code="IFIX")]  # fmt: skip
    assert _built(*BEFORE, *other) == []
