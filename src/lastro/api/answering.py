"""Answers: bytes that follow from table versions, with their ETag, their age and their source.

A route names the tables it reads and how the answer is made; here is decided whether anything need
be made at all. The ETag follows from the versions of those tables and from the question alone, so
a caller that has the answer already gets a 304 before anything is read. Finished bytes are kept,
and equal questions that arrive together are computed once. What is answered this way is the same
for everybody who may ask: what differs from person to person must not go through here.
"""

from __future__ import annotations

import gzip
import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

import anyio
import polars as pl
import zstandard
from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

import lastro
from lastro.api.finished import Finished, Piece
from lastro.api.formats import MEDIA, Format, chosen, to_json, written
from lastro.api.origin import Origin, Origins

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.api.house import House

T = TypeVar("T")
_AGES = 60.0  # seconds for which the age within a body is near enough
_WORTH_PACKING = 1000
_TRIES = 3


class Answer(BaseModel, Generic[T]):
    """An answer, and where it comes from."""

    data: T
    origin: Origin = Field(description="Where the data come from, and how old they are.")


class Prepared(Response):
    """A response whose headers and body are bytes already."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self.status_code = status
        self.raw_headers = headers
        self.body = body
        self.background = None


class Answers:
    """What all answers of an application share.

    Args:
        house: Whose tables they are made from.
    """

    def __init__(self, house: House) -> None:
        self.house = house
        self.finished = Finished(int(house.settings.cache_mb * 1e6))
        self.origins = Origins(house)
        self.salt = _code_stamp()


class Reply:
    """Answers one request.

    Args:
        request: Which.
        answers: What all answers share.
        form: The format that the query asks for; None leaves it to ``Accept``.
    """

    def __init__(self, request: Request, answers: Answers, form: str | None = None) -> None:
        self._scope = request.scope
        self._answers = answers
        self._house = answers.house
        self._form = form

    async def json(self, tables: tuple[str, ...], make: Callable[[], object]) -> Response:
        """An answer in JSON: ``{"data": what make returns, "origin": {...}}``.

        Args:
            tables: Full names of the tables it is made from; the first gives its age.
            make: Makes it, in a worker thread: dataclasses, models, frames, plain values.

        Raises:
            LastroError: As ``make`` does.
        """
        return await self._answer(tables, make, "json")

    async def rows(
        self, tables: tuple[str, ...], make: Callable[[], pl.DataFrame | pl.LazyFrame]
    ) -> Response:
        """As ``json`` for rows, which may leave as CSV, Arrow, Parquet or a workbook as well.

        Raises:
            RequestError: There is no such format, or it does not take so many rows.
            LastroError: As ``make`` does.
        """
        form = chosen(self._form or self._asked("format"), self._header(b"accept"))
        return await self._answer(tables, make, form)

    def _asked(self, name: str) -> str | None:
        for part in self._scope["query_string"].decode("latin-1").split("&"):
            key, _, value = part.partition("=")
            if key == name and value:
                return str(value)
        return None

    def _header(self, name: bytes) -> str:
        for key, value in self._scope["headers"]:
            if key == name:
                return str(value.decode("latin-1"))
        return ""

    async def _answer(
        self, tables: tuple[str, ...], make: Callable[[], object], form: Format
    ) -> Response:
        versions = await self._house.versions_soon(tables)
        name = self._name(tables, versions, form)
        etag = b'W/"' + name.hex().encode() + b'"'
        finished = self._answers.finished
        if etag.decode() in self._header(b"if-none-match"):
            return self._unchanged(etag, tables, versions)
        piece = finished.get(name)
        if piece is None or (piece.cut and time.monotonic() - piece.made > _AGES):
            piece = await finished.once(
                name, lambda: self._make(name, etag, tables, versions, make, form, piece)
            )
        return await self._sent(name, piece, tables, versions, form)

    def _name(self, tables: tuple[str, ...], versions: tuple[int, ...], form: Format) -> bytes:
        scope = self._scope
        question = (self._answers.salt, form, tables, versions, scope["query_string"])
        path = scope.get("raw_path") or scope["path"].encode()
        return hashlib.blake2b(path + repr(question).encode(), digest_size=16).digest()

    async def _make(
        self,
        name: bytes,
        etag: bytes,
        tables: tuple[str, ...],
        versions: tuple[int, ...],
        make: Callable[[], object],
        form: Format,
        former: Piece | None,
    ) -> Piece:
        """Make the bytes in a worker thread, and keep them if the tables stood still meanwhile."""

        def work() -> tuple[Piece, tuple[int, ...]]:
            seen = versions
            for _ in range(_TRIES):
                data = former.body[: former.cut] if former else _data(make(), form)
                now = self._house.versions(tables)
                if now == seen:
                    break
                seen = now
            return self._piece(data, etag, tables, seen, form), seen

        piece, seen = await anyio.to_thread.run_sync(work, limiter=self._house.workers)
        if seen == versions:
            self._answers.finished.keep(name, piece)
        return piece

    def _piece(
        self,
        data: bytes,
        etag: bytes,
        tables: tuple[str, ...],
        versions: tuple[int, ...],
        form: Format,
    ) -> Piece:
        origin = self._answers.origins.of(tables, versions)
        body = data + b',"origin":' + to_json(origin) + b"}" if form == "json" else data
        headers = [
            (b"content-type", MEDIA[form].encode()),
            (b"etag", etag),
            (b"cache-control", b"private, no-cache"),
            (b"vary", b"Accept, Accept-Encoding"),
            (b"lastro-source", ", ".join(origin.publishers).encode("latin-1", "replace")),
            (b"lastro-simulated", b"true" if origin.simulated else b"false"),
        ]
        if origin.ref_date is not None:
            headers.append((b"lastro-ref-date", origin.ref_date.isoformat().encode()))
        if form != "json":
            stem = tables[0] if tables else "lastro"
            file = f'attachment; filename="{stem}.{form}"'
            headers.append((b"content-disposition", file.encode("latin-1", "replace")))
        return Piece(body, time.monotonic(), headers, len(data) if form == "json" else 0)

    def _unchanged(
        self, etag: bytes, tables: tuple[str, ...], versions: tuple[int, ...]
    ) -> Response:
        headers = [(b"etag", etag), (b"cache-control", b"private, no-cache"),
                   (b"vary", b"Accept, Accept-Encoding")]  # fmt: skip
        return Prepared(304, headers + self._age(tables, versions), b"")

    def _age(self, tables: tuple[str, ...], versions: tuple[int, ...]) -> list[tuple[bytes, bytes]]:
        if not tables:
            return []
        age = self._answers.origins.age(tables[0], versions[0])
        return [(b"age", b"%d" % age)]

    async def _sent(
        self,
        name: bytes,
        piece: Piece,
        tables: tuple[str, ...],
        versions: tuple[int, ...],
        form: Format,
    ) -> Response:
        body = piece.body
        headers = piece.headers + self._age(tables, versions)
        coding = _coding(self._header(b"accept-encoding")) if form in {"json", "csv"} else ""
        if coding and len(body) > _WORTH_PACKING:
            packed = piece.packed.get(coding)
            if packed is None:
                packed = await anyio.to_thread.run_sync(
                    _pack, body, coding, limiter=self._house.workers
                )
                self._answers.finished.pack(name, piece, coding, packed)
            body = packed
            headers.append((b"content-encoding", coding.encode()))
        headers.append((b"content-length", b"%d" % len(body)))
        return Prepared(200, headers, body)


def _data(value: object, form: Format) -> bytes:
    if isinstance(value, pl.LazyFrame):
        value = value.collect()
    if form == "json":
        return b'{"data":' + to_json(value)
    if not isinstance(value, pl.DataFrame):
        raise TypeError("only rows have other formats than JSON")
    return written(value, form)


def _coding(accepted: str) -> str:
    """The content coding to answer with; blank for none."""
    if not accepted:
        return ""
    offered = {}
    for part in accepted[:200].lower().split(","):
        coding, _, rest = part.strip().partition(";")
        offered[coding.strip()] = rest.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return next((coding for coding in ("zstd", "gzip") if offered.get(coding)), "")


def _pack(body: bytes, coding: str) -> bytes:
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=6).compress(body)
    return gzip.compress(body, 6, mtime=0)


def _code_stamp() -> str:
    """What changes when our code does: the same bytes need not follow from the same tables."""
    folder = Path(lastro.__file__).parent
    newest = max(file.stat().st_mtime_ns for file in folder.rglob("*.py"))
    return f"{lastro.__version__}-{newest}"


def _answers(request: Request) -> Answers:
    found: Answers = request.app.state.answers
    return found


async def reply_of(request: Request) -> Reply:
    """Answers a request in JSON."""
    return Reply(request, _answers(request))


async def rows_of(
    request: Request,
    form: Annotated[
        Format | None,
        Query(alias="format", description="Format of the answer; it outweighs the Accept header."),
    ] = None,
) -> Reply:
    """Answers a request with rows in the format that it asks for."""
    return Reply(request, _answers(request), form)


ReplyDep = Annotated[Reply, Depends(reply_of)]
"""For routes that answer with ``reply.json``."""

RowsDep = Annotated[Reply, Depends(rows_of)]
"""For routes that answer with ``reply.rows``: OpenAPI then shows ``?format=`` and every format."""

Rows = list[dict[str, Any]]
"""Rows as objects, for a response model of rows whose columns the caller chooses."""
