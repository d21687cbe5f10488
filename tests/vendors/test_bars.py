"""What the quote providers have in common."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from lastro.core.errors import ParseError
from lastro.vendors import bars

TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("symbol", "ticker"),
    [("PETR4.SA", "PETR4"), ("petr4.sao", "PETR4"), ("^BVSP", "IBOV"), ("BVSP", "IBOV"),
     ("B3SA3", "B3SA3"), ("BRL=X", "BRL=X")],
)  # fmt: skip
def test_a_symbol_loses_its_suffix(symbol: str, ticker: str) -> None:
    assert bars.ticker_of(symbol) == ticker


@pytest.mark.parametrize(
    ("name", "ticker"),
    [("PETR4.SA.csv", "PETR4"), ("PETR4.SA (1).csv", "PETR4"), ("BVSP.csv", "IBOV"),
     ("^BVSP.csv", "IBOV"), ("daily_TAEE11.SAO.csv", "TAEE11"), ("petr4_old.csv", "PETR4")],
)  # fmt: skip
def test_a_file_is_named_after_its_ticker(name: str, ticker: str) -> None:
    assert bars.ticker_in(name) == ticker


@pytest.mark.parametrize("name", ["table.csv", "quotes 2018.csv", ".csv", "PETR.csv"])
def test_a_file_named_after_none_is_refused(name: str) -> None:
    with pytest.raises(ParseError, match="does not say which ticker"):
        bars.ticker_in(name)


def test_json_keeps_every_digit() -> None:
    assert bars.read_json("f", b'{"a": 2.745659244726361, "b": 35389440000, "c": null}') == {
        "a": "2.745659244726361",
        "b": "35389440000",
        "c": None,
    }


@pytest.mark.parametrize("body", [b"", b" <html>", b"PK\x03\x04", b"\x00;", b'{"a": 1'])
def test_what_is_no_json_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(ParseError, match=r"strange\.json cannot be read"):
        bars.read_json("strange.json", body)


def test_a_torn_line_comes_back_whole_and_null_is_nothing() -> None:
    body = b"\xef\xbb\xbfDate,Close\r\n2018-01-02,null\r\ntorn\r\n\r\n2018-01-03,1,2\n2018-01-04,5"
    heads, rows = bars.cut("f.csv", body)
    assert heads == [["Date", "Close"]]
    assert rows.rows() == [
        ("2018-01-02", None, 1, None),
        (None, None, 2, "torn"),
        (None, None, 3, "2018-01-03,1,2"),
        ("2018-01-04", "5", 4, None),
    ]


def test_rows_without_a_day_stay_beside_their_neighbours() -> None:
    days = [None, "2018-01-31", "bad", "2018-02-01", None]
    text = bars.number({"date": days})
    parts = list(bars.by_month(text, TODAY, lambda _m: "PETR4"))
    assert [(name, month, rows["_row"].to_list()) for name, month, rows in parts] == [
        ("2018-01 PETR4", dt.date(2018, 1, 1), [1, 2, 3]),
        ("2018-02 PETR4", dt.date(2018, 2, 1), [4, 5]),
    ]
    lost = list(bars.by_month(bars.number({"date": ["?", None]}), TODAY, lambda _m: "A^B/C"))
    assert [(name, rows.height) for name, _month, rows in lost] == [("2026-11 A B C", 2)]


def test_no_rows_make_no_period() -> None:
    empty = pl.DataFrame(schema={"date": pl.String, "_row": pl.Int64, "_malformed": pl.String})
    assert list(bars.by_month(empty, TODAY, lambda _m: "X")) == []
    assert bars.from_its_first(empty, "X")(TODAY.replace(day=1)) == "X"


def test_the_first_month_of_a_range_is_a_period_of_its_own() -> None:
    text = bars.number({"date": ["2026-08-21", "2026-09-01"]})
    name = bars.from_its_first(text, "PETR4")
    assert name(dt.date(2026, 8, 1)) == "PETR4 from 2026-08-21"
    assert name(dt.date(2026, 9, 1)) == "PETR4"
