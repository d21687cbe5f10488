"""Alpha Vantage's daily bars: a fallback for days that B3's own files do not hold.

Asked for as the last hundred sessions or all of them, so that the first month of an answer may lack
its beginning: it is a period of its own. Prices are raw, as traded.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pydantic import Field

from lastro.core.settings import Section
from lastro.lake.contract import DATE, INTEGER, TEXT, Column, Type
from lastro.sources import Period, RemoteFile, Source
from lastro.vendors import alpha_vantage, bars

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
    Column("close", _PRICE, "fechamento", "Last price, as traded.", "BRL",
           reads=("close",)),
    Column("adjusted_close", _PRICE, "fechamento ajustado",
           "Blank: the plan of everybody has none.", "BRL", reads=("adjusted_close",)),
    Column("volume", INTEGER, "quantidade", "Shares traded.", "shares",
           reads=("volume",)),
    Column("currency", TEXT, "moeda", "Alpha Vantage does not say it.", reads=("currency",)),
    Column("split_adjusted", TEXT, "ajustado por desdobramento", "false: prices are raw.",
           reads=("split_adjusted",)),
    Column("adjusted_to", DATE, "ajustado até", "Blank: no split is in the prices.",
           reads=("adjusted_to",)),
    Column("series", TEXT, "série", "plain: close is not adjusted by dividends.",
           reads=("series",)),
    Column("session", TEXT, "situação do pregão", "ended, open or unsure, when it was asked.",
           reads=("session",)),
    Column("fetched_on", DATE, "obtido em", "Day the file was first seen.", reads=("fetched_on",)),
)  # fmt: skip


class AlphaVantageQuotesOptions(Section):
    """Which tickers are asked of Alpha Vantage."""

    tickers: list[str] = Field(
        [],
        description="Tickers to ask Alpha Vantage for day by day, as a JSON list; none by default.",
    )


def plan(
    first: dt.date,
    last: dt.date,
    today: dt.date,
    *,
    options: AlphaVantageQuotesOptions | None = None,
    known: Sequence[str] = (),
    **_: Any,
) -> list[RemoteFile]:
    """A file a ticker that is named, back from today as far as is needed."""
    if first > min(last, today):
        return []
    size = alpha_vantage.size_for(first, today)
    return [
        RemoteFile(
            f"{ticker}.SAO_{size}.json",
            alpha_vantage.daily_path(ticker, size),
            first,
            today,
            _DAILY,
        )
        for ticker in sorted({*(options.tickers if options else ()), *known})
    ]


def parse(name: str, body: bytes, landed_on: dt.date) -> Iterator[Period]:
    """Read a daily series, losing nothing.

    Raises:
        ParseError: It is none.
    """
    ticker, rows = alpha_vantage.read_daily(name, body, landed_on)
    label = bars.from_its_first(rows, ticker)
    for period, month, text in bars.by_month(rows, landed_on, label):
        yield Period(period, month, text)


SOURCE = Source(
    name="alpha_vantage_quotes",
    title="Alpha Vantage, daily bars (a fallback)",
    pt="Alpha Vantage, cotações diárias (alternativa)",
    publisher="Alpha Vantage",
    licence="Alpha Vantage's terms of service",
    section=alpha_vantage.AlphaVantageSettings,
    plan=plan,
    parse=parse,
    columns=COLUMNS,
    fetch=alpha_vantage.get,
    history=dt.timedelta(days=25),
    gathers=True,
    options=AlphaVantageQuotesOptions,
)
