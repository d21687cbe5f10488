"""silver.quotes: unit prices, what is flagged, what is set aside; golden numbers of real files."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.ids import is_isin
from lastro.lake._polars import dtype, type_text
from lastro.lake.quality import judge, with_checks
from lastro.sources.b3_cotahist import COLUMNS, parse
from lastro.tables.silver.quotes import CONTRACT, PRICES, build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lastro.lake.quality import Judged

    Read = Callable[[str], pl.DataFrame]

DAY = dt.date(2024, 1, 31)
GOOD: dict[str, Any] = {
    "ref_date": DAY, "bdi_code": "02", "ticker": "PETR4", "market_type": "010",
    "short_name": "PETROBRAS", "specification": "PN      N2", "term": "", "currency": "R$",
    **{f"raw_{price}": Decimal("40.20") for price in PRICES}, "trades": 9, "quantity": 1000,
    "turnover": Decimal("40205.00"), "strike": Decimal(0), "strike_index": "0",
    "expires_on": dt.date(9999, 12, 31), "quotation_factor": 1, "strike_points": Decimal(0),
    "isin": "BRPETRACNPR6", "distribution": 163, "doubt": "",
    "month": DAY.replace(day=1), "available_at": dt.datetime(2024, 1, 31, 23, 30, tzinfo=dt.UTC),
}  # fmt: skip
KINDS = {c.name: dtype(c.type) for c in COLUMNS} | {
    "month": pl.Date(), "available_at": pl.Datetime("us", "UTC"), "_row": pl.Int64()}  # fmt: skip


def judged(*changes: dict[str, Any]) -> Judged:
    rows = [{**GOOD, "_row": place, **change} for place, change in enumerate(changes, 1)]
    typed = pl.DataFrame(
        {n: pl.Series([r.get(n) for r in rows], dtype=k) for n, k in KINDS.items()}
    )
    return _judged(typed)


def _judged(typed: pl.DataFrame) -> Judged:
    checked = with_checks(build(nw.from_native(typed.lazy())), CONTRACT)
    return judge(checked.to_native().collect(), CONTRACT)


def one(**change: Any) -> dict[str, Any]:
    [row] = judged(change).rows.to_dicts()
    return row


@pytest.mark.parametrize(
    ("factor", "close"),
    [(1, "40.20"), (10, "4.02"), (100, "0.402"), (1000, "0.0402"), (10_000, "0.00402"),
     (100_000, "0.000402"), (1_000_000, "0.0000402")],
)  # fmt: skip
def test_a_price_is_of_one_paper(factor: int, close: str) -> None:
    row = one(quotation_factor=factor)
    assert (row["close"], row["raw_close"]) == (Decimal(close), Decimal("40.20"))


@given(st.integers(0, 10**13 - 1), st.integers(0, 6))
def test_dividing_by_the_factor_loses_nothing(cents: int, power: int) -> None:
    raw = Decimal(cents) / 100
    row = one(raw_high=raw, quotation_factor=10**power)
    assert row["high"] * 10**power == raw == row["raw_high"]


@pytest.mark.parametrize("factor", [0, 2, 999, 10_000_000])
def test_a_factor_that_is_no_power_of_ten_is_set_aside(factor: int) -> None:
    found = judged({"quotation_factor": factor}, {"ticker": "VALE3"})
    assert found.rejects.rows() == [(1, "quotation_factor_unknown")]
    assert found.rows["ticker"].to_list() == ["VALE3"]


def test_a_session_of_another_month_is_set_aside() -> None:
    found = judged({"ref_date": dt.date(2024, 2, 1)})
    assert found.rejects.rows() == [(1, "date_outside_month")]


def test_no_expiry_and_no_term_are_blank() -> None:
    assert one()["expires_on"] is None
    assert one(expires_on=dt.date(2024, 2, 16))["expires_on"] == dt.date(2024, 2, 16)
    assert one(term=None)["term"] == ""


@pytest.mark.parametrize(
    ("turnover", "factor", "flags"),
    [
        ("40200.00", 1, ""), ("40209.99", 1, ""),
        ("40199.99", 1, "turnover_out_of_bounds"), ("40210.00", 1, "turnover_out_of_bounds"),
        ("40.20", 1000, ""), ("40.19", 1000, "turnover_out_of_bounds"),
        ("4.02", 10_000, ""), ("0.40", 100_000, ""), ("0.39", 100_000, "turnover_out_of_bounds"),
    ],
)  # fmt: skip
def test_turnover_is_quantity_at_the_average_price(turnover: str, factor: int, flags: str) -> None:
    """Average and turnover are both cut to the cent: real rows of FATCOT 1000 show it."""
    assert one(turnover=Decimal(turnover), quotation_factor=factor)["flags"] == flags


def test_the_largest_numbers_that_a_line_can_hold_are_compared() -> None:
    most = Decimal("99999999999.99")
    row = one(raw_average=most, quantity=10**18 - 1, turnover=Decimal("9999999999999999.99"),
              quotation_factor=1_000_000)  # fmt: skip
    assert row["flags"] == "turnover_out_of_bounds"
    assert one(quantity=0, turnover=Decimal(0))["flags"] == ""


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"isin": "BRPETRACNPR5"}, "isin_check_digit"),
        ({"isin": "brpetracnpr6"}, "isin_check_digit"),
        ({"isin": "BRÉETRACNPR6"}, "isin_check_digit"),
        ({"isin": ""}, "isin_check_digit"),
        ({"isin": None}, ""),
        ({"isin": "PETPN", "ref_date": dt.date(1995, 5, 12), "month": dt.date(1995, 5, 1)}, ""),
        ({"bdi_code": "98"}, "unknown_bdi_code"),
        ({"bdi_code": "93", "market_type": "021"}, ""),
        ({"market_type": "022"}, "unknown_market_type"),
        ({"doubt": "no trailer"}, "incomplete_file"),
    ],
)
def test_odd_rows_are_kept_and_say_so(change: dict[str, Any], flag: str) -> None:
    assert one(**change)["flags"] == flag


LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@given(st.lists(st.text(LETTERS, min_size=12, max_size=12), min_size=1, max_size=20, unique=True))
def test_an_isin_is_judged_as_one_by_one(codes: list[str]) -> None:
    isins = [f"BR{code[2:11]}{digit}" for code in codes for digit in "0123456789"] + codes
    rows = judged(*({"isin": isin, "ticker": f"T{n:04d}"} for n, isin in enumerate(isins))).rows
    found = [flags == "" for flags in rows.sort("ticker")["flags"]]
    assert found == [is_isin(isin) for isin in isins]
    assert sum(found) >= len(codes)


def test_all_markets_of_a_ticker_are_kept() -> None:
    forward = {"bdi_code": "62", "market_type": "030"}
    found = judged({}, {**forward, "term": "030"}, {**forward, "term": "060"},
                   {"bdi_code": "96", "market_type": "020"})  # fmt: skip
    assert found.rows.height == 4


def test_a_repeated_line_collapses_and_a_restated_one_is_superseded() -> None:
    found = judged({}, {}, {"raw_close": Decimal("41.00"), "trades": 10})
    assert found.rows["raw_close"].to_list() == [Decimal("41.00")]
    assert found.rejects.rows() == [(1, "superseded"), (2, "superseded")]
    same = judged({}, {})
    assert (same.rows.height, same.collapsed, same.rejects.height) == (1, 1, 0)


# real files


@pytest.fixture(scope="module")
def real(real_data: Path) -> Read:
    """A real file's rows; nothing of it may be set aside or repeat its key."""
    made: dict[str, pl.DataFrame] = {}

    def _read(name: str) -> pl.DataFrame:
        if name not in made:
            path = real_data / "b3" / "cotahist" / name
            made[name] = pl.concat(_months(path))
        return made[name]

    return _read


def _months(path: Path) -> list[pl.DataFrame]:
    found = []
    for period in parse(path.name, path.read_bytes(), DAY):
        typed = type_text(period.text, COLUMNS)
        stamps = {"month": pl.lit(period.month), "available_at": pl.lit(GOOD["available_at"])}
        result = _judged(
            typed.rows.with_columns(**stamps).cast({"available_at": KINDS["available_at"]})
        )
        assert (typed.faults.height, result.rejects.height, result.collapsed) == (0, 0, 0)
        assert result.rows.height == period.text.height
        found.append(result.rows)
    return found


COMPLETE = {"COTAHIST_A2023.ZIP": 104_390, "COTAHIST_D03022022.TXT.zip": 7261,
            "COTAHIST_D23032021.ZIP": 6055, "COTAHIST_D25032021.ZIP": 6212}  # fmt: skip


@pytest.mark.parametrize("name", COMPLETE)
def test_complete_files_keep_every_rule(name: str, real: Read) -> None:
    """Unique keys, every ISIN's digit, known codes, the bounds of turnover: on every row."""
    rows = real(name)
    assert rows.height == COMPLETE[name]
    assert set(rows["flags"]) == {""}


def test_rows_of_a_subset_say_so_and_two_wild_days_break_the_bounds(real: Read) -> None:
    flags = dict(real("COTAHIST_A2015.TXT").group_by("flags").len().rows())
    assert flags == {"incomplete_file": 6646, "turnover_out_of_bounds,incomplete_file": 33}
    odd = real("COTAHIST_A2015.TXT").filter(pl.col("flags").str.contains("turnover"))
    assert {str(day) for day in odd["ref_date"]} == {"2017-05-19", "2017-05-22"}


def test_a_reverse_split_shows_as_it_was_traded(real: Read) -> None:
    spot = real("COTAHIST_A2023.ZIP").filter(
        pl.col("ticker").is_in(["OIBR3", "OIBR4"]), pl.col("market_type") == "010",
        pl.col("ref_date").is_in([dt.date(2023, 1, 6), dt.date(2023, 1, 9)]),
    )  # fmt: skip
    found = spot.sort("ticker", "ref_date").select("ticker", "close", "distribution")
    assert found.rows() == [
        ("OIBR3", Decimal("0.16"), 109), ("OIBR3", Decimal("1.65"), 110),
        ("OIBR4", Decimal("0.53"), 108), ("OIBR4", Decimal("5.29"), 109),
    ]  # fmt: skip
    assert set(spot.filter(ref_date=dt.date(2023, 1, 9))["specification"].str.slice(4, 2)) == {"EG"}


def test_prices_of_a_thousand_papers_are_of_one(real: Read) -> None:
    odd = real("COTAHIST_A2023.ZIP").filter(pl.col("quotation_factor") != 1)
    assert (odd.height, set(odd["quotation_factor"])) == (24, {1000})
    assert set(odd["ticker"].str.slice(0, 6)) == {"FNAM11", "FNOR11"}
    [day] = odd.filter(ticker="FNAM11", ref_date=dt.date(2023, 1, 6)).to_dicts()
    assert (day["close"], day["raw_close"]) == (Decimal("0.00028"), Decimal("0.28"))
    same = odd.select((pl.col("close") * 1000 == pl.col("raw_close")).all()).item()
    assert same


def test_forwards_repeat_a_ticker_by_term_alone(real: Read) -> None:
    key = ["ticker", "bdi_code", "market_type", "ref_date"]
    forwards = real("COTAHIST_A2023.ZIP").filter(market_type="030")
    assert forwards.height == 3331
    assert forwards.group_by(key).len()["len"].max() == 14


@pytest.mark.parametrize(
    ("name", "day", "close", "quantity"),
    [
        ("COTAHIST_D23032021.ZIP", dt.date(2021, 3, 23), "22.80", 57_124_700),
        ("COTAHIST_D03022022.TXT.zip", dt.date(2022, 2, 3), "32.07", 51_087_800),
        ("COTAHIST_A2023.ZIP", dt.date(2023, 1, 2), "22.92", 78_424_700),
    ],
)
def test_petr4_on_known_days(
    name: str, day: dt.date, close: str, quantity: int, real: Read, real_data: Path
) -> None:
    [row] = real(name).filter(ticker="PETR4", market_type="010", ref_date=day).to_dicts()
    assert (row["close"], row["quantity"]) == (Decimal(close), quantity)
    adjusted = real_data / "yahoo" / "PETR4.SA_yfinance_three_header_lines.csv"
    with adjusted.open() as file:
        volumes = {line[0]: line[5] for line in csv.reader(file)}
    assert int(volumes[day.isoformat()]) == quantity


def test_petr4_is_yahoos_unadjusted_close(real: Read, real_data: Path) -> None:
    """The three PETR4 sessions of the subset: not a cent of difference."""
    rows = real("COTAHIST_A2015.TXT").filter(ticker="PETR4", market_type="010").sort("ref_date")
    with (real_data / "yahoo" / "PETR4.SA.csv").open() as file:
        yahoo = {line["Date"]: line for line in csv.DictReader(file)}
    assert [str(day) for day in rows["ref_date"]] == ["2017-01-02", "2017-01-13", "2017-05-19"]
    for row in rows.to_dicts():
        there = yahoo[str(row["ref_date"])]
        assert round(float(there["Close"]), 2) == float(row["close"])
        assert int(there["Volume"]) == row["quantity"]
