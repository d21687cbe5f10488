"""Yahoo Finance's daily bars: a fallback for days that B3's own files do not hold.

Asked for by month, and whole years of the past at once. A person's files are read as well: chart
answers, the site's old CSV and yfinance's. Prices are already divided by later splits (those up to
``adjusted_to``), and by dividends too where ``series`` says so: they are never raw prices.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from pydantic import Field

from lastro.core.clock import add_months, months_between
from lastro.core.settings import Section
from lastro.lake.contract import DATE, INTEGER, TEXT, Column, Type
from lastro.sources import Period, RemoteFile, Source
from lastro.vendors import bars, yahoo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import polars as pl

_DAILY, _RARELY = dt.timedelta(hours=20), dt.timedelta(days=30)
_SETTLES = dt.timedelta(days=10)  # after its end, a month may still be mended
_ASKED = re.compile(r"(.+)_(\d{4})(?:-(\d{2}))?\.json")
_PRICE = Type("decimal", 37, 19)  # as many digits as a float's text has

COLUMNS = (
    Column("ticker", TEXT, "código", "B3's ticker, without suffix; IBOV is the index.",
           required=True, reads=("ticker",)),
    Column("ref_date", DATE, "pregão", "Day of the session.", required=True, reads=("date",)),
    Column("open", _PRICE, "abertura", "First price.", "BRL", reads=("open",)),
    Column("high", _PRICE, "máxima", "Highest price.", "BRL", reads=("high",)),
    Column("low", _PRICE, "mínima", "Lowest price.", "BRL", reads=("low",)),
    Column("close", _PRICE, "fechamento", "Last price, divided by later splits.", "BRL",
           reads=("close",)),
    Column("adjusted_close", _PRICE, "fechamento ajustado",
           "Last price, divided by later splits and dividends.", "BRL", reads=("adjclose",)),
    Column("volume", INTEGER, "quantidade", "Shares traded, multiplied by later splits.", "shares",
           reads=("volume",)),
    Column("currency", TEXT, "moeda", "As Yahoo says it.", reads=("currency",)),
    Column("split_adjusted", TEXT, "ajustado por desdobramento", "true: prices are not raw.",
           reads=("split_adjusted",)),
    Column("adjusted_to", DATE, "ajustado até", "Last day whose splits the prices may know.",
           reads=("adjusted_to",)),
    Column("series", TEXT, "série", "plain, or dividend_adjusted where close is so too.",
           reads=("series",)),
    Column("session", TEXT, "situação do pregão", "ended, open or unsure, when it was asked.",
           reads=("session",)),
    Column("fetched_on", DATE, "obtido em", "Day the file was first seen.", reads=("fetched_on",)),
)  # fmt: skip


class YahooQuotesOptions(Section):
    """Which tickers are asked of Yahoo."""

    tickers: list[str] = Field(
        [], description="Tickers to ask Yahoo for day by day, as a JSON list; none by default."
    )


def plan(
    first: dt.date,
    last: dt.date,
    today: dt.date,
    *,
    options: YahooQuotesOptions | None = None,
    known: Sequence[str] = (),
    **_: Any,
) -> list[RemoteFile]:
    """Files of the tickers that are named, and of no other: a year, or a month of this year."""
    tickers = sorted({*(options.tickers if options else ()), *known})
    windows = list(_windows(first, min(last, today), today))
    return [
        _file(bars.ticker_of(ticker), *window, today) for ticker in tickers for window in windows
    ]


def _windows(first: dt.date, last: dt.date, today: dt.date) -> Iterator[tuple[str, dt.date]]:
    """Name and first month of every window: whole past years, and single months."""
    months = months_between(first, last) if first <= last else []
    for month in months:
        year = [month.replace(month=number) for number in range(1, 13)]
        if month.year < today.year and set(year) <= set(months):
            if month == year[0]:
                yield f"{month:%Y}", month
        else:
            yield f"{month:%Y-%m}", month


def _file(ticker: str, name: str, start: dt.date, today: dt.date) -> RemoteFile:
    end = add_months(start, 12 if len(name) == 4 else 1) - dt.timedelta(days=1)
    return RemoteFile(
        f"{yahoo.symbol_of(ticker).removeprefix('^')}_{name}.json",
        yahoo.chart_path(ticker, start, end),
        start,
        min(end, today),
        every=_DAILY if today <= end + _SETTLES else _RARELY,
    )


def parse(name: str, body: bytes, landed_on: dt.date) -> Iterator[Period]:
    """Read a chart answer or a CSV, losing nothing.

    Raises:
        ParseError: It is neither.
    """
    bars.refuse_page(name, body)
    if body.lstrip()[:1] == b"{":
        found = [(t, "chart", rows) for t, rows in yahoo.read_chart(name, body, landed_on)]
    else:
        found = yahoo.read_csv(name, body, landed_on)
    for ticker, kind, rows in found:
        yield from _periods(rows, landed_on, _label(name, ticker, kind))


def _periods(
    rows: pl.DataFrame, landed_on: dt.date, label: Callable[[dt.date], str]
) -> Iterator[Period]:
    for period, month, text in bars.by_month(rows, landed_on, label):
        yield Period(period, month, text)


def _label(name: str, ticker: str, kind: str) -> Callable[[dt.date], str]:
    """What a file asked for holds of its window is that month; all else stands beside it.

    Yahoo adds today's bar to answers of other days; a person's file may hold parts of months.
    """
    asked = _ASKED.fullmatch(name)
    if asked is None or kind != "chart":
        return lambda _month: f"{ticker} {kind}"
    year, number = int(asked[2]), int(asked[3] or 0)
    window = f"{year}-{number:02d}" if number else f"{year}"

    def label(month: dt.date) -> str:
        is_whole = month.year == year and number in {0, month.month}
        return ticker if is_whole else f"{ticker} beyond {window}"

    return label


SOURCE = Source(
    name="yahoo_quotes",
    title="Yahoo Finance, daily bars (a fallback)",
    pt="Yahoo Finance, cotações diárias (alternativa)",
    publisher="Yahoo",
    licence="Yahoo's terms of service; no redistribution",
    section=yahoo.YahooSettings,
    plan=plan,
    parse=parse,
    columns=COLUMNS,
    fetch=yahoo.get,
    history=dt.timedelta(days=40),
    gathers=True,
    options=YahooQuotesOptions,
)
