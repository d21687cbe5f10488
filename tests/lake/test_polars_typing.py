"""Reading text: exact or refused, never rounded, never guessed."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from lastro.core.errors import RequestError
from lastro.core.ids import cnpj_check_digits, format_cnpj, is_cnpj, parse_cnpj
from lastro.lake import _polars
from lastro.lake._polars import MALFORMED, REASON, ROW, type_text
from lastro.lake.contract import (
    CNPJ,
    DATE,
    INTEGER,
    MONEY,
    QUOTA,
    TEXT,
    Column,
    Form,
    Type,
)

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]*)?")


def typed_both_ways(frame: pl.DataFrame, column: Column) -> _polars.Typed:
    """Few rows are looked over in another way than many; both must say the same."""
    found = type_text(frame, [column])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_polars, "_FEW", 0)
        many = type_text(frame, [column])
    assert_frame_equal(found.rows, many.rows)
    assert_frame_equal(found.faults, many.faults)
    return found


def typed(
    kind: Type, texts: list[str | None], *, required: bool = False, least: int | None = None
) -> tuple[list[Any], dict[int, str]]:
    """Values in order (None where refused or blank) and the fault of each row that has one."""
    column = Column("v", kind, "v", "v", reads=("V",), required=required, least=least)
    frame = pl.DataFrame({"V": texts}, schema={"V": pl.String}).with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW),
        pl.lit(None, pl.String).alias(MALFORMED),
    )
    found = typed_both_ways(frame, column)
    faults = {row - 1: reason for row, reason in found.faults.rows()}
    values = dict(zip(found.rows[ROW].to_list(), found.rows["v"].to_list(), strict=True))
    assert not {row + 1 for row in faults} & set(values)
    assert len(faults) + len(values) == len(texts)
    return [values.get(n) for n in range(1, len(texts) + 1)], faults


def wild_numbers() -> st.SearchStrategy[str]:
    digits = st.text("0123456789", max_size=22)
    plain = st.builds(
        lambda sign, whole, point, part: f"{sign}{whole}{point}{part}",
        st.sampled_from(["", "", "-", "+", "--", " "]), digits,
        st.sampled_from([".", ".", "", ",", ".."]), digits,
    )  # fmt: skip
    return st.one_of(plain, st.text("0123456789.,-+eE_ infa\t", max_size=12), st.text(max_size=5))


@pytest.mark.parametrize("kind", [MONEY, QUOTA])
@given(texts=st.lists(wild_numbers(), min_size=1, max_size=20))
@example(texts=["1.e2", "1.5e3", "-0.001", "1e5", "0.0000000000001", "1_0.00", ".5", "5.", "-"])
@example(texts=["9999999999999999.99", "99999999999999999.99", "-9999999999999999.99", "1.230000"])
def test_a_decimal_is_exact_or_refused(kind: Type, texts: list[str]) -> None:
    values, faults = typed(kind, list(texts))
    for place, (text, value) in enumerate(zip(texts, values, strict=True)):
        if place in faults:
            assert faults[place] == "unreadable_v"
            continue
        stripped = text.strip()
        if value is None:
            assert stripped == ""
            continue
        try:
            meant = Decimal(stripped)
        except InvalidOperation:
            pytest.fail(f"{text!r} was read as {value}")
        assert value == meant


@pytest.mark.parametrize("kind", [MONEY, QUOTA])
@given(data=st.data())
def test_every_number_that_fits_is_read(kind: Type, data: st.DataObject) -> None:
    most = 10**kind.precision - 1
    whole = data.draw(st.lists(st.integers(-most, most), min_size=1, max_size=20))
    numbers = [Decimal(n).scaleb(-kind.scale) for n in whole]
    zeros = data.draw(st.sampled_from(["", "0", "000"]))
    padding = data.draw(st.sampled_from(["", " ", "  "]))
    texts = [f"{padding}{number:f}{zeros if '.' in f'{number:f}' else ''}{padding}"
             for number in numbers]  # fmt: skip
    values, faults = typed(kind, list(texts))
    assert faults == {}
    assert values == numbers


@given(st.lists(wild_numbers(), min_size=1, max_size=20))
@example(["1.0", "1.5", "12.000", "9223372036854775808", "1e3", "٣", ".0", "-", "-.0"])
def test_an_integer_is_exact_or_refused(texts: list[str]) -> None:
    values, faults = typed(INTEGER, list(texts))
    for place, (text, value) in enumerate(zip(texts, values, strict=True)):
        if value is not None:
            assert Decimal(text.strip()) == value
        else:
            assert text.strip() == "" or place in faults


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=9))
def test_every_integer_that_fits_is_read(numbers: list[int]) -> None:
    assert typed(INTEGER, [str(number) for number in numbers]) == (numbers, {})


@given(
    st.lists(
        st.one_of(
            st.dates(dt.date(1000, 1, 1)).map(str),
            st.text("0123456789-/ +", max_size=11),
            st.text(max_size=4),
        ),
        min_size=1, max_size=20,
    )
)  # fmt: skip
@example(["2024-02-30", "2024-1-05", "+2024-1-05", "2024-01-5 ", " 2024-01-05", "20240105"])
@example(["2024- 1-05", "2024-01- 5", " 2024-1-05", "\t2024-1-05", "2024-\xa01-5", "-024-01-01"])
@example(["2024-01-05T00:00", "2024/01/05", "05/01/2024", "0000-01-01", "2024-01-5"])
def test_a_date_is_what_it_says_or_refused(texts: list[str]) -> None:
    values, faults = typed(DATE, list(texts))
    for place, (text, value) in enumerate(zip(texts, values, strict=True)):
        if value is not None:
            assert text.strip() == value.isoformat()
        else:
            assert text.strip() == "" or faults[place] == "unreadable_v"
        if re.fullmatch(r"[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])", text, re.ASCII):
            assert value is not None


@pytest.mark.parametrize(
    ("kind", "form"),
    [(MONEY, "implied"), (MONEY, "pt"), (DATE, "yyyymmdd"), (DATE, "dd/mm/yyyy")],
)
@given(texts=st.lists(wild_numbers(), min_size=1, max_size=20))
@example(texts=["0000000000123", "+00000000012", "2024 105", "20240105", "00000105", "31/12/2024"])
@example(texts=["1.234,56", "0,1", "", " 12", "99999999999999999999", "1", "31/02/2024", "-1"])
def test_of_few_rows_and_of_many_the_same_are_refused(
    kind: Type, form: Form, texts: list[str]
) -> None:
    frame = pl.DataFrame({"V": texts}).with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW),
        pl.lit(None, pl.String).alias(MALFORMED),
    )
    typed_both_ways(frame, Column("v", kind, "v", "v", reads=("V",), form=form))


def cnpjs() -> st.SearchStrategy[str]:
    body = st.one_of(
        st.integers(1, 10**12 - 1).map("{:012d}".format),
        st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=12, max_size=12),
    )
    return body.map(lambda text: text + cnpj_check_digits(text)).filter(is_cnpj)


def near_cnpjs() -> st.SearchStrategy[str]:
    """Real ones, and real ones with a character changed, added or lost."""
    spoilt = st.builds(
        lambda text, place, other: text[:place] + other + text[place + 1 :],
        cnpjs(), st.integers(0, 13), st.sampled_from([*"0123456789A+-.,_ eß", "", "00", "é", "٣"]),
    )  # fmt: skip
    return st.one_of(cnpjs(), cnpjs().map(format_cnpj), cnpjs().map(str.lower), spoilt, st.text())


@given(st.lists(near_cnpjs(), min_size=1, max_size=20))
@example(
    ["+0000000000191", "00000000000191", "00.000.000/0001-91", "0" * 14, "191", "-00000000000191"]
)
def test_a_cnpj_is_what_the_rule_says(texts: list[str]) -> None:
    values, faults = typed(CNPJ, list(texts))
    for place, (text, value) in enumerate(zip(texts, values, strict=True)):
        try:
            meant = parse_cnpj(text)
        except RequestError:
            assert value is None or value == ""
            assert place in faults or not text.strip("./- ")
        else:
            assert value == meant


def test_runs_of_one_cnpj_are_read_alike() -> None:
    good, bad = "00000000000191", "00000000000192"
    texts = [good, good, bad, bad, None, good, "", good]
    values, faults = typed(CNPJ, texts)
    assert values[:2] == [good, good]
    assert (values[5], values[7]) == (good, good)
    assert faults == {2: "unreadable_v", 3: "unreadable_v"}


def test_text_loses_its_outer_blanks_alone() -> None:
    assert typed(TEXT, ["  a b ", "", None, '"x'])[0] == ["a b", "", None, '"x']


@pytest.mark.parametrize("kind", [TEXT, CNPJ, DATE, MONEY, INTEGER])
def test_what_is_required_and_blank_is_missing(kind: Type) -> None:
    _, faults = typed(kind, ["", "  ", None], required=True)
    if kind != TEXT:
        assert faults == {0: "missing_v", 1: "missing_v", 2: "missing_v"}
    _, faults = typed(kind, ["", "  ", None])
    assert faults == {}


def test_an_unreadable_row_says_unreadable_and_not_missing() -> None:
    assert typed(DATE, ["soon", ""], required=True)[1] == {0: "unreadable_v", 1: "missing_v"}


def test_below_the_least_is_a_fault() -> None:
    values, faults = typed(MONEY, ["-0.01", "0.00", "-0.00", "", "5.00"], least=0)
    assert faults == {0: "below_0_v"}
    assert values[1:] == [Decimal(0), Decimal(0), None, Decimal(5)]


def test_a_torn_line_has_that_fault_alone_and_a_row_may_have_several() -> None:
    columns = [
        Column("day", DATE, "d", "d", required=True, reads=("D",)),
        Column("worth", MONEY, "w", "w", reads=("W",)),
    ]
    text = pl.DataFrame(
        {
            "D": [None, "x", "2024-01-02"], "W": [None, "y", "1.00"],
            ROW: [1, 2, 3], MALFORMED: ["torn", None, None],
        }
    )  # fmt: skip
    found = type_text(text, columns)
    assert found.faults.select(ROW, REASON).rows() == [
        (1, "malformed_line"), (2, "unreadable_day,unreadable_worth")]  # fmt: skip
    assert found.rows[ROW].to_list() == [3]


def test_the_newer_of_two_headers_wins_and_an_absent_one_is_null() -> None:
    columns = [
        Column("a", TEXT, "a", "a", reads=("NEW", "OLD")),
        Column("b", MONEY, "b", "b", reads=("NONE",)),
    ]
    text = pl.DataFrame(
        {"OLD": ["o", "o"], "NEW": ["n", None], ROW: [1, 2], MALFORMED: [None, None]},
        schema_overrides={MALFORMED: pl.String},
    )
    rows = type_text(text, columns).rows
    assert rows["a"].to_list() == ["n", "o"]
    assert rows["b"].to_list() == [None, None]
    assert rows.schema["b"] == pl.Decimal(18, 2)
