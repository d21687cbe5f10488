"""gold.index_composition: rank, sector, change, and what each asset did to the day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import narwhals as nw
import polars as pl
import pytest

from lastro.lake._polars import schema
from lastro.tables.gold.index_composition import CONTRACT, build
from lastro.tables.silver import index_weights

FIRST, SECOND, THIRD = dt.date(2024, 4, 30), dt.date(2024, 5, 2), dt.date(2024, 5, 3)
QUOTES = {
    "ticker": pl.String(), "ref_date": pl.Date(), "close": pl.Decimal(20, 8),
    "market_type": pl.String(), "distribution": pl.Int64(),
    "available_at": pl.Datetime("us", "UTC"), "month": pl.Date(),
}  # fmt: skip


def _asset(day: dt.date, ticker: str, weight: str, **more: object) -> dict[str, Any]:
    return {
        "index_code": "IBOV", "portfolio": "day", "ref_date": day, "ticker": ticker, "flags": "",
        "weight": Decimal(weight), "theoretical_quantity": 1, "month": day.replace(day=1),
        "available_at": dt.datetime.combine(day, dt.time(23), dt.UTC), **more,
    }  # fmt: skip


def _quote(day: dt.date, ticker: str, close: str, **more: object) -> dict[str, Any]:
    seen = dt.datetime.combine(day, dt.time(23, 30), dt.UTC)
    return {"ticker": ticker, "ref_date": day, "close": Decimal(close), "market_type": "010",
            "distribution": 100, "available_at": seen, "month": day.replace(day=1),
            **more}  # fmt: skip


def _built(*weights: dict[str, Any], quotes: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """Rows of the last day by ticker (and portfolio, where it is not that of the day)."""
    found: pl.LazyFrame = build(
        nw.from_native(pl.LazyFrame(list(weights), schema=schema(index_weights.CONTRACT))),
        nw.from_native(pl.LazyFrame(list(quotes), schema=QUOTES)),
    ).to_native()
    rows = found.collect().select(CONTRACT.names).cast(schema(CONTRACT)).to_dicts()
    assert len(rows) == len(weights)
    last = max(row["ref_date"] for row in rows)
    return {
        row["ticker"] + ("" if row["portfolio"] == "day" else " " + row["portfolio"]): row
        for row in rows
        if row["ref_date"] == last
    }


BEFORE = (_asset(FIRST, "PETR4", "60"), _asset(FIRST, "VALE3", "40"))


def test_rank_and_sector() -> None:
    rows = _built(
        _asset(SECOND, "PETR4", "50.5", sector="Petróleo"),
        _asset(SECOND, "PRIO3", "9.5", sector="Petróleo"),
        _asset(SECOND, "VALE3", "20", sector="Mineração"),
        _asset(SECOND, "ITUB4", "20"),
    )
    assert {name: row["rank"] for name, row in rows.items()} == {
        "PETR4": 1, "VALE3": 2, "ITUB4": 2, "PRIO3": 4,
    }  # fmt: skip
    assert rows["PRIO3"]["sector_weight"] == Decimal("60.000")
    assert rows["VALE3"]["sector_weight"] == Decimal("20.000")
    assert rows["ITUB4"]["sector_weight"] is None
    assert rows["PETR4"]["weight_change"] is None


def test_change_since_the_portfolio_before_over_the_end_of_a_month() -> None:
    rows = _built(*BEFORE, _asset(SECOND, "PETR4", "58.5"), _asset(SECOND, "ITUB4", "41.5"))
    assert rows["PETR4"]["weight_before"] == Decimal(60)
    assert rows["PETR4"]["weight_change"] == Decimal("-1.5")
    assert rows["ITUB4"]["weight_before"] is None
    assert rows["ITUB4"]["weight_change"] == Decimal("41.5")


def test_an_assets_contribution_is_its_weight_before_times_its_return() -> None:
    quotes = (
        _quote(FIRST, "PETR4", "40"), _quote(SECOND, "PETR4", "41"),
        _quote(FIRST, "VALE3", "60"), _quote(SECOND, "VALE3", "57"),
        _quote(SECOND, "PETR4", "99", market_type="030"),
    )  # fmt: skip
    rows = _built(
        *BEFORE, _asset(SECOND, "PETR4", "62"), _asset(SECOND, "VALE3", "38"), quotes=quotes
    )
    assert rows["PETR4"]["day_return"] == pytest.approx(0.025)
    assert rows["PETR4"]["contribution"] == pytest.approx(0.015)
    assert rows["VALE3"]["contribution"] == pytest.approx(-0.02)
    assert rows["PETR4"]["available_at"] == dt.datetime(2024, 5, 2, 23, 30, tzinfo=dt.UTC)


def test_without_a_quote_there_is_no_contribution() -> None:
    rows = _built(*BEFORE, _asset(SECOND, "PETR4", "100"), quotes=(_quote(SECOND, "PETR4", "41"),))
    assert (rows["PETR4"]["day_return"], rows["PETR4"]["contribution"]) == (None, None)
    rows = _built(*BEFORE, _asset(SECOND, "PETR4", "100"))
    assert (rows["PETR4"]["day_return"], rows["PETR4"]["contribution"]) == (None, None)


def test_over_a_split_or_a_payout_there_is_no_return() -> None:
    quotes = (_quote(FIRST, "PETR4", "40"), _quote(SECOND, "PETR4", "20", distribution=101))
    row = _built(*BEFORE, _asset(SECOND, "PETR4", "100"), quotes=quotes)["PETR4"]
    assert (row["day_return"], row["contribution"]) == (None, None)


def test_a_portfolio_older_than_the_close_before_gives_no_contribution() -> None:
    quotes = tuple(
        _quote(day, "PETR4", price) for day, price in ((FIRST, "40"), (SECOND, "41"), (THIRD, "42"))
    )
    rows = _built(*BEFORE, _asset(THIRD, "PETR4", "100"), quotes=quotes)
    assert rows["PETR4"]["day_return"] == pytest.approx(42 / 41 - 1)
    assert rows["PETR4"]["contribution"] is None


def test_a_paper_that_did_not_trade_the_day_before_still_contributes() -> None:
    quotes = (_quote(FIRST, "PETR4", "40"), _quote(THIRD, "PETR4", "42"))
    rows = _built(
        *BEFORE, _asset(SECOND, "PETR4", "50"), _asset(THIRD, "PETR4", "52"), quotes=quotes
    )
    assert rows["PETR4"]["contribution"] == pytest.approx(0.025)


def test_other_portfolios_do_not_contribute() -> None:
    quotes = (_quote(FIRST, "PETR4", "40"), _quote(SECOND, "PETR4", "41"))
    weights = [_asset(day, "PETR4", "100", portfolio="theoretical") for day in (FIRST, SECOND)]
    row = _built(*weights, quotes=quotes)["PETR4 theoretical"]
    assert row["day_return"] == pytest.approx(0.025)
    assert row["contribution"] is None


def test_what_lies_farther_back_than_a_month_is_not_held_against() -> None:
    june = dt.date(2024, 6, 3)
    quotes = (_quote(FIRST, "PETR4", "40"), _quote(june, "PETR4", "41"))
    row = _built(*BEFORE, _asset(june, "PETR4", "100"), quotes=quotes)["PETR4"]
    assert (row["weight_before"], row["weight_change"], row["day_return"]) == (None, None, None)
