"""brapi.dev's daily bars: a fallback for days that B3's own files do not hold.

Asked for by range back from today, so that the first month of an answer may lack its beginning: it
is a period of its own. Prices are already divided by later splits (those up to ``adjusted_to``):
they are never raw prices.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pydantic import Field

from lastro.core.settings import Section
from lastro.lake.contract import DATE, INTEGER, TEXT, Column, Type
from lastro.sources import Period, RemoteFile, Source
from lastro.vendors import bars, brapi

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DAILY = dt.timedelta(hours=20)
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
           "Last price, divided by later splits and dividends.", "BRL", reads=("adjustedClose",)),
    Column("volume", INTEGER, "quantidade", "Shares traded, multiplied by later splits.", "shares",
           reads=("volume",)),
    Column("currency", TEXT, "moeda", "As brapi says it.", reads=("currency",)),
    Column("split_adjusted", TEXT, "ajustado por desdobramento", "true: prices are not raw.",
           reads=("split_adjusted",)),
    Column("adjusted_to", DATE, "ajustado até", "Last day whose splits the prices may know.",
           reads=("adjusted_to",)),
    Column("series", TEXT, "série", "plain: close is not adjusted by dividends.",
           reads=("series",)),
    Column("session", TEXT, "situação do pregão", "ended, open or unsure, when it was asked.",
           reads=("session",)),
    Column("fetched_on", DATE, "obtido em", "Day the file was first seen.", reads=("fetched_on",)),
)  # fmt: skip


class BrapiQuotesOptions(Section):
    """Which tickers are asked of brapi."""

    tickers: list[str] = Field(
        [], description="Tickers to ask brapi for day by day, as a JSON list; none by default."
    )


def plan(
    first: dt.date,
    last: dt.date,
    today: dt.date,
    *,
    options: BrapiQuotesOptions | None = None,
    known: Sequence[str] = (),
    **_: Any,
) -> list[RemoteFile]:
    """A file a ticker that is named, back from today as far as is needed."""
    if first > min(last, today):
        return []
    span = brapi.range_for(first, today)
    return [
        RemoteFile(f"{ticker}_{span}.json", brapi.quote_path(ticker, span), first, today, _DAILY)
        for ticker in sorted({*(options.tickers if options else ()), *known})
    ]


def parse(name: str, body: bytes, landed_on: dt.date) -> Iterator[Period]:
    """Read a quote answer, losing nothing.

    Raises:
        ParseError: It is none.
    """
    for ticker, rows in brapi.read_quotes(name, body, landed_on):
        label = bars.from_its_first(rows, ticker)
        for period, month, text in bars.by_month(rows, landed_on, label):
            yield Period(period, month, text)


SOURCE = Source(
    name="brapi_quotes",
    title="brapi.dev, daily bars (a fallback)",
    pt="brapi.dev, cotações diárias (alternativa)",
    publisher="brapi.dev",
    licence="brapi.dev's terms of the plan of the token",
    section=brapi.BrapiSettings,
    plan=plan,
    parse=parse,
    columns=COLUMNS,
    fetch=brapi.get,
    history=dt.timedelta(days=25),
    gathers=True,
    options=BrapiQuotesOptions,
)
