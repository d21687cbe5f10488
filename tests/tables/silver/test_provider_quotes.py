"""silver.provider_quotes: three providers side by side, and no price that is not what it says."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from lastro.core.clock import BRASILIA
from lastro.pipeline.refine import Refined, Text, gather, number, refine
from lastro.sources import alpha_vantage_quotes, brapi_quotes, yahoo_quotes
from lastro.tables.silver.provider_quotes import TABLE

if TYPE_CHECKING:
    from pathlib import Path

    from lastro.sources import Source

TODAY = dt.date(2026, 11, 19)
SEEN = dt.datetime(2026, 11, 19, 20, tzinfo=dt.UTC)
SOURCES = (alpha_vantage_quotes.SOURCE, brapi_quotes.SOURCE, yahoo_quotes.SOURCE)
OLD = b"Date,Open,High,Low,Close,Adj Close,Volume\n"


def refined(*files: tuple[Source, str, bytes]) -> Refined:
    """Files as the machine would take them, the later counting."""
    texts = []
    for source in SOURCES:
        frames = [
            period.text.with_columns(
                pl.lit(name).alias("_file"),
                pl.lit("run").alias("_run_id"),
                pl.lit(SEEN + dt.timedelta(minutes=age))
                .cast(pl.Datetime("us", "UTC"))
                .alias("_ingested_at"),
                pl.lit(period.name).alias("_period"),
            )
            for age, (given, name, body) in enumerate(files)
            if given is source
            for period in source.parse(name, body, TODAY)
        ]
        texts.append(Text(source, gather(source, frames)))
    return refine(TABLE, number(texts, anew=True), TODAY.replace(day=1))


def old(*lines: str) -> tuple[Source, str, bytes]:
    return yahoo_quotes.SOURCE, "PETR4.SA.csv", OLD + "\n".join(lines).encode()


def stamp(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time(10), BRASILIA).timestamp())


def brapi_file(close: float, day: dt.date, asked: str) -> tuple[Source, str, bytes]:
    rows = [{"date": stamp(day), "open": close, "high": close, "low": close, "close": close,
             "volume": 5, "adjustedClose": close}]  # fmt: skip
    body = {"results": [{"symbol": "PETR4", "currency": "BRL", "historicalDataPrice": rows}],
            "requestedAt": asked}  # fmt: skip
    return brapi_quotes.SOURCE, "PETR4_5d.json", json.dumps(body).encode()


def series(day: str) -> tuple[Source, str, bytes]:
    bar = {"1. open": "1.0", "2. high": "2.0", "3. low": "1.0", "4. close": "1.5", "5. volume": "7"}
    body = {"Meta Data": {"2. Symbol": "PETR4.SAO"}, "Time Series (Daily)": {day: bar}}
    return alpha_vantage_quotes.SOURCE, "PETR4.SAO_compact.json", json.dumps(body).encode()


def only(found: Refined) -> dict[str, Any]:
    (row,) = found.rows.to_dicts()
    return row


def test_three_providers_stand_side_by_side_and_say_what_their_prices_are() -> None:
    found = refined(
        old("2026-11-18,1,2,1,1.5,1.4,10"),
        brapi_file(1.6, dt.date(2026, 11, 18), "2026-11-19T21:00:00Z"),
        series("2026-11-18"),
    )
    assert found.rejects.is_empty()
    said = found.rows.select("provider", "split_adjusted", "adjusted_to", "quantity", "currency")
    assert said.rows() == [
        ("alpha_vantage", False, None, 7, None),
        ("brapi", True, dt.date(2026, 11, 19), 5, "BRL"),
        ("yahoo", True, dt.date(2026, 11, 18), 10, None),
    ]
    assert set(found.rows["flags"]) == {""}
    assert found.rows["available_at"].to_list()[-1] == SEEN


def test_prices_are_rounded_to_eight_decimals_half_up() -> None:
    row = only(refined(old("2026-11-18,1.000000005,2.745659244726361,0.02000000141561031,1.5,,1")))
    assert [str(row[name]) for name in ("open", "high", "low", "close")] == [
        "1.00000001", "2.74565924", "0.02000000", "1.50000000"]  # fmt: skip
    assert row["adjusted_close"] is None


def test_a_day_without_a_price_is_set_aside_and_counted() -> None:
    found = refined(old("2026-11-18,null,null,null,null,null,null", "2026-11-17,1,2,1,1.5,1,9"))
    assert found.rows["ref_date"].to_list() == [dt.date(2026, 11, 17)]
    assert found.rejects["reason"].to_list() == ["missing_close"]


def test_a_session_that_had_not_ended_is_set_aside() -> None:
    live = refined(brapi_file(1.6, TODAY, "2026-11-19T18:00:00Z"))
    assert live.rows.is_empty()
    assert live.rejects["reason"].to_list() == ["session_not_ended"]
    over = refined(brapi_file(1.6, TODAY, "2026-11-19T21:30:00Z"))
    assert only(over)["flags"] == ""
    assert only(refined(series("2026-11-19")))["flags"] == "session_may_be_open"


def test_what_is_odd_is_kept_and_said() -> None:
    found = refined(
        old(
            "2026-11-11,1,1.4,1,1.5,1,9",
            "2026-11-12,1,2,1.2,1.5,1,9",
            "2026-11-13,,2,1,1.5,1,0",
            "2026-11-16,0,0,-1,-1,0,9",
            "2026-11-17,1,2,1,1.5,1,",
        )
    )
    assert found.rows["flags"].to_list() == [
        "high_low_contradict",
        "high_low_contradict",
        "price_missing,no_quantity",
        "close_not_positive",
        "no_quantity",
    ]


def test_prices_without_dividends_and_with_them_never_mix() -> None:
    three = (b"Price,Close\nTicker,PETR4.SA\nDate,\n2026-11-18,1.2\n")  # fmt: skip
    found = refined(old("2026-11-18,1,2,1,1.5,1.2,10"), (yahoo_quotes.SOURCE, "PETR4_y.csv", three))
    assert found.rejects.is_empty()
    closes = dict(found.rows.select("provider", "close").iter_rows())
    assert closes == {"yahoo": Decimal("1.50000000"), "yahoo_adjusted": Decimal("1.20000000")}
    flags = dict(found.rows.select("provider", "flags").iter_rows())
    assert "dividend_adjusted" in flags["yahoo_adjusted"]
    assert "dividend_adjusted" not in flags["yahoo"]


def test_of_two_answers_the_later_counts() -> None:
    asked = "2026-11-19T21:00:00Z"
    day = dt.date(2026, 11, 18)
    found = refined(brapi_file(3.2, day, asked), brapi_file(1.6, day, asked))
    assert only(found)["close"] == Decimal("1.60000000")
    assert found.rejects["reason"].to_list() == ["superseded"]


def test_real_downloads(real_data: Path) -> None:
    counted = {"PETR4.SA.csv": (4611, 121, 20), "BBAS3.SA.csv": (4714, 18, 6),
               "GGBR4.SA.csv": (4546, 100, 25), "ITSA4.SA.csv": (4644, 88, 22),
               "BVSP.csv": (6301, 175, 0)}  # fmt: skip
    for name, (rows, nulls, odd) in counted.items():
        found = refined((yahoo_quotes.SOURCE, name, (real_data / "yahoo" / name).read_bytes()))
        assert found.rows.height == rows
        assert found.rejects["reason"].to_list() == ["missing_close"] * nulls
        flags = found.rows["flags"]
        assert flags.str.contains("high_low_contradict").sum() == odd, name
    name = "PETR4.SA_yfinance_three_header_lines.csv"
    found = refined((yahoo_quotes.SOURCE, name, (real_data / "yahoo" / name).read_bytes()))
    assert found.rows.height == 2487
    assert set(found.rows["provider"]) == {"yahoo_adjusted"}
    assert found.rows["flags"].str.contains("no_quantity").sum() == 10
    assert found.rows["close"][0] == Decimal("2.57250953")
