"""Brazil's central bank (BCB): addresses, and how its two public services are asked and answered.

SGS (api.bcb.gov.br) gives one time series a call, as a JSON list of texts; a daily series gives at
most ten years. Olinda (olinda.bcb.gov.br) speaks OData: an object whose ``value`` is a list. Both
answer with a web page and status 200 when they are unwell. Source: BCB's open data, licence ODbL.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

import polars as pl
from pydantic import Field

from lastro.core.errors import NoDataError, ParseError, TemporaryError, UpstreamError
from lastro.core.settings import Section

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from lastro.core.http import Answer, HttpClient

ROW = "_row"
MALFORMED = "_malformed"
YEARS_A_CALL = 10
_MOST_PAGES = 200
_PLAIN = "()',"  # of an OData filter, what an address may hold as it stands
_TOP = re.compile(r"\$top=(\d+)")


class BcbSettings(Section):
    """Brazil's central bank."""

    url: str = Field(
        "https://api.bcb.gov.br", description="Address of the time-series service (SGS)."
    )
    olinda_url: str = Field(
        "https://olinda.bcb.gov.br/olinda/servico",
        description="Address of the OData services (Olinda): PTAX and market expectations.",
    )


@dataclass(frozen=True)
class Series:
    """A series of SGS.

    Attributes:
        name: What the field calls it.
        unit: What its values count.
        frequency: How often it has a value.
        is_inflation: Whether it is the change of a price index.
    """

    name: str
    unit: str
    frequency: Literal["daily", "monthly"]
    is_inflation: bool = False


SERIES = {
    11: Series("SELIC", "percent a day", "daily"),
    12: Series("CDI", "percent a day", "daily"),
    25: Series("SAVINGS", "percent a period", "daily"),
    226: Series("TR", "percent a period", "daily"),
    253: Series("TBF", "percent a period", "daily"),
    432: Series("SELIC_TARGET", "percent a year", "daily"),
    4389: Series("CDI_YEAR", "percent a year", "daily"),
    4391: Series("CDI_MONTH", "percent a month", "monthly"),
    189: Series("IGP-M", "percent a month", "monthly", is_inflation=True),
    190: Series("IGP-DI", "percent a month", "monthly", is_inflation=True),
    433: Series("IPCA", "percent a month", "monthly", is_inflation=True),
    7478: Series("IPCA-15", "percent a month", "monthly", is_inflation=True),
    10764: Series("IPCA-E", "percent a month", "monthly", is_inflation=True),
}
"""The codes whose meaning is known; any other may be asked for as well."""


def sgs_path(code: int, first: dt.date, last: dt.date) -> str:
    """Path of one series' values from a day to another, both included."""
    return (
        f"dados/serie/bcdata.sgs.{code}/dados?formato=json"
        f"&dataInicial={first:%d/%m/%Y}&dataFinal={last:%d/%m/%Y}"
    )


def olinda_path(
    service: str,
    resource: str,
    *,
    where: str = "",
    order: str = "",
    top: int,
    **arguments: str | dt.date,
) -> str:
    """Path of an OData resource, or of a function of its arguments.

    Args:
        service: As Olinda names it, e.g. PTAX.
        resource: As the service names it.
        where: OData's filter.
        order: Columns to order by: pages are cut along it.
        top: Rows a page.
        arguments: Of a function, in its own order; days go as MM-DD-YYYY.
    """
    call = ",".join(f"{name}=@{name}" for name in arguments)
    asked = [f"@{name}='{_argument(value)}'" for name, value in arguments.items()]
    asked += [f"$filter={quote(where, safe=_PLAIN)}"] if where else []
    asked += [f"$orderby={quote(order, safe=',')}"] if order else []
    asked += [f"$top={top}", "$format=json"]
    function = f"({call})" if call else ""
    return f"{service}/versao/v1/odata/{resource}{function}?{'&'.join(asked)}"


def _argument(value: str | dt.date) -> str:
    return quote(value) if isinstance(value, str) else f"{value:%m-%d-%Y}"


def get_series(
    client: HttpClient,
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    **_: Any,
) -> Answer:
    """Ask SGS for a series.

    Raises:
        NoDataError: It has no value in that window.
        TemporaryError: It answers with a web page instead of data.
        UpstreamError: It refuses the window (406), or says what else is wrong.
    """
    try:
        answer = client.get(url, etag=etag, last_modified=last_modified)
    except UpstreamError as error:
        if error.context.get("status") != HTTPStatus.NOT_ACCEPTABLE:
            raise
        raise UpstreamError(
            "{url} was refused: a daily series gives at most {years} years a call.",
            hint="The central bank may have changed that rule: report it.",
            url=url,
            years=YEARS_A_CALL,
            status=HTTPStatus.NOT_ACCEPTABLE.value,
        ) from error
    _refuse_pages(answer)
    _refuse_refusals(answer)
    return answer


def get_pages(
    client: HttpClient,
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    **_: Any,
) -> Answer:
    """Ask Olinda for a resource, page by page until one is not full.

    Returns:
        The answer; of several pages, their bodies as they came, in one JSON list.

    Raises:
        TemporaryError: It answers with a web page instead of data.
        UpstreamError: It says what is wrong, or has no end.
    """
    first = client.get(url, etag=etag, last_modified=last_modified)
    _refuse_pages(first)
    _refuse_refusals(first)
    size = _TOP.search(url)
    top = int(size[1]) if size else 0
    pages = [first.body]
    while top and _count(pages[-1]) >= top:
        if len(pages) == _MOST_PAGES:
            raise UpstreamError(
                "{url} has more than {pages} pages.",
                hint="Ask for a shorter span, or report it.",
                url=url,
                pages=_MOST_PAGES,
            )
        answer = client.get(f"{url}&$skip={top * len(pages)}")
        _refuse_pages(answer)
        _refuse_refusals(answer)
        pages.append(answer.body)
    return first if len(pages) == 1 else replace(first, body=b"[" + b",".join(pages) + b"]")


def _refuse_pages(answer: Answer) -> None:
    """A web page with status 200 is how both services say that they are unwell."""
    body = answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if answer.status == HTTPStatus.OK and body[:1] in {b"", b"<"}:
        raise TemporaryError(
            "{url} answered with a web page instead of data.",
            hint="Nothing was lost; try again later.",
            url=answer.url,
        )


def _refuse_refusals(answer: Answer) -> None:
    """An error told with status 200 is never landed: it would stand where data stood."""
    try:
        said = refusal(json.loads(answer.body)) if answer.body else ""
    except ValueError:
        return  # it is landed, and refused where it is read
    if "not found" in said.lower():
        raise NoDataError(
            "{url} has no values ({said}).",
            hint="The source may not have published it yet, or may have moved it.",
            url=answer.url,
            said=said,
        )
    if said:
        raise UpstreamError(
            "{url} was refused: {said}.",
            hint="Check the address and whether the source changed its rules.",
            url=answer.url,
            said=said,
        )


def refusal(found: object) -> str:
    """What an answer says went wrong, under either of its keys, ``error`` or ``erro``; or blank."""
    if not isinstance(found, dict):
        return ""
    said = found.get("error") or found.get("erro")
    if isinstance(said, dict):
        said = said.get("detail") or said.get("message") or json.dumps(said, ensure_ascii=False)
    more = found.get("message") if said else None
    return ": ".join(str(part).rstrip(". ") for part in (said, more) if part)


def _count(body: bytes) -> int:
    try:
        found = json.loads(body)
    except ValueError:
        return 0
    value = found.get("value") if isinstance(found, dict) else None
    return len(value) if isinstance(value, list) else 0


def read_items(name: str, body: bytes) -> list[Any]:
    """The items of a body, numbers as the texts they were written as.

    Args:
        name: The file's name, for messages.
        body: A JSON list of items (SGS), an object with ``value`` (Olinda), or a list of such.

    Raises:
        ParseError: It is none of them, or says what went wrong.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise unreadable(name, "it is a web page, not data")
    try:
        found = json.loads(body, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise unreadable(name, f"it is no JSON ({error})") from error
    if said := refusal(found):
        raise unreadable(name, f"the central bank refused: {said}")
    pages = found if isinstance(found, list) else [found]
    if pages and all(isinstance(page, dict) and isinstance(page.get("value"), list)
                     for page in pages):  # fmt: skip
        return [item for page in pages for item in page["value"]]
    if isinstance(found, list):
        return found
    raise unreadable(name, "it is neither a list nor an object with 'value'")


def as_text(items: Sequence[Any], known: Sequence[str]) -> pl.DataFrame:
    """Items as text columns, losing nothing.

    Args:
        items: Objects of one level; what is no object comes back whole in ``_malformed``.
        known: Names as the source knows them: found in any case, they come back in this one, and
            absent they are null. Other names stay as they are.

    Returns:
        A row an item: text columns (null where JSON says null), ``_row`` from 1, ``_malformed``.
    """
    spelling: dict[Any, str] = {name.casefold(): name for name in known}
    columns: dict[str, list[str | None]] = {name: [None] * len(items) for name in known}
    malformed: list[str | None] = [None] * len(items)
    for place, item in enumerate(items):
        if not isinstance(item, dict):
            malformed[place] = item if isinstance(item, str) else _text(item)
            continue
        for key, value in item.items():
            name = spelling.get(key.casefold()) or str(key)
            columns.setdefault(name, [None] * len(items))[place] = _text(value)
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return frame.with_columns(
        pl.int_range(1, len(items) + 1, dtype=pl.Int64, eager=True).alias(ROW),
        pl.Series(MALFORMED, malformed, dtype=pl.String),
    )


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def require(name: str, text: pl.DataFrame, required: Sequence[str]) -> None:
    """Refuse a file in none of whose rows a field stands that its source cannot do without.

    Raises:
        ParseError: Names file and field.
    """
    missing = [field for field in required if text[field].is_null().all()]
    if text.height and missing:
        raise unreadable(name, f"none of its rows has {', '.join(missing)}")


def unreadable(name: str, why: str) -> ParseError:
    """The error of a file that is not what its source publishes."""
    return ParseError(
        "{name} cannot be read: {why}.",
        hint="Its bytes are kept; get the file again, then `lastro dead-letters retry`.",
        name=name,
        why=why,
    )
