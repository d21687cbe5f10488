"""Checks, quarantine and what a re-publication changed."""

from __future__ import annotations

import datetime as dt

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.lake._polars import MALFORMED, REASON, ROW, schema
from lastro.lake.contract import DATE, INSTANT, INTEGER, TEXT, Check, Column, Contract
from lastro.lake.quality import judge, quarantine_contract, quarantined, revise, with_checks

MONTH = dt.date(2024, 1, 1)
RULE = dt.datetime(2024, 1, 5, 11, tzinfo=dt.UTC)
FIRST = dt.datetime(2024, 1, 4, tzinfo=dt.UTC)
SEEN = dt.datetime(2024, 2, 10, tzinfo=dt.UTC)
CONTRACT = Contract(
    name="silver.things", title="Things", pt="Coisas",
    columns=(
        Column("name", TEXT, "nome", "Name."), Column("size", INTEGER, "tamanho", "Size."),
        Column("note", TEXT, "nota", "Note."), Column("flags", TEXT, "marcas", "Flags."),
        Column("available_at", INSTANT, "disponível", "Known."),
        Column("month", DATE, "mês", "Month."),
    ),
    key=("name",), partition="month", sort=("name",),
    checks=(
        Check("too_big", "Too big.", lambda: nw.col("size") > 10),
        Check("no_note", "No note.", lambda: nw.col("note") == "none"),
        Check("zero", "Zero.", lambda: nw.col("size") == 0, action="flag"),
        Check("odd", "Odd.", lambda: nw.col("note") == "odd", action="flag"),
    ),
)  # fmt: skip


def things(*rows: tuple[str, int | None, str]) -> pl.DataFrame:
    frame = pl.DataFrame(
        rows, schema={"name": pl.String, "size": pl.Int64, "note": pl.String}, orient="row"
    )
    return frame.with_columns(
        pl.lit("").alias("flags"),
        pl.lit(RULE).cast(pl.Datetime("us", "UTC")).alias("available_at"),
        pl.lit(MONTH).alias("month"),
    ).cast(schema(CONTRACT))


def test_checks_flag_or_set_aside_and_a_null_breaks_none() -> None:
    rows = things(("a", 0, "odd"), ("b", 11, "none"), ("c", None, "x"), ("d", 1, "x"))
    checked = with_checks(nw.from_native(rows.lazy()), CONTRACT).to_native().collect()
    assert checked.select("name", "flags", REASON).rows() == [
        ("a", "zero,odd", ""), ("b", "", "too_big,no_note"), ("c", "", ""), ("d", "", ""),
    ]  # fmt: skip
    judged = judge(checked.with_row_index(ROW).cast({ROW: pl.Int64}), CONTRACT)
    assert judged.rows["name"].to_list() == ["a", "c", "d"]
    assert judged.rejects.rows() == [(1, "too_big,no_note")]


def test_a_quarantined_row_is_kept_as_it_was_published() -> None:
    text = pl.DataFrame(
        {"A": ["1", None, "x;y"], "B": ["", None, None], ROW: [1, 2, 3],
         MALFORMED: [None, "to;rn;line", None], "_file": ["f", "f", "f"]}
    )  # fmt: skip
    rejects = pl.DataFrame({ROW: [3, 2, 1], REASON: ["z", "malformed_line", "u"]})
    aside = quarantine_contract(CONTRACT)
    rows = quarantined(text, rejects, aside, run_id="r", seen_at=SEEN, month=MONTH)
    assert rows.columns == list(aside.names)
    assert rows.select("row", "record").rows() == [(3, "x;y;"), (2, "to;rn;line"), (1, "1;")]
    assert rows.schema == schema(aside)


def test_what_changed_left_and_came_is_told_apart() -> None:
    former = things(("a", 1, "x"), ("b", 2, "y"), ("c", 3, "z"))
    rows = things(("a", 1, "x"), ("b", 5, "w"), ("d", 4, "v"))
    found = revise(rows, former, CONTRACT, SEEN)
    assert (found.restated, found.withdrawn) == (1, 1)
    assert found.changes.rows() == [
        ("restated", "b", "note", "y", "w"), ("restated", "b", "size", "2", "5"),
        ("withdrawn", "c", "", "", "")]  # fmt: skip
    known = dict(found.rows.select("name", "available_at").rows())
    assert known == {"a": RULE, "b": SEEN, "d": SEEN}


def test_a_value_that_appears_or_goes_is_a_restatement() -> None:
    found = revise(things(("a", None, "x")), things(("a", 1, "x")), CONTRACT, SEEN)
    assert found.changes.rows() == [("restated", "a", "size", "1", "")]


def test_a_row_seen_before_its_rule_is_known_by_its_rule() -> None:
    found = revise(things(("a", 2, "x")), things(("a", 1, "x")), CONTRACT, FIRST)
    assert found.rows["available_at"].to_list() == [RULE]


@pytest.mark.parametrize("rows", [things(), things(("a", 1, "x"), ("b", 2, "y"))])
def test_nothing_new_changes_nothing(rows: pl.DataFrame) -> None:
    found = revise(rows, rows, CONTRACT, SEEN)
    assert found.rows.equals(rows)
    assert found.changes.is_empty()


THING = st.tuples(st.sampled_from("abcdef"), st.sampled_from([None, 1, 2]), st.sampled_from("xy"))
THINGS = st.lists(THING, max_size=6, unique_by=lambda row: row[0])


@given(THINGS, THINGS)
def test_changes_lead_from_one_state_to_the_other(
    before: list[tuple[str, int | None, str]], after: list[tuple[str, int | None, str]]
) -> None:
    found = revise(things(*after), things(*before), CONTRACT, SEEN)
    state = {name: {"size": size, "note": note} for name, size, note in before}
    for kind, name, column, was, now in found.changes.rows():
        if kind == "withdrawn":
            del state[name]
        else:
            assert str(state[name][column] or "") == was
            state[name][column] = (int(now) if now else None) if column == "size" else now
    arrived = {name for name, _, _ in after} - {name for name, _, _ in before}
    state |= {n: {"size": s, "note": o} for n, s, o in after if n in arrived}
    assert state == {name: {"size": size, "note": note} for name, size, note in after}
    assert found.rows.drop("available_at").equals(things(*after).drop("available_at"))
    same = {row[0] for row in set(before) & set(after)}
    for name, known in found.rows.select("name", "available_at").rows():
        assert known == (RULE if name in same else SEEN)
