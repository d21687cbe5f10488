"""The market's day and the screener over the simulated lake."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

API = "/api/v1"


@pytest.fixture
def client(signed_in: Callable[[str], TestClient]) -> TestClient:
    """Somebody who may read the market and nothing else of the house."""
    return signed_in("client")


def _data(client: TestClient, path: str, **query: Any) -> Any:
    answer = client.get(API + path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_the_newest_day_adds_up(client: TestClient) -> None:
    day = _data(client, "/market/today")
    assert day["asked"] is None
    assert day["up"] + day["down"] + day["unchanged"] + day["first_seen"] == day["papers"]
    assert sum(group["papers"] for group in day["groups"]) == day["papers"]
    assert sum(group["turnover"] for group in day["groups"]) == pytest.approx(day["turnover"])
    assert sum(tile["turnover"] for tile in day["tiles"]) == pytest.approx(day["turnover"])
    assert day["breadth"]["dates"][-1] == day["ref_date"]
    best = max(day["tiles"], key=lambda tile: tile["day_return"] or -9)
    if best["turnover"] >= day["liquid"]:
        assert day["gainers"][0]["ticker"] == best["ticker"]


def test_a_sunday_gives_the_session_before_and_says_so(client: TestClient) -> None:
    newest = dt.date.fromisoformat(_data(client, "/market/today")["ref_date"])
    sunday = newest - dt.timedelta(days=newest.isoweekday())
    day = _data(client, "/market/today", date=sunday.isoformat())
    assert (day["why_not"], day["asked"]) == ("weekend", sunday.isoformat())
    assert day["ref_date"] < sunday.isoformat() < day["after"]


def test_a_day_far_ahead_gives_the_newest(client: TestClient) -> None:
    newest = _data(client, "/market/today")["ref_date"]
    day = _data(client, "/market/today", date="9999-12-31")
    assert (day["ref_date"], day["after"], day["asked"]) == (newest, None, "9999-12-31")


@pytest.mark.parametrize("date", ["yesterday", "2024-13-01", "0001-01-01"])
def test_a_day_that_cannot_be_is_the_callers_error(client: TestClient, date: str) -> None:
    answer = client.get(f"{API}/market/today", params={"date": date})
    assert answer.status_code in {404, 422}
    assert answer.json()["hint"]


def test_the_screener_gives_windows_of_one_order(client: TestClient) -> None:
    whole = _data(client, "/market/screener", sort="-close", limit=2000)
    part = _data(client, "/market/screener", sort="-close", offset=3, limit=4)
    assert [row["ticker"] for row in part["rows"]] == [
        row["ticker"] for row in whole["rows"][3:7]
    ]  # fmt: skip
    closes = [row["close"] for row in whole["rows"]]
    assert closes == sorted(closes, reverse=True)
    assert whole["total"] == len(whole["rows"]) <= whole["all_papers"]


def test_the_screener_filters_by_what_it_offers(client: TestClient) -> None:
    facets = _data(client, "/market/screener", limit=1)["facets"]
    kind, index = facets["kinds"][-1]["value"], facets["indexes"][0]["value"]
    assert {row["kind"] for row in _data(client, "/market/screener", kind=kind)["rows"]} == {kind}
    rows = _data(client, "/market/screener", index=index)["rows"]
    assert rows
    assert all(index in row["indexes"] for row in rows)


def test_a_file_has_every_row_whatever_the_window(client: TestClient) -> None:
    total = _data(client, "/market/screener")["total"]
    answer = client.get(f"{API}/market/screener", params={"format": "csv", "limit": 1})
    assert answer.headers["content-type"].startswith("text/csv")
    assert pl.read_csv(io.BytesIO(answer.content)).height == total
    accepted = {"accept": "application/vnd.apache.parquet"}
    parquet = client.get(f"{API}/market/screener", headers=accepted)
    assert pl.read_parquet(io.BytesIO(parquet.content)).height == total


@pytest.mark.parametrize(
    "query", [{"sort": "folded"}, {"sort": "close;--"}, {"kind": "bond"}, {"limit": 0},
              {"offset": -1}, {"min_turnover": "inf"}, {"format": "exe"}]
)  # fmt: skip
def test_a_choice_that_cannot_be_is_the_callers_error(
    client: TestClient, query: dict[str, Any]
) -> None:
    assert client.get(f"{API}/market/screener", params=query).status_code in {400, 422}


def test_an_unchanged_answer_is_not_sent_again(client: TestClient) -> None:
    etag = client.get(f"{API}/market/screener").headers["etag"]
    again = client.get(f"{API}/market/screener", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_nobody_reads_the_market_without_a_token(api: TestClient) -> None:
    for path in ("/market/today", "/market/screener", "/tickers/search?q=a", "/home/market"):
        assert api.get(API + path).status_code == 401
