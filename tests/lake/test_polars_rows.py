"""Duplicates, order and statistics, held against naive Python."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from lastro.lake._polars import REASON, ROW, dtype, partition_value, schema
from lastro.lake._rows import distinct, in_order, statistics
from lastro.lake.contract import DATE, MONEY, TEXT, Column, Contract

KEYS = st.tuples(st.sampled_from("ab"), st.integers(0, 2))
ROWS = st.lists(st.tuples(KEYS, st.sampled_from([None, 1, 2])), max_size=14)
CONTRACT = Contract(
    name="silver.things", title="Things", pt="Coisas",
    columns=(Column("month", DATE, "mês", "Month."), Column("name", TEXT, "nome", "Name."),
             Column("worth", MONEY, "valor", "Worth.")),
    key=("name",), partition="month",
)  # fmt: skip


def naive(rows: list[tuple[tuple[str, int], Any]]) -> tuple[list[int], list[int], int]:
    """Rows kept, rows superseded, and how many collapsed: the last line of a key stands."""
    last = {key: (number, value) for number, (key, value) in enumerate(rows)}
    kept = [n for n, (key, _) in enumerate(rows) if last[key][0] == n]
    other = [n for n, (key, _) in enumerate(rows) if last[key][0] != n]
    superseded = [n for n in other if rows[n][1] != last[rows[n][0]][1]]
    return kept, superseded, len(other) - len(superseded)


@given(ROWS, st.randoms())
def test_the_last_line_of_a_key_stands_in_whatever_order(
    rows: list[tuple[tuple[str, int], Any]], dice: Any
) -> None:
    lines = [(*key, value, number) for number, (key, value) in enumerate(rows)]
    dice.shuffle(lines)
    frame = pl.DataFrame(
        lines, schema={"k": pl.String, "l": pl.Int64, "v": pl.Int64, ROW: pl.Int64}, orient="row"
    )
    found = distinct(frame, ("k", "l"))
    kept, superseded, collapsed = naive(rows)
    assert sorted(found.rows[ROW]) == kept
    assert sorted(found.superseded[ROW]) == superseded
    assert set(found.superseded[REASON]) <= {"superseded"}
    assert found.collapsed == collapsed
    assert found.rows.select("k", "l").rows() == sorted(rows[number][0] for number in kept)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=9))
def test_in_order_is_a_sort(rows: list[tuple[str, int]]) -> None:
    frame = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.Int64}, orient="row")
    assert in_order(frame, ("a", "b")).rows() == sorted(rows)
    assert in_order(frame, ()).rows() == rows


def test_what_stands_in_order_is_not_copied() -> None:
    frame = pl.DataFrame({"a": ["x", "x", "y"], "b": [1, 2, 1]})
    assert in_order(frame, ("a", "b")) is frame


def test_a_contract_becomes_a_schema() -> None:
    expected = {"month": pl.Date(), "name": pl.String(), "worth": pl.Decimal(18, 2)}
    assert dict(schema(CONTRACT)) == expected
    assert dtype(MONEY) == pl.Decimal(18, 2)
    assert partition_value(CONTRACT, "2024-01-01") == dt.date(2024, 1, 1)


def test_statistics_bound_what_readers_skip_by() -> None:
    days = [dt.date(2024, 1, 2), dt.date(2024, 1, 5), None]
    frame = pl.DataFrame({"name": ["b", "a", None], "day": days, "n": [1, 2, 3]})
    assert statistics(frame, ["name", "day", "n"]) == {
        "numRecords": 3,
        "minValues": {"name": "a", "day": "2024-01-02"},
        "maxValues": {"name": "b", "day": "2024-01-05"},
        "nullCount": {"name": 1, "day": 1},
    }
