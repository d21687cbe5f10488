"""What people write on the command line: options of several verbs; months, instants, versions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from lastro.core.clock import BRASILIA, add_months
from lastro.core.errors import RequestError
from lastro.core.language import say

Host = Annotated[
    str | None, typer.Option("--host", help=say("Address to listen on; 0.0.0.0 is every one."))
]
Port = Annotated[
    int | None, typer.Option("--port", help=say("Port to listen on; 0 takes a free one."))
]
TlsCert = Annotated[
    Path | None, typer.Option("--tls-cert", help=say("PEM file of the certificate chain."))
]
TlsKey = Annotated[Path | None, typer.Option("--tls-key", help=say("PEM file of its private key."))]


def first_day(text: str | None) -> dt.date | None:
    """The first day of ``YYYY-MM``, or the day of ``YYYY-MM-DD``."""
    return None if text is None else _day(text, last=False)


def last_day(text: str | None) -> dt.date | None:
    """The last day of ``YYYY-MM``, or the day of ``YYYY-MM-DD``."""
    return None if text is None else _day(text, last=True)


def _day(text: str, *, last: bool) -> dt.date:
    try:
        if len(text) > 7:
            return dt.date.fromisoformat(text)
        month = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise RequestError(
            "'{text}' is not a month.",
            hint="Write it as 2024-01, or a day as 2024-01-31.",
            text=text,
        ) from None
    return add_months(month, 1) - dt.timedelta(days=1) if last else month


def instant(text: str | None) -> dt.datetime | None:
    """An instant; one without a zone is Brasília's, and a bare day is its very end.

    Raises:
        RequestError: It cannot be read.
    """
    if text is None:
        return None
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        raise RequestError(
            "'{text}' is not an instant.",
            hint="Write a day as 2024-06-30, or an instant as 2024-06-30T18:00:00-03:00.",
            text=text,
        ) from None
    if len(text) <= len("2024-06-30"):
        found = dt.datetime.combine(found.date(), dt.time.max)
    return found if found.tzinfo else found.replace(tzinfo=BRASILIA)


def as_of(text: str | None) -> int | dt.datetime | None:
    """A version's number, or an instant.

    Raises:
        RequestError: It is neither.
    """
    return int(text) if text is not None and text.isdecimal() and len(text) < 8 else instant(text)
