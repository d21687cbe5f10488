"""B3's calls on listed companies: how they are asked, and what their answers and codes mean.

A company answers under its number at CVM (details) or the four letters of its issuer (events). An
answer may be nothing at all (a company that B3 no longer serves), an object or a list of one.
"""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import io
import json
import re
import zlib
from typing import TYPE_CHECKING, Any

import polars as pl

from lastro.core.errors import ParseError
from lastro.core.ids import is_isin
from lastro.vendors import b3

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LANGUAGE = "pt-br"
PROXY = "listedCompaniesProxy"
_CALL = "CompanyCall"
_EMPTY_MAY_BE = ("detail-", "issuer-", "cash-", "supplement-", "GetDetail", "GetListed")
_BIGGEST = 1 << 28
_GZIP = b"\x1f\x8b"
_DATE = re.compile(r"(?<!\d)(20\d{2})-?(\d{2})-?(\d{2})(?!\d)")

_COMPANY = ("codeCVM", "issuingCompany", "companyName", "tradingName", "cnpj", "marketIndicator",
            "typeBDR", "dateListing", "status", "segment", "segmentEng", "type", "market",
            "stockDividends", "cashDividends", "subscriptions")  # fmt: skip
_FUND = ("issuingCompany", "cnpj", "ticker", "tradingName", "stockDividends", "cashDividends",
         "subscriptions")  # fmt: skip
_LISTS = {
    "stockDividends": ("assetIssued", "factor", "approvedOn", "isinCode", "label",
                       "lastDatePrior", "remarks"),
    "cashDividends": ("assetIssued", "paymentDate", "rate", "relatedTo", "approvedOn", "isinCode",
                      "label", "lastDatePrior", "remarks"),
    "subscriptions": ("assetIssued", "percentage", "priceUnit", "tradingPeriod", "approvedOn",
                      "isinCode", "label", "lastDatePrior", "remarks", "subscriptionDate"),
}  # fmt: skip


def path(method: str, **asked: str | int) -> str:
    """Path of a call on companies, below the base address."""
    return b3.call_path(PROXY, _CALL, method, **asked)


def asked(url: str, method: str) -> dict[str, Any]:
    """What a URL of a method asks for; base64 may hold a slash."""
    text = base64.b64decode(url.partition(f"/{method}/")[2])
    found: dict[str, Any] = json.loads(text)
    return found


def only(issuers: str) -> tuple[str, ...]:
    """The issuers of a setting: ``"abev, PETR"`` -> ``("ABEV", "PETR")``."""
    return tuple(sorted({part.strip().upper() for part in issuers.split(",") if part.strip()}))


def unreadable(name: str, why: str) -> ParseError:
    """The error for a file that is not what it should be."""
    return ParseError(
        "{name} cannot be read: {why}.",
        hint="Its bytes are kept; get the file again, then `lastro dead-letters retry`.",
        name=name,
        why=why,
    )


def read(name: str, body: bytes) -> Any:
    """What a file holds: an answer, or a person's collection of answers.

    Args:
        name: Its name, for messages; of calls on one company it says that nothing is an answer.
        body: JSON, as it came or packed by gzip.

    Returns:
        Its JSON; None where B3 knows nothing of the company.

    Raises:
        ParseError: It is no JSON, or empty where that is no answer.
    """
    found = b3.read_json(name, _unpacked(name, body))
    if found is None and not name.rpartition("/")[2].startswith(_EMPTY_MAY_BE):
        raise unreadable(name, "it is empty")
    if isinstance(found, list) and found and "b" in _first(found) and "issuer" not in found[0]:
        return [_official(name, entry) for entry in found]
    return found


def _first(found: Sequence[Any]) -> dict[str, Any]:
    return found[0] if isinstance(found[0], dict) else {}


def _unpacked(name: str, body: bytes) -> bytes:
    if not body.startswith(_GZIP):
        return body
    try:
        with gzip.open(io.BytesIO(body)) as file:
            plain = file.read(_BIGGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(name, f"it is damaged ({error})") from error
    if len(plain) > _BIGGEST:
        raise unreadable(name, f"it would unpack to more than {_BIGGEST:,} bytes")
    return plain


def _official(name: str, entry: Any) -> dict[str, Any]:
    """An entry of a collection whose keys are letters in B3's order, under B3's names."""
    size = len(entry) if isinstance(entry, dict) else 0
    names = {len(_COMPANY): _COMPANY, len(_FUND): _FUND}.get(size)
    if names is None or set(entry) != set(_letters(size)):
        raise unreadable(name, "its entries are neither companies nor funds")
    found = dict(zip(names, (entry[letter] for letter in _letters(size)), strict=True))
    for key, fields in _LISTS.items():
        events = found[key] or []
        if any(set(event) != set(_letters(len(fields))) for event in events):
            raise unreadable(name, f"its {key} have other fields than B3's")
        found[key] = [
            {field: event[letter] for letter, field in zip(event_keys, fields, strict=True)}
            for event in events
            for event_keys in [_letters(len(fields))]
        ]
    return found


def _letters(count: int) -> list[str]:
    return [chr(ord("a") + place) for place in range(count)]


def rows_of(name: str, found: Any) -> list[Any]:
    """The rows of a paged answer, whole: one page, or a list of pages.

    Raises:
        ParseError: Pages are missing, or it is no paged answer.
    """
    pages = found if isinstance(found, list) else [found]
    rows: list[Any] = []
    expected = 0
    for place, entry in enumerate(pages):
        page = json.loads(entry) if isinstance(entry, str) and entry.strip() else entry
        if not isinstance(page, dict) or not isinstance(page.get("results"), list):
            raise unreadable(name, f"page {place + 1} of {len(pages)} has no results")
        rows += page["results"]
        expected = max(expected, int((page.get("page") or {}).get("totalRecords") or 0))
    if len(rows) < expected:
        raise unreadable(name, f"it has {len(rows)} of {expected} records")
    return rows


def objects_of(name: str, found: Any) -> list[dict[str, Any]]:
    """The objects of an answer that is an object, or a list of them.

    Raises:
        ParseError: It is something else.
    """
    entries = found if isinstance(found, list) else [found]
    if not all(isinstance(entry, dict) for entry in entries):
        raise unreadable(name, "it holds something else than objects")
    return list(entries)


def snapshot(name: str, landed_on: dt.date) -> dt.date:
    """The day a file speaks of: the one in its name, else the one it landed on."""
    for year, month, day in _DATE.findall(name):
        try:
            return dt.date(int(year), int(month), int(day))
        except ValueError:
            continue
    return landed_on


def share_class(isin: str) -> str:
    """A share's class as B3 writes it (ON, PN, PNA, UNT), from its ISIN; blank for anything else.

    Characters 7 to 9 of an ISIN say what it is (ACN a share, CDA a certificate of several, called
    unit), the next two its class.
    """
    kind, letters = isin[6:9], isin[9:11]
    if kind == "CDA" and len(isin) == 12:
        return "UNT"
    if kind != "ACN" or len(letters) < 2:
        return ""
    if letters in {"OR", "PR"}:
        return {"OR": "ON", "PR": "PN"}[letters]
    return f"PN{letters[1]}" if letters[0] == "P" and letters[1] in "ABCDEFGH" else ""


def text_of(value: Any) -> str | None:
    """A JSON value as text; null stays null, and what is no single value is JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def frame(rows: Sequence[dict[str, Any]], needed: Iterable[str]) -> pl.DataFrame:
    """Rows of JSON as text columns, numbered; the needed ones are there in any case."""
    names = dict.fromkeys([*needed, *(key for row in rows for key in row), "_malformed"])
    columns = {name: [text_of(row.get(name)) for row in rows] for name in names}
    text = pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))
    return text.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("_row"))


def by_value(column: str, meanings: dict[str, str]) -> pl.Expr:
    """A text looked up for each value of a column; blank where it means nothing, or is null."""
    return (
        pl.col(column)
        .fill_null("")
        .replace_strict(list(meanings), list(meanings.values()), default="", return_dtype=pl.String)
    )


def checked(isins: Iterable[str]) -> dict[str, str]:
    """Each ISIN, and whether its check digit is right: "1", "0", or blank where there is none."""
    return {isin: str(int(is_isin(isin))) if isin else "" for isin in isins}
