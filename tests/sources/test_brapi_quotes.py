"""brapi's quotes: what is asked for, and which period each answer replaces."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from lastro.core.clock import BRASILIA
from lastro.core.errors import ParseError
from lastro.lake._polars import type_text
from lastro.sources.brapi_quotes import SOURCE, BrapiQuotesOptions, parse, plan

TODAY = dt.date(2026, 11, 19)


def answer(*days: dt.date) -> bytes:
    rows = [
        {"date": int(dt.datetime.combine(d, dt.time(10), BRASILIA).timestamp()), "close": 66.63,
         "volume": 719, "adjustedClose": 66.62999725341797}
        for d in days
    ]  # fmt: skip
    return json.dumps({"results": [{"symbol": "PETR4", "historicalDataPrice": rows}]}).encode()


def test_nothing_is_asked_unless_tickers_are_named() -> None:
    assert plan(TODAY, TODAY, TODAY, options=BrapiQuotesOptions()) == []
    (file,) = plan(dt.date(2026, 10, 25), TODAY, TODAY, known=["PETR4"])
    assert file.name == "PETR4_1mo.json"
    assert file.path.startswith("quote/PETR4?range=1mo&interval=1d")
    assert plan(dt.date(2027, 1, 1), dt.date(2027, 2, 1), TODAY, known=["PETR4"]) == []


def test_the_month_in_which_an_answer_begins_does_not_replace_the_whole() -> None:
    body = answer(dt.date(2026, 9, 21), dt.date(2026, 10, 1), dt.date(2026, 11, 3))
    assert [p.name for p in parse("PETR4_3mo.json", body, TODAY)] == [
        "2026-09 PETR4 from 2026-09-21", "2026-10 PETR4", "2026-11 PETR4"]  # fmt: skip


def test_its_text_is_typed_without_fault() -> None:
    (period,) = parse("f.json", answer(dt.date(2026, 11, 3)), TODAY)
    typed = type_text(period.text, SOURCE.columns)
    assert typed.faults.is_empty()
    assert str(typed.rows["adjusted_close"][0]) == "66.6299972534179700000"
    assert typed.rows["split_adjusted"].to_list() == ["true"]


@pytest.mark.parametrize("body", [b"", b"<html>", b"PK\x03\x04", b"\x00;", answer()[:20]])
def test_what_is_not_its_file_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(ParseError, match=r"strange\.zip"):
        list(parse("strange.zip", body, TODAY))
