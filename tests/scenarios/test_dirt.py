"""What quality finds in a dirty month is what was put there, kind by kind."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from lastro.simulator.dirt import KEPT, REFUSED, REFUSED_SHAPES
from lastro.simulator.market import SimulatedMarket, SimulatedMonth, write_months

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scenarios.conftest import Site

ERAS = {"A": dt.date(2020, 12, 1), "B": dt.date(2023, 11, 1), "C": dt.date(2024, 1, 1)}
MONEY = ("total_assets", "net_worth", "inflow", "outflow")
WRITTEN = {
    "abc": "number_text",
    "1.234,56": "number_comma",
    "inf": "number_infinite",
    "nan": "number_nan",
    "1e5": "number_exponent",
    "-0.001": "flow_sub_cent",
}
REASONS = {
    "below_0_inflow": "flow_negative",
    "below_0_outflow": "flow_negative",
    "date_outside_month": "date_outside_month",
    "unreadable_ref_date": "date_impossible",
    "missing_ref_date": "date_blank",
    "missing_cnpj": "cnpj_blank",
    "superseded": "superseded",
}


@pytest.fixture(params=ERAS)
def dirty(request: pytest.FixtureRequest) -> SimulatedMarket:
    """A market of one very dirty month in each layout."""
    return SimulatedMarket(11, 150, ERAS[request.param], 1, dirt=0.05)


def kind_of(reason: str, record: str, columns: tuple[str, ...]) -> str:
    """The simulator's kind, from the reason given and the line as it was published."""
    fields = record.split(";")
    if reason == "malformed_line":
        return "fields_missing" if len(fields) < len(columns) else "fields_extra"
    if reason == "unreadable_cnpj":
        written = next(f for name, f in zip(columns, fields, strict=True) if "CNPJ" in name)
        return "cnpj_check_digit" if len(written) == 18 else "cnpj_length"
    if reason in REASONS:
        return REASONS[reason]
    assert reason.removeprefix("unreadable_") in {*MONEY, "quota"}
    odd = [WRITTEN[field] for field in fields if field in WRITTEN]
    return odd[0] if odd else "money_decimals"


def repeats(month: SimulatedMonth) -> Counter[str]:
    """What becomes of repeated keys: an equal line collapses, a different one supersedes."""
    dirt = Counter(month.dirt)
    return Counter(
        collapsed=dirt["duplicate_exact"],
        superseded=dirt["duplicate_corrected"] + dirt["type_pair"],
    )


def test_quarantine_holds_what_the_simulator_spoilt(
    dirty: SimulatedMarket, site: Site, tmp_path: Path
) -> None:
    month = dirty.month(dirty.months[0])
    report = site.take(write_months(dirty, tmp_path / "files", dirty.months))
    aside = site.table("quarantine.fund_navs")
    found = Counter(
        kind_of(row["reason"], row["record"], month.columns) for row in aside.to_dicts()
    )
    expected = Counter(
        {kind: month.dirt.get(kind, 0) for kind in (*REFUSED, *REFUSED_SHAPES)}
        | {"superseded": repeats(month)["superseded"]}
    )
    assert all(expected[kind] for kind in (*REFUSED, *REFUSED_SHAPES))
    assert found == +expected
    assert report.counts["collapsed"] == repeats(month)["collapsed"]
    silver = site.table("silver.fund_navs")
    assert silver.height + aside.height + report.counts["collapsed"] == month.rows


@pytest.mark.parametrize("build", [True, False])
def test_a_quarantined_row_is_the_line_as_published(
    dirty: SimulatedMarket, site: Site, tmp_path: Path, *, build: bool
) -> None:
    """Whether it is built while the file is in hand or from bronze later."""
    site.take(write_months(dirty, tmp_path / "files", dirty.months), build=build)
    site.build()
    lines = dirty.month(dirty.months[0]).csv.decode("latin-1").split("\r\n")[1:]
    aside = site.table("quarantine.fund_navs")
    assert [lines[row - 1] for row in aside["row"]] == aside["record"].to_list()
    assert aside["month"].unique().to_list() == [dirty.months[0]]


def test_odd_but_real_rows_stay_and_are_flagged(
    dirty: SimulatedMarket, site: Site, tmp_path: Path
) -> None:
    month = dirty.month(dirty.months[0])
    site.take(write_months(dirty, tmp_path / "files", dirty.months))
    silver = site.table("silver.fund_navs")
    kind = pl.col("fund_type").fill_null("")
    tests: dict[str, Any] = {
        "quota_zero": pl.col("quota") == 0,
        "quota_negative": pl.col("quota") < 0,
        "net_worth_zero": pl.col("net_worth") == 0,
        "net_worth_negative": pl.col("net_worth") < 0,
        "total_blank": pl.col("total_assets").is_null(),
        "quote_in_type": kind.str.starts_with('"'),
        "quote_in_subclass": pl.col("subclass_id").str.contains('"', literal=True),
        "latin1_type": kind == "FI AÇÕES",
        "cnpj_alphanumeric": pl.col("cnpj").str.contains("[A-Z]"),
    }
    assert set(KEPT) - set(tests) == {"trailing_spaces"}
    for name, test in tests.items():
        assert silver.filter(test).height == month.dirt.get(name, 0), name
    flagged = pl.col("flags").str.contains
    assert silver.filter((pl.col("quota") <= 0) != flagged("quota_not_positive")).is_empty()
    assert silver.filter((pl.col("net_worth") <= 0) != flagged("net_worth_not_positive")).is_empty()


def test_a_clean_month_leaves_quarantine_empty(site: Site, tmp_path: Path) -> None:
    market = SimulatedMarket(11, 60, ERAS["C"], 1, dirt=0)
    report = site.take(write_months(market, tmp_path / "files", market.months))
    assert site.table("quarantine.fund_navs").is_empty()
    assert report.counts["silver"] == market.month(ERAS["C"]).rows


def test_the_later_of_two_lines_stands(site: Site, tmp_path: Path) -> None:
    market = SimulatedMarket(11, 60, ERAS["C"], 1, dirt=0)
    lines = market.month(ERAS["C"]).csv.decode().splitlines()
    first = lines[1].split(";")
    later = [*first[:6], "123.45", *first[7:]]
    file = tmp_path / "inf_diario_fi_202401.csv"
    file.write_text("\n".join([lines[0], lines[1], ";".join(later), *lines[2:]]), "latin-1")
    site.take([file])
    day = site.table("silver.fund_navs").filter(
        pl.col("cnpj") == "".join(c for c in first[1] if c.isalnum()),
        pl.col("subclass_id") == first[2],
        pl.col("ref_date") == dt.date.fromisoformat(first[3]),
    )
    assert [str(value) for value in day["net_worth"]] == ["123.45"]
    assert site.table("quarantine.fund_navs").select("reason", "row").rows() == [("superseded", 1)]
