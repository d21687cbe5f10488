"""Yahoo Finance: how its chart call is asked, and what its answers and old downloads say.

Quotes are **already divided by later splits** (``close``) and, in ``adjclose``, by dividends as
well: they are no raw prices. Errors come as JSON with 404, as plain text with 429, as a web page
with 200. Source: query2.finance.yahoo.com/v8/finance/chart; no terms allow redistribution.
"""

from __future__ import annotations

import datetime as dt
import json
from itertools import zip_longest
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl
from pydantic import Field

from lastro.core.clock import BRASILIA
from lastro.core.errors import NoDataError, UpstreamError
from lastro.core.settings import Section
from lastro.vendors import bars

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lastro.core.http import Answer, HttpClient

_ASKED_AS = {"Accept": "application/json"}
_SYMBOLS = {bars.IBOV: "^BVSP"}
_NO_SUCH_DAYS = 400  # what it answers where the days hold no session of the symbol
_PRICES = ("open", "high", "low", "close", "volume")
_OLD_NAMES = {"adj close": "adjclose"}


class YahooSettings(Section):
    """Yahoo Finance, a fallback for quotes."""

    url: str = Field("https://query2.finance.yahoo.com", description="Address of the chart call.")


def symbol_of(ticker: str) -> str:
    """Yahoo's symbol of a B3 ticker."""
    return _SYMBOLS.get(ticker, f"{ticker}.SA")


def chart_path(ticker: str, first: dt.date, last: dt.date) -> str:
    """Path of the daily bars from one day to another, both included."""
    start = dt.datetime.combine(first, dt.time.min, BRASILIA)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min, BRASILIA)
    return (
        f"v8/finance/chart/{quote(symbol_of(ticker), safe='')}"
        f"?period1={int(start.timestamp())}&period2={int(end.timestamp())}"
        "&interval=1d&events=div%2Csplits"
    )


def get(
    client: HttpClient,
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    **_: Any,
) -> Answer:
    """Ask the chart call.

    Raises:
        NoDataError: It does not know the symbol, or has nothing of those days.
        TemporaryError: It answers too many requests, or with a web page.
        UpstreamError: It refuses, by status or in its answer.
    """
    try:
        answer = client.get(url, etag=etag, last_modified=last_modified, headers=_ASKED_AS)
    except UpstreamError as error:
        if error.context.get("status") == _NO_SUCH_DAYS:
            raise NoDataError(
                "{url} has nothing of those days.",
                hint="They may lie before the first quote of the ticker.",
                url=url,
            ) from None
        raise
    refuse_error(url, answer.body)
    return answer


def refuse_error(url: str, body: bytes) -> None:
    """Refuse an error that came with status 200; what is no JSON is left to be read and refused.

    Raises:
        UpstreamError: As its subclass says.
    """
    start = body.lstrip()[:200]
    if start[:1] == b"<":
        raise bars.page_instead(url)
    if start.lower().startswith(b"too many requests"):
        raise bars.limit_reached(url)
    try:
        found = json.loads(body) if body else None
    except ValueError:
        return
    chart = found.get("chart") or found.get("finance") if isinstance(found, dict) else None
    error = chart.get("error") if isinstance(chart, dict) else None
    if not error:
        return
    code = str(error.get("code", "")) if isinstance(error, dict) else str(error)
    if code.casefold() == "not found":
        raise NoDataError(
            "{url} knows no such symbol.",
            hint="The ticker may be wrong, or the provider may have dropped it.",
            url=url,
        )
    raise UpstreamError(
        "{url} answers with an error: {code}.",
        hint="Check the address and whether the source changed its rules.",
        url=url,
        code=code,
    )


def read_chart(name: str, body: bytes, landed_on: dt.date) -> list[tuple[str, pl.DataFrame]]:
    """Tickers and their bars of a chart answer.

    Arrays may hold nulls or be missing, and ``timestamp`` may be missing: then there is no bar. The
    fields of ``meta`` stand on every row as ``meta.<field>``, an event on the bar of its day.

    Returns:
        Rows as ``bars.number`` makes them; ``session`` is "open" where the day had not ended,
        "unsure" where that cannot be told, and else "ended".

    Raises:
        ParseError: It is no chart.
    """
    found = bars.read_json(name, body)
    chart = found.get("chart") if isinstance(found, dict) else None
    results = chart.get("result") if isinstance(chart, dict) else None
    if not isinstance(results, list) or not all(isinstance(each, dict) for each in results):
        raise bars.unreadable(name, "it is no answer of the chart call")
    try:
        return [_bars_of(each, landed_on) for each in results]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise bars.unreadable(name, "its chart is not as charts are") from error


def _bars_of(result: dict[str, Any], landed_on: dt.date) -> tuple[str, pl.DataFrame]:
    meta: dict[str, Any] = result.get("meta") or {}
    ticker = bars.ticker_of(meta["symbol"])
    stamps: list[str | None] = result.get("timestamp") or []
    indicators = result.get("indicators") or {}
    arrays = {
        **{price: [] for price in _PRICES},
        **_first(indicators.get("quote")),
        "adjclose": _first(indicators.get("adjclose")).get("adjclose") or [],
    }
    names = list(arrays)
    rows = list(zip_longest(stamps, *(arrays[each] or [] for each in names))) if stamps else []
    days = [_day(row[0], meta) if row[0] else None for row in rows]
    traded = _day(meta["regularMarketTime"], meta) if meta.get("regularMarketTime") else landed_on
    return ticker, bars.number(
        {
            "ticker": ticker,
            "date": [day.isoformat() if day else None for day in days],
            "timestamp": [row[0] for row in rows],
            **{
                each: [bars.text_of(row[place]) for row in rows]
                for place, each in enumerate(names, 1)
            },
            "events": _events(result.get("events") or {}, days, meta),
            "session": [_session(day, meta, landed_on) for day in days],
            "split_adjusted": "true",
            "adjusted_to": traded.isoformat(),
            "series": "plain",
            "currency": bars.text_of(meta.get("currency")),
            "fetched_on": landed_on.isoformat(),
            **{f"meta.{field}": bars.text_of(value) for field, value in meta.items()},
        }
    )


def _first(arrays: list[dict[str, Any]] | None) -> dict[str, Any]:
    return (arrays[0] if arrays else None) or {}


def _day(stamp: str, meta: dict[str, Any]) -> dt.date:
    try:
        zone: dt.tzinfo = ZoneInfo(meta.get("exchangeTimezoneName") or str(BRASILIA))
    except (ZoneInfoNotFoundError, ValueError):
        zone = dt.timezone(dt.timedelta(seconds=int(meta.get("gmtoffset") or 0)))
    return dt.datetime.fromtimestamp(int(float(stamp)), zone).date()


def _session(day: dt.date | None, meta: dict[str, Any], landed_on: dt.date) -> str:
    """Whether a bar's session had ended when the answer was made.

    A thinly traded paper's last trade may come long before the end: on the day itself the bar waits
    for tomorrow's answer; later, nobody can tell any more.
    """
    regular = (meta.get("currentTradingPeriod") or {}).get("regular") or {}
    traded = meta.get("regularMarketTime")
    if day is None or not regular.get("end") or not traded:
        return "ended" if day is None or day < landed_on else "unsure"
    if day < _day(regular["end"], meta) or int(float(traded)) >= int(float(regular["end"])):
        return "ended"
    return "open" if day >= landed_on else "unsure"


def _events(
    events: dict[str, Any], days: Sequence[dt.date | None], meta: dict[str, Any]
) -> list[str | None]:
    """Each event beside the bar of its day, or the last one before it (of none, the first)."""
    found: dict[int, list[Any]] = {}
    for kind, each in events.items():
        for stamp, event in each.items():
            day = _day(stamp, meta)
            before = [place for place, bar in enumerate(days) if bar and bar <= day]
            found.setdefault(before[-1] if before else 0, []).append({"kind": kind, **event})
    return [bars.text_of(found.get(place)) for place in range(len(days))]


def read_csv(name: str, body: bytes, landed_on: dt.date) -> list[tuple[str, str, pl.DataFrame]]:
    """Tickers, kinds and bars of a CSV: the site's old download, or one that yfinance wrote.

    yfinance writes three header lines. Without ``Adj Close`` among them all its prices are already
    adjusted by splits *and* dividends: those are another series, ``dividend_adjusted``.

    Returns:
        Ticker, "csv" or "yfinance", and rows as ``read_chart`` gives them.

    Raises:
        ParseError: It is neither.
    """
    (first, *_rest), _rows = bars.cut(name, body)
    if first[0].lower() == "date":
        _heads, rows = bars.cut(name, body)
        ticker = bars.ticker_in(name)
        return [(ticker, "csv", _named(name, rows, first, range(len(first)), ticker, landed_on))]
    if first[0].lower() != "price":
        raise bars.unreadable(name, "it has no header line of a quotes file")
    heads, rows = bars.cut(name, body, 3)
    symbols = heads[1]
    if symbols[0].lower() != "ticker" or len(symbols) != len(first):
        raise bars.unreadable(name, "its second line names no tickers")
    found = []
    for symbol in dict.fromkeys(symbols[1:]):
        places = [0, *(place for place, each in enumerate(symbols) if place and each == symbol)]
        ticker = bars.ticker_of(symbol)
        named = _named(name, rows, ["date", *first[1:]], places, ticker, landed_on)
        found.append((ticker, "yfinance", named))
    return found


def _named(
    name: str,
    rows: pl.DataFrame,
    headers: Sequence[str],
    places: Sequence[int],
    ticker: str,
    landed_on: dt.date,
) -> pl.DataFrame:
    """Columns by position under the chart call's names."""
    lower = {place: headers[place].lower() for place in places}
    names = {place: _OLD_NAMES.get(header, header) for place, header in lower.items()}
    if not {"date", "close"} <= set(names.values()) or len(set(names.values())) != len(names):
        raise bars.unreadable(name, "it lacks the columns Date and Close")
    text = rows.select(
        *(pl.col(str(place)).alias(header) for place, header in names.items()),
        bars.ROW,
        bars.MALFORMED,
    )
    missing = [c for c in (*_PRICES, "adjclose") if c not in text.columns]
    is_plain = "adjclose" in text.columns
    day = pl.col("date").str.head(10)
    late = day >= landed_on.isoformat()
    return text.with_columns(
        *(pl.lit(None, pl.String).alias(column) for column in missing),
        day.alias("date"),
        pl.when(late).then(pl.lit("unsure")).otherwise(pl.lit("ended")).alias("session"),
        pl.lit(ticker).alias("ticker"),
        pl.lit("true").alias("split_adjusted"),
        day.max().alias("adjusted_to"),  # it was written that day, or not long after
        pl.lit("plain" if is_plain else "dividend_adjusted").alias("series"),
        pl.lit(None, pl.String).alias("currency"),
        pl.lit(landed_on.isoformat()).alias("fetched_on"),
    )
