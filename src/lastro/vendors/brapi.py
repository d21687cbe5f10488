"""brapi.dev: how its quote call is asked, and what it answers.

It answers to a token, sent as a header so that no address holds it. Histories are asked for by
range, not by days. Quotes are **already divided by later splits**; ``adjustedClose`` by dividends
as well. Errors are ``{"error": true, "message": ...}`` in Portuguese, mostly with 4xx. Source:
brapi.dev/docs/acoes; which ranges a plan allows is the plan's matter.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic import Field, SecretStr

from lastro.core.clock import BRASILIA
from lastro.core.errors import NoDataError, UpstreamError
from lastro.core.settings import Section
from lastro.vendors import bars

if TYPE_CHECKING:
    import polars as pl

    from lastro.core.http import Answer, HttpClient

_NAME = "brapi"
_SETTING = "LASTRO_BRAPI__TOKEN"
_SYMBOLS = {bars.IBOV: "^BVSP"}
_REFUSED = 401
_RANGES = (("5d", 5), ("1mo", 28), ("3mo", 89), ("6mo", 181), ("1y", 365), ("2y", 730),
           ("5y", 1826), ("10y", 3652))  # fmt: skip
_PRICES = ("date", "open", "high", "low", "close", "volume", "adjustedClose")


class BrapiSettings(Section):
    """brapi.dev, a fallback for quotes."""

    url: str = Field("https://brapi.dev/api", description="Address of the API.")
    token: SecretStr = Field(
        SecretStr(""), description="Your token; blank leaves this provider out of the chain."
    )


def range_for(first: dt.date, today: dt.date) -> str:
    """The shortest range that goes from today back to a day."""
    days = (today - first).days
    return next((name for name, reach in _RANGES if days < reach), "max")


def quote_path(ticker: str, span: str) -> str:
    """Path of the daily bars of a range."""
    symbol = quote(_SYMBOLS.get(ticker, ticker), safe="")
    return f"quote/{symbol}?range={span}&interval=1d&fundamental=false&dividends=true"


def get(
    client: HttpClient,
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    settings: BrapiSettings | None = None,
    **_: Any,
) -> Answer:
    """Ask the quote call.

    Raises:
        ConfigError: There is no token, or it is refused.
        NoDataError: It does not know the ticker.
        TemporaryError: The plan's limit is reached, or a web page came.
        UpstreamError: It refuses otherwise.
    """
    token = settings.token.get_secret_value() if settings else ""
    if not token:
        raise bars.no_key(_NAME, _SETTING)
    headers = {"Accept": "application/json", "Authorization": f"Bearer {token}"}
    try:
        answer = client.get(url, etag=etag, last_modified=last_modified, headers=headers)
    except UpstreamError as error:
        if error.context.get("status") == _REFUSED:
            raise bars.wrong_key(_NAME, _SETTING) from None
        raise
    refuse_error(url, answer.body)
    return answer


def refuse_error(url: str, body: bytes) -> None:
    """Refuse an error that came with status 200; what is no JSON is left to be read and refused.

    Raises:
        LastroError: As its class says.
    """
    if body.lstrip()[:1] == b"<":
        raise bars.page_instead(url)
    try:
        found = json.loads(body) if body else None
    except ValueError:
        return
    if not isinstance(found, dict) or not found.get("error"):
        return
    said = str(found.get("message") or "").casefold()
    if "token" in said:
        raise bars.wrong_key(_NAME, _SETTING)
    if "limite" in said:
        raise bars.limit_reached(url)
    if "encontr" in said:
        raise NoDataError(
            "{url} knows no such symbol.",
            hint="The ticker may be wrong, or the provider may have dropped it.",
            url=url,
        )
    raise UpstreamError(
        "{url} answers with an error: {code}.",
        hint="Check the address and whether the source changed its rules.",
        url=url,
        code=said[:80] or "?",
    )


def read_quotes(name: str, body: bytes, landed_on: dt.date) -> list[tuple[str, pl.DataFrame]]:
    """Tickers and their bars of a quote answer.

    Fields of a result beside its history stand on every row as ``result.<field>``.

    Returns:
        Rows as ``bars.number`` makes them; ``session`` is "open" where the day had not ended when
        it was asked, "unsure" where that cannot be told, and else "ended".

    Raises:
        ParseError: It is no quote answer.
    """
    found = bars.read_json(name, body)
    results = found.get("results") if isinstance(found, dict) else None
    if not isinstance(results, list):
        raise bars.unreadable(name, "it is no answer of the quote call")
    try:
        asked = _instant(found.get("requestedAt"))
        return [_bars_of(each, asked, landed_on) for each in results]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise bars.unreadable(name, "its quotes are not as quotes are") from error


def _bars_of(
    result: dict[str, Any], asked: dt.datetime | None, landed_on: dt.date
) -> tuple[str, pl.DataFrame]:
    ticker = bars.ticker_of(result["symbol"])
    rows: list[dict[str, Any]] = result.get("historicalDataPrice") or []
    days = [_day(row.get("date")) for row in rows]
    fields = dict.fromkeys([*_PRICES, *(field for row in rows for field in row)])
    about = {
        f"result.{field}": bars.text_of(value)
        for field, value in result.items()
        if field != "historicalDataPrice"
    }
    return ticker, bars.number(
        {
            "ticker": ticker,
            **{
                "stamp" if field == "date" else field: [bars.text_of(r.get(field)) for r in rows]
                for field in fields
            },
            "date": [day.isoformat() if day else None for day in days],
            "session": [_session(day, asked, landed_on) for day in days],
            "split_adjusted": "true",
            "adjusted_to": (asked.date() if asked else landed_on).isoformat(),
            "series": "plain",
            "currency": bars.text_of(result.get("currency")),
            "fetched_on": landed_on.isoformat(),
            **about,
        }
    )


def _instant(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text).astimezone(BRASILIA) if text else None


def _day(stamp: str | None) -> dt.date | None:
    return dt.datetime.fromtimestamp(int(float(stamp)), BRASILIA).date() if stamp else None


def _session(day: dt.date | None, asked: dt.datetime | None, landed_on: dt.date) -> str:
    if asked is None or day is None:
        return "unsure" if day is not None and day >= landed_on else "ended"
    is_open = day >= asked.date() and asked.time() < bars.SESSION_ENDS
    return "open" if is_open else "ended"
