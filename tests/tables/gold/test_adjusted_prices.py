"""Splits and payouts: what was printed, and what it is worth today."""

from __future__ import annotations

import polars as pl
import pytest

from .prices import KNOWN, MONTH, a_payout, a_split, adjust, earn, listed, on, quoted


def test_a_reverse_split_leaves_a_sane_return() -> None:
    """OIBR3 on 2023-01-09: ten old shares became one, 0.16 -> 1.65."""
    prices = adjust(quoted((6, "0.16"), (9, "1.65")), listed(a_split(9, "0.1")))
    assert prices["close"].cast(pl.String).to_list() == ["0.16000000", "1.65000000"]
    assert prices["split_close"].to_list() == pytest.approx([1.6, 1.65])
    assert earn(prices)["split_return"].to_list() == [None, pytest.approx(0.03125)]


def test_cash_counts_in_the_total_return_alone() -> None:
    prices = adjust(
        quoted((2, "16.07"), (3, "15.95")), listed(a_payout(3, "0.1334", cash_percent="0.830118"))
    )
    assert prices["split_close"].to_list() == pytest.approx([16.07, 15.95])
    assert prices["total_close"][0] == pytest.approx(16.07 * (1 - 0.00830118))
    moved = earn(prices)
    assert moved["split_return"][1] == pytest.approx(15.95 / 16.07 - 1)
    assert moved["total_return"][1] == pytest.approx(15.95 / (16.07 * 0.99169882) - 1)


def test_a_payout_without_bs_price_uses_the_last_one_printed() -> None:
    quotes = quoted((2, "10"), (4, "20"), (10, "19"))
    prices = adjust(quotes, listed(a_payout(9, "1")))  # with it until the 8th: 20 on the 4th
    assert prices["total_close"].to_list() == pytest.approx([9.5, 19, 19])


def test_events_of_one_day_and_of_many_chain() -> None:
    quotes = quoted((2, "100"), (5, "45"), (9, "9"))
    events = listed(a_split(5, "2"), a_payout(5, "10", price_prior="100"), a_split(9, "5"))
    prices = adjust(quotes, events)
    assert prices["split_chain"].to_list() == pytest.approx([0.1, 0.2, 1])
    assert prices["total_close"].to_list() == pytest.approx([9, 9, 9])
    assert earn(prices)["total_return"].to_list() == [None, *map(pytest.approx, (0, 0))]


def test_a_provider_fills_a_day_that_b3_lacks_and_no_other() -> None:
    rows = [
        ("yahoo", "OIBR3", day, price, 5, KNOWN, MONTH)
        for day, price in ((on(3), "9.99"), (on(4), "7.50"))
    ]
    names = ("provider", "ticker", "ref_date", "close", "quantity", "available_at", "month")
    providers = pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.col("close").cast(pl.Decimal(20, 8)),
        pl.col("available_at").dt.convert_time_zone("UTC"),
        open=pl.lit(None, pl.Decimal(20, 8)), high=pl.lit(None, pl.Decimal(20, 8)),
        low=pl.lit(None, pl.Decimal(20, 8)), flags=pl.lit(""),
    )  # fmt: skip
    quotes = quoted((2, "8"), (3, "7"), (9, "6"))
    prices = adjust(quotes, listed(), providers)
    assert prices.select("ref_date", "provider", "split_close").rows() == [
        (on(2), "b3", 8.0), (on(3), "b3", 7.0), (on(4), "yahoo", 7.5), (on(9), "b3", 6.0),
    ]  # fmt: skip
    late = adjust(quotes, listed(a_split(9, "2")), providers)
    assert late["provider"].to_list() == ["b3", "b3", "b3"]  # a price before a split is not raw
