"""Rows written by hand, typed as the machine would type them, and tables built from them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

import narwhals as nw
import polars as pl
import pytest

from lastro import sources
from lastro.core import registry
from lastro.lake._polars import ROW, dtype, schema
from lastro.lake.catalog import Catalog, Table
from lastro.lake.quality import judge, with_checks
from lastro.sources import Source
from lastro.tables import gold, silver

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Row: TypeAlias = "Mapping[str, object]"

A, B = "00000000000191", "00000000000272"
SOURCES = {
    source.bronze.name: source for source in registry.load(sources, "SOURCE", Source).values()
}
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


class Workbench:
    """Types rows and builds tables on Polars, as the machine does."""

    def __init__(self) -> None:
        tables = [
            table
            for shelf in (silver, gold)
            for table in registry.load(shelf, "TABLE", Table).values()
        ]
        self.catalog = Catalog(tables, [source.bronze for source in SOURCES.values()])

    def schema(self, name: str) -> pl.Schema:
        """What a build gets of a table, or of a bronze table once it is typed."""
        if name not in SOURCES:
            return schema(self.catalog[name].contract)
        columns = {column.name: dtype(column.type) for column in SOURCES[name].columns}
        instant = pl.Datetime("us", "UTC")
        extra = {ROW: pl.Int64(), "month": pl.Date(), "available_at": instant}
        return pl.Schema({**columns, **extra})

    def typed(self, name: str, rows: Sequence[Row]) -> pl.DataFrame:
        """Rows in a table's types; blank subclass, month and availability are filled in."""
        kinds = self.schema(name)
        whole = [
            {"cnpj": A, "subclass_id": "", "available_at": LONG_AGO, ROW: place, **row}
            for place, row in enumerate(rows, start=1)
        ]
        for row in whole:
            day = row.get("ref_date")
            if isinstance(day, dt.date):
                row.setdefault("month", day.replace(day=1))
        return pl.DataFrame(
            {
                column: pl.Series([_value(kind, row.get(column)) for row in whole], dtype=kind)
                for column, kind in kinds.items()
            }
        )

    def build(self, name: str, inputs: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        """Build a table from whole frames by full name; the contract's columns, in key order."""
        table = self.catalog[name]
        frames = {
            needed.table.partition(".")[2]: nw.from_native(inputs[needed.table].lazy())
            for needed in table.inputs
        }
        built = table.build(**frames)
        if table.inputs[0].table in SOURCES:
            built = with_checks(built, table.contract)
        rows: pl.DataFrame = built.to_native().collect()
        if table.inputs[0].table in SOURCES:
            rows = judge(rows, table.contract).rows
        whole = rows.select(table.contract.names).cast(schema(table.contract))
        return whole.sort(table.contract.key)

    def build_all(self, bronze: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """Bronze and every table that it is enough for."""
        found = dict(bronze)
        for name, table in self.catalog.tables.items():
            if all(needed.table in found for needed in table.inputs):
                found[name] = self.build(name, found)
        return found


def _value(kind: pl.DataType, value: object) -> object:
    """Decimals may be written as text or integers."""
    if isinstance(kind, pl.Decimal) and value is not None:
        return Decimal(str(value))
    return value


@pytest.fixture(scope="session")
def bench() -> Workbench:
    return Workbench()


@pytest.fixture
def built(bench: Workbench) -> Callable[..., list[dict[str, Any]]]:
    """``built("gold.x", {"silver.y": [rows]})``: the rows of a table as dictionaries."""

    def _built(name: str, inputs: Mapping[str, Sequence[Row]]) -> list[dict[str, Any]]:
        typed = {table: bench.typed(table, rows) for table, rows in inputs.items()}
        return bench.build(name, typed).to_dicts()

    return _built
