"""The screener's figures, and what they are when prices are missing, old or adjusted."""

from __future__ import annotations

import datetime as dt
import itertools
import math

import polars as pl
import pytest

from lastro.answers.papers import papers
from lastro.answers.screener import newest_weights, screener

from .listed import bars, days, market

END = dt.date(2024, 3, 28)


def _row(prices: pl.DataFrame, ticker: str = "ABCD3", **tables: pl.DataFrame) -> dict[str, object]:
    read = market(prices, **tables)
    rows = screener(read, papers(read))
    return rows.filter(pl.col("ticker") == ticker).row(0, named=True)


def test_returns_begin_at_the_last_close_up_to_each_span() -> None:
    closes = [(dt.date(2023, 3, 28), 8.0), (dt.date(2023, 12, 28), 12.0),
              (dt.date(2024, 2, 28), 15.0), (dt.date(2024, 3, 20), 16.0), (END, 20.0)]  # fmt: skip
    row = _row(bars("ABCD3", closes))
    assert row["day_return"] == pytest.approx(0.25)
    assert row["return_1m"] == pytest.approx(20 / 15 - 1)
    assert row["return_12m"] == pytest.approx(20 / 8 - 1)
    assert row["return_ytd"] == pytest.approx(20 / 12 - 1)
    assert row["return_3m"] == pytest.approx(20 / 12 - 1)


def test_a_return_does_not_begin_at_a_stale_price() -> None:
    row = _row(bars("ABCD3", [(dt.date(2023, 6, 1), 8.0), (END, 20.0)]))
    assert row["return_1m"] is None
    assert row["day_return"] == pytest.approx(1.5)  # since it last traded, whenever that was


def test_returns_are_total_and_high_and_low_are_split_adjusted() -> None:
    split = dt.date(2024, 3, 1)
    chain = lambda day: 0.5 if day < split else 1.0  # noqa: E731
    closes = [(dt.date(2024, 2, 28), 40.0), (END, 22.0)]
    row = _row(bars("ABCD3", closes, split_chain=chain,
                    total_chain=lambda day: 0.4 if day < split else 1.0))  # fmt: skip
    assert row["return_1m"] == pytest.approx(22 / 16 - 1)
    assert row["high_52w"] == pytest.approx(24.2)
    assert row["low_52w"] == pytest.approx(18.0)
    assert row["from_high"] == pytest.approx(22 / 24.2 - 1)
    assert row["sparkline"] == [22.0]
    assert row["close"] == 22.0


def test_volatility_is_of_daily_total_returns_a_year_and_needs_forty() -> None:
    sessions = days(dt.date(2024, 1, 2), 60)
    closes = [(day, 100.0 * (1.01 if i % 2 else 1.0)) for i, day in enumerate(sessions)]
    row = _row(bars("ABCD3", closes))
    moves = [b / a - 1 for (_, a), (_, b) in itertools.pairwise(closes)]
    mean = sum(moves) / len(moves)
    deviation = math.sqrt(sum((m - mean) ** 2 for m in moves) / (len(moves) - 1))
    assert row["volatility_12m"] == pytest.approx(deviation * math.sqrt(252))
    assert _row(bars("ABCD3", closes[:40]))["volatility_12m"] is None


def test_turnover_is_a_mean_of_the_markets_sessions_not_of_its_own() -> None:
    sessions = days(dt.date(2024, 1, 2), 42)
    busy = bars("ABCD3", [(day, 1.0) for day in sessions])
    lazy = bars("EFGH3", [(sessions[-1], 1.0)], turnover=21e6)
    row = _row(pl.concat([busy, lazy]), "EFGH3")
    assert row["turnover_mean21"] == pytest.approx(1e6)
    assert row["idle_sessions"] == 0


def test_a_paper_that_stopped_says_for_how_many_sessions() -> None:
    sessions = days(dt.date(2024, 1, 2), 10)
    prices = pl.concat([bars("ABCD3", [(day, 1.0) for day in sessions]),
                        bars("GONE3", [(sessions[2], 1.0)])])  # fmt: skip
    assert _row(prices, "GONE3")["idle_sessions"] == 7


def test_yield_counts_cash_of_a_year_in_shares_of_today() -> None:
    factors = pl.DataFrame(
        {
            "isin": ["BRABCD3"] * 4,
            "kind": ["cash", "cash", "stock", "cash"],
            "ex_date": [dt.date(2023, 3, 28), dt.date(2023, 6, 1), dt.date(2023, 9, 1),
                        dt.date(2024, 4, 2)],
            "value": [5.0, 1.0, None, 9.0],
            "split_chain": [0.5, 0.5, 0.5, 1.0],
        }
    )  # fmt: skip
    prices = bars("ABCD3", [(dt.date(2024, 3, 1), 10.0), (END, 10.0)])
    row = _row(prices, gold__adjustment_factors=factors)
    assert row["dividend_yield_12m"] == pytest.approx(0.05)  # a year ago to the day is out
    assert _row(prices)["dividend_yield_12m"] == 0.0


def _weights(*rows: tuple[str, str, dt.date, str, float]) -> pl.DataFrame:
    columns = ["index_code", "portfolio", "ref_date", "ticker", "weight"]
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    return frame.with_columns(month=pl.col("ref_date").dt.truncate("1mo"))


def test_weights_are_of_the_newest_portfolio_of_a_day_or_else_the_theoretical_one() -> None:
    before = dt.date(2024, 3, 27)
    weights = _weights(
        ("IBOV", "day", before, "ABCD3", 3.0), ("IBOV", "day", END, "EFGH3", 100.0),
        ("IBOV", "theoretical", END, "ABCD3", 9.0), ("SMLL", "theoretical", before, "ABCD3", 1.0),
        ("SMLL", "theoretical", END, "ABCD3", 2.0), ("IDIV", "preview", END, "ABCD3", 2.0),
    )  # fmt: skip
    read = market(bars("ABCD3", [(END, 1.0)]), silver__index_weights=weights)
    found = newest_weights(read, END).sort("index_code").select("index_code", "ticker", "weight")
    assert found.rows() == [("IBOV", "EFGH3", 100.0), ("SMLL", "ABCD3", 2.0)]


def test_a_row_names_its_indexes_and_its_weight_in_ibovespa() -> None:
    weights = _weights(("IBOV", "day", END, "ABCD3", 2.5), ("IDIV", "day", END, "ABCD3", 9.0))
    prices = pl.concat([bars("ABCD3", [(END, 1.0)]), bars("EFGH3", [(END, 1.0)])])
    row = _row(prices, silver__index_weights=weights)
    assert (row["ibov_weight"], row["indexes"]) == (0.025, ["IBOV", "IDIV"])
    other = _row(prices, "EFGH3", silver__index_weights=weights)
    assert (other["ibov_weight"], other["indexes"]) == (None, [])
