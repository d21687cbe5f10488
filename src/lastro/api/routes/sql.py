"""routes/sql: one read-only query, within limits; it ends when its asker goes away."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import anyio
import polars as pl
from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from lastro.answers.table_cards import ColumnCard, inventory_columns, readable
from lastro.api.answering import Answer, Answers
from lastro.api.formats import MEDIA, Format, to_json, written
from lastro.api.formats import chosen as format_of
from lastro.api.fresh import FreshDep, plain
from lastro.api.guard import PrincipalDep, needs
from lastro.api.house import HouseDep
from lastro.api.sql_asking import answered, asked_of, made, seen_views
from lastro.lake.query import Question, functions
from lastro.lake.sql_house import Told


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Processes that waited for queries end with the server."""
    yield
    opened = app.state.house.platform.__dict__
    if "sql_house" in opened:
        await anyio.to_thread.run_sync(opened.pop("sql_house").close)


router = APIRouter(tags=["sql"], lifespan=_lifespan)
_ROWS = 1000


class SqlAsked(BaseModel):
    """A query."""

    model_config = ConfigDict(extra="forbid")

    query: str = Field(max_length=100_000, description="One SELECT, in DuckDB's dialect.")
    limit: int | None = Field(None, ge=1, le=10**7, description="Rows wanted; 1000 unless told.")
    format: Format | None = Field(None, description="Outweighs the Accept header.")
    as_of: str | None = Field(
        None, max_length=40, description="A day (its end) or an instant: what stood then."
    )


class SqlColumn(BaseModel):
    """A column of an answer."""

    name: str
    type: str = Field(description="Its type, as in Polars: String, Float64, Date...")


class SqlAnswer(BaseModel):
    """What a query answered."""

    columns: list[SqlColumn]
    rows: list[list[Any]] = Field(description="A list a row, in the order of the columns.")
    truncated: str = Field(
        description="`rows` or `bytes` where a limit cut it short; blank where it is whole."
    )
    seconds: float = Field(description="How long it took.")


class SqlTable(BaseModel):
    """A table or view that a query may read."""

    name: str
    kind: str
    title: str
    pt: str
    columns: list[ColumnCard]


class SqlSchema(BaseModel):
    """All that a query may name, and the limits it runs within."""

    tables: list[SqlTable]
    functions: list[str]
    seconds: int = Field(description="Longest time a query may take.")
    rows: int = Field(description="Most rows it answers.")


@router.post(
    "/sql",
    dependencies=[needs("sql:run")],
    response_model=Answer[SqlAnswer],
    responses={
        200: {
            "description": "Rows as JSON, or as a file in the format that was asked for.",
            "content": {
                MEDIA[form].partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
                for form in ("csv", "arrow", "parquet", "xlsx")
            },
        }
    },
)
async def run_sql(
    asked: SqlAsked, request: Request, house: HouseDep, principal: PrincipalDep
) -> Response:
    """Run one SELECT over the lake's tables and views.

    It runs in a process of its own, within limits of time, memory and rows, and reaches no file,
    no network and nothing that it may not read.
    """
    form = format_of(asked.format, request.headers.get("accept", ""))
    most = house.platform.settings.sql
    default = _ROWS if form == "json" else most.export_rows
    limit = min(asked.limit or default, most.rows if form == "json" else most.export_rows)
    began = time.perf_counter()
    question = await anyio.to_thread.run_sync(
        asked_of, house, principal, asked.query, limiter=house.workers
    )
    query = await anyio.to_thread.run_sync(
        made, house, question, limit, asked.as_of, limiter=house.workers
    )
    told = await answered(request, query)
    seconds = time.perf_counter() - began
    body = await anyio.to_thread.run_sync(
        _body, request, question, told, form, seconds, limiter=house.workers
    )
    if form == "json":
        return plain(body)
    mark = ".simulated" if house.simulated else ""
    return Response(
        body,
        media_type=MEDIA[form],
        headers={
            "Content-Disposition": f'attachment; filename="query{mark}.{form}"',
            "Lastro-Truncated": told.truncated or "no",
            "Cache-Control": "no-store",
        },
    )


def _body(request: Request, question: Question, told: Told, form: Format, seconds: float) -> bytes:
    if form != "json":
        return written(told.rows, form)
    answers: Answers = request.app.state.answers
    names = tuple(contract.name for contract in question.tables)
    rows = told.rows
    spoken = rows.with_columns(pl.selectors.decimal().cast(pl.Float64))
    data = {
        "columns": [{"name": name, "type": str(kind)} for name, kind in rows.schema.items()],
        "rows": spoken.rows(),
        "truncated": told.truncated,
        "seconds": round(seconds, 4),
    }
    origin = answers.origins.of(names, answers.house.versions(names))
    return b'{"data":' + to_json(data) + b',"origin":' + to_json(origin) + b"}"


@router.get("/sql/schema", dependencies=[needs("sql:run")], response_model=Answer[SqlSchema])
async def sql_schema(fresh: FreshDep, house: HouseDep, principal: PrincipalDep) -> Response:
    """Tables, columns and functions that a query may name, and its limits."""
    guarded = principal.may("data:read")

    def make() -> SqlSchema:
        contracts = readable(house.platform.contracts(), guarded=guarded)
        tables = inventory_columns(house.platform.lake, contracts)
        views = seen_views(house, {contract.name for contract in contracts})
        limits = house.platform.settings.sql
        house.platform.sql_house.warm()
        return SqlSchema(
            tables=[
                *(SqlTable(name=c.name, kind="table", title=c.title, pt=c.pt, columns=columns)
                  for c, columns in tables),
                *(SqlTable(name=v.name, kind="view", title=v.title, pt=v.pt, columns=[])
                  for v in views),
            ],
            functions=functions(), seconds=limits.seconds, rows=limits.rows,
        )  # fmt: skip

    return await fresh.json((), make)
