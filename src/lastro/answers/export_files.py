"""Files of rows for people: a table or the rows of a query, as a workbook, CSV or Parquet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

import lastro.exports
from lastro.core.registry import one
from lastro.exports import Given, Order, Sink
from lastro.lake.contract import (
    BOOLEAN,
    DATE,
    FLOAT,
    INSTANT,
    INTEGER,
    TEXT,
    Column,
    Contract,
    Type,
)

if TYPE_CHECKING:
    import datetime as dt

    from lastro.exports import Dialect, ExportSettings

Form = Literal["xlsx", "csv", "parquet"]
_SINKS: dict[Form, str] = {"xlsx": "excel", "csv": "csv", "parquet": "parquet"}
MEDIA: dict[Form, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}


def of_table(
    contract: Contract, version: int, frame: pl.LazyFrame, origin: str, where: str
) -> Given:
    """Rows of a table as an export is given them.

    Args:
        contract: Of the table.
        version: Which version of it.
        frame: The rows and columns wanted.
        origin: Who published what it is made from.
        where: The conditions, for the cover.
    """
    kept = [name for name in frame.collect_schema() if name in contract.names]
    chosen = tuple(contract[name] for name in kept)
    if len(chosen) < len(contract.columns):
        contract = replace(
            contract, columns=chosen, key=(), sort=(), checks=(), partition=_first(frame)
        )
    return _given(contract, version, frame, origin, where)


def of_query(rows: pl.DataFrame, query: str) -> Given:
    """Rows of a query as an export is given them."""
    columns = tuple(Column(name, _type(kind), name, "") for name, kind in rows.schema.items()) or (
        Column("empty", TEXT, "vazio", ""),
    )
    contract = Contract(
        name="query.rows", title="Rows of a query.", pt="Linhas de uma consulta.",
        columns=columns, key=(), partition=columns[0].name,
    )  # fmt: skip
    return _given(contract, 0, rows.lazy(), "", query)


def _first(frame: pl.LazyFrame) -> str:
    return next(iter(frame.collect_schema()))


def _given(contract: Contract, version: int, frame: pl.LazyFrame, origin: str, where: str) -> Given:
    return Given(
        contract=contract, version=version, origin=origin, partitions={}, frame=frame,
        part=lambda _: frame, reaches=lambda _: True, where=where,
    )  # fmt: skip


def _type(kind: pl.DataType) -> Type:
    """The type of a column that no contract declares."""
    if isinstance(kind, pl.Decimal):
        return Type("decimal", kind.precision or 38, kind.scale)
    if isinstance(kind, pl.Datetime):
        return INSTANT
    known: tuple[tuple[bool, Type], ...] = (
        (kind == pl.Date(), DATE),
        (kind == pl.Boolean(), BOOLEAN),
        (kind.is_integer(), INTEGER),
        (kind.is_float(), FLOAT),
    )
    return next((type_ for holds, type_ in known if holds), TEXT)


def write(
    given: Given,
    form: Form,
    folder: Path,
    *,
    settings: ExportSettings,
    simulated: bool,
    at: dt.datetime,
    dialect: Dialect = "br",
) -> Path:
    """Write rows into a file of a folder.

    Args:
        given: The rows.
        form: Which kind of file.
        folder: Where; the file is named after the table, and says it if the data are simulated.
        settings: Of exports.
        simulated: Whether the data are simulated.
        at: Now, in UTC.
        dialect: How CSV writes numbers and days.

    Raises:
        RequestError: There are more rows than a sheet takes.
    """
    sink: Sink = one(lastro.exports, _SINKS[form], "SINK", Sink)
    tables = (replace(given, frame=_spoken(given.frame)),) if form == "xlsx" else (given,)
    order = Order(
        tables=tables, target=str(folder), settings=settings, simulated=simulated, at=at,
        lake="Lastro", dialect=dialect,
    )  # fmt: skip
    return Path(sink.write(order)[0].target)


def _spoken(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Instants with a zone, as a workbook takes them; whatever has no form there, as text."""
    changes = []
    for name, kind in frame.collect_schema().items():
        if isinstance(kind, pl.Datetime) and kind.time_zone is None:
            changes.append(pl.col(name).dt.replace_time_zone("UTC"))
        elif kind.is_nested() or kind in {pl.Time(), pl.Duration(), pl.Binary(), pl.Null()}:
            changes.append(pl.col(name).cast(pl.String, strict=False))
    return frame.with_columns(changes) if changes else frame
