"""Yahoo: its chart, its errors, its old downloads."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from lastro.core.clock import BRASILIA
from lastro.core.errors import NoDataError, ParseError, TemporaryError, UpstreamError
from lastro.vendors import yahoo

if TYPE_CHECKING:
    from pathlib import Path

    from lastro.core.http import HttpClient

TODAY = dt.date(2026, 11, 19)
NOT_FOUND = {"chart": {"result": None, "error": {
    "code": "Not Found", "description": "No data found, symbol may be delisted"}}}  # fmt: skip


def stamp(day: dt.date, hour: int = 10, minute: int = 0) -> int:
    return int(dt.datetime.combine(day, dt.time(hour, minute), BRASILIA).timestamp())


def chart(days: list[dt.date], *, traded: int, **quote: Any) -> bytes:
    meta = {"currency": "BRL", "symbol": "PETR4.SA", "exchangeTimezoneName": "America/Sao_Paulo",
            "regularMarketTime": traded, "validRanges": ["1d", "5d"],
            "currentTradingPeriod": {"regular": {"start": stamp(TODAY), "end": stamp(TODAY, 18)}},
            }  # fmt: skip
    adjusted = quote.pop("adjclose", None)
    result: dict[str, Any] = {"meta": meta, "indicators": {"quote": [quote]}}
    if days:
        result["timestamp"] = [stamp(day) for day in days]
    if adjusted is not None:
        result["indicators"]["adjclose"] = [{"adjclose": adjusted}]
    return json.dumps({"chart": {"result": [result], "error": None}}).encode()


DAYS = [TODAY - dt.timedelta(days=2), TODAY - dt.timedelta(days=1), TODAY]
WHOLE = chart(
    DAYS, traded=stamp(TODAY, 18, 7), open=[1, 2, 3], high=[2, 3, 4], low=[1, 1, 1],
    close=[1.5, None, 2.745659244726361], volume=[10, None, 30], adjclose=[1.25, None, 2.5],
)  # fmt: skip


def sessions(body: bytes, landed_on: dt.date = TODAY) -> list[str]:
    ((_ticker, rows),) = yahoo.read_chart("f.json", body, landed_on)
    return rows["session"].to_list()


def test_a_chart_says_its_bars_as_text() -> None:
    ((ticker, rows),) = yahoo.read_chart("f.json", WHOLE, TODAY)
    assert ticker == "PETR4"
    assert rows["date"].to_list() == [day.isoformat() for day in DAYS]
    assert rows["close"].to_list() == ["1.5", None, "2.745659244726361"]
    assert rows["adjclose"].to_list() == ["1.25", None, "2.5"]
    assert rows["volume"].to_list() == ["10", None, "30"]
    assert set(rows["split_adjusted"]) == {"true"}
    assert set(rows["adjusted_to"]) == {TODAY.isoformat()}
    assert set(rows["meta.validRanges"]) == {'["1d", "5d"]'}
    assert rows["session"].to_list() == ["ended"] * 3


def test_the_bar_of_a_session_that_has_not_ended_is_marked() -> None:
    live = chart(DAYS, traded=stamp(TODAY, 15), close=[1, 2, 3])
    assert sessions(live) == ["ended", "ended", "open"]
    tomorrow = TODAY + dt.timedelta(days=1)
    assert sessions(live, tomorrow) == ["ended", "ended", "unsure"]


def test_without_a_trading_period_the_day_of_landing_is_unsure() -> None:
    body = WHOLE.replace(b"currentTradingPeriod", b"somethingElse")
    assert sessions(body) == ["ended", "ended", "unsure"]
    assert sessions(body, TODAY + dt.timedelta(days=1)) == ["ended"] * 3


def test_arrays_may_be_missing_null_or_short() -> None:
    ((_, none),) = yahoo.read_chart("f", chart([], traded=stamp(TODAY)), TODAY)
    assert none.is_empty()
    assert "close" in none.columns
    ((_, short),) = yahoo.read_chart(
        "f", chart(DAYS, traded=stamp(TODAY, 19), close=[1], open=None), TODAY
    )
    assert short["close"].to_list() == ["1", None, None]
    assert short["open"].to_list() == [None] * 3
    body = json.loads(WHOLE)
    del body["chart"]["result"][0]["indicators"]["quote"][0]
    ((_, bare),) = yahoo.read_chart("f", json.dumps(body).encode(), TODAY)
    assert bare["close"].to_list() == [None] * 3


def test_events_stand_beside_the_bar_of_their_day_and_none_is_lost() -> None:
    body = json.loads(WHOLE)
    day, before = stamp(DAYS[1]), stamp(DAYS[0] - dt.timedelta(days=9))
    body["chart"]["result"][0]["events"] = {
        "dividends": {str(day): {"amount": 0.5, "date": day}},
        "splits": {str(before): {"splitRatio": "2:1", "date": before}},
    }
    ((_, rows),) = yahoo.read_chart("f", json.dumps(body).encode(), TODAY)
    first, second, third = rows["events"]
    assert "2:1" in first
    assert '"kind": "dividends"' in second
    assert third is None


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"Too Many Requests", WHOLE[:90], b"[]", b'{"chart": {"result": [{}]}}',
     b'{"chart": {"result": [3]}}', json.dumps(NOT_FOUND).encode()],
)  # fmt: skip
def test_what_is_no_chart_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(ParseError, match=r"strange\.json cannot be read"):
        yahoo.read_chart("strange.json", body, TODAY)


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"Too Many Requests\r\n", TemporaryError), (b"<!DOCTYPE html>", TemporaryError),
     (json.dumps(NOT_FOUND).encode(), NoDataError),
     (b'{"chart":{"result":null,"error":{"code":"Unauthorized"}}}', UpstreamError),
     (b'{"finance":{"result":null,"error":{"code":"Unauthorized"}}}', UpstreamError)],
)  # fmt: skip
def test_an_error_with_status_200_is_an_error(body: bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        yahoo.refuse_error("u", body)
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, NoDataError), (400, NoDataError), (401, UpstreamError), (422, UpstreamError),
     (429, TemporaryError), (503, TemporaryError)],
)  # fmt: skip
def test_a_status_says_who_must_act(
    provider: Any, client: HttpClient, status: int, kind: type[Exception]
) -> None:
    provider.says(json.dumps(NOT_FOUND).encode(), status)
    with pytest.raises(kind) as caught:
        yahoo.get(client, f"{provider.url}/v8")
    assert type(caught.value) is kind


def test_the_address_of_a_month_is_in_the_exchanges_time() -> None:
    path = yahoo.chart_path("IBOV", dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    assert path.startswith("v8/finance/chart/%5EBVSP?period1=1793502000&period2=1796094000&")
    assert "events=div%2Csplits" in path


OLD = b"Date,Open,High,Low,Close,Adj Close,Volume\n"


def test_the_old_download_says_its_bars_under_the_charts_names() -> None:
    body = OLD + b"2018-10-04,1,2,1,1.5,1.4,10\n2018-10-05,null,null,null,null,null,null\n"
    ((ticker, kind, rows),) = yahoo.read_csv("PETR4.SA.csv", body, TODAY)
    assert (ticker, kind) == ("PETR4", "csv")
    assert rows["adjclose"].to_list() == ["1.4", None]
    assert set(rows["adjusted_to"]) == {"2018-10-05"}
    assert set(rows["series"]) == {"plain"}
    assert set(rows["session"]) == {"ended"}
    late = yahoo.read_csv("PETR4.SA.csv", body, dt.date(2018, 10, 5))[0][2]
    assert late["session"].to_list() == ["ended", "unsure"]


def test_three_header_lines_may_hold_several_tickers() -> None:
    body = (b"Price,Close,Close,Volume,Volume\nTicker,PETR4.SA,^BVSP,PETR4.SA,^BVSP\n"
            b"Date,,,,\n2024-12-30 00:00:00-03:00,1.5,120000,7,0\n")  # fmt: skip
    found = {ticker: rows for ticker, _kind, rows in yahoo.read_csv("two.csv", body, TODAY)}
    assert found["PETR4"].select("date", "close", "volume", "open").row(0) == (
        "2024-12-30", "1.5", "7", None)  # fmt: skip
    assert found["IBOV"]["close"].to_list() == ["120000"]
    assert set(found["IBOV"]["series"]) == {"dividend_adjusted"}


def test_with_adj_close_three_header_lines_are_the_plain_series() -> None:
    body = b"Price,Adj Close,Close\nTicker,PETR4.SA,PETR4.SA\nDate,,\n2024-12-30,1.2,1.5\n"
    ((_, _, rows),) = yahoo.read_csv("x.csv", body, TODAY)
    assert rows.select("adjclose", "close", "series").row(0) == ("1.2", "1.5", "plain")


@pytest.mark.parametrize(
    "body",
    [b"", b"Date\n", b"Date,Open\n2018-01-01,2\n", b"Price,Close\nTicker\n", b"Price,Close\n",
     b"Price,Close\nDate,x\nDate,\n", b"a,b\n1,2\n", b"Date,Close,Close\n2018-01-01,1,2\n"],
)  # fmt: skip
def test_what_is_no_quotes_csv_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(ParseError, match=r"PETR4\.csv"):
        yahoo.read_csv("PETR4.csv", body, TODAY)


def test_real_downloads_lose_no_line(real_data: Path) -> None:
    nulls = {"PETR4.SA.csv": (4732, 121), "BVSP.csv": (6476, 175), "BBAS3.SA.csv": (4732, 18),
             "BBDC4.SA.csv": (2675, 68), "GGBR4.SA.csv": (4646, 100)}  # fmt: skip
    for name, counted in nulls.items():
        body = (real_data / "yahoo" / name).read_bytes()
        ((_, _, rows),) = yahoo.read_csv(name, body, TODAY)
        assert (rows.height, rows["close"].null_count()) == counted, name
        assert rows["_malformed"].null_count() == rows.height


def test_the_real_file_of_three_header_lines(real_data: Path) -> None:
    name = "PETR4.SA_yfinance_three_header_lines.csv"
    ((ticker, kind, rows),) = yahoo.read_csv(name, (real_data / "yahoo" / name).read_bytes(), TODAY)
    assert (ticker, kind, rows.height) == ("PETR4", "yfinance", 2487)
    assert rows["date"].to_list()[::2486] == ["2015-01-02", "2024-12-30"]
    assert rows["close"][0] == "2.572509527206421"
