"""The daily report: which files hold which days, and how a file becomes months."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.calendar import is_bank_day
from lastro.core.errors import ParseError
from lastro.simulator.market import SimulatedMarket
from lastro.sources.cvm_funds import parse, plan, published

TODAY = dt.date(2024, 2, 10)
HEADER = "CNPJ_FUNDO;DT_COMPTC;VL_TOTAL;VL_QUOTA;VL_PATRIM_LIQ;CAPTC_DIA;RESG_DIA;NR_COTST"


def report(*days: str) -> bytes:
    return "\n".join([HEADER, *(f"C;{day};1;1;1;0;0;1" for day in days)]).encode()


def packed(members: dict[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return body.getvalue()


def test_months_lie_by_themselves_from_2021_on_and_years_before() -> None:
    files = plan(dt.date(2019, 11, 5), dt.date(2021, 2, 3), TODAY)
    assert [file.path for file in files] == [
        "FI/DOC/INF_DIARIO/DADOS/HIST/inf_diario_fi_2019.zip",
        "FI/DOC/INF_DIARIO/DADOS/HIST/inf_diario_fi_2020.zip",
        "FI/DOC/INF_DIARIO/DADOS/inf_diario_fi_202101.zip",
        "FI/DOC/INF_DIARIO/DADOS/inf_diario_fi_202102.zip",
    ]


def test_each_place_falls_back_on_the_other() -> None:
    year, month = plan(dt.date(2020, 12, 1), dt.date(2021, 1, 31), TODAY)
    assert [f.name for f in month.fallbacks] == ["inf_diario_fi_2021.zip"]
    assert [f.name for f in year.fallbacks] == [
        f"inf_diario_fi_2020{number:02d}.zip" for number in range(1, 13)
    ]
    assert not any(f.fallbacks for f in (*year.fallbacks, *month.fallbacks))


@pytest.mark.parametrize(
    ("months_old", "hours"), [(0, 20), (1, 20), (2, 168), (11, 168), (12, None), (30, None)]
)
def test_how_often_a_month_is_asked_for_again(months_old: int, hours: int | None) -> None:
    index = TODAY.year * 12 + TODAY.month - 1 - months_old
    month = dt.date(index // 12, index % 12 + 1, 1)
    (file,) = plan(month, month, TODAY)
    assert file.every == (None if hours is None else dt.timedelta(hours=hours))


def test_no_file_of_the_future_is_asked_for() -> None:
    files = plan(TODAY, dt.date(2030, 1, 1), TODAY)
    assert [file.name for file in files] == ["inf_diario_fi_202402.zip"]


@given(st.dates(dt.date(2005, 1, 1), dt.date(2024, 2, 10)), st.integers(0, 900))
def test_the_files_of_a_span_hold_each_of_its_days(first: dt.date, days: int) -> None:
    last = min(first + dt.timedelta(days=days), TODAY)
    files = plan(first, last, TODAY)
    held = {day for f in files for day in (first, last) if f.first <= day <= f.last}
    assert held == {first, last}
    assert len({file.name for file in files}) == len(files)


def test_a_name_that_says_its_month_decides() -> None:
    (period,) = parse("inf_diario_fi_202401.csv", report("2024-01-02", "2023-12-29"), TODAY)
    assert (period.name, period.month, period.text.height) == ("2024-01", dt.date(2024, 1, 1), 2)


def test_a_year_comes_month_by_month() -> None:
    members = {f"inf_diario_fi_20200{n}.csv": report(f"2020-0{n}-03") for n in (3, 1, 2)}
    found = list(parse("inf_diario_fi_2020.zip", packed(members), TODAY))
    assert [period.name for period in found] == ["2020-01", "2020-02", "2020-03"]


def test_two_members_of_one_month_are_refused_because_one_would_replace_the_other() -> None:
    body = packed({"a.csv": report("2024-01-02"), "b.csv": report("2024-01-03")})
    for name in ("inf_diario_fi_202401.zip", "mine.zip"):
        with pytest.raises(ParseError, match="2024-01 in two of its members"):
            list(parse(name, body, TODAY))


def test_a_persons_extract_is_cut_by_its_days() -> None:
    days = ("2023-12-29", "2024-01-02", "", " 2024-01-03", "29/12/2023")
    december, january = parse("mine.csv", report(*days), TODAY)
    assert (december.name, january.name) == ("2023-12", "2024-01")
    assert december.text["_row"].to_list() == [1, 3, 5]
    assert january.text["_row"].to_list() == [2, 4]


def test_an_extract_without_any_readable_day_is_refused_and_not_lost() -> None:
    with pytest.raises(ParseError, match=r"mine\.csv has no readable date"):
        list(parse("mine.csv", report("29/12/2023", ""), TODAY))


@pytest.mark.parametrize("lacking", [name for name in HEADER.split(";") if name != "VL_TOTAL"])
def test_a_missing_column_is_named(lacking: str) -> None:
    body = report("2024-01-02").replace(lacking.encode(), b"OUTRA")
    with pytest.raises(ParseError, match=lacking):
        list(parse("inf_diario_fi_202401.csv", body, TODAY))


@pytest.mark.parametrize("month", [dt.date(2020, 12, 1), dt.date(2023, 11, 1), dt.date(2024, 1, 1)])
def test_the_three_layouts_are_told_by_their_header(month: dt.date) -> None:
    market = SimulatedMarket(3, 60, month, 1)
    (period,) = parse(f"inf_diario_fi_{month:%Y%m}.zip", market.month_zip(month), TODAY)
    made = market.month(month)
    assert period.text.height == made.rows
    assert set(made.columns) <= set(period.text.columns)


def test_a_report_is_sent_by_the_next_bank_day_and_public_at_eight_on_the_one_after() -> None:
    brasilia = ZoneInfo("America/Sao_Paulo")
    friday = dt.date(2024, 2, 9)  # Carnival follows: sent by Wednesday the 14th
    assert published(friday) == dt.datetime(2024, 2, 15, 8, tzinfo=brasilia)


@given(st.dates(dt.date(2006, 1, 1), dt.date(2026, 11, 30)))
def test_no_day_is_public_on_its_own_day(day: dt.date) -> None:
    known = published(day)
    assert known.date() > day
    assert known.tzinfo == dt.UTC
    assert is_bank_day(known.date())
