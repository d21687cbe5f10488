"""B3's payouts, splits, bonuses and subscriptions, an issuer a file.

Two calls tell of them, and neither tells all. The supplement lists events by ISIN with their day of
payment, but payouts of some two years alone (or the last of a kind, if that is older); the cash
list goes back to the beginning, gives the price before the payout, and says ON or PN instead of an
ISIN. A file holds the answers of both as they came. The supplement's window moves on: what an
issuer last answered in a calendar year is a period of its own, so that what left it stays known.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
from pydantic import Field

from lastro.core.calendar import is_b3_session
from lastro.core.errors import NoDataError, ParseError
from lastro.core.settings import Section
from lastro.lake.contract import DATE, INTEGER, STANDING, TEXT, Column, Type
from lastro.sources import Period, RemoteFile, Source
from lastro.vendors import b3, b3_listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lastro.core.http import Answer, HttpClient

_SUPPLEMENT, _CASH = "GetListedSupplementCompany", "GetListedCashDividends"
_PAGE_SIZE = 100  # more was answered with nothing, at times
_KINDS = {"cashDividends": "cash", "stockDividends": "stock", "subscriptions": "subscription"}
_WHOSE = re.compile(r"(?:cash|issuer|supplement)[-_]([A-Z0-9]{4})(?![A-Z0-9])")
_LISTED = Type("decimal", 24, 11)
_ONE_DAY = dt.timedelta(days=1)
_DAILY, _WEEKLY = dt.timedelta(hours=20), dt.timedelta(days=6, hours=12)


class Options(Section):
    """Whose events to ask for."""

    issuers: str = Field(
        "",
        description="Issuers to ask for every day, comma-separated (ABEV,PETR); blank asks for all "
        "that are known, once a week.",
    )


COLUMNS = (
    Column("kind", TEXT, "tipo", "cash, stock or subscription; company is the issuer itself.",
           reads=("_kind",)),
    Column("call", TEXT, "chamada", "supplement, or cash where the cash list says it.",
           reads=("_call",)),
    Column("issuer", TEXT, "emissor", "Four letters of the issuer.", reads=("_issuer",)),
    Column("snapshot", DATE, "data da lista", "Day of the list.", reads=("_snapshot",)),
    Column("ref_date", DATE, "última data com direito", "Last session with the right.",
           reads=("lastDatePrior", "lastDatePriorEx"), form="dd/mm/yyyy"),
    Column("ex_date", DATE, "data ex", "The session after it, by the calendar.",
           reads=("_ex_date",)),
    Column("isin", TEXT, "ISIN", "Security that has the right.", reads=("isinCode",)),
    Column("isin_ok", INTEGER, "dígito do ISIN", "1 where its check digit is right.",
           reads=("_isin_ok",)),
    Column("share_class", TEXT, "espécie", "ON, PN, PNA... UNT; blank for anything else.",
           reads=("typeStock", "_share_class")),
    Column("asset_issued", TEXT, "ativo emitido", "ISIN of what holders receive.",
           reads=("assetIssued",)),
    Column("label", TEXT, "evento", "B3's name of the event.",
           reads=("label", "corporateAction")),
    Column("approved_on", DATE, "aprovado em", "Day it was decided.",
           reads=("approvedOn", "dateApproval"), form="dd/mm/yyyy"),
    Column("payment_date", DATE, "data de pagamento", "Day it is paid.",
           reads=("paymentDate",), form="dd/mm/yyyy"),
    Column("related_to", TEXT, "relativo a", "Period that it is paid for.", reads=("relatedTo",)),
    Column("remarks", TEXT, "observações", "Remarks.", reads=("remarks",)),
    Column("rate", _LISTED, "valor", "Cash for so many shares as the price is quoted for.", "BRL",
           reads=("rate", "valueCash"), form="pt"),
    Column("quoted_per", INTEGER, "fator de cotação", "Shares that the cash is for.", "shares",
           reads=("quotedPerShares",), form="pt"),
    Column("price_prior", Type("decimal", 20, 8), "último preço com direito",
           "Closing price of the last session with the right.", "BRL",
           reads=("closingPricePriorExDate",), form="pt"),
    Column("cash_percent", _LISTED, "provento / preço", "Cash in percent of that price.", "percent",
           reads=("corporateActionPrice",), form="pt"),
    Column("factor", _LISTED, "fator", "Of a stock event, as published; the label says what it "
           "means.", reads=("factor",), form="pt"),
    Column("subscription_percent", _LISTED, "percentual de subscrição",
           "New shares offered for 100 old ones.", "percent", reads=("percentage",), form="pt"),
    Column("subscription_price", _LISTED, "preço de subscrição", "Price of a new share.", "BRL",
           reads=("priceUnit",), form="pt"),
    Column("subscription_date", DATE, "data da subscrição", "Last day to subscribe.",
           reads=("subscriptionDate",), form="dd/mm/yyyy"),
    Column("trading_period", TEXT, "negociação do direito", "Days on which the right trades.",
           reads=("tradingPeriod",)),
    Column("terms", TEXT, "condições", "All that tells it from its like, days of payment first.",
           reads=("_terms",)),
    Column("code_cvm", TEXT, "código CVM", "The company's number at CVM.", reads=("codeCVM",)),
    Column("round_lot", INTEGER, "lote-padrão", "Shares of a round lot.", "shares",
           reads=("roundLot",), form="pt"),
    Column("market", TEXT, "mercado", "BOLSA or an organised counter.", reads=("segment",)),
)  # fmt: skip
_NEEDED = tuple(header for column in COLUMNS for header in column.reads)


def plan(
    first: dt.date,
    last: dt.date,
    today: dt.date,
    *,
    options: Options | None = None,
    known: Sequence[str] = (),
) -> list[RemoteFile]:
    """A file an issuer: daily for those of the options, else weekly for all that are known."""
    if not first <= today <= last:
        return []
    chosen = b3_listed.only(options.issuers) if options else ()
    if chosen:
        return [_file(issuer, today, _DAILY) for issuer in chosen]
    return [_file(issuer, today, _WEEKLY) for issuer in known]


def _file(issuer: str, today: dt.date, every: dt.timedelta) -> RemoteFile:
    path = b3_listed.path(_SUPPLEMENT, issuingCompany=issuer, language=b3_listed.LANGUAGE)
    return RemoteFile(f"issuer-{issuer}.json", path, today, today, every)


def fetch(client: HttpClient, url: str, **_: Any) -> Answer:
    """Ask for an issuer's supplement, and by the trading name in it for all pages of its payouts.

    Both are asked for anew each time: that the one has not changed says nothing of the other.

    Returns:
        The answers as they came, in one JSON object; nothing where B3 knows no such issuer.

    Raises:
        TemporaryError: It answers with a web page instead of data.
    """
    supplement = b3.get_pages(client, url)
    try:
        found = b3.read_json(url, supplement.body)
        companies = b3_listed.objects_of(url, found) if found else []
    except ParseError:
        return supplement  # landed as it is, and refused where it is read
    if not companies:
        return replace(supplement, body=b"")
    issuer = b3_listed.asked(url, _SUPPLEMENT)["issuingCompany"]
    base = url.partition(f"/{b3_listed.PROXY}/")[0]
    cash = _payouts(client, base, str(companies[0].get("tradingName") or ""))
    whole = b'{"issuer":%b,"supplement":%b,"cash":%b}'
    return replace(supplement, body=whole % (json.dumps(issuer).encode(), supplement.body, cash))


def _payouts(client: HttpClient, base: str, name: str) -> bytes:
    for spelling in spellings(name):
        path = b3_listed.path(_CASH, language=b3_listed.LANGUAGE, pageNumber=1,
                              pageSize=_PAGE_SIZE, tradingName=spelling)  # fmt: skip
        if "/" in path.partition(f"/{_CASH}/")[2]:
            continue  # it would be read as a longer path
        try:
            body = b3.get_pages(client, f"{base}/{path}").body
        except NoDataError:
            continue
        if b3.read_json(name, body) and b3_listed.rows_of(name, b3.read_json(name, body)):
            return body
    return b"null"


def spellings(trading_name: str) -> list[str]:
    """How a trading name may have to be asked for, the likeliest first.

    B3 writes ``AMBEV S/A``; a slash breaks the call, which was answered for ``AMBEV S.A.`` and for
    ``AMBEVSA``. Never cut shorter: KLABIN and KLABIN S.A. are two.
    """
    plain = trading_name.strip()
    dotted = re.sub(r"/A\b\.?", ".A.", plain)
    bare = re.sub(r"[^A-Z0-9]", "", plain.upper())
    found = [dotted, bare] if "/" not in dotted else [bare]
    return [spelling for spelling in dict.fromkeys(found) if spelling]


def parse(name: str, body: bytes, landed_on: dt.date) -> Iterator[Period]:
    """Read an issuer's answers, either of them alone, or a collection of all issuers and funds.

    Args:
        name: Of the cash list alone it must say whose it is: ``cash-ABEV.json``.
        body: JSON; nothing is the answer for an issuer that B3 does not know: no period.
        landed_on: Day of the list, unless the name holds one.

    Raises:
        ParseError: It is none of these.
    """
    found = b3_listed.read(name, body)
    if found is None:
        return
    day = b3_listed.snapshot(name, landed_on)
    for period, rows in _periods(name, found, day):
        if rows:
            yield Period(period, STANDING, _frame(rows, day))


def _periods(name: str, found: Any, day: dt.date) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    first = found[0] if isinstance(found, list) and found else found
    if isinstance(first, dict) and "results" in first:
        whose = _WHOSE.search(name)
        if whose is None:
            raise ParseError(
                "{name} does not say whose payouts it holds.",
                hint="B3's list of payouts does not name its issuer: call the file cash-ABEV.json, "
                "with the issuer's four letters, and import it again.",
                name=name,
            )
        yield f"cash-{whose[1]}", list(_paid(whose[1], b3_listed.rows_of(name, found)))
        return
    entries = b3_listed.objects_of(name, found)
    if {"issuer", "supplement"} <= set(entries[0]):
        yield f"issuer-{entries[0]['issuer']}-{day.year}", list(_both(name, entries[0]))
    elif all("issuingCompany" in entry and set(_KINDS) & set(entry) for entry in entries):
        rows = (_events(str(entry["issuingCompany"]), entry) for entry in entries)
        yield f"assets-{day}", [row for some in rows for row in some]
    elif all("code" in entry and set(_KINDS) & set(entry) for entry in entries):
        for entry in entries:
            yield f"supplement-{entry['code']}-{day.year}", list(_company(entry))
    else:
        raise b3_listed.unreadable(name, "it is no answer on corporate events")


def _both(name: str, answers: dict[str, Any]) -> Iterator[dict[str, Any]]:
    issuer, supplement, cash = (answers.get(key) for key in ("issuer", "supplement", "cash"))
    inner = json.loads(supplement) if isinstance(supplement, str) else supplement
    for entry in b3_listed.objects_of(name, inner):
        yield from _company(entry | {"code": issuer})
    if cash is not None:
        inner = json.loads(cash) if isinstance(cash, str) else cash
        yield from _paid(str(issuer), b3_listed.rows_of(name, inner))


def _company(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    facts = {key: value for key, value in entry.items() if key not in _KINDS}
    yield facts | {"_kind": "company", "_call": "supplement", "_issuer": entry["code"]}
    yield from _events(str(entry["code"]), entry)


def _events(issuer: str, entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for key, kind in _KINDS.items():
        about = {"_kind": kind, "_call": "supplement", "_issuer": issuer}
        for event in entry.get(key) or []:
            yield _row(event, about)


def _paid(issuer: str, rows: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield _row(row, {"_kind": "cash", "_call": "cash", "_issuer": issuer})


def _row(event: Any, about: dict[str, Any]) -> dict[str, Any]:
    torn = {"_malformed": json.dumps(event, ensure_ascii=False)}
    return {**event, **about} if isinstance(event, dict) else {**about, **torn}


def _frame(rows: list[dict[str, Any]], day: dt.date) -> pl.DataFrame:
    """Rows as text, with what follows from each ISIN and each day."""
    text = b3_listed.frame(rows, _NEEDED)
    isins = text["isinCode"].drop_nulls().unique().to_list()
    last = text.select(pl.coalesce("lastDatePrior", "lastDatePriorEx").alias("d"))["d"]
    return text.with_columns(
        pl.lit(day.isoformat()).alias("_snapshot"),
        b3_listed.by_value("isinCode", b3_listed.checked(isins)).alias("_isin_ok"),
        b3_listed.by_value("isinCode", {i: b3_listed.share_class(i) for i in isins})
        .alias("_share_class"),
        last.fill_null("").replace_strict(
            {found: ex_date(found) for found in last.fill_null("").unique()},
            return_dtype=pl.String,
        ).alias("_ex_date"),
        pl.concat_str(
            [_iso("paymentDate"), _iso("subscriptionDate"), _iso("approvedOn"),
             *(pl.col(c).fill_null("") for c in
               ("dateApproval", "relatedTo", "tradingPeriod", "priceUnit", "remarks"))],
            separator="|",
        ).alias("_terms"),
    )  # fmt: skip


def _iso(column: str) -> pl.Expr:
    """A dd/mm/yyyy so that it sorts; 31/12/9999, never, comes last by itself."""
    text = pl.col(column).fill_null("")
    return pl.concat_str(text.str.slice(6), text.str.slice(3, 2), text.str.slice(0, 2))


def ex_date(last: str) -> str | None:
    """The first session after a dd/mm/yyyy, as ISO text; None where that is no day of our time.

    >>> ex_date("06/01/2023")
    '2023-01-09'
    """
    try:
        day = dt.datetime.strptime(last, "%d/%m/%Y").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return None
    if not 1950 <= day.year <= 2100:
        return None
    day += _ONE_DAY
    while not is_b3_session(day):
        day += _ONE_DAY
    return day.isoformat()


SOURCE = Source(
    name="b3_corporate_actions",
    title="B3 payouts, splits, bonuses and subscriptions of listed companies",
    pt="Proventos, desdobramentos, bonificações e subscrições das empresas listadas na B3",
    publisher="B3",
    licence="B3 terms of use",
    section=b3.B3Settings,
    plan=plan,
    parse=parse,
    fetch=fetch,
    columns=COLUMNS,
    options=Options,
    knows=("silver.instruments", "issuer"),
    megabytes=(10.0, 0.0),
)
