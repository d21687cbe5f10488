"""One paper's routes over the simulated lake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

API = "/api/v1"


@pytest.fixture
def client(signed_in: Callable[[str], TestClient]) -> TestClient:
    """Somebody who may read the market and nothing else of the house."""
    return signed_in("client")


@pytest.fixture
def busiest(client: TestClient) -> str:
    """The most traded ticker of Ibovespa."""
    rows = _data(client, "/market/screener", index="IBOV", limit=1)["rows"]
    return str(rows[0]["ticker"])


def _data(client: TestClient, path: str, **query: Any) -> Any:
    answer = client.get(API + path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_a_sheet_agrees_with_the_screener(client: TestClient, busiest: str) -> None:
    sheet = _data(client, f"/tickers/{busiest.lower()}")
    row = _data(client, "/market/screener", index="IBOV", limit=1)["rows"][0]
    shared = set(sheet) & set(row)
    assert {"close", "return_1m", "turnover_mean21", "dividend_yield_12m"} <= shared
    assert {name: sheet[name] for name in shared} == {name: row[name] for name in shared}
    assert sheet["weights"]["IBOV"] == row["ibov_weight"]


def test_candles_are_columns_of_one_length(client: TestClient, busiest: str) -> None:
    quotes = _data(client, f"/tickers/{busiest}/quotes", adjusted="raw")
    columns = [quotes[name] for name in ("dates", "open", "high", "low", "close", "quantity")]
    assert len({len(column) for column in columns}) == 1
    assert quotes["dates"] == sorted(quotes["dates"])
    assert all(low <= close <= high for low, close, high in
               zip(quotes["low"], quotes["close"], quotes["high"], strict=True))  # fmt: skip
    part = _data(client, f"/tickers/{busiest}/quotes", adjusted="raw",
                 first=quotes["dates"][5], last=quotes["dates"][9])  # fmt: skip
    assert part["close"] == quotes["close"][5:10]


def test_adjusted_and_raw_candles_end_alike(client: TestClient, busiest: str) -> None:
    ends = {
        adjusted: _data(client, f"/tickers/{busiest}/quotes", adjusted=adjusted)["close"][-1]
        for adjusted in ("raw", "split", "total")
    }
    assert ends["raw"] == pytest.approx(ends["split"]) == pytest.approx(ends["total"])


def test_returns_and_the_comparison_tell_one_story(client: TestClient, busiest: str) -> None:
    returns = _data(client, f"/tickers/{busiest}/returns")
    whole = next(period for period in returns["periods"] if period["period"] == "max")
    compared = _data(client, f"/tickers/{busiest}/comparison", others=["IBOV", "CDI"])
    lines = {line["name"]: line["values"] for line in compared["lines"]}
    assert lines[busiest][-1] - 1 == pytest.approx(whole["total_return"], abs=1e-5)
    assert lines["IBOV"][-1] - 1 == pytest.approx(whole["ibov"], abs=1e-5)
    assert lines["CDI"][-1] - 1 == pytest.approx(whole["cdi"], abs=1e-5)


def test_events_and_indexes_are_given(client: TestClient, busiest: str) -> None:
    assert set(_data(client, f"/tickers/{busiest}/actions")) == {
        "ticker", "actions", "paid_by_year", "restated",
    }  # fmt: skip
    places = _data(client, f"/tickers/{busiest}/indexes")
    assert "IBOV" in {place["index_code"] for place in places if place["is_in"]}


def test_search_finds_a_code_by_its_beginning(client: TestClient, busiest: str) -> None:
    found = _data(client, "/tickers/search", q=busiest[:4].lower(), limit=50)
    begins = [hit["ticker"].startswith(busiest[:4]) for hit in found]
    assert busiest in {hit["ticker"] for hit in found}
    assert begins == sorted(begins, reverse=True)  # codes before what is only in a name


def test_common_history_names_who_shortens_it(client: TestClient, busiest: str) -> None:
    rows = _data(client, "/market/screener", idle=True, limit=2000)["rows"]
    other = next(row["ticker"] for row in rows if row["idle_sessions"] > 30)
    window = _data(client, "/common-history", tickers=[busiest, other])
    assert (window["last_by"], window["is_empty"]) == (other, False)


@pytest.mark.parametrize("part", ["", "/quotes", "/actions", "/indexes", "/returns", "/comparison"])
def test_an_unknown_ticker_is_not_found_and_the_hint_says_what_to_do(
    client: TestClient, part: str
) -> None:
    answer = client.get(f"{API}/tickers/NOPE3{part}")
    assert answer.status_code == 404
    assert "NOPE3" in answer.json()["detail"]
    assert "lastro ingest" in answer.json()["hint"]


@pytest.mark.parametrize(
    ("path", "query"),
    [("/tickers/search", {}), ("/tickers/search", {"q": "x" * 101}), ("/common-history", {}),
     ("/tickers/" + "X" * 21, {}), ("/tickers/PETR4/quotes", {"adjusted": "maybe"}),
     ("/tickers/PETR4/quotes", {"first": "soon"})],
)  # fmt: skip
def test_a_question_that_cannot_be_is_the_callers_error(
    client: TestClient, path: str, query: dict[str, str]
) -> None:
    assert client.get(API + path, params=query).status_code == 422


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("comparison", {"first": "9000-01-01"}, 200),
        ("comparison", {"last": "0001-01-01"}, 200),
        ("comparison", {"first": "9999-12-31", "last": "0001-01-01"}, 200),
        ("comparison", {"others": ""}, 200),
        ("comparison", {"others": ["\0"]}, 404),
        ("quotes", {"first": "0001-01-01", "last": "9999-12-31"}, 200),
        ("quotes", {"last": "0001-01-01"}, 200),
    ],
)
def test_days_beyond_all_data_are_answered(
    client: TestClient, busiest: str, path: str, query: dict[str, Any], status: int
) -> None:
    answer = client.get(f"{API}/tickers/{busiest}/{path}", params=query)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [("/tickers/%00", 404), ("/tickers/search?q=%00", 200), ("/tickers/search?q=%F0%9F%98%80", 200),
     ("/common-history?tickers=%00", 404), ("/common-history?tickers=", 404),
     ("/market/screener?q=%5B(", 200), ("/market/screener?offset=1000000", 200)],
)  # fmt: skip
def test_odd_text_is_only_text(client: TestClient, path: str, status: int) -> None:
    assert client.get(API + path).status_code == status
