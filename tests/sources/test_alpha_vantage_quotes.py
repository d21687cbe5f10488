"""Alpha Vantage's quotes: what is asked for, and which period each answer replaces."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from lastro.core.errors import ParseError
from lastro.lake._polars import type_text
from lastro.sources.alpha_vantage_quotes import SOURCE, AlphaVantageQuotesOptions, parse, plan

TODAY = dt.date(2026, 11, 19)


def series(*days: str) -> bytes:
    bar = {"1. open": "1.0", "2. high": "2.0", "3. low": "1.0", "4. close": "1.5", "5. volume": "7"}
    return json.dumps({"Meta Data": {"2. Symbol": "PETR4.SAO"},
                       "Time Series (Daily)": dict.fromkeys(days, bar)}).encode()  # fmt: skip


def test_nothing_is_asked_unless_tickers_are_named() -> None:
    assert plan(TODAY, TODAY, TODAY, options=AlphaVantageQuotesOptions()) == []
    (file,) = plan(TODAY, TODAY, TODAY, options=AlphaVantageQuotesOptions(tickers=["PETR4"]))
    assert file.name == "PETR4.SAO_compact.json"
    assert "apikey" not in file.path
    (long,) = plan(dt.date(2020, 1, 1), TODAY, TODAY, known=["PETR4"])
    assert long.name == "PETR4.SAO_full.json"


def test_the_month_in_which_an_answer_begins_does_not_replace_the_whole() -> None:
    body = series("2026-11-03", "2026-10-30", "2026-10-29")
    found = {p.name: p.text["date"].to_list() for p in parse("PETR4.SAO_compact.json", body, TODAY)}
    assert found == {
        "2026-10 PETR4 from 2026-10-29": ["2026-10-29", "2026-10-30"],
        "2026-11 PETR4": ["2026-11-03"],
    }


def test_its_text_is_typed_without_fault() -> None:
    (period,) = parse("f.json", series("2026-11-03"), TODAY)
    typed = type_text(period.text, SOURCE.columns)
    assert typed.faults.is_empty()
    assert typed.rows["split_adjusted"].to_list() == ["false"]
    assert typed.rows["adjusted_to"].to_list() == [None]


@pytest.mark.parametrize("body", [b"", b"<html>", b"PK\x03\x04", b"\x00;", series("a")[:20]])
def test_what_is_not_its_file_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(ParseError, match=r"strange\.zip"):
        list(parse("strange.zip", body, TODAY))
