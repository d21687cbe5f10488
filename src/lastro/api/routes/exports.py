"""routes/exports: a table or the rows of a query as a file that people open."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import anyio
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response, StreamingResponse

from lastro.answers.export_files import MEDIA, Form, of_query, of_table, write
from lastro.answers.rows import Wanted, chosen, instant_or_version, parsed, pinned
from lastro.answers.table_cards import GUARDED, named, readable
from lastro.api.guard import PrincipalDep, needs
from lastro.api.house import House, HouseDep
from lastro.api.problems import language_of, speaking
from lastro.api.sql_asking import answered, asked_of, made
from lastro.api.streams import pieces
from lastro.api.visiting import visitor_of
from lastro.core.errors import ForbiddenError
from lastro.exports import Dialect, Given
from lastro.identity.desk import Visitor
from lastro.identity.principal import Principal

router = APIRouter(tags=["tables"])


class ExportAsked(BaseModel):
    """What is to be written into a file: a table, or the rows of a query."""

    model_config = ConfigDict(extra="forbid")

    table: str | None = Field(None, max_length=100, description="A table, as silver.fund_navs.")
    query: str | None = Field(None, max_length=100_000, description="One SELECT.")
    format: Form = Field("xlsx", description="Kind of file.")
    filters: list[str] = Field(
        [], max_length=30, description="Of a table: column:operator:value, as for its rows."
    )
    columns: list[str] = Field([], max_length=500, description="Of a table: columns wanted.")
    sort: list[str] = Field([], max_length=30, description="Of a table: - is falling.")
    as_of: str | None = Field(None, max_length=40, description="A version, day or instant.")
    dialect: Dialect = Field(
        "br", description="How CSV writes: br is ; and decimal commas, international , and points."
    )

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.table is None) == (self.query is None):
            raise ValueError("give a table or a query, and not both")
        return self


@router.post(
    "/exports",
    dependencies=[needs("tables:read")],
    response_class=Response,
    responses={
        200: {
            "description": "The file.",
            "content": {
                kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
                for kind in MEDIA.values()
            },
        }
    },
)
async def make_export(
    asked: ExportAsked, request: Request, house: HouseDep, principal: PrincipalDep
) -> Response:
    """A workbook, CSV or Parquet file of a table or of a query's rows.

    Text that a spreadsheet would run as a formula is written so that it does not.
    """
    if asked.query is not None:
        given = await _of_query(request, house, principal, asked)
    else:
        given = await anyio.to_thread.run_sync(
            _of_table, house, principal, asked, limiter=house.workers
        )
    language = language_of(request.headers)
    stack = contextlib.ExitStack()
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lastro-")))

    def work() -> Path:
        with speaking(language):
            return write(
                given, asked.format, folder, settings=house.platform.settings.exports,
                simulated=house.simulated, at=house.now(), dialect=asked.dialect,
            )  # fmt: skip

    try:
        path = await anyio.to_thread.run_sync(work, limiter=house.workers)
    except BaseException:
        stack.close()
        raise
    size = path.stat().st_size
    await anyio.to_thread.run_sync(
        _note, house, principal, visitor_of(request), asked, size, limiter=house.workers
    )

    def body() -> Iterator[bytes]:
        with stack:
            yield from pieces(path)

    return StreamingResponse(
        body(),
        media_type=MEDIA[asked.format],
        headers={
            "Content-Disposition": f'attachment; filename="{path.name}"',
            "Content-Length": str(size),
            "Lastro-Simulated": "true" if house.simulated else "false",
            "Cache-Control": "no-store",
        },
    )


def _note(
    house: House, principal: Principal, visitor: Visitor, asked: ExportAsked, size: int
) -> None:
    """Write down who took what away."""
    taken = asked.table or "query"
    house.identity.record.add(f"exports.{asked.format}", principal, visitor, taken, bytes=size)


async def _of_query(
    request: Request, house: House, principal: Principal, asked: ExportAsked
) -> Given:
    if not principal.may("sql:run"):
        raise _forbidden("sql:run", principal)
    text = asked.query or ""
    question = await anyio.to_thread.run_sync(
        asked_of, house, principal, text, limiter=house.workers
    )
    most = house.platform.settings.sql.export_rows
    query = await anyio.to_thread.run_sync(
        made, house, question, most, asked.as_of, limiter=house.workers
    )
    return of_query((await answered(request, query)).rows, text)


def _of_table(house: House, principal: Principal, asked: ExportAsked) -> Given:
    contract = named(readable(house.platform.contracts(), guarded=True), asked.table or "")
    if contract.layer in GUARDED and not principal.may("data:read"):
        raise _forbidden("data:read", principal)
    house.versions((contract.name,))
    version, frame = pinned(house.platform.lake, contract, instant_or_version(asked.as_of))
    wanted = Wanted(parsed(asked.filters), tuple(asked.columns), tuple(asked.sort))
    return of_table(
        contract, version, chosen(frame, wanted, contract.key),
        house.platform.publishers(contract), ", ".join(asked.filters),
    )  # fmt: skip


def _forbidden(scope: str, principal: Principal) -> ForbiddenError:
    return ForbiddenError(
        "This needs the permission {scope}, which {name} does not have.",
        hint="Ask an administrator for it, or use a key that carries it.",
        scope=scope,
        name=principal.name,
    )
