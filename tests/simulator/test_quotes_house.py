"""The simulated quote providers answer as the real ones do, and are read by our own sources."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import polars as pl
import pytest

from lastro.simulator.house import Reply
from lastro.simulator.quotes_house import LIMITED, AlphaVantageHouse, BrapiHouse, YahooHouse
from lastro.simulator.shares import ShareMarket
from lastro.vendors import alpha_vantage, brapi, yahoo

FIRST, TODAY = dt.date(2024, 1, 2), dt.date(2025, 6, 30)


@pytest.fixture(scope="module")
def shares() -> ShareMarket:
    return ShareMarket(seed=5, first=FIRST, last=dt.date(2025, 12, 30), companies=20)


@pytest.fixture(scope="module")
def split(shares: ShareMarket) -> str:
    """A paper that was split before today."""
    return next(t for t in shares.tickers if any(d <= TODAY for d, _ in shares.splits(t)))


def split_address(path: str) -> tuple[str, str]:
    path, _, query = f"/{path}".partition("?")
    return path.replace("%5E", "^"), query


def chart(shares: ShareMarket, ticker: str) -> pl.DataFrame:
    reply = YahooHouse(shares, TODAY).answer(*split_address(yahoo.chart_path(ticker, FIRST, TODAY)))
    assert reply.status == 200
    ((found, rows),) = yahoo.read_chart("f.json", reply.body, TODAY)
    assert found == ticker
    return rows.with_columns(pl.col("close", "adjclose").cast(pl.Float64))


def raw(shares: ShareMarket, ticker: str) -> pl.DataFrame:
    return shares.bars(ticker).filter(pl.col("ref_date") <= TODAY)


def test_yahoo_divides_by_later_splits_known_today(shares: ShareMarket, split: str) -> None:
    known = [(day, ratio) for day, ratio in shares.splits(split) if day <= TODAY]
    rows = chart(shares, split).select(
        ref_date=pl.col("date").str.to_date(), said=pl.col("close"), events=pl.col("events")
    )
    both = raw(shares, split).join(rows, on="ref_date", how="full", coalesce=True)
    ratio = pl.lit(1.0)
    for day, new in known:
        ratio = ratio * pl.when(pl.col("ref_date") < day).then(new).otherwise(1.0)
    expected = both.with_columns(expected=pl.col("close") / ratio).drop_nulls("said")
    assert expected.height > 300
    assert ((expected["said"] / expected["expected"] - 1).abs() < 1e-4).all()
    assert rows.filter(pl.col("events").str.contains("splits")).height >= 1


def test_yahoo_has_nulls_on_some_days_always_the_same(shares: ShareMarket) -> None:
    first, second = chart(shares, "SIMU4"), chart(shares, "SIMU4")
    assert 0 < first["close"].null_count() < 20
    assert first["close"].equals(second["close"])


def test_yahoo_quotes_the_index_and_nothing_outside_the_window(shares: ShareMarket) -> None:
    rows = chart(shares, "IBOV")
    assert rows["date"].max() == TODAY.isoformat()
    path = split_address(yahoo.chart_path("SIMU4", dt.date(2000, 1, 1), dt.date(2000, 2, 1)))
    ((_, none),) = yahoo.read_chart("f", YahooHouse(shares, TODAY).answer(*path).body, TODAY)
    assert none.is_empty()


def test_adjusted_closes_chain_to_total_return(shares: ShareMarket) -> None:
    paying = next(t for t in shares.tickers if any(d <= TODAY for d, _ in shares.dividends(t)))
    rows = chart(shares, paying).drop_nulls("close")
    assert rows["adjclose"][-1] == pytest.approx(rows["close"][-1])
    assert rows["adjclose"][0] < rows["close"][0]


def test_yahoos_errors(shares: ShareMarket) -> None:
    house = YahooHouse(shares, TODAY)

    def ask(symbol: str, query: str = "") -> Reply:
        return house.answer(f"/v8/finance/chart/{symbol}", query)

    assert ask(f"{LIMITED}.SA") == Reply(429, b"Too Many Requests\r\n", "text/plain")
    unknown = ask("NOPE3.SA")
    assert unknown.status == 404
    assert json.loads(unknown.body)["chart"]["error"]["code"] == "Not Found"
    assert ask("SIMU4").status == 404
    assert ask("SIMU4.SA", "interval=7d").status == 422
    assert house.answer("/", "").content_type == "text/html"


def test_brapi_answers_ranges_and_says_the_same_as_yahoo(shares: ShareMarket, split: str) -> None:
    reply = BrapiHouse(shares, TODAY).answer(*split_address(brapi.quote_path(split, "3mo")))
    ((ticker, rows),) = brapi.read_quotes("f", reply.body, TODAY)
    assert ticker == split
    assert str(rows["date"].min()) >= "2025-03-30"
    assert set(rows["session"]) == {"ended"}
    theirs = chart(shares, split).select("date", other=pl.col("close")).drop_nulls()
    both = rows.select("date", pl.col("close").cast(pl.Float64)).join(theirs, on="date")
    assert both.height > 50
    assert (both["close"] == both["other"]).all()


@pytest.mark.parametrize(
    ("path", "query", "headers", "status", "word"),
    [
        ("/quote/NOPE3", "range=5d", None, 404, "Não encontramos"),
        (f"/quote/{LIMITED}", "range=5d", None, 429, "limite"),
        ("/quote/SIMU4", "range=7y", None, 400, "range"),
        ("/quote/SIMU4", "range=5d", {}, 401, "token"),
        ("/quote/SIMU4", "range=5d", {"Authorization": "Bearer wrong"}, 401, "token"),
        ("/quote/SIMU4", "range=5d&token=wrong", None, 401, "token"),
        ("/quote/SIMU4", "range=5d", {"authorization": "Bearer good"}, 200, "requestedAt"),
    ],
)
def test_brapis_errors(
    shares: ShareMarket, path: str, query: str, headers: Any, status: int, word: str
) -> None:
    reply = BrapiHouse(shares, TODAY).answer(path, query, headers)
    assert reply.status == status
    assert word in reply.body.decode()


def test_alpha_vantage_says_raw_prices(shares: ShareMarket, split: str) -> None:
    house = AlphaVantageHouse(shares, TODAY)
    path, query = split_address(alpha_vantage.daily_path(split, "full"))
    ticker, rows = alpha_vantage.read_daily(
        "f", house.answer(path, f"{query}&apikey=k").body, TODAY
    )
    assert ticker == split
    expected = raw(shares, split)
    assert rows["date"].to_list() == [day.isoformat() for day in expected["ref_date"]]
    assert ((rows["close"].cast(pl.Float64) - expected["close"]).abs() <= 0.0001).all()
    compact = query.replace("full", "compact") + "&apikey=k"
    assert alpha_vantage.read_daily("f", house.answer(path, compact).body, TODAY)[1].height == 100


@pytest.mark.parametrize(
    ("asked", "kind", "word"),
    [
        ("symbol=SIMU4.SAO", "Error Message", "apikey"),
        ("symbol=SIMU4.SAO&apikey=wrong", "Error Message", "apikey"),
        ("symbol=NOPE3.SAO&apikey=k", "Error Message", "Invalid API call"),
        ("symbol=SIMU4&apikey=k", "Error Message", "Invalid API call"),
        (f"symbol={LIMITED}.SAO&apikey=k", "Information", "rate limit"),
    ],
)
def test_alpha_vantages_errors_come_with_200(
    shares: ShareMarket, asked: str, kind: str, word: str
) -> None:
    reply = AlphaVantageHouse(shares, TODAY).answer("/query", f"function=TIME_SERIES_DAILY&{asked}")
    assert reply.status == 200
    assert word in json.loads(reply.body)[kind]
    assert AlphaVantageHouse(shares, TODAY).answer("/else", "").status == 404
