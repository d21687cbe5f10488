"""B3's public web: addresses, and how its listed-company calls are asked and answered.

A call is a GET whose last part is a JSON object in base64; numbers and dates come in the language
asked for, which is always pt-br here. The body may be empty (nothing known), a JSON text inside a
JSON text, or come as text/plain. Source: sistemaswebb3-listados.b3.com.br.
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import Field

from lastro.core.errors import ParseError, TemporaryError
from lastro.core.settings import Section

if TYPE_CHECKING:
    from lastro.core.http import Answer, HttpClient

PAGE_SIZE = 120
_ASKED_AS = {"Accept": "application/json, text/plain, */*"}
_MOST_PAGES = 200


class B3Settings(Section):
    """B3's public web."""

    url: str = Field(
        "https://sistemaswebb3-listados.b3.com.br",
        description="Address of the calls on listed companies and indexes.",
    )
    history_url: str = Field(
        "https://bvmf.bmfbovespa.com.br/InstDados/SerHist",
        description="Address of the historical quotation files (COTAHIST).",
    )
    reports_url: str = Field(
        "https://www.b3.com.br/pesquisapregao",
        description="Address of the files of a trading session (BVBG).",
    )


def call_path(proxy: str, call: str, method: str, **asked: str | int) -> str:
    """Path of a call below the base address, e.g. ``indexProxy/indexCall/GetPortfolioDay/eyJ...``.

    Args:
        proxy: As B3 names it.
        call: As B3 names it.
        method: As B3 names it.
        asked: What is asked, in the order in which it is written.
    """
    text = json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
    return f"{proxy}/{call}/{method}/{base64.b64encode(text.encode()).decode()}"


def get_pages(
    client: HttpClient,
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    **_: Any,
) -> Answer:
    """Ask a call, and all further pages where it has them.

    Returns:
        The answer; of several pages, their bodies as they came, in one JSON list.

    Raises:
        TemporaryError: It answers with a web page instead of data.
    """
    first = client.get(url, etag=etag, last_modified=last_modified, headers=_ASKED_AS)
    pages = [first.body]
    for number in range(2, min(_pages(first), _MOST_PAGES) + 1):
        head, start, rest = url.rpartition(
            "/eyJ"
        )  # as every JSON object begins; base64 has slashes
        wanted = json.loads(base64.b64decode(f"{start[1:]}{rest}")) | {"pageNumber": number}
        text = json.dumps(wanted, ensure_ascii=False, separators=(",", ":")).encode()
        answer = client.get(f"{head}/{base64.b64encode(text).decode()}", headers=_ASKED_AS)
        pages.append(answer.body)
    return first if len(pages) == 1 else replace(first, body=b"[" + b",".join(pages) + b"]")


def _pages(answer: Answer) -> int:
    if answer.body.lstrip()[:1] == b"<":
        raise TemporaryError(
            "{url} answered with a web page instead of data.",
            hint="Nothing was lost; try again later.",
            url=answer.url,
        )
    try:
        found = read_json(answer.url, answer.body)
    except ParseError:
        return 1  # it is landed, and refused where it is read
    page = found.get("page") if isinstance(found, dict) else None
    return int(page.get("totalPages") or 1) if isinstance(page, dict) else 1


def read_json(name: str, body: bytes) -> Any:
    """What a call answered; None where it was nothing.

    Args:
        name: The file's name, for messages.
        body: Its bytes; JSON, or a JSON text that holds JSON.

    Raises:
        ParseError: It is no JSON.
    """
    if not body.strip():
        return None
    try:
        found = json.loads(body)
        return json.loads(found) if isinstance(found, str) and found.strip() else found or None
    except ValueError as error:
        raise ParseError(
            "{name} cannot be read: {why}.",
            hint="Its bytes are kept; get the file again, then `lastro dead-letters retry`.",
            name=name,
            why=f"it is no JSON ({error})",
        ) from error
