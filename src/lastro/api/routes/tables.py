"""routes/tables: what tables there are, what each promises, its rows and its history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import anyio
import polars as pl
from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import Response, StreamingResponse

from lastro.answers.data_house import inventory
from lastro.answers.lineage_graph import TableVersion, versions
from lastro.answers.rows import (
    MOST,
    Wanted,
    chosen,
    instant_or_version,
    listed,
    parsed,
    pinned,
    read_page,
)
from lastro.answers.table_cards import (
    GUARDED,
    TableCard,
    TableDetail,
    cards,
    detail,
    named,
    readable,
    view_detail,
)
from lastro.api.answering import Answer, ReplyDep
from lastro.api.formats import MEDIA, Format
from lastro.api.formats import chosen as format_of
from lastro.api.guard import PrincipalDep, needs
from lastro.api.house import House, HouseDep
from lastro.api.streams import arrow, batches, csv, parquet, pieces
from lastro.core.errors import ForbiddenError, RequestError
from lastro.identity.principal import Principal
from lastro.lake.contract import Contract

router = APIRouter(tags=["tables"])

Name = Annotated[str, Path(max_length=100, description="A table, as silver.fund_navs.")]
_PAGE = 100
_OWN = frozenset({"filter", "columns", "sort", "as_of", "limit", "cursor", "format"})


class RowColumn(BaseModel):
    """A column of an answer."""

    name: str = Field(description="Its name.")
    type: str = Field(description="Its type.")


class RowPage(BaseModel):
    """A page of rows."""

    columns: list[RowColumn] = Field(description="In order.")
    rows: list[dict[str, Any]] = Field(description="An object a row; null is not known.")
    version: int = Field(description="Version of the table that they are of.")
    total: int | None = Field(description="How many there are in all; on the first page alone.")
    next: str | None = Field(description="Cursor of the next page; null at the end.")


def allowed(house: House, principal: Principal, name: str) -> Contract:
    """A table that somebody may read row by row.

    Raises:
        NotFoundError: There is none of that name.
        ForbiddenError: It speaks of the house itself, and they may not see that.
    """
    contract = named(readable(house.platform.contracts(), guarded=True), name)
    if contract.layer in GUARDED and not principal.may("data:read"):
        raise ForbiddenError(
            "This needs the permission {scope}, which {name} does not have.",
            hint="Ask an administrator for it, or use a key that carries it.",
            scope="data:read",
            name=principal.name,
        )
    return contract


@router.get("/tables", dependencies=[needs("tables:read")], response_model=Answer[list[TableCard]])
async def list_tables(reply: ReplyDep, house: HouseDep) -> Response:
    """Every table and view: what it holds, rows, version, age, partitions."""
    contracts = house.platform.contracts()
    return await reply.json(
        tuple(contract.name for contract in contracts),
        lambda: cards(inventory(house.platform, house.now()), contracts, house.platform.views),
    )


@router.get(
    "/tables/{name}", dependencies=[needs("tables:read")], response_model=Answer[TableDetail]
)
async def one_table(name: Name, reply: ReplyDep, house: HouseDep) -> Response:
    """What a table promises: columns with type, unit and meaning, key, checks, inputs."""
    views = house.platform.views
    view = next((view for view in views if view.name == name), None)
    if view is not None:
        return await reply.json(
            view.inputs, lambda: view_detail(inventory(house.platform, house.now()), view)
        )
    contract = named(house.platform.contracts(), name)
    return await reply.json(
        (contract.name,),
        lambda: detail(inventory(house.platform, house.now()), contract, views),
    )


@router.get(
    "/tables/{name}/history",
    dependencies=[needs("tables:read")],
    response_model=Answer[list[TableVersion]],
)
async def table_history(name: Name, reply: ReplyDep, house: HouseDep) -> Response:
    """Every version of a table with its lineage, the newest first."""
    contract = named(house.platform.contracts(), name)
    return await reply.json(
        (contract.name,),
        lambda: versions(inventory(house.platform, house.now()), contract),
    )


@router.get(
    "/tables/{name}/rows",
    dependencies=[needs("tables:read")],
    response_model=Answer[RowPage],
    responses={
        200: {
            "description": "A page of rows as JSON; all of them in any other format.",
            "content": {
                MEDIA[form].partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
                for form in ("csv", "arrow", "parquet")
            },
        }
    },
)
async def table_rows(
    name: Name,
    request: Request,
    reply: ReplyDep,
    house: HouseDep,
    principal: PrincipalDep,
    filters: Annotated[
        list[str],
        Query(
            alias="filter",
            max_length=200,
            description="Conditions that all hold: column:operator:value. Operators: eq, ne, lt, "
            "le, gt, ge, in (values apart by commas), like (% and _), null (true or false). "
            "`?column=operator:value` is the same.",
        ),
    ] = [],  # noqa: B006 - FastAPI copies it
    columns: Annotated[
        str | None, Query(max_length=4000, description="Columns wanted, apart by commas.")
    ] = None,
    sort: Annotated[
        str | None,
        Query(max_length=1000, description="Columns to sort by, apart by commas; - is falling."),
    ] = None,
    as_of: Annotated[
        str | None,
        Query(max_length=40, description="A version, a day (its end) or an instant."),
    ] = None,
    limit: Annotated[
        int | None,
        Query(ge=1, le=10**9, description=f"Rows wanted; JSON gives {MOST} at most, {_PAGE} "
              "unless told; other formats give all unless told."),
    ] = None,
    cursor: Annotated[
        str | None, Query(max_length=400, description="Of the page, as the last one gave it.")
    ] = None,
    form: Annotated[
        Format | None, Query(alias="format", description="Outweighs the Accept header.")
    ] = None,
) -> Response:  # fmt: skip
    """Rows of a table: a page as JSON, or all of them as a stream of CSV, Arrow or Parquet.

    Pages follow one another over one version of the table, whatever is written meanwhile.
    """
    contract = allowed(house, principal, name)
    extra = [(key, value) for key, value in request.query_params.multi_items() if key not in _OWN]
    wanted = Wanted(parsed(filters, extra), listed(columns), listed(sort))
    since = instant_or_version(as_of)
    wished = format_of(form, request.headers.get("accept", ""))
    if wished == "json":

        def make() -> dict[str, Any]:
            lake = house.platform.lake
            page = read_page(lake, contract, wanted, limit or _PAGE, as_of=since, cursor=cursor)
            return {
                "columns": [
                    {"name": n, "type": str(kind)} for n, kind in page.rows.schema.items()
                ],
                "rows": page.rows, "version": page.version, "total": page.total,
                "next": page.next,
            }  # fmt: skip

        return await reply.json((contract.name,), make)
    if wished == "xlsx":
        raise RequestError(
            "Rows do not stream as a workbook.",
            hint="Ask POST /api/v1/exports for one, or take CSV, Arrow or Parquet.",
        )

    def frame() -> pl.LazyFrame:
        house.versions((contract.name,))
        _, rows = pinned(house.platform.lake, contract, since)
        found = chosen(rows, wanted, contract.key)
        return found if limit is None else found.head(limit)

    rows = await anyio.to_thread.run_sync(frame, limiter=house.workers)
    return _stream(house, contract, rows, wished)


def _stream(house: House, contract: Contract, rows: pl.LazyFrame, form: Format) -> Response:
    """All rows, a batch in memory at a time."""
    ending = "arrows" if form == "arrow" else form
    mark = ".simulated" if house.simulated else ""
    headers = {
        "Content-Disposition": f'attachment; filename="{contract.name}{mark}.{ending}"',
        "Lastro-Simulated": "true" if house.simulated else "false",
        "Cache-Control": "private, no-store",
    }
    metadata = {"lastro.table": contract.name,
                "lastro.simulated": headers["Lastro-Simulated"]}  # fmt: skip

    def parts() -> Iterator[bytes | memoryview]:
        if form == "parquet":
            with parquet(rows, metadata) as path:
                yield from pieces(path)
        else:
            yield from (arrow if form == "arrow" else csv)(batches(rows))

    return StreamingResponse(
        iterate_in_threadpool(parts()), media_type=MEDIA[form], headers=headers
    )
