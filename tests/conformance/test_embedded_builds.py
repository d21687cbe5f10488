"""Tables written a second time for the embedded engine say what their portable build says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lastro.lake._polars import schema
from lastro.lake._rows import in_order

from .conftest import CATALOG, TABLES, argument, on_polars

if TYPE_CHECKING:
    from collections.abc import Callable

UNSAID = {  # by table: what no sample says; of futures, only the real price report
    "": {"status", "status_since", "started_on", "cancelled_on", "class_type", "audience",
         "anbima_classification", "benchmark", "condominium", "exclusive"},
    "silver.corporate_actions": {"remarks"},
    "silver.price_reports": {"turnover_usd", "settlement_price_before", "settlement_rate",
                             "contract_settlement", "open_interest", "settlement_price",
                             "variation_points"},
}  # fmt: skip
EMBEDDED = sorted(name for name, table in TABLES.items() if table.embedded)


@pytest.mark.parametrize("rows", ["dirty", "real"])
@pytest.mark.parametrize("name", EMBEDDED)
def test_the_embedded_build_equals_the_portable_one(
    name: str, rows: str, lakes: Callable[[str], dict[str, pl.DataFrame]]
) -> None:
    table, inputs = TABLES[name], lakes(rows)
    contract = table.contract
    assert table.embedded is not None
    ordered = {
        argument(i.table): in_order(inputs[i.table], CATALOG.contract(i.table).sort)
        for i in table.inputs
    }
    found = table.embedded(**ordered).select(contract.names).cast(schema(contract))
    portable = on_polars(table, inputs).select(contract.names).cast(schema(contract))
    months = inputs[table.inputs[0].table]["month"].unique().implode()
    expected = portable.filter(pl.col("month").is_in(months))
    assert_frame_equal(found.sort(contract.key), expected.sort(contract.key), rel_tol=1e-12)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_dirty_rows_reach_every_column_of_a_table(
    name: str, lakes: Callable[[str], dict[str, pl.DataFrame]]
) -> None:
    """A comparison of nulls with nulls would prove nothing."""
    rows = lakes("dirty")[name]
    empty = {column.name for column in rows if column.null_count() == rows.height}
    assert empty <= UNSAID.get(name, UNSAID[""])
