"""Index levels: a year's grid by month, in either language, and a session's index report."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from lastro.core.calendar import is_b3_session
from lastro.core.errors import ParseError
from lastro.lake._polars import type_text
from lastro.sources.b3_index_levels import SOURCE, parse, plan, published
from lastro.vendors.b3_index import IndexOptions

if TYPE_CHECKING:
    from pathlib import Path

TODAY = dt.date(2026, 11, 20)
REAL = "b3/index_portfolio/GetPortfolioDay_IndexStatistics_20221208.json"
EMPTY = {f"rateValue{month}": None for month in range(1, 13)}


def grid(*days: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"results": [{**EMPTY, **day} for day in days], **more}


def read(reply: object, name: str = "levels_IBOV_2024.json") -> pl.DataFrame:
    body = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
    periods = list(parse(name, body, TODAY))
    return pl.concat([type_text(period.text, SOURCE.columns).rows for period in periods])


def levels(rows: pl.DataFrame) -> dict[str, Decimal]:
    return {str(day): level for day, level in rows.select("ref_date", "level").iter_rows()}


def test_a_real_year(real_data: Path) -> None:
    rows = read((real_data / REAL).read_bytes(), "levels_IBOV_2022.json").sort("ref_date")
    days = [dt.date(2022, 1, 1) + dt.timedelta(days=n) for n in range(341)]
    assert rows["ref_date"].to_list() == [day for day in days if is_b3_session(day)]
    assert rows.height == 234
    assert (rows["level"][0], rows["level"][-1]) == (Decimal("103921.59"), Decimal("109068.55"))
    assert rows["level"].max() == Decimal("121570.15")
    assert rows["level"].min() == Decimal("96120.85")


def test_each_months_extremes_are_those_of_the_reply(real_data: Path) -> None:
    rows = read((real_data / REAL).read_bytes(), "levels_IBOV_2022.json")
    months = rows.group_by(pl.col("ref_date").dt.month()).agg(
        least=pl.col("level").min() == pl.col("month_least").first(),
        greatest=pl.col("level").max() == pl.col("month_greatest").first(),
    )
    assert months.height == 12
    assert months["least"].all()
    assert months["greatest"].all()


def test_a_real_index_report(real_data: Path) -> None:
    rows = read((real_data / "b3/IR210423.zip").read_bytes(), "IR210423.zip")
    found = dict(rows.select("index_code", "level").iter_rows())
    assert rows.height == 25
    assert found["IBOV"] == Decimal("120530.06")
    assert found["IFIX"] == Decimal("2844.63")
    assert set(rows["ref_date"]) == {dt.date(2021, 4, 23)}


@pytest.mark.parametrize(
    "written", [("1.234,50", "987,25"), ("1,234.50", "987.25")], ids=["pt-br", "en-us"]
)
def test_both_languages_say_the_same(written: tuple[str, str]) -> None:
    rows = read(grid({"day": 2, "rateValue1": written[0], "rateValue2": written[1]}))
    assert levels(rows) == {"2024-01-02": Decimal("1234.50"), "2024-02-02": Decimal("987.25")}


def test_a_period_is_a_month_and_keeps_fields_it_does_not_know() -> None:
    reply = grid({"day": 2, "rateValue1": "10,00", "rateValue3": "11,00", "novo": 7})
    january, march = parse("levels_IFIX_2024.json", json.dumps(reply).encode(), TODAY)
    assert (january.name, january.month) == ("2024-01 IFIX", dt.date(2024, 1, 1))
    assert march.name == "2024-03 IFIX"
    assert january.text["novo"].to_list() == ["7"]


def test_a_level_on_a_day_that_is_none_is_kept_and_cannot_be_typed() -> None:
    reply = grid({"day": 30, "rateValue2": "10,00"})
    [period] = parse("levels_IBOV_2024.json", json.dumps(reply).encode(), TODAY)
    assert type_text(period.text, SOURCE.columns).faults["reason"].to_list() == [
        "unreadable_ref_date"
    ]


def test_a_json_text_in_a_json_text_is_read() -> None:
    reply = json.dumps(json.dumps(grid({"day": 2, "rateValue1": "10,00"}))).encode()
    assert levels(read(reply)) == {"2024-01-02": Decimal("10.00")}


def test_the_other_name_of_the_ibovespa_is_the_same_index() -> None:
    rows = read(grid({"day": 2, "rateValue1": "10,00"}), "levels_IBOVESPA_2024.json")
    assert rows["index_code"].to_list() == ["IBOV"]


def test_a_year_without_a_level_has_no_period() -> None:
    assert list(parse("levels_IBOV_2027.json", json.dumps(grid({"day": 1})).encode(), TODAY)) == []


@pytest.mark.parametrize(
    ("name", "reply", "said"),
    [
        ("levels_IBOV_2024.json", b"", "levels_IBOV_2024.json .*empty"),
        ("levels_IBOV_2024.json", b"<!DOCTYPE html><p>", "document type"),
        ("levels_IBOV_2024.json", b'{"results":[{"day":1', "no JSON"),
        ("levels_IBOV_2024.json", {"results": []}, "field results"),
        ("levels_IBOV_2024.json", {"results": [{"day": 1}]}, "results.0.rateValue1"),
        ("levels_IBOV_2024.json", grid({"day": 40}), "results.0.day"),
        ("levels_IBOV_2024.json", grid({"day": 1, "rateValue1": 9.5}), "results.0.rateValue1"),
        ("levels_IBOV_2024.json", grid({"day": 1, "rateValue1": "1,00", "rateValue2": "1.00"}),
         "en-us and pt-br"),
        ("levels_IBOV_2024.json", grid({"day": 1, "rateValue1": "n/d"}), "no language"),
        ("GetPortfolioDay_20221208.json", grid({"day": 1, "rateValue1": "1,00"}), "which index"),
    ],
)  # fmt: skip
def test_what_is_not_its_reply_is_refused(name: str, reply: object, said: str) -> None:
    with pytest.raises(ParseError, match=said):
        read(reply, name)


def test_plan_asks_for_the_years_of_each_index_and_ibov_first() -> None:
    files = plan(
        dt.date(2025, 3, 1), dt.date(2027, 1, 1), TODAY, options=IndexOptions(indexes="IBOV IFIX")
    )
    assert [file.name for file in files] == [
        "levels_IBOV_2025.json", "levels_IFIX_2025.json",
        "levels_IBOV_2026.json", "levels_IFIX_2026.json",
    ]  # fmt: skip
    assert [file.every is None for file in files] == [True, True, False, False]
    assert [spare.name for spare in files[0].fallbacks] == ["levels_IBOVESPA_2025.json"]


def test_the_path_is_the_one_that_was_recorded() -> None:
    file = plan(dt.date(2022, 5, 1), dt.date(2022, 5, 1), dt.date(2022, 12, 8))[0]
    assert file.path.endswith(
        "GetPortfolioDay/eyJsYW5ndWFnZSI6InB0LWJyIiwiaW5kZXgiOiJJQk9WIiwieWVhciI6MjAyMn0="
    )


def test_the_year_before_is_finished_in_january() -> None:
    january = plan(dt.date(2025, 12, 1), dt.date(2026, 1, 5), dt.date(2026, 1, 5))
    assert all(file.every for file in january)


def test_a_close_is_known_in_the_evening() -> None:
    assert published(dt.date(2026, 11, 19)) == dt.datetime(2026, 11, 19, 23, tzinfo=dt.UTC)
