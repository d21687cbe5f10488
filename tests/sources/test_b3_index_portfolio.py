"""Index portfolios: replies in two languages, in pages, and downloads as people keep them."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.errors import ParseError
from lastro.lake._polars import type_text
from lastro.sources.b3_index_portfolio import SOURCE, parse, plan
from lastro.vendors.b3_index import IndexOptions

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from lastro.sources import Period

TODAY = dt.date(2026, 11, 20)
NAME = "portfolio_day_IBOV_2026-11-20.json"
FOLDER = "b3/index_portfolio"
TITLE = "IBOV - Carteira do Dia 26/03/21\n"
HEADER = "Código;Ação;Tipo;Qtde. Teórica;Part. (%)\n"
LINES = (
    "ABEV3;AMBEV S/A;ON;4.355.174.839;60,137;\nYDUQ3;YDUQS PART;ON      NM;300.483.575;39,863;\n"
)
TOTALS = "Quantidade Teórica Total;;;4.655.658.414;100,000\nRedutor;;;18.296.803,37677573\n"


def asset(ticker: str, part: str, quantity: str, **more: object) -> dict[str, object]:
    return {"segment": None, "cod": ticker, "asset": "X", "type": "ON      NM", "part": part,
            "theoricalQty": quantity, **more}  # fmt: skip


def reply(*assets: dict[str, object], **more: object) -> dict[str, Any]:
    header = {"date": "08/12/22", "part": "100,000", "reductor": "18.553.794,87445950",
              "theoricalQty": "3.000", **more}  # fmt: skip
    page = {"pageNumber": 1, "pageSize": 120, "totalRecords": len(assets), "totalPages": 1}
    return {"page": page, "header": header, "results": list(assets)}


PAIR = (asset("PETR4", "60,000", "1.000"), asset("VALE3", "40,000", "2.000"))


def period_of(name: str, content: object) -> Period:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    [period] = parse(name, body, TODAY)
    return period


def read(name: str, content: object) -> pl.DataFrame:
    return type_text(period_of(name, content).text, SOURCE.columns).rows


# real files


def test_the_ibovespa_of_a_day(real_data: Path) -> None:
    body = (real_data / FOLDER / "GetPortfolioDay_20221208.json").read_bytes()
    period = period_of("portfolio_day_IBOV_2022-12-08.json", body)
    rows = type_text(period.text, SOURCE.columns).rows
    assert (period.name, period.month) == ("2022-12-08 IBOV day 2", dt.date(2022, 12, 1))
    assert rows.height == 92
    assert rows["weight"].sum() == Decimal("100.000")
    assert rows["theoretical_quantity"].sum() == rows["total_quantity"][0] == 101_053_551_382
    assert set(rows["divisor"]) == {Decimal("18553794.87445950")}
    assert rows["sector"].null_count() == 0
    assert "\ufffd" in "".join(rows["sector"])


@pytest.mark.parametrize(
    ("file", "day", "rows", "weight", "divisor"),
    [
        ("GetTheoricalPortfolio_20221210.json", "2022-12-10", 92, "100.000", "18842281.23696071"),
        ("GetTheoricalPortfolio_20250407.json", "2025-04-07", 87, "99.999", "16279911.48376400"),
    ],
)
def test_theoretical_portfolios_in_two_languages(
    real_data: Path, file: str, day: str, rows: int, weight: str, divisor: str
) -> None:
    found = read(f"theoretical_IBOV_{day}.json", (real_data / FOLDER / file).read_bytes())
    assert found.height == rows
    assert found["weight"].sum() == Decimal(weight)
    assert found["theoretical_quantity"].sum() == found["total_quantity"][0]
    assert set(found["divisor"]) == {Decimal(divisor)}
    assert {str(date) for date in found["ref_date"]} == {day}


@pytest.mark.parametrize(
    ("file", "day", "rows", "divisor"),
    [
        ("IBOVDia_03-10-25.csv", "2025-10-03", 82, Decimal("15019274.20202473")),
        ("IBOVDia_26-03-21.csv", "2021-03-26", 82, None),
        ("IBOVDia_26-03-21_no_title_no_footer.csv", "2021-03-26", 82, None),
        ("IBOVDia_30-12-24.csv", "2024-12-30", 87, None),
    ],
)
def test_downloads_as_people_keep_them(
    real_data: Path, file: str, day: str, rows: int, divisor: Decimal | None
) -> None:
    period = period_of(file, (real_data / FOLDER / file).read_bytes())
    found = type_text(period.text, SOURCE.columns)
    assert found.faults.is_empty()
    assert period.name == f"{day} IBOV day csv"
    assert found.rows.height == rows
    assert found.rows["weight"].sum() == Decimal("100.000")
    assert set(found.rows["divisor"]) == {divisor}


def test_a_divisor_that_is_no_number_is_kept_as_text(real_data: Path) -> None:
    body = (real_data / FOLDER / "IBOVDia_26-03-21.csv").read_bytes()
    rows = read("IBOVDia_26-03-21.csv", body)
    assert set(rows["divisor_unread"]) == {"18.296.80337677573"}


# replies


@given(
    st.integers(1, 10**12), st.integers(0, 100_000), st.decimals(1, 10**8, places=8),
    st.dates(dt.date(2001, 1, 1), dt.date(2068, 12, 31)),
)  # fmt: skip
def test_both_languages_say_the_same(
    quantity: int, weight: int, divisor: Decimal, day: dt.date
) -> None:
    def written(english: str) -> str:
        return english.translate(str.maketrans(",.", ".,"))

    numbers = f"{weight / 1000:,.3f}", f"{quantity:,}", f"{divisor:,.8f}"
    replies = {
        f"{day:%m/%d/%y}": reply(
            asset("PETR4", numbers[0], numbers[1]), date=f"{day:%m/%d/%y}", part="100.000",
            reductor=numbers[2], theoricalQty=numbers[1],
        ),
        f"{day:%d/%m/%y} ": reply(
            asset("PETR4", written(numbers[0]), written(numbers[1])), date=f"{day:%d/%m/%y}",
            reductor=written(numbers[2]), theoricalQty=written(numbers[1]),
        ),
    }  # fmt: skip
    english, portuguese = (read(NAME, found) for found in replies.values())
    assert english.equals(portuguese)
    assert english["ref_date"].to_list() == [day]
    assert english["theoretical_quantity"].to_list() == [quantity]
    assert english["weight"].to_list() == [Decimal(weight) / 1000]
    assert english["divisor"].to_list() == [divisor]


def test_which_order_a_reply_is_in_shows_in_its_rows() -> None:
    by_sector = reply(asset("PETR4", "100,000", "1", segment="Petróleo"))
    assert period_of(NAME, by_sector).name == "2022-12-08 IBOV day 2"
    assert period_of(NAME, reply(*PAIR)).name == "2022-12-08 IBOV day 1"


def test_a_portfolio_without_a_day_is_of_the_day_it_was_asked_for() -> None:
    preview = reply(*PAIR)
    del preview["header"]["date"]
    period = period_of("preview_IFIX_2026-11-20.json", preview)
    assert period.name == "2026-11-20 IFIX preview"
    assert period.text["_date"].to_list() == ["2026-11-20", "2026-11-20"]


def test_fields_nobody_knows_come_along() -> None:
    known, other = PAIR
    period = period_of(NAME, reply(known, {**other, "novo": True}, outro=3))
    assert period.text["novo"].to_list() == [None, "true"]
    assert period.text["header.outro"].to_list() == ["3", "3"]


def test_several_pages_are_one_portfolio() -> None:
    pages = [reply(PAIR[0]), reply(PAIR[1])]
    for page in pages:
        page["page"] |= {"totalRecords": 2, "totalPages": 2}
    assert read(NAME, pages)["ticker"].to_list() == ["PETR4", "VALE3"]
    assert read(NAME, [json.dumps(page) for page in pages]).height == 2


def test_a_json_text_in_a_json_text_is_read() -> None:
    assert read(NAME, json.dumps(json.dumps(reply(*PAIR))).encode()).height == 2


def test_a_portfolio_that_is_not_out_yet_has_no_period() -> None:
    nothing: dict[str, object] = {"page": None, "header": None, "results": []}
    for content in (nothing, '""'):
        body = content if isinstance(content, str) else json.dumps(content)
        assert list(parse("preview_IBOV_2026-11-20.json", body.encode(), TODAY)) == []


WITHOUT_PAGE_2 = reply(*PAIR)
WITHOUT_PAGE_2["page"]["totalRecords"] = 150


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (NAME, b"", "empty"),
        (NAME, b"<html>Access denied</html>", "web page"),
        (NAME, b"PK\x03\x04;", "no line of an asset|there is no line"),
        (NAME, b"\x00;\x00", "neither JSON nor"),
        (NAME, b'{"results": [', "no JSON"),
        (NAME, WITHOUT_PAGE_2, "holds 2 of 150 assets"),
        (NAME, {"results": [asset("A", "1,000", "1")]}, "the field header "),
        (NAME, reply(asset("PETR4", 1.5, "1")), r"results\.0\.part"),  # type: ignore[arg-type]
        (NAME, reply(asset("", "1,000", "1")), r"results\.0\.cod"),
        (NAME, reply(asset("A", "1.000", "1"), part="100,000"), "en-us and pt-br"),
        (NAME, reply(*PAIR, date="2022-12-08"), "its date is 2022-12-08"),
        (NAME, reply(*PAIR, date="31/02/22"), "no day 2022-02-31"),
        ("GetPortfolioDay_20221208.json", reply(*PAIR), "which index"),
        ("carteira.csv", LINES.encode(), "which index"),
    ],
)
def test_what_is_no_portfolio_is_refused_by_name(name: str, content: object, said: str) -> None:
    with pytest.raises(ParseError, match=said) as refused:
        period_of(name, content)
    assert name in refused.value.message


# downloads


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("text", [TITLE + HEADER + LINES + TOTALS, HEADER + LINES, LINES.rstrip()])
def test_what_people_cut_away_is_done_without(text: str, encoding: str) -> None:
    rows = read("IBOVDia_26-03-21.csv", text.encode(encoding))
    assert rows["ticker"].to_list() == ["ABEV3", "YDUQ3"]
    assert rows["weight"].to_list() == [Decimal("60.137"), Decimal("39.863")]
    assert set(rows["divisor"]) == {Decimal("18296803.37677573") if "Redutor" in text else None}
    assert {str(day) for day in rows["ref_date"]} == {"2021-03-26"}


def test_the_title_counts_more_than_the_files_name() -> None:
    rows = read("IFIXDia_01-01-20.csv", (TITLE + LINES).encode())
    assert set(rows["index_code"]) == {"IBOV"}


def test_a_torn_line_comes_back_whole() -> None:
    period = period_of("IBOVDia_26-03-21.csv", (LINES + "PETR4;PETROBRAS;PN").encode())
    assert period.text["_malformed"].to_list() == [None, None, "PETR4;PETROBRAS;PN"]


# plan


def test_plan_asks_for_today_alone() -> None:
    assert plan(dt.date(2026, 1, 1), dt.date(2026, 11, 19), TODAY) == []
    files = plan(dt.date(2026, 1, 1), TODAY, TODAY, options=IndexOptions(indexes="IBOV"))
    assert [file.name for file in files] == [
        "portfolio_day_IBOV_2026-11-20.json", "portfolio_day_IBOV_2026-11-20_by_code.json",
        "theoretical_IBOV_2026-11-20.json", "preview_IBOV_2026-11-20.json",
    ]  # fmt: skip
    assert files[1].path == (
        "indexProxy/indexCall/GetPortfolioDay/eyJsYW5ndWFnZSI6InB0LWJyIiwicGFnZU51bWJlciI6MSwicGFn"
        "ZVNpemUiOjEyMCwiaW5kZXgiOiJJQk9WIiwic2VnbWVudCI6IjEifQ=="
    )


def test_every_file_it_plans_is_one_it_can_name() -> None:
    for file in plan(TODAY, TODAY, TODAY):
        assert period_of(file.name, reply(*PAIR)).name.startswith("2022-12-08 ")
