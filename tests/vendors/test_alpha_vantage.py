"""Alpha Vantage: its series, its errors with status 200, and its key, which nothing shows."""

from __future__ import annotations

import datetime as dt
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from lastro.core.errors import ConfigError, NoDataError, ParseError, TemporaryError, UpstreamError
from lastro.vendors import alpha_vantage

if TYPE_CHECKING:
    from lastro.core.http import HttpClient

TODAY = dt.date(2026, 11, 19)
KEY = "K3Y+/1"
SECRET = alpha_vantage.AlphaVantageSettings(key=SecretStr(KEY))
SERIES = json.dumps({
    "Meta Data": {"1. Information": "Daily", "2. Symbol": "PETR4.SAO"},
    "Time Series (Daily)": {
        "2026-11-19": {"1. open": "1.0", "2. high": "2.0", "3. low": "1.0", "4. close": "1.5000",
                       "5. volume": "7"},
        "2026-11-18": {"4. close": "1.4", "6. odd one": "x"},
    },
}).encode()  # fmt: skip
CSV = b"timestamp,open,high,low,close,volume\r\n2026-11-18,1,2,1,1.5,7\r\n"


def test_a_series_says_its_bars_as_text_the_oldest_first() -> None:
    ticker, rows = alpha_vantage.read_daily("f", SERIES, TODAY)
    assert ticker == "PETR4"
    assert rows["date"].to_list() == ["2026-11-18", "2026-11-19"]
    assert rows["close"].to_list() == ["1.4", "1.5000"]
    assert rows["odd_one"].to_list() == ["x", None]
    assert rows["session"].to_list() == ["ended", "unsure"]
    assert set(rows["split_adjusted"]) == {"false"}
    assert set(rows["adjusted_to"]) == {None}


def test_the_sites_csv_is_read_too() -> None:
    ticker, rows = alpha_vantage.read_daily("daily_PETR4.SAO.csv", CSV, TODAY)
    assert ticker == "PETR4"
    assert rows.select("date", "close", "volume", "session").row(0) == (
        "2026-11-18", "1.5", "7", "ended")  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b'{"Note": "x"}', b'{"Information": "your key K3Y"}', SERIES[:80], b"a,b\n1,2",
     b'{"Meta Data": {}, "Time Series (Daily)": {}}', b'{"Meta Data": 3}', b"{}"],
)  # fmt: skip
def test_what_is_no_series_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(ParseError, match=r"strange\.json cannot be read") as caught:
        alpha_vantage.read_daily("strange.json", body, TODAY)
    assert "K3Y" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"Note": "Thank you for using Alpha Vantage! Our standard API call frequency is 5"},
         TemporaryError),
        ({"Information": f"We have detected your API key as {KEY} and our standard API rate limit "
          "is 25 requests per day."}, TemporaryError),
        ({"Information": "This is a premium endpoint."}, UpstreamError),
        ({"Information": "the parameter apikey is invalid or missing."}, ConfigError),
        ({"Error Message": "the parameter apikey is invalid or missing."}, ConfigError),
        ({"Error Message": "Invalid API call. Please retry or visit the documentation"},
         NoDataError),
    ],
)  # fmt: skip
def test_an_error_with_status_200_is_an_error_and_hides_the_key(
    provider: Any, client: HttpClient, body: dict[str, str], kind: type[Exception]
) -> None:
    provider.says(json.dumps(body).encode())
    with pytest.raises(kind) as caught:
        alpha_vantage.get(client, f"{provider.url}/query?a=b", settings=SECRET)
    assert type(caught.value) is kind
    assert KEY not in str(caught.value)
    assert "K3Y" not in str(caught.value)


def test_the_key_is_sent_but_neither_logged_nor_landed(
    provider: Any, client: HttpClient, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(logging.getLogger("lastro"), "propagate", True)
    provider.says(SERIES)
    with caplog.at_level(logging.DEBUG):
        got = alpha_vantage.get(client, f"{provider.url}/query?a=b", settings=SECRET)
    ((path, _headers),) = provider.asked
    assert path == "/query?a=b&apikey=K3Y%2B%2F1"
    assert got.url.endswith("/query?a=b&apikey=***")
    assert got.body == SERIES
    assert "apikey=***" in caplog.text
    assert "K3Y" not in caplog.text


@pytest.mark.parametrize("status", [401, 404, 429, 500])
def test_an_error_by_status_hides_the_key(provider: Any, client: HttpClient, status: int) -> None:
    provider.says(b"no", status)
    with pytest.raises(UpstreamError) as caught:
        alpha_vantage.get(client, f"{provider.url}/query?a=b", settings=SECRET)
    assert "apikey=***" in caught.value.message
    assert "K3Y" not in str(caught.value) + str(caught.value.context)
    assert caught.value.__suppress_context__


def test_without_a_key_nothing_is_asked(provider: Any, client: HttpClient) -> None:
    with pytest.raises(ConfigError, match="answers only to a key") as caught:
        alpha_vantage.get(client, provider.url, settings=alpha_vantage.AlphaVantageSettings())
    assert "LASTRO_ALPHA_VANTAGE__KEY" in caught.value.hint
    assert provider.asked == []


def test_a_secret_does_not_show_in_the_settings() -> None:
    assert "K3Y" not in repr(SECRET) + str(SECRET)


def test_the_address_holds_no_key() -> None:
    path = alpha_vantage.daily_path("PETR4", alpha_vantage.size_for(TODAY, TODAY))
    assert path == ("query?function=TIME_SERIES_DAILY&symbol=PETR4.SAO&outputsize=compact"
                    "&datatype=json")  # fmt: skip
    assert alpha_vantage.size_for(TODAY - dt.timedelta(days=130), TODAY) == "full"
