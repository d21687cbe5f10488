"""COTAHIST: which files hold which sessions, and what a file says of which period."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.calendar import is_b3_session
from lastro.core.errors import NoDataError, ParseError, TemporaryError
from lastro.core.http import Answer
from lastro.lake._polars import type_text
from lastro.sources.b3_cotahist import COLUMNS, SOURCE, fetch, parse, plan, published

if TYPE_CHECKING:
    from pathlib import Path

    from lastro.sources import Period

LANDED = dt.date(2024, 3, 1)
TODAY = dt.date(2024, 3, 20)
HEADER = "00COTAHIST.2024BOVESPA 20240131".ljust(245)


def record(date: str, ticker: str = "PETR4", close: int = 4040) -> str:
    return (
        f"01{date}02{ticker:<12}010PETROBRAS   PN      N2   R$  "
        + "".join(f"{n:013d}" for n in (4010, 4055, 3990, 4021, close, 4039, 4041))
        + f"{36544:05d}{1234500:018d}{4963924500:018d}{0:013d}0999912310000001{0:013d}"
        + "BRPETRACNPR6163"
    )


def whole(*records: str) -> bytes:
    trailer = f"99COTAHIST.2024BOVESPA 20240131{len(records) + 2:011d}".ljust(245)
    return "".join(f"{line}\r\n" for line in (HEADER, *records, trailer)).encode("latin-1")


def zipped(**members: bytes) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.TXT", content)
    return body.getvalue()


def read(name: str, body: bytes) -> list[Period]:
    return list(parse(name, body, LANDED))


# plan


def test_past_years_past_months_and_this_months_sessions() -> None:
    names = [file.name for file in plan(dt.date(2022, 11, 3), TODAY, TODAY)]
    days = [f"{n:02d}" for n in range(1, 21) if is_b3_session(dt.date(2024, 3, n))]
    assert names == [
        "COTAHIST_A2022.ZIP", "COTAHIST_A2023.ZIP", "COTAHIST_M012024.ZIP", "COTAHIST_M022024.ZIP",
        *(f"COTAHIST_D{day}032024.ZIP" for day in days),
    ]  # fmt: skip
    assert "COTAHIST_D20032024.ZIP" in names
    assert "COTAHIST_D17032024.ZIP" not in names


def test_only_what_was_asked_for() -> None:
    assert [f.name for f in plan(dt.date(2024, 2, 10), dt.date(2024, 2, 12), TODAY)] == [
        "COTAHIST_M022024.ZIP"]  # fmt: skip
    assert [f.name for f in plan(dt.date(2024, 3, 14), dt.date(2024, 3, 17), TODAY)] == [
        "COTAHIST_D14032024.ZIP", "COTAHIST_D15032024.ZIP"]  # fmt: skip
    assert plan(TODAY + dt.timedelta(days=1), TODAY + dt.timedelta(days=9), TODAY) == []
    assert plan(dt.date(1970, 1, 1), dt.date(1985, 12, 31), TODAY) == []


def test_a_year_stands_for_its_months_and_a_month_has_its_year() -> None:
    year, *_, month = plan(dt.date(2023, 12, 1), dt.date(2024, 2, 1), TODAY)
    assert len(year.fallbacks) == 12
    assert [year.fallbacks[0].name, month.fallbacks[0].name] == [
        "COTAHIST_M012023.ZIP", "COTAHIST_A2024.ZIP"]  # fmt: skip
    [day] = plan(TODAY, TODAY, TODAY)
    assert day.fallbacks == ()


@given(st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31)), st.integers(0, 400))
def test_a_file_is_asked_for_again_until_a_week_after_its_end(today: dt.date, age: int) -> None:
    """An answer had within the week after the file's end is no last one; a later one is."""
    had = today - dt.timedelta(days=age)
    for file in plan(today - dt.timedelta(days=800), today, today):
        assert file.every is not None
        again = dt.timedelta(days=age) >= file.every
        settled = file.last + dt.timedelta(days=7)
        if today > settled:
            assert again == (had <= settled)
        else:
            assert again == (age > 0)


# fetch


class Remote:
    """Answers as it is told."""

    def __init__(self, body: bytes, status: int = 200) -> None:
        self.body, self.status = body, status

    def get(self, url: str, **_: object) -> Answer:
        return Answer(url, self.status, self.body, {})


@pytest.mark.parametrize("body", [b"", b"\r\n", b"PK\x05\x06" + bytes(18)])
def test_no_session_is_no_failure(body: bytes) -> None:
    with pytest.raises(NoDataError, match="is empty"):
        fetch(Remote(body), "http://b3/COTAHIST_D25122023.ZIP")  # type: ignore[arg-type]


def test_a_web_page_may_pass() -> None:
    with pytest.raises(TemporaryError, match="web page"):
        fetch(Remote(b"\n<html>no</html>"), "http://b3/f.ZIP")  # type: ignore[arg-type]


@pytest.mark.parametrize(("body", "status"), [(b"PK\x03\x04", 200), (b"", 304)])
def test_a_file_comes_as_it_is(body: bytes, status: int) -> None:
    assert fetch(Remote(body, status), "u").body == body  # type: ignore[arg-type]


# parse


def test_a_years_file_is_cut_by_the_months_of_its_lines() -> None:
    body = whole(record("20230102"), record("20230201"), record("20230131", "VALE3"))
    january, february = read("COTAHIST_A2015.ZIP", zipped(COTAHIST_A2015=body))
    assert (january.name, january.month) == ("2023-01", dt.date(2023, 1, 1))
    assert january.text["CODNEG"].to_list() == ["PETR4", "VALE3"]
    assert january.text["_row"].to_list() == [1, 3]
    assert (february.name, february.text["_row"].to_list()) == ("2023-02", [2])


@pytest.mark.parametrize("name", ["COTAHIST_D31012024.ZIP", "mine.txt"])
def test_a_days_file_is_its_day(name: str) -> None:
    [day] = read(name, whole(record("20240131"), record("20240131", "VALE3")))
    assert (day.name, day.month, day.text.height) == ("2024-01-31", dt.date(2024, 1, 1), 2)


def test_a_persons_file_of_several_days_is_its_months() -> None:
    body = whole(record("20240131"), record("20240130"))
    assert [period.name for period in read("mine.txt", body)] == ["2024-01"]
    [only] = read("COTAHIST_M012024.ZIP", whole(record("20240131")))
    assert only.name == "2024-01"


def test_a_wrong_date_in_a_days_file_replaces_no_other_day() -> None:
    body = whole(*[record("20240131")] * 3, record("20240229"))
    [day] = read("COTAHIST_D31012024.ZIP", body)
    assert (day.name, day.text.height) == ("2024-01-31", 4)


def test_a_file_that_may_lack_lines_stands_beside_what_is_known() -> None:
    body = whole(record("20240131"), record("20240130")).rsplit(b"99COTA", 1)[0]
    [part] = read("COTAHIST_M012024 (1).txt", body)
    assert part.name == "2024-01 COTAHIST_M012024-1-"
    assert set(part.text["_doubt"]) == {"no trailer"}
    [good] = read("COTAHIST_M012024.txt", whole(record("20240131")))
    assert (good.name, set(good.text["_doubt"])) == ("2024-01", {""})


def test_torn_and_undated_lines_go_with_a_month_and_none_is_lost() -> None:
    lines = [record("20240102"), record("20240102")[:99], record("20240201"),
             record("20240201")[:50], record("2024AB01"), record("00010101"), "?"]  # fmt: skip
    january, february = read("COTAHIST_A2024.TXT", whole(*lines))
    rows = january.text.sort("_row")
    assert rows["_row"].to_list() == [1, 2, 5, 6, 7]
    assert rows["_malformed"].to_list() == [None, lines[1], None, None, "?"]
    assert february.text.sort("_row")["_malformed"].to_list() == [None, lines[3]]
    typed = type_text(rows, COLUMNS)
    assert dict(typed.faults.rows()) == {
        2: "malformed_line", 5: "unreadable_ref_date", 7: "malformed_line"}  # fmt: skip


def test_lines_in_no_order_come_to_the_same() -> None:
    dates = [f"2023{1 + n % 12:02d}{1 + n % 28:02d}" for n in range(12_000)]
    periods = read("COTAHIST_A2023.TXT", whole(*(record(d, f"T{n}") for n, d in enumerate(dates))))
    assert [period.name for period in periods] == [f"2023-{n:02d}" for n in range(1, 13)]
    assert [period.text.height for period in periods] == [1000] * 12
    assert all(set(p.text["DATPRE"].str.slice(4, 2)) == {p.name[5:]} for p in periods)
    assert [periods[1].text[name][7] for name in ("CODNEG", "DATPRE")] == ["T85", dates[85]]


def test_no_session_has_no_period() -> None:
    assert read("COTAHIST_D25122023.ZIP", b"") == []
    assert read("COTAHIST_D25122023.ZIP", zipped(COTAHIST_D25122023=whole())) == []
    with pytest.raises(ParseError, match="is empty"):
        read("COTAHIST_A2023.ZIP", b"")


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("a.zip", b"<html>", "web page"),
        ("a.zip", zipped(a=whole(record("20240131")) * 50)[:200], "damaged"),
        ("a.txt", whole(record("20249931")), "no readable date"),
        ("a.zip", zipped(a=whole(record("20240131")), b=whole(record("20240131"))), "two of its"),
    ],
)
def test_what_is_no_file_of_quotations_is_refused(name: str, body: bytes, said: str) -> None:
    with pytest.raises(ParseError, match=said):
        read(name, body)


def test_members_of_several_days_are_several_periods() -> None:
    body = zipped(COTAHIST_D30012024=whole(record("20240130")),
                  COTAHIST_D31012024=whole(record("20240131")))  # fmt: skip
    assert [period.name for period in read("days.zip", body)] == ["2024-01-30", "2024-01-31"]


def test_text_is_typed_exactly() -> None:
    [period] = read("a.txt", whole(record("20240131", close=9_999_999_999_999)))
    [row] = type_text(period.text, COLUMNS).rows.to_dicts()
    assert row["raw_close"] == Decimal("99999999999.99")
    assert (row["raw_open"], row["turnover"]) == (Decimal("40.10"), Decimal("49639245.00"))
    assert (row["trades"], row["quantity"], row["quotation_factor"]) == (36544, 1_234_500, 1)
    assert (row["ref_date"], row["expires_on"]) == (dt.date(2024, 1, 31), dt.date(9999, 12, 31))
    assert (row["term"], row["currency"], row["specification"]) == ("", "R$", "PN      N2")


def test_every_official_field_is_in_bronze() -> None:
    [period] = read("a.txt", whole(record("20240131")))
    assert set(period.text.columns) <= set(SOURCE.bronze.names)


def test_a_session_is_known_at_half_past_eight_in_the_evening() -> None:
    assert published(dt.date(2024, 1, 31)) == dt.datetime(2024, 1, 31, 23, 30, tzinfo=dt.UTC)


PERIODS = {
    "COTAHIST_A2015.TXT": {"2017-01 COTAHIST_A2015": 3681, "2017-05 COTAHIST_A2015": 2587,
                           "2017-12 COTAHIST_A2015": 411},
    "COTAHIST_A2023.ZIP": {"2023-01": 104_390},
    "COTAHIST_D03022022.TXT.zip": {"2022-02-03": 7261},
    "COTAHIST_D23032021.ZIP": {"2021-03-23": 6055},
    "COTAHIST_D25032021.ZIP": {"2021-03-25": 6212},
    "edge/COTAHIST_A2022.TXT": {"2022-01 COTAHIST_A2022": 49},
    "edge/COTAHIST_D04012016_header_trailer_unpadded.TXT": {
        "2016-01-04 COTAHIST_D04012016_header_trailer_unpadded": 504},
    "edge/COTAHIST_D23032021_no_final_newline.TXT": {"2021-03-23": 6055},
    "edge/enco_toy.txt": {"2014-12-18 enco_toy": 1},
}  # fmt: skip


@pytest.mark.parametrize("name", PERIODS)
def test_the_real_files_are_read_without_a_fault(name: str, real_data: Path) -> None:
    path = real_data / "b3" / "cotahist" / name
    periods = read(path.name, path.read_bytes())
    assert {period.name: period.text.height for period in periods} == PERIODS[name]
    for period in periods:
        assert type_text(period.text, COLUMNS).faults.is_empty()


def test_the_byte_beyond_ascii_of_a_real_line(real_data: Path) -> None:
    path = real_data / "b3" / "cotahist" / "edge" / "enco_toy.txt"
    [period] = read(path.name, path.read_bytes())
    row = period.text.row(0, named=True)
    assert (row["NOMRES"], row["CODNEG"], row["FATCOT"]) == ("RIO MUDRIRÉ", "MUDR4L", "0001000")
    assert (row["CODISI"], row["DISMES"]) == ("BRMUDRACNPR3", "108")
