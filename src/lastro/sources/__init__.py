"""The shelf of sources: world -> bronze. This page is the contract of its files.

A file binds ``SOURCE`` to a ``Source``: three functions and what they promise. The file's name is
the source's name, its bronze table (``bronze.<name>``) and its settings prefix.

``plan``
    Which files hold which days. Pure.
``fetch``
    A file's bytes as they came, or the news that they have not changed.
``parse``
    Bytes -> text frames, a period each. Pure, columnar, never row by row, losing nothing: a line
    that cannot be cut into fields comes back whole in ``_malformed``.

What bronze text *means* is declared once, in ``columns``: the engine types it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from lastro.lake.contract import INSTANT, INTEGER, TEXT, Column, Contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

    from lastro.core.http import Answer, HttpClient
    from lastro.core.settings import Section


@dataclass(frozen=True)
class RemoteFile:
    """A file to ask for.

    Attributes:
        name: The name it lands under.
        path: Below the institution's base address.
        first: First day it speaks of.
        last: Last day it speaks of.
        every: How old the last answer may be before asking again; None means never again.
        fallbacks: Files that hold the same days elsewhere, to ask for on a 404.
    """

    name: str
    path: str
    first: dt.date
    last: dt.date
    every: dt.timedelta | None
    fallbacks: tuple[RemoteFile, ...] = ()


class Plan(Protocol):
    """Says which files hold which days."""

    def __call__(
        self, first: dt.date, last: dt.date, today: dt.date, **context: Any
    ) -> list[RemoteFile]:
        """Files for the days from first to last; see ``Source`` for the context."""


class Fetch(Protocol):
    """Fetches one file."""

    def __call__(
        self,
        client: HttpClient,
        url: str,
        *,
        etag: str | None,
        last_modified: str | None,
        **context: Any,
    ) -> Answer:
        """The answer to a GET, conditional where an earlier answer is known."""


def get(
    client: HttpClient,
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    **_: Any,
) -> Answer:
    """Fetch by a plain conditional GET: what most sources need."""
    return client.get(url, etag=etag, last_modified=last_modified)


@dataclass(frozen=True)
class Period:
    """What one file says of one period.

    Attributes:
        name: The bronze partition, as text: "2024-01", "2024-01-31" for a snapshot,
            "2024-01-31 IBOV" where several files speak of a day. It begins with its month, unless
            it is standing; letters, digits, blank, ``-``, ``_`` and ``.`` alone.
        month: First day of its month, or ``STANDING``: the partition of the tables built from it.
        text: Text columns under their official headers, ``_row``, ``_malformed``.
    """

    name: str
    month: dt.date
    text: pl.DataFrame


@dataclass(frozen=True)
class Source:
    """A source on the shelf.

    Attributes:
        name: As its file.
        title: What it is, in one line of English.
        pt: The same in Portuguese.
        publisher: The institution.
        licence: Terms its data come under.
        section: The institution's section of settings.
        plan: (first day, last day, today) -> files. A source with ``options`` or ``knows`` is given
            them by those names: ``plan(first, last, today, *, options, known)``.
        parse: (file name, bytes, day it landed) -> periods.
        columns: What the text means.
        fetch: How to get a file.
        redact: (file name, bytes) -> bytes without personal data; what it returns is landed.
        published: (day a row speaks of) -> instant when anybody could know it; None where that is
            when it was first seen.
        history: How far back a first ingest goes unless told.
        address: The setting of its section that holds the base address.
        calendar: The days on which it should have rows: bank days, B3's sessions, or none that can
            be told; ``doctor`` looks for gaps by it.
        gathers: Whether all periods of a month together make that month (days of a month, companies
            of a register), the one landed last counting where two name one key; otherwise the last
            period of a month stands for it. Standing periods are always gathered.
        options: Its own settings, ``LASTRO_SOURCES__<NAME>__...``; given to ``plan`` and ``fetch``
            as ``options``.
        knows: A table and a column whose distinct values ``plan`` is given as ``known``, sorted;
            empty before the table is first built.
        megabytes: Roughly what it downloads, for a person to choose by: MB once, and MB more for
            each month of history; None where nobody can tell.
    """

    name: str
    title: str
    pt: str
    publisher: str
    licence: str
    section: type[Section]
    plan: Plan | Callable[[dt.date, dt.date, dt.date], list[RemoteFile]]
    parse: Callable[[str, bytes, dt.date], Iterator[Period]]
    columns: tuple[Column, ...]
    fetch: Fetch | Callable[..., Answer] = get
    redact: Callable[[str, bytes], bytes] | None = None
    published: Callable[[dt.date], dt.datetime] | None = None
    history: dt.timedelta = dt.timedelta(days=0)
    address: str = "url"
    calendar: Literal["bank", "b3"] | None = "bank"
    gathers: bool = False
    options: type[Section] | None = None
    knows: tuple[str, str] | None = None
    megabytes: tuple[float, float] | None = None

    @property
    def bronze(self) -> Contract:
        """The contract of its bronze table: every official column as text, and where it stood."""
        headers = {header: column for column in self.columns for header in column.reads}
        return Contract(
            name=f"bronze.{self.name}",
            title=f"{self.title}, as published: every column as text.",
            pt=f"{self.pt}, como publicado: cada coluna como texto.",
            columns=(
                *(Column(h, TEXT, c.pt, c.doc) for h, c in headers.items()),
                Column("_row", INTEGER, "linha", "Its place among the file's rows, from 1."),
                Column("_malformed", TEXT, "linha rasgada", "The line, where it cannot be cut."),
                Column("_file", TEXT, "arquivo", "Landing key of the file it came in."),
                Column("_run_id", TEXT, "execução", "Run that read it."),
                Column("_ingested_at", INSTANT, "lido em", "When its file was first seen."),
                Column("_period", TEXT, "período", "Period that its file speaks of."),
            ),
            key=("_file", "_row"),
            partition="_period",
        )
