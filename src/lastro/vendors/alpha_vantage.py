"""Alpha Vantage: how its daily series is asked, and what it answers.

The key goes in the address, for there is no other place: it is masked in what is logged, said and
landed, and answers that repeat it are never landed. Prices of the daily series are raw, as traded.
Errors come with status 200 as "Error Message", "Note" or "Information". Source:
alphavantage.co/documentation, function TIME_SERIES_DAILY.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import polars as pl
from pydantic import Field, SecretStr

from lastro.core.errors import LastroError, NoDataError, UpstreamError
from lastro.core.settings import Section
from lastro.vendors import bars

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from lastro.core.http import Answer, HttpClient

_NAME = "Alpha Vantage"
_SETTING = "LASTRO_ALPHA_VANTAGE__KEY"
_SERIES = "Time Series (Daily)"
_COMPACT_DAYS = 130  # its hundred sessions reach some 145 days back
_IN_ADDRESS = re.compile(r"(?<=[?&]apikey=)[^&\s'\"]*")
_LOGGERS = ("lastro.core.http", "urllib3.connectionpool")
_LIMITS = ("rate limit", "call frequency", "requests per day", "call volume", "spreading out")
_PRICES = ("open", "high", "low", "close", "volume")


class AlphaVantageSettings(Section):
    """Alpha Vantage, a fallback for quotes."""

    url: str = Field("https://www.alphavantage.co", description="Address of the API.")
    key: SecretStr = Field(
        SecretStr(""), description="Your key; blank leaves this provider out of the chain."
    )


def size_for(first: dt.date, today: dt.date) -> str:
    """Whether the last hundred days go back far enough, or all must be asked for."""
    return "compact" if (today - first).days < _COMPACT_DAYS else "full"


def daily_path(ticker: str, size: str) -> str:
    """Path of a ticker's daily series, without the key."""
    return (
        f"query?function=TIME_SERIES_DAILY&symbol={quote(ticker, safe='')}.SAO"
        f"&outputsize={size}&datatype=json"
    )


def masked(text: str) -> str:
    """A text without the key that an address in it may hold."""
    return _IN_ADDRESS.sub("***", text)


class _Mask(logging.Filter):
    """Keeps keys in addresses out of the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(masked(a) if isinstance(a, str) else a for a in record.args)
        record.msg = masked(record.msg) if isinstance(record.msg, str) else record.msg
        return True


_MASK = _Mask()


def get(
    client: HttpClient,
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    settings: AlphaVantageSettings | None = None,
    **_: Any,
) -> Answer:
    """Ask for a series; neither the answer nor an error holds the key.

    Raises:
        ConfigError: There is no key, or it is refused.
        NoDataError: It does not know the symbol.
        TemporaryError: The plan's limit is reached, or a web page came.
        UpstreamError: It refuses otherwise.
    """
    key = settings.key.get_secret_value() if settings else ""
    if not key:
        raise bars.no_key(_NAME, _SETTING)
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_MASK)
    keyed = f"{url}&apikey={quote(key, safe='')}"
    try:
        answer = client.get(keyed, etag=etag, last_modified=last_modified)
    except LastroError as error:
        told = {k: masked(v) if isinstance(v, str) else v for k, v in error.context.items()}
        raise type(error)(error.template, hint=error.hint_template, **told) from None
    refuse_error(url, answer.body)
    return replace(answer, url=masked(answer.url))


def refuse_error(url: str, body: bytes) -> None:
    """Refuse an error, which comes with status 200; its own words may repeat the key.

    What is no JSON is left to be read and refused.

    Raises:
        LastroError: As its class says.
    """
    if body.lstrip()[:1] == b"<":
        raise bars.page_instead(url)
    try:
        found = json.loads(body) if body else None
    except ValueError:
        return
    if not isinstance(found, dict) or _SERIES in found:
        return
    said = {kind: str(found[kind]).casefold() for kind in ("Error Message", "Note", "Information")
            if kind in found}  # fmt: skip
    words = " ".join(said.values())
    if "apikey" in words and "invalid or missing" in words:
        raise bars.wrong_key(_NAME, _SETTING)
    if "Note" in said or any(limit in words for limit in _LIMITS):
        raise bars.limit_reached(url)
    if "Error Message" in said:
        raise NoDataError(
            "{url} knows no such symbol.",
            hint="The ticker may be wrong, or the provider may have dropped it.",
            url=url,
        )
    if said:
        raise UpstreamError(
            "{url} is not within the plan of the key.",
            hint="Ask for fewer days, or for a plan that allows it.",
            url=url,
        )


def read_daily(name: str, body: bytes, landed_on: dt.date) -> tuple[str, pl.DataFrame]:
    """The ticker and bars of a daily series, as JSON or as the CSV that the site offers.

    Returns:
        Rows as ``bars.number`` makes them, the oldest first; ``session`` is "unsure" where the day
        may not have ended, else "ended".

    Raises:
        ParseError: It is no daily series.
    """
    bars.refuse_page(name, body)
    if body.lstrip()[:1] != b"{":
        return _read_csv(name, body, landed_on)
    found = bars.read_json(name, body)
    series, meta = found.get(_SERIES), found.get("Meta Data") or {}
    try:
        about = {f"meta.{_bare(field)}": bars.text_of(value) for field, value in meta.items()}
        ticker = bars.ticker_of(about["meta.symbol"] or "")
        days = sorted(series)
        fields = dict.fromkeys([*_PRICES, *(_bare(f) for day in days for f in series[day])])
        values = [{_bare(f): bars.text_of(v) for f, v in series[day].items()} for day in days]
    except (KeyError, TypeError, AttributeError) as error:
        raise bars.unreadable(name, "it is no daily series") from error
    rows = bars.number({"date": days, **{f: [v.get(f) for v in values] for f in fields}, **about})
    return ticker, _said(rows, ticker, landed_on)


def _bare(field: str) -> str:
    """Name without its number and blanks: ``1. open`` is open."""
    return field.partition(". ")[2].strip().lower().replace(" ", "_") or field.strip().lower()


def _read_csv(name: str, body: bytes, landed_on: dt.date) -> tuple[str, pl.DataFrame]:
    (headers,), rows = bars.cut(name, body)
    names: Sequence[str] = [header.lower() for header in headers]
    if names[0] != "timestamp" or not {*_PRICES} <= set(names) or len(set(names)) != len(names):
        raise bars.unreadable(name, "it has no header line of a quotes file")
    text = rows.rename({str(place): header for place, header in enumerate(names)})
    text = text.rename({"timestamp": "date"}).with_columns(pl.col("date").str.head(10))
    ticker = bars.ticker_in(name)
    return ticker, _said(text, ticker, landed_on)


def _said(rows: pl.DataFrame, ticker: str, landed_on: dt.date) -> pl.DataFrame:
    late = pl.col("date") >= landed_on.isoformat()
    return rows.with_columns(
        pl.when(late).then(pl.lit("unsure")).otherwise(pl.lit("ended")).alias("session"),
        pl.lit(ticker).alias("ticker"),
        pl.lit("false").alias("split_adjusted"),
        pl.lit(None, pl.String).alias("adjusted_to"),
        pl.lit("plain").alias("series"),
        pl.lit(None, pl.String).alias("adjusted_close"),
        pl.lit(None, pl.String).alias("currency"),
        pl.lit(landed_on.isoformat()).alias("fetched_on"),
    )
