"""Splits and payouts: what was printed, what it is worth today, and what it earned."""

from __future__ import annotations

import datetime as dt
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.tables.gold import adjusted_prices, adjustment_factors, returns

MONTH = dt.date(2023, 1, 1)
KNOWN = dt.datetime(2023, 2, 1, tzinfo=dt.UTC)
ISIN = "BROIBRACNOR1"


def _day(number: int) -> dt.date:
    return dt.date(2023, 1, number)


def _quotes(*closes: tuple[int, str]) -> pl.DataFrame:
    price = pl.Decimal(20, 8)
    return pl.DataFrame(
        [
            {"ticker": "OIBR3", "isin": ISIN, "ref_date": _day(day), "bdi_code": "02",
             "market_type": "010", "quantity": 1000, "turnover": "100.00", **dict.fromkeys(
                 ("open", "high", "low", "close"), close),
             "available_at": KNOWN, "month": MONTH}
            for day, close in closes
        ]
    ).with_columns(
        pl.col("open", "high", "low", "close").cast(price),
        pl.col("turnover").cast(pl.Decimal(18, 2)),
        pl.col("available_at").dt.convert_time_zone("UTC"),
    )  # fmt: skip


_EVENT: dict[str, Any] = {
    "isin": ISIN, "label": "X", "value": None, "multiplier": None, "price_prior": None,
    "cash_percent": None, "available_at": KNOWN,
}  # fmt: skip


def _events(*events: dict[str, Any]) -> pl.DataFrame:
    number = pl.Decimal(24, 11)
    kinds = {"value": number, "multiplier": number, "price_prior": number, "cash_percent": number}
    schema = {
        "isin": pl.String, "label": pl.String, **dict.fromkeys(kinds, pl.String),
        "available_at": pl.Datetime("us", "UTC"), "kind": pl.String, "ref_date": pl.Date,
        "ex_date": pl.Date,
    }  # fmt: skip
    return pl.DataFrame([_EVENT | event for event in events], schema=schema).cast(kinds)  # type: ignore[arg-type]


def _split(ex: int, multiplier: str) -> dict[str, Any]:
    return {"kind": "stock", "ref_date": _day(ex - 1), "ex_date": _day(ex),
            "multiplier": multiplier}  # fmt: skip


def _cash(ex: int, value: str, **more: str) -> dict[str, Any]:
    return {"kind": "cash", "ref_date": _day(ex - 1), "ex_date": _day(ex), "value": value, **more}


def _lazy(frame: pl.DataFrame) -> Any:
    return nw.from_native(frame.lazy())


PROVIDERS = pl.DataFrame(
    schema={
        "provider": pl.String, "ticker": pl.String, "ref_date": pl.Date,
        **dict.fromkeys(("open", "high", "low", "close"), pl.Decimal(20, 8)),
        "quantity": pl.Int64, "flags": pl.String,
        "available_at": pl.Datetime("us", "UTC"), "month": pl.Date,
    }
)  # fmt: skip
REPORTS = pl.DataFrame(
    schema={"ticker": pl.String, "ref_date": pl.Date, "oscillation": pl.Decimal(9, 2)}
)


def _adjusted(
    quotes: pl.DataFrame, events: pl.DataFrame, providers: pl.DataFrame = PROVIDERS
) -> pl.DataFrame:
    factors = adjustment_factors.build(_lazy(events), _lazy(quotes)).to_native().collect()
    built = adjusted_prices.build(_lazy(quotes), _lazy(providers), _lazy(factors))
    found: pl.DataFrame = built.to_native().collect().sort("ref_date")
    return found


def _returns(prices: pl.DataFrame, reports: pl.DataFrame = REPORTS) -> pl.DataFrame:
    found: pl.DataFrame = returns.build(_lazy(prices), _lazy(reports)).to_native().collect()
    return found.sort("ref_date")


def test_a_reverse_split_leaves_a_sane_return() -> None:
    """OIBR3 on 2023-01-09: ten old shares became one, 0.16 -> 1.65."""
    prices = _adjusted(_quotes((6, "0.16"), (9, "1.65")), _events(_split(9, "0.1")))
    assert prices["close"].cast(pl.String).to_list() == ["0.16000000", "1.65000000"]
    assert prices["split_close"].to_list() == pytest.approx([1.6, 1.65])
    assert _returns(prices)["split_return"].to_list() == [None, pytest.approx(0.03125)]


def test_cash_counts_in_the_total_return_alone() -> None:
    prices = _adjusted(
        _quotes((2, "16.07"), (3, "15.95")), _events(_cash(3, "0.1334", cash_percent="0.830118"))
    )
    assert prices["split_close"].to_list() == pytest.approx([16.07, 15.95])
    assert prices["total_close"][0] == pytest.approx(16.07 * (1 - 0.00830118))
    moved = _returns(prices)
    assert moved["split_return"][1] == pytest.approx(15.95 / 16.07 - 1)
    assert moved["total_return"][1] == pytest.approx(15.95 / (16.07 * 0.99169882) - 1)


def test_a_payout_without_bs_price_uses_the_last_one_printed() -> None:
    quotes = _quotes((2, "10"), (4, "20"), (10, "19"))
    prices = _adjusted(quotes, _events(_cash(9, "1")))  # with it until the 8th: 20 on the 4th
    assert prices["total_close"].to_list() == pytest.approx([9.5, 19, 19])


def test_a_payout_that_no_price_is_known_for_adjusts_nothing_and_says_so() -> None:
    quotes = _quotes((9, "20"))
    factors = adjustment_factors.build(_lazy(_events(_cash(5, "1"))), _lazy(quotes))
    found = factors.to_native().collect()
    assert found.select("cash_factor", "flags").rows() == [(1.0, "no_price")]


def test_events_of_one_day_and_of_many_chain() -> None:
    quotes = _quotes((2, "100"), (5, "45"), (9, "9"))
    events = _events(_split(5, "2"), _cash(5, "10", price_prior="100"), _split(9, "5"))
    prices = _adjusted(quotes, events)
    assert prices["split_chain"].to_list() == pytest.approx([0.1, 0.2, 1])
    assert prices["total_close"].to_list() == pytest.approx([9, 9, 9])
    assert _returns(prices)["total_return"].to_list() == [None, *map(pytest.approx, (0, 0))]


def test_a_subscription_adjusts_nothing() -> None:
    event = {"kind": "subscription", "ref_date": _day(2), "ex_date": _day(3), "multiplier": "2"}
    assert _adjusted(_quotes((2, "8"), (3, "7")), _events(event))["split_chain"].to_list() == [1, 1]


def test_a_provider_fills_a_day_that_b3_lacks_and_no_other() -> None:
    rows = [
        ("yahoo", "OIBR3", day, price, 5, KNOWN, MONTH)
        for day, price in ((_day(3), "9.99"), (_day(4), "7.50"))
    ]
    names = ("provider", "ticker", "ref_date", "close", "quantity", "available_at", "month")
    providers = pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.col("close").cast(pl.Decimal(20, 8)),
        pl.col("available_at").dt.convert_time_zone("UTC"),
        open=pl.lit(None, pl.Decimal(20, 8)), high=pl.lit(None, pl.Decimal(20, 8)),
        low=pl.lit(None, pl.Decimal(20, 8)), flags=pl.lit(""),
    )  # fmt: skip
    quotes = _quotes((2, "8"), (3, "7"), (9, "6"))
    prices = _adjusted(quotes, _events(), providers)
    assert prices.select("ref_date", "provider", "split_close").rows() == [
        (_day(2), "b3", 8.0), (_day(3), "b3", 7.0), (_day(4), "yahoo", 7.5), (_day(9), "b3", 6.0),
    ]  # fmt: skip
    late = _adjusted(quotes, _events(_split(9, "2")), providers)
    assert late["provider"].to_list() == ["b3", "b3", "b3"]  # a price before a split is not raw


def test_b3s_own_change_stands_beside_ours() -> None:
    prices = _adjusted(_quotes((2, "10"), (3, "11"), (4, "11")), _events())
    reports = pl.DataFrame(
        {"ticker": ["OIBR3"] * 2, "ref_date": [_day(3), _day(4)], "oscillation": ["10.00", "3.00"]}
    ).with_columns(pl.col("oscillation").cast(pl.Decimal(9, 2)))
    found = _returns(prices, reports)
    assert found["official_return"].to_list() == [None, pytest.approx(0.1), pytest.approx(0.03)]
    assert found["flags"].to_list() == ["", "", "differs_from_official"]


@given(
    st.lists(st.sampled_from(["0.1", "0.5", "2", "3", "1.05"]), max_size=4),
    st.integers(100, 100_000),
)
def test_splits_alone_never_make_a_return(multipliers: list[str], cents: int) -> None:
    """What is worth the same before and after has not earned anything."""
    worth, closes, events = cents / 100, [], []
    closes.append((1, f"{worth:.8f}"))
    for place, multiplier in enumerate(multipliers):
        worth /= float(multiplier)
        events.append(_split(3 + 2 * place, multiplier))
        closes.append((3 + 2 * place, f"{worth:.8f}"))
    moved = _returns(_adjusted(_quotes(*closes), _events(*events)))
    found = moved["total_return"].drop_nulls().to_list()
    assert found == pytest.approx([0] * len(multipliers), abs=1e-5)
