"""SGS: decades that never end early, series known by their files' names, real files read whole."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.errors import ParseError
from lastro.lake._polars import Typed, type_text
from lastro.lake.contract import STANDING
from lastro.sources.bcb_rates import COLUMNS, SOURCE, BcbRatesOptions, parse, plan, published

if TYPE_CHECKING:
    from pathlib import Path

    from lastro.sources import Period

TODAY = dt.date(2026, 11, 20)
DAYS = st.dates(dt.date(1986, 1, 1), dt.date(2045, 1, 1))


def read(name: str, body: bytes) -> tuple[Period, Typed]:
    (period,) = parse(name, body, TODAY)
    return period, type_text(period.text, COLUMNS)


def test_a_series_is_asked_for_decade_by_decade() -> None:
    files = plan(dt.date(2018, 5, 1), TODAY, TODAY, options=BcbRatesOptions(series=(12,)))
    assert [file.name for file in files] == ["sgs_12_2010-2019.json", "sgs_12_2020-2029.json"]
    assert files[0].path == (
        "dados/serie/bcdata.sgs.12/dados?formato=json&dataInicial=01/01/2010&dataFinal=31/12/2019"
    )
    assert files[0].every is None
    assert files[1].every == dt.timedelta(hours=20)


def test_any_series_may_be_asked_for_and_none_twice() -> None:
    files = plan(TODAY, TODAY, TODAY, options=BcbRatesOptions(series=(4389, 7, 4389)))
    assert [file.name for file in files] == ["sgs_4389_2020-2029.json", "sgs_7_2020-2029.json"]
    codes = {file.name.split("_")[1] for file in plan(TODAY, TODAY, TODAY)}
    assert codes == {"12", "11", "432", "433", "189", "226"}


def test_a_decade_is_asked_for_until_its_last_month_is_published() -> None:
    new_year = dt.date(2030, 1, 12)
    old, new = plan(dt.date(2029, 1, 1), new_year, new_year, options=BcbRatesOptions(series=(433,)))
    assert old.every == new.every == dt.timedelta(hours=20)
    (old, _) = plan(old.first, dt.date(2030, 6, 1), dt.date(2030, 6, 1),
                    options=BcbRatesOptions(series=(433,)))  # fmt: skip
    assert old.every is None


@given(first=DAYS, last=DAYS, today=DAYS)
def test_every_day_asked_for_is_in_one_file_of_at_most_ten_years(
    first: dt.date, last: dt.date, today: dt.date
) -> None:
    files = plan(first, last, today, options=BcbRatesOptions(series=(12,)))
    for file in files:
        assert file.first <= today
        assert file.last < file.first.replace(year=file.first.year + 10)
    for day in {first, last} if first <= last <= today else ():
        assert sum(file.first <= day <= file.last for file in files) == 1


@pytest.mark.parametrize(
    ("code", "count", "first", "last"),
    [
        (12, 753, ("2022-01-03", "0.034749"), ("2024-12-31", "0.045513")),
        (432, 9902, ("1999-03-05", "45"), ("2026-04-13", "14.75")),
        (433, 59, ("2021-02-01", "0.86"), ("2025-12-01", "0.33")),
    ],
)
def test_real_files_are_read_whole(
    code: int, count: int, first: tuple[str, str], last: tuple[str, str], real_data: Path
) -> None:
    path = real_data / "bcb" / "sgs_reencoded" / f"bcdata.sgs.{code}.json"
    period, typed = read(path.name, path.read_bytes())
    assert period.name == f"sgs-{code}-bcdata.sgs.{code}"
    assert (typed.rows.height, typed.faults.height) == (count, 0)
    assert set(typed.rows["series"]) == {code}
    for place, (day, value) in ((0, first), (-1, last)):
        assert typed.rows["ref_date"][place] == dt.date.fromisoformat(day)
        assert typed.rows["value"][place] == Decimal(value)
    assert typed.rows["ref_date"].is_unique().all()


def test_what_was_asked_for_replaces_its_own_decade_and_a_persons_file_nothing() -> None:
    body = b'[{"data":"02/01/2020","valor":"0.017"}]'
    ours, _ = read("sgs_12_2020-2029.json", body)
    theirs, _ = read("bcdata.sgs.12 (cópia).json", body)
    assert (ours.name, ours.month) == ("sgs-12-2020-2029", STANDING)
    assert (theirs.name, theirs.month) == ("sgs-12-bcdata.sgs.12 -c-pia-", STANDING)


def test_a_series_of_periods_says_where_they_end() -> None:
    body = b'[{"data":"31/05/2024","dataFim":"30/06/2024","valor":"0.0812"}]'
    _, typed = read("sgs_226_2020-2029.json", body)
    assert typed.rows.select("ref_date", "end_date", "value").row(0) == (
        dt.date(2024, 5, 31),
        dt.date(2024, 6, 30),
        Decimal("0.0812"),
    )


def test_values_that_cannot_be_read_are_set_aside_one_by_one() -> None:
    body = b"""[{"data":"02/01/2020","valor":"0.017"}, {"data":"2020-01-03","valor":"0.017"},
                {"data":"06/01/2020","valor":""}, {"data":"07/01/2020","valor":"0,017"},
                {"data":"32/01/2020","valor":"1"}, 9, {"data":"08/01/2020","valor":-0.11}]"""
    _, typed = read("sgs_12.json", body)
    assert typed.rows["_row"].to_list() == [1, 7]
    assert typed.rows["value"].to_list() == [Decimal("0.017"), Decimal("-0.11")]
    assert dict(typed.faults.iter_rows()) == {
        2: "unreadable_ref_date", 3: "missing_value", 4: "unreadable_value",
        5: "unreadable_ref_date", 6: "malformed_line",
    }  # fmt: skip


def test_a_file_that_does_not_say_its_series_is_refused() -> None:
    with pytest.raises(ParseError, match=r"valores\.json does not say which series"):
        list(parse("valores.json", b'[{"data":"02/01/2020","valor":"0.017"}]', TODAY))


@pytest.mark.parametrize(
    "body",
    [b"", b"<!DOCTYPE html>", b'[{"data":"02/01/2020"', b'[{"cotacaoCompra":1}]', b'"x"',
     b'{"erro":{"statusCode":404,"detail":"Value(s) not found"}}'],
)  # fmt: skip
def test_what_is_no_series_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(ParseError, match=r"sgs_12\.json cannot be read"):
        list(parse("sgs_12.json", body, TODAY))


def test_a_days_rate_is_known_the_next_bank_day() -> None:
    assert published(dt.date(2024, 5, 29)) == dt.datetime(2024, 5, 31, 12, tzinfo=dt.UTC)
    assert SOURCE.published is published
    assert SOURCE.address == "url"
