"""B3's price report (BVBG.086), a file a session: prices and quantities of every instrument.

A file is a zip in a zip, with the revisions of one evening side by side; the last one made counts.
It also holds a few instruments traded after hours, which are dated of the next session. The
oscillation is the change against B3's own previous close, adjusted for splits and payouts.
"""

from __future__ import annotations

import datetime as dt
from itertools import islice
from typing import TYPE_CHECKING, Any

import polars as pl

from lastro.core.calendar import is_b3_session
from lastro.core.clock import BRASILIA
from lastro.core.errors import NoDataError, ParseError, TemporaryError
from lastro.lake.contract import DATE, INTEGER, MONEY, QUOTA, TEXT, Column, Type
from lastro.sources import Period, RemoteFile, Source
from lastro.vendors import b3, b3_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lastro.core.http import Answer, HttpClient

_MESSAGE, _REPORT = "BVBG.086", "PricRpt"
_AT_ONCE = 20_000
_ONE_DAY = dt.timedelta(days=1)
_TODAY, _RECENT = dt.timedelta(hours=1), dt.timedelta(hours=12)
_SETTLES_AFTER = 3 * _ONE_DAY
_PRICE = Type("decimal", 20, 8)

COLUMNS = (
    Column("ticker", TEXT, "código de negociação", "Ticker.", required=True, reads=("TckrSymb",)),
    Column("ref_date", DATE, "data do pregão", "Session.", required=True, reads=("TradDt",)),
    Column("report_date", DATE, "data do boletim", "Session that the file reports: of most of its "
           "rows.", required=True, reads=("_session",)),
    Column("days_to_settlement", INTEGER, "prazo", "Of a forward; blank else.", "days",
           reads=("DaysToSttlm",)),
    Column("instrument_id", TEXT, "código do instrumento", "B3's number of it.", reads=("Id",)),
    Column("first_price", _PRICE, "abertura", "First price.", reads=("FrstPric",)),
    Column("min_price", _PRICE, "mínimo", "Least price.", reads=("MinPric",)),
    Column("max_price", _PRICE, "máximo", "Greatest price.", reads=("MaxPric",)),
    Column("last_price", _PRICE, "fechamento", "Last price.", reads=("LastPric",)),
    Column("average_price", _PRICE, "médio", "Average price.", reads=("TradAvrgPric",)),
    Column("best_bid", _PRICE, "melhor oferta de compra", "Best bid at the end.",
           reads=("BestBidPric",)),
    Column("best_ask", _PRICE, "melhor oferta de venda", "Best ask at the end.",
           reads=("BestAskPric",)),
    Column("currency", TEXT, "moeda", "Of its prices.", reads=("LastPric.Ccy",)),
    Column("oscillation", Type("decimal", 12, 4), "oscilação", "Last price against the close "
           "before, as adjusted by B3.", "percent", reads=("OscnPctg",)),
    Column("trades", INTEGER, "negócios", "Number of trades.", "trades", reads=("TradQty",)),
    Column("regular_trades", INTEGER, "negócios regulares", "Number of regular trades.", "trades",
           reads=("RglrTxsQty",)),
    Column("quantity", INTEGER, "quantidade", "Papers or contracts traded.",
           reads=("FinInstrmQty",)),
    Column("turnover", MONEY, "volume", "Value traded.", "BRL", reads=("NtlFinVol",)),
    Column("turnover_usd", MONEY, "volume em dólares", "Value traded.", "USD",
           reads=("IntlFinVol",)),
    Column("open_interest", INTEGER, "contratos em aberto", "Open contracts.", "contracts",
           reads=("OpnIntrst",)),
    Column("settlement_price", _PRICE, "ajuste", "Settlement price of the day.",
           reads=("AdjstdQt",)),
    Column("settlement_price_before", _PRICE, "ajuste anterior", "Settlement price before.",
           reads=("PrvsAdjstdQt",)),
    Column("settlement_rate", _PRICE, "taxa de ajuste", "The settlement as a rate.", "percent",
           reads=("AdjstdQtTax",)),
    Column("variation_points", _PRICE, "variação em pontos", "Of the settlement price.", "points",
           reads=("VartnPts",)),
    Column("contract_settlement", QUOTA, "ajuste por contrato", "Settlement value of a contract.",
           reads=("AdjstdValCtrct",)),
    Column("least_allowed", _PRICE, "limite mínimo", "Least price allowed.",
           reads=("MinTradLmt",)),
    Column("greatest_allowed", _PRICE, "limite máximo", "Greatest price allowed.",
           reads=("MaxTradLmt",)),
)  # fmt: skip
_KNOWN = {header for column in COLUMNS for header in column.reads}


def plan(first: dt.date, last: dt.date, today: dt.date) -> list[RemoteFile]:
    """A file a session; it is made three times in an evening, so recent ones are asked again."""
    span = (min(last, today) - first).days
    days = [first + step * _ONE_DAY for step in range(span + 1)]
    return [_file(day, today) for day in days if is_b3_session(day)]


def _file(day: dt.date, today: dt.date) -> RemoteFile:
    name = f"PR{day:%y%m%d}.zip"
    recent = _RECENT if today - day <= _SETTLES_AFTER else None
    every = _TODAY if day == today else recent
    return RemoteFile(name, f"download?filelist={name}", day, day, every)


def get(
    client: HttpClient,
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    **_: Any,
) -> Answer:
    """Ask for a session's file.

    Raises:
        NoDataError: B3 has none for that day: it answers with nothing, or with an empty zip.
        TemporaryError: It answers with a web page.
    """
    answer = client.get(url, etag=etag, last_modified=last_modified)
    if answer.status == 304:
        return answer
    if b3_xml.is_nothing(answer.body):
        raise NoDataError(
            "{url} holds no file for that day.",
            hint="The source may not have published it yet, or there was no session.",
            url=url,
        )
    if answer.body.lstrip()[:1] == b"<":
        raise TemporaryError(
            "{url} answered with a web page instead of data.",
            hint="Nothing was lost; try again later.",
            url=url,
        )
    return answer


def parse(name: str, body: bytes, landed_on: dt.date) -> Iterator[Period]:
    """Read the last revision into one period, of the session of most of its rows.

    An empty zip, B3's answer for a day without a file, has no period.

    Raises:
        ParseError: It is empty, damaged, too big, or another message.
    """
    del landed_on
    if not body:
        raise ParseError(
            "{name} cannot be read: {why}.",
            hint="Its bytes are kept; get the file again, then `lastro dead-letters retry`.",
            name=name,
            why="it is empty",
        )
    if b3_xml.is_nothing(body):
        return
    message = b3_xml.newest(name, body, _MESSAGE)
    reports = b3_xml.records(name, message, _REPORT)
    known: dict[str, str | None] = dict.fromkeys(sorted(_KNOWN))
    frames = []
    while some := [{**known, **report} for report in islice(reports, _AT_ONCE)]:
        frames.append(pl.DataFrame(some, infer_schema_length=None).cast(pl.String))
    if not frames:
        return
    text = pl.concat(frames, how="diagonal")
    session = _session(name, text["TradDt"])
    facts = {f"header.{tag}": value for tag, value in message.facts.items() if tag != "Dt"}
    whole = text.with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("_row"),
        pl.lit(None, pl.String).alias("_malformed"),
        pl.lit(session.isoformat()).alias("_session"),
        *(pl.lit(value).alias(tag) for tag, value in facts.items()),
    )
    yield Period(session.isoformat(), session.replace(day=1), whole)


def _session(name: str, dates: pl.Series) -> dt.date:
    """The day that most rows are dated of."""
    days = dates.str.to_date("%Y-%m-%d", strict=False).drop_nulls()
    if days.is_empty():
        raise ParseError(
            "{name} cannot be read: {why}.",
            hint="Its bytes are kept; get the file again, then `lastro dead-letters retry`.",
            name=name,
            why="no report in it has a date",
        )
    found: dt.date = days.mode().sort()[0]
    return found


def published(day: dt.date) -> dt.datetime:
    """The last edition of an evening is out by 20:00 in Brasília."""
    return dt.datetime.combine(day, dt.time(20), BRASILIA).astimezone(dt.UTC)


SOURCE = Source(
    name="b3_price_report",
    title="B3 price report (BVBG.086), all instruments",
    pt="Boletim de preços da B3 (BVBG.086), todos os instrumentos",
    publisher="B3",
    licence="B3 terms of use",
    section=b3.B3Settings,
    plan=plan,
    parse=parse,
    columns=COLUMNS,
    fetch=get,
    published=published,
    history=dt.timedelta(days=30),
    address="reports_url",
    gathers=True,
    calendar="b3",
    megabytes=(0.0, 85.0),
)
