"""Laws of every table: a month built alone is the month built among all; row order is nothing.

Rows are drawn as typed bronze; every table above is built from them, so that its inputs hold what
builds really make.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from lastro.core.clock import add_months

if TYPE_CHECKING:
    from lastro.lake.catalog import Table

A, B = "00000000000191", "00000000000272"
MONTHS = [add_months(dt.date(2023, 1, 1), count) for count in range(16)]
CENTS = st.integers(0, 10**9).map(lambda cents: cents / 100)
CODES = st.sampled_from(["", "1", "2"])


@st.composite
def _days(draw: st.DrawFn) -> list[dict[str, object]]:
    """Two classes and a subclass over sixteen months, some of them missing."""
    rows: list[dict[str, object]] = []
    for cnpj, subclass in ((A, ""), (A, "S1"), (B, "")):
        absent = draw(st.sets(st.sampled_from(MONTHS), max_size=4))
        for month in MONTHS:
            if month in absent:
                continue
            flagged = draw(st.integers(0, 40)) == 0
            quotas = draw(st.lists(st.integers(1, 40), min_size=2, max_size=2))
            rows += [
                {
                    "cnpj": cnpj, "subclass_id": subclass, "ref_date": month.replace(day=day),
                    "fund_type": "FIF", "quota": 0 if flagged else f"{quota / 10}",
                    "net_worth": draw(st.one_of(st.none(), CENTS)), "inflow": draw(CENTS),
                    "outflow": draw(CENTS), "holders": draw(st.integers(0, 50)),
                    "available_at": dt.datetime(2023, 1, day, tzinfo=dt.UTC),
                }
                for day, quota in zip((3, 20), quotas, strict=True)
            ]  # fmt: skip
    return rows


@st.composite
def _snapshots(draw: st.DrawFn) -> list[dict[str, object]]:
    """A registry now and then, whose providers come and go; perhaps none at all."""
    rows: list[dict[str, object]] = []
    for month in sorted(draw(st.sets(st.sampled_from(MONTHS), max_size=6))):
        stamp = {"ref_date": month.replace(day=9), "subclass_id": None,
                 "available_at": dt.datetime(2023, 6, 1, tzinfo=dt.UTC)}  # fmt: skip
        for fund, cnpj in (("1", A), ("2", B)):
            rows.append({**stamp, "record": "fundo", "fund_id": fund, "fund_cnpj": cnpj,
                         "administrator_cnpj": draw(CODES), "manager_id": draw(CODES)})  # fmt: skip
            if draw(st.booleans()):
                rows.append({**stamp, "record": "classe", "fund_id": fund, "class_id": f"C{fund}",
                             "class_cnpj": cnpj, "custodian_cnpj": draw(CODES),
                             "classification": draw(CODES)})  # fmt: skip
        if draw(st.booleans()):
            rows.append({**stamp, "record": "subclasse", "class_id": "C1", "subclass_id": "S1"})
    return rows


def _typed(
    bench: Any, days: list[dict[str, object]], snapshots: list[dict[str, object]]
) -> dict[str, pl.DataFrame]:
    return {
        "bronze.cvm_funds": bench.typed("bronze.cvm_funds", days),
        "bronze.cvm_registry": bench.typed("bronze.cvm_registry", snapshots),
    }


def _window(table: Table, month: dt.date, lake: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """What the machine hands over for one month."""
    found = {}
    for needed in table.inputs:
        rows = lake[needed.table]
        months = needed.window(month, set(rows["month"]))
        found[needed.table] = rows.filter(pl.col("month").is_in(months))
    return found


def _same(found: pl.DataFrame, expected: pl.DataFrame) -> None:
    assert_frame_equal(found, expected, rel_tol=1e-9, abs_tol=1e-9)


@settings(max_examples=20)
@given(days=_days(), snapshots=_snapshots(), month=st.sampled_from(MONTHS))
def test_a_month_alone_is_the_month_among_all(
    bench: Any,
    days: list[dict[str, object]],
    snapshots: list[dict[str, object]],
    month: dt.date,
) -> None:
    lake = bench.build_all(_typed(bench, days, snapshots))
    for name, table in bench.catalog.tables.items():
        if name not in lake:
            continue
        alone = bench.build(name, _window(table, month, lake))
        this = pl.col("month") == month
        _same(alone.filter(this), lake[name].filter(this))


@settings(max_examples=10)
@given(days=_days(), snapshots=_snapshots(), data=st.data())
def test_the_order_of_rows_is_nothing(
    bench: Any,
    days: list[dict[str, object]],
    snapshots: list[dict[str, object]],
    data: st.DataObject,
) -> None:
    lake = bench.build_all(_typed(bench, days, snapshots))
    seed = data.draw(st.integers(0, 1000))
    for name, table in bench.catalog.tables.items():
        if name not in lake:
            continue
        mixed = {
            needed.table: lake[needed.table].sample(fraction=1, shuffle=True, seed=seed)
            for needed in table.inputs
        }
        _same(bench.build(name, mixed), lake[name])
