"""Daily bars as quote providers send them: text frames, a period a ticker and month.

What Yahoo, brapi and Alpha Vantage have in common once their own shapes are read: one row a day,
every value as text, and a period's name that says what a file replaces. A file that was asked for
by window replaces whole months; whatever else it holds gets a period of its own, so that no part of
a month ever takes the place of the whole.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from lastro.core.errors import ConfigError, ParseError, TemporaryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ROW = "_row"
MALFORMED = "_malformed"
IBOV = "IBOV"
SESSION_ENDS = dt.time(18, 30)
"""When no session of B3 is open any more, in any season; in Brasília."""

_INDEXES = {"^BVSP": IBOV, "BVSP": IBOV}
_LISTED = re.compile(r"[A-Z0-9]{4}\d{1,2}[A-Z]?")
_SYMBOL = re.compile(r"\^?[A-Z0-9]+")
_UNNAMED = re.compile(r"[^A-Za-z0-9_.-]")


def ticker_of(symbol: str) -> str:
    """B3's ticker of a provider's symbol: ``PETR4.SA`` is PETR4, ``^BVSP`` is IBOV."""
    bare = symbol.strip().upper().removesuffix(".SAO").removesuffix(".SA")
    return _INDEXES.get(bare, bare)


def ticker_in(name: str) -> str:
    """The ticker that a file is named after: ``PETR4.SA (1).csv`` is PETR4.

    Raises:
        ParseError: It is named after none.
    """
    found = _SYMBOL.match(name.upper().removeprefix("DAILY_"))
    ticker = ticker_of(found.group()) if found else ""
    if ticker != IBOV and not _LISTED.fullmatch(ticker):
        raise ParseError(
            "{name} does not say which ticker it is of.",
            hint="Name it after its ticker, as PETR4.SA.csv, and import it again.",
            name=name,
        )
    return ticker


def read_json(name: str, body: bytes) -> Any:
    """JSON whose numbers keep every digit they were written with, as text.

    Raises:
        ParseError: It is no JSON.
    """
    refuse_page(name, body)
    try:
        return json.loads(body, parse_float=str, parse_int=str)
    except ValueError as error:
        raise unreadable(name, "it is no whole JSON") from error


def refuse_page(name: str, body: bytes) -> None:
    """Refuse what is no text at all, or a web page.

    Raises:
        ParseError: It is.
    """
    start = body[:4096].lstrip()
    if not start:
        raise unreadable(name, "it is empty")
    if start[:1] == b"<":
        raise unreadable(name, "it is a web page, not data")
    if b"\x00" in start or start[:2] == b"PK":
        raise unreadable(name, "it is no text")


def unreadable(name: str, why: str) -> ParseError:
    """The error of a file that is not what it should be."""
    return ParseError(
        "{name} cannot be read: {why}.",
        hint="Its bytes are kept; get the file again, then `lastro dead-letters retry`.",
        name=name,
        why=why,
    )


def page_instead(url: str) -> TemporaryError:
    """The error of a provider that answers with something else than data, and 200."""
    return TemporaryError(
        "{url} answered with a web page instead of data.",
        hint="Nothing was lost; try again later.",
        url=url,
    )


def limit_reached(url: str) -> TemporaryError:
    """The error of a provider that has answered often enough for now."""
    return TemporaryError(
        "{url} answers no more for now: its limit of requests is reached.",
        hint="Nothing was lost; try again later.",
        url=url,
    )


def no_key(provider: str, setting: str) -> ConfigError:
    """The error where a provider wants a key and none is set."""
    return ConfigError(
        "{provider} answers only to a key, and none is set.",
        hint="Set {setting} to yours, or take {provider} out of LASTRO_QUOTES__PROVIDERS.",
        provider=provider,
        setting=setting,
    )


def wrong_key(provider: str, setting: str) -> ConfigError:
    """The error where a provider does not know the key."""
    return ConfigError(
        "{provider} refused the key.",
        hint="Check {setting}; it may have been revoked.",
        provider=provider,
        setting=setting,
    )


def text_of(value: object) -> str | None:
    """A JSON value as text; what is nested stays JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def number(columns: Mapping[str, Sequence[str | None] | str | None]) -> pl.DataFrame:
    """Columns of text as a numbered frame; a bare text stands in every row."""
    lists = {name: value for name, value in columns.items() if isinstance(value, list)}
    rows = pl.DataFrame(lists, schema=dict.fromkeys(lists, pl.String))
    bare = {name: value for name, value in columns.items() if name not in lists}
    return rows.with_columns(
        *(pl.lit(value, pl.String).alias(name) for name, value in bare.items()),
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW),
        pl.lit(None, pl.String).alias(MALFORMED),
    )


def cut(name: str, body: bytes, headers: int = 1) -> tuple[list[list[str]], pl.DataFrame]:
    """Cut a CSV without quotes into its header lines and numbered text columns.

    Args:
        name: The file's name, for messages.
        body: Its bytes.
        headers: How many lines of it are header; the first names the columns by position.

    Returns:
        The header lines, and columns ``0``, ``1``... with ``_row`` and ``_malformed`` (a line that
        has not the header's number of fields, whole). "null" is nothing.

    Raises:
        ParseError: It is no CSV.
    """
    refuse_page(name, body)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("latin-1")
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    heads = [[field.strip() for field in line.split(",")] for line in lines[:headers]]
    if len(heads) < headers or len(heads[0]) < 2:
        raise unreadable(name, "it has no header line of a quotes file")
    width = len(heads[0])
    line = pl.col("line")
    whole = line.str.count_matches(",", literal=True) == width - 1
    fields = pl.when(whole).then(line).str.split_exact(",", width - 1)
    rows = pl.DataFrame({"line": lines[headers:]}, schema={"line": pl.String}).select(
        *(
            fields.struct.field(f"field_{place}").str.strip_chars().alias(str(place))
            for place in range(width)
        ),
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW),
        pl.when(~whole).then(line).alias(MALFORMED),
    )
    nothing = [
        pl.when(pl.col(str(p)) != "null").then(pl.col(str(p))).alias(str(p)) for p in range(width)
    ]
    return heads, rows.with_columns(nothing)


def by_month(
    text: pl.DataFrame, landed_on: dt.date, name: Callable[[dt.date], str]
) -> Iterator[tuple[str, dt.date, pl.DataFrame]]:
    """Part rows by the month of their ``date``.

    A row whose day cannot be read stays beside the row before it (of none, the row after it).

    Args:
        text: Rows with ``date`` as ISO text.
        landed_on: Names the month where no day can be read at all.
        name: What a period of a month is called, after its month.

    Yields:
        Period name, month and rows.
    """
    month = pl.col("date").str.to_date("%Y-%m-%d", strict=False).dt.truncate("1mo")
    filled = month.forward_fill().backward_fill().fill_null(landed_on.replace(day=1))
    parts = text.with_columns(filled.alias("_month")).partition_by(
        "_month", as_dict=True, include_key=False
    )
    for (value,), rows in sorted(parts.items()):
        first = cast("dt.date", value)
        label = _UNNAMED.sub(" ", name(first)).strip()
        yield f"{first:%Y-%m} {label}", first, rows


def from_its_first(text: pl.DataFrame, ticker: str) -> Callable[[dt.date], str]:
    """Names periods of an answer that goes back some days: its first month may lack a beginning."""
    days = text["date"].drop_nulls()
    start = dt.date.fromisoformat(str(days.min())) if days.len() else dt.date.min

    def name(month: dt.date) -> str:
        return f"{ticker} from {start}" if month == start.replace(day=1) else ticker

    return name
