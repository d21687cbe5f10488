"""Yahoo's quotes: what is asked for, and which period each answer replaces."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from lastro.core.clock import BRASILIA
from lastro.core.errors import ParseError
from lastro.lake._polars import type_text
from lastro.sources.yahoo_quotes import SOURCE, YahooQuotesOptions, parse, plan

if TYPE_CHECKING:
    from pathlib import Path

TODAY = dt.date(2026, 11, 19)
OPTIONS = YahooQuotesOptions(tickers=["PETR4"])


def chart(*days: dt.date) -> bytes:
    stamps = [int(dt.datetime.combine(d, dt.time(10), BRASILIA).timestamp()) for d in days]
    quote = {"close": [n + 0.5 for n in range(len(days))], "volume": [1] * len(days)}
    result = {"meta": {"symbol": "PETR4.SA"}, "timestamp": stamps, "indicators": {"quote": [quote]}}
    return json.dumps({"chart": {"result": [result], "error": None}}).encode()


def names(first: dt.date, last: dt.date = TODAY) -> list[str]:
    return [file.name for file in plan(first, last, TODAY, options=OPTIONS)]


def test_nothing_is_asked_unless_tickers_are_named() -> None:
    assert plan(TODAY, TODAY, TODAY, options=YahooQuotesOptions()) == []
    assert plan(TODAY, TODAY, TODAY) == []
    files = plan(TODAY, TODAY, TODAY, options=OPTIONS, known=["VALE3", "PETR4"])
    assert [file.name for file in files] == ["PETR4.SA_2026-11.json", "VALE3.SA_2026-11.json"]


def test_whole_past_years_are_one_file_and_the_rest_months() -> None:
    assert names(dt.date(2023, 12, 30))[:4] == [
        "PETR4.SA_2023-12.json", "PETR4.SA_2024.json", "PETR4.SA_2025.json",
        "PETR4.SA_2026-01.json"]  # fmt: skip
    assert len(names(dt.date(2023, 12, 30))) == 14
    assert names(dt.date(2026, 12, 1), dt.date(2026, 12, 31)) == []


def test_a_month_that_may_still_change_is_asked_for_daily() -> None:
    files = plan(dt.date(2026, 9, 1), TODAY, TODAY, options=OPTIONS)
    assert [file.every for file in files] == [
        dt.timedelta(days=30), dt.timedelta(days=30), dt.timedelta(hours=20)]  # fmt: skip
    assert files[-1].last == TODAY
    index = plan(TODAY, TODAY, TODAY, options=YahooQuotesOptions(tickers=["IBOV"]))
    assert index[0].name == "BVSP_2026-11.json"
    assert "%5EBVSP" in index[0].path


def test_an_answer_replaces_its_window_and_nothing_beyond() -> None:
    body = chart(dt.date(2026, 10, 1), dt.date(2026, 10, 2), TODAY)
    found = {p.name: p.text.height for p in parse("PETR4.SA_2026-10.json", body, TODAY)}
    assert found == {"2026-10 PETR4": 2, "2026-11 PETR4 beyond 2026-10": 1}
    year = {p.name for p in parse("PETR4.SA_2026.json", body, TODAY)}
    assert year == {"2026-10 PETR4", "2026-11 PETR4"}
    given = {p.name for p in parse("saved.json", body, TODAY)}
    assert given == {"2026-10 PETR4 chart", "2026-11 PETR4 chart"}


def test_a_persons_csv_stands_beside_what_was_asked_for() -> None:
    body = b"Date,Open,High,Low,Close,Adj Close,Volume\n2018-10-05,1,2,1,1.5,1.4,10\n"
    (period,) = parse("PETR4.SA.csv", body, TODAY)
    assert (period.name, period.month) == ("2018-10 PETR4 csv", dt.date(2018, 10, 1))
    typed = type_text(period.text, SOURCE.columns)
    assert typed.faults.is_empty()
    row = typed.rows.row(0, named=True)
    assert (row["ticker"], row["ref_date"], row["volume"]) == ("PETR4", dt.date(2018, 10, 5), 10)
    assert (f"{row['close']:.2f}", f"{row['adjusted_close']:.2f}") == ("1.50", "1.40")
    assert row["adjusted_to"] == dt.date(2018, 10, 5)


@pytest.mark.parametrize("body", [b"", b"<html>", b"PK\x03\x04", b"\x00;", chart(TODAY)[:50]])
def test_what_is_not_its_file_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(ParseError, match=r"strange\.zip"):
        list(parse("strange.zip", body, TODAY))


def test_a_real_download_is_a_period_a_month_and_types_without_fault(real_data: Path) -> None:
    for name, months, rows in (
        ("PETR4.SA.csv", 226, 4732),
        ("PETR4.SA_yfinance_three_header_lines.csv", 120, 2487),
        ("BVSP.csv", 307, 6476),
    ):
        periods = list(parse(name, (real_data / "yahoo" / name).read_bytes(), TODAY))
        assert len(periods) == len({p.name for p in periods}) == months
        assert sum(p.text.height for p in periods) == rows
        assert all(type_text(p.text, SOURCE.columns).faults.is_empty() for p in periods[::40])
