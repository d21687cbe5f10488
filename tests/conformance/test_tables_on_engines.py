"""Every table of the shelves says the same on Polars and on PySpark."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lastro.lake._polars import REASON, ROW, schema
from lastro.lake.quality import FLAGS

from .conftest import TABLES, argument, checked, on_polars

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lastro.lake.catalog import Table

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore:::pyspark")]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """One local session for the module."""
    from pyspark.sql import SparkSession

    logging.getLogger("py4j").setLevel(logging.ERROR)
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def _on_spark(
    spark: Any, table: Table, inputs: dict[str, pl.DataFrame], folder: Path
) -> pl.DataFrame:
    frames = {}
    for needed in table.inputs:
        path = folder / f"{needed.table}.parquet"
        inputs[needed.table].write_parquet(path)
        frames[argument(needed.table)] = nw.from_native(spark.read.parquet(str(path)))
    arrived = pl.from_arrow(checked(table, frames).to_native().toArrow())
    assert isinstance(arrived, pl.DataFrame)
    return arrived


def _settled(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Contract's columns in contract's types, and the verdict of the checks, in a fixed order."""
    names = list(table.contract.names)
    spare = [name for name in (ROW, REASON, FLAGS) if name in rows.columns and name not in names]
    contract = rows.select(names).cast(schema(table.contract))
    whole = contract.with_columns(rows.select(pl.col(spare)))
    return whole.sort(*table.contract.key, *(n for n in (ROW,) if n in spare))


@pytest.mark.parametrize("rows", ["dirty", "real"])
@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_says_the_same_on_both_engines(
    name: str,
    rows: str,
    lakes: Callable[[str], dict[str, pl.DataFrame]],
    spark: Any,
    tmp_path: Path,
) -> None:
    table, inputs = TABLES[name], lakes(rows)
    laptop, cluster = on_polars(table, inputs), _on_spark(spark, table, inputs, tmp_path)
    assert set(cluster.columns) == set(laptop.columns)
    expected, found = _settled(laptop, table), _settled(cluster, table)
    assert found.schema == expected.schema
    assert rows == "real" or not expected.is_empty()
    floats = [c for c, kind in expected.schema.items() if kind == pl.Float64]
    exact = [c for c in expected.columns if c not in floats]
    assert_frame_equal(found.select(exact), expected.select(exact), check_exact=True)
    assert_frame_equal(found.select(floats), expected.select(floats), rel_tol=1e-9, abs_tol=1e-12)
