"""Contracts and the catalog: what contradicts itself is refused at once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.errors import InvariantError, NotFoundError
from lastro.lake.catalog import Catalog, Input, Table
from lastro.lake.contract import DATE, MONEY, QUOTA, TEXT, Column, Contract

if TYPE_CHECKING:
    from lastro.lake.catalog import Frame

MONTHS = [dt.date(2024, number, 1) for number in range(1, 13)]


def contract(name: str = "silver.things", *names: str, **options: Any) -> Contract:
    columns = tuple(Column(n, TEXT, n, n) for n in names or ("month", "name"))
    settings: dict[str, Any] = {"key": ("name",), "partition": "month", **options}
    return Contract(name=name, title=name, pt=name, columns=columns, **settings)


def build(**frames: Frame) -> Frame:
    return next(iter(frames.values()))


def table(name: str, *inputs: str) -> Table:
    return Table(contract(name), tuple(Input(i) for i in inputs), build)


def test_names_and_types_say_themselves() -> None:
    made = contract()
    assert (made.layer, made.table, made.names) == ("silver", "things", ("month", "name"))
    assert made["name"].type == TEXT
    assert [str(t) for t in (TEXT, DATE, MONEY, QUOTA)] == [
        "text", "date", "decimal(18,2)", "decimal(28,12)"]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"key": ("id",)}, "id"),
        ({"partition": "day"}, "day"),
        ({"sort": ("when",)}, "when"),
    ],
)
def test_a_contract_that_names_no_column_of_its_own_is_refused(
    options: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvariantError, match=rf"silver\.things contradicts itself \({said}\)"):
        contract(**options)


def test_a_column_that_stands_twice_is_refused() -> None:
    with pytest.raises(InvariantError, match="stands twice"):
        contract("silver.things", "month", "name", "name")


def test_tables_are_built_after_what_they_are_built_from() -> None:
    tables = [table("gold.c", "silver.b", "silver.a"), table("silver.b", "silver.a"),
              table("silver.a", "bronze.x")]  # fmt: skip
    catalog = Catalog(tables, [contract("bronze.x")])
    assert list(catalog.tables) == ["silver.a", "silver.b", "gold.c"]
    assert [t.name for t in catalog.with_inputs(["silver.b"])] == ["silver.a", "silver.b"]
    assert catalog.contract("bronze.x").name == "bronze.x"
    assert catalog.contract("gold.c") is tables[0].contract


def test_a_circle_is_refused_by_name() -> None:
    with pytest.raises(InvariantError, match=r"in a circle: .*silver\.a.*") as caught:
        Catalog([table("silver.a", "silver.b"), table("silver.b", "silver.a")], [])
    assert "silver.b" in caught.value.message


def test_an_unknown_input_is_refused_by_name() -> None:
    with pytest.raises(InvariantError, match=r"called bronze\.nothing"):
        Catalog([table("silver.a", "bronze.nothing")], [])


def test_an_unknown_table_is_not_found_and_the_known_are_told() -> None:
    catalog = Catalog([table("silver.a", "bronze.x")], [contract("bronze.x")])
    for ask in (catalog.__getitem__, catalog.contract, lambda name: catalog.with_inputs([name])):
        with pytest.raises(NotFoundError, match=r"gold\.none") as caught:
            ask("gold.none")
        assert "silver.a" in caught.value.hint


@given(st.sets(st.sampled_from(MONTHS)), st.sampled_from(MONTHS), st.integers(0, 14))
def test_a_window_reaches_back_and_never_ahead(
    available: set[dt.date], month: dt.date, back: int
) -> None:
    needed = Input("t", months_back=back).window(month, available)
    assert needed == sorted(m for m in available if 0 <= month.month - m.month <= back)
    before = Input("t", months_back=back, own_month=False).window(month, available)
    assert before == [m for m in needed if m != month]
    every = Input("t", months_back=None).window(month, available)
    assert every == sorted(m for m in available if m <= month)


@given(st.sets(st.sampled_from(MONTHS)), st.sampled_from(MONTHS))
def test_a_registry_is_read_as_of_a_month(available: set[dt.date], month: dt.date) -> None:
    found = Input("t", as_of=True).window(month, available)
    past = sorted(m for m in available if m <= month)
    assert found == (past[-2:] if past else sorted(available)[:1])
