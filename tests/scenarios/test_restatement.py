"""A month published again: what changed, what left and what came late, and what we knew before.

The expected changes come from the lines of both publications, compared as plain text.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lastro.core.clock import FrozenClock
from lastro.simulator.market import SimulatedMarket
from lastro.simulator.server import SimulatorServer
from lastro.sources.cvm_funds import published

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.scenarios.conftest import Site

    from lastro.pipeline.report import Report

DECEMBER, JANUARY, FEBRUARY = (dt.date(2023, 12, 1), dt.date(2024, 1, 1), dt.date(2024, 2, 1))
FIRST_SEEN = dt.datetime(2024, 3, 10, 15, tzinfo=dt.UTC)
SEEN_AGAIN = FIRST_SEEN + dt.timedelta(days=3)
COLUMNS = {"VL_QUOTA": "quota", "VL_PATRIM_LIQ": "net_worth", "CAPTC_DIA": "inflow",
           "RESG_DIA": "outflow"}  # fmt: skip
KEY = ["cnpj", "subclass_id", "ref_date"]
Line = dict[str, str]


@dataclass
class Republished:
    """A lake that saw a month twice, and the tables as they stood between."""

    site: Site
    market: SimulatedMarket
    server: SimulatorServer
    before: dict[str, int]
    silver: pl.DataFrame
    report: Report

    @property
    def restated(self) -> dict[str, int]:
        """The simulator's own count."""
        return self.market.month(JANUARY, 1).restated


@pytest.fixture(scope="module")
def market() -> SimulatedMarket:
    return SimulatedMarket(5, 120, DECEMBER, 3, dirt=0.02)


@pytest.fixture
def again(
    market: SimulatedMarket, new_site: Callable[..., Site], order: Callable[..., None]
) -> Iterator[Republished]:
    """January comes out a second time, three days after everything was taken in."""
    with SimulatorServer(market) as server:
        site = new_site(now=FIRST_SEEN, server=server.url)
        site.ingest(DECEMBER)
        before, silver = site.versions(), site.table("silver.fund_navs")
        order(server.url, "republish", month="202401")
        site.clock = FrozenClock(SEEN_AGAIN)
        report = site.ingest(DECEMBER)
        yield Republished(site, market, server, before, silver, report)


def lines_of(market: SimulatedMarket, revision: int) -> list[Line]:
    month = market.month(JANUARY, revision)
    lines = month.csv.decode("latin-1").split("\r\n")[1:-1]
    return [dict(zip(month.columns, line.split(";"), strict=False)) for line in lines]


def key_of(line: Line) -> str:
    cnpj = "".join(c for c in line["CNPJ_FUNDO_CLASSE"] if c.isalnum())
    return f"{cnpj} | {line['ID_SUBCLASSE']} | {line['DT_COMPTC']}"


def differences(market: SimulatedMarket) -> tuple[dict[str, Line], dict[str, Line]]:
    """Lines that only the first publication has, and lines that only the second has."""
    first, second = lines_of(market, 0), lines_of(market, 1)
    gone = [line for line in first if line not in second]
    new = [line for line in second if line not in first]
    return {key_of(line): line for line in gone}, {key_of(line): line for line in new}


def test_the_report_counts_what_the_simulator_changed(again: Republished) -> None:
    said = again.restated
    changed = sum(said[kind] for kind in ("quota", "net_worth", "inflow", "outflow"))
    assert again.report.counts["restated"] == changed > 0
    assert again.report.counts["withdrawn"] == said["withdrawn"] > 0
    silver = again.site.table("silver.fund_navs")
    assert silver.height == again.silver.height + said["late"] - said["withdrawn"]
    assert again.report.landed == ["inf_diario_fi_202401.zip"]
    assert set(again.report.unchanged) == {"inf_diario_fi_202312.zip", "inf_diario_fi_202402.zip"}


def test_restated_rows_replace_withdrawn_leave_and_late_arrive(again: Republished) -> None:
    gone, new = differences(again.market)
    silver = again.site.table("silver.fund_navs")
    keys = silver.select(pl.concat_str([pl.col(k).cast(pl.String) for k in KEY], separator=" | "))
    held = dict(zip(keys.to_series(), silver.to_dicts(), strict=True))
    assert not set(gone) - set(new) & set(held)
    for key, line in new.items():
        for header, column in COLUMNS.items():
            assert held[key][column] == Decimal(line[header])


def test_each_change_is_listed_with_before_and_after(again: Republished) -> None:
    gone, new = differences(again.market)
    expected = {
        (key, column, Decimal(line[header]), Decimal(new[key][header]))
        for key, line in gone.items() if key in new
        for header, column in COLUMNS.items() if line[header] != new[key][header]
    }  # fmt: skip
    listed = again.site.table("ops.restatements")
    restated = listed.filter(pl.col("kind") == "restated")
    assert {
        (row["key"], row["column"], Decimal(row["before"]), Decimal(row["after"]))
        for row in restated.to_dicts()
    } == expected
    by_column = Counter(restated["column"].to_list())
    assert by_column == {k: n for k, n in again.restated.items() if k in by_column}
    withdrawn = listed.filter(pl.col("kind") == "withdrawn")
    assert set(withdrawn["key"]) == set(gone) - set(new)
    assert set(listed["seen_at"]) == {SEEN_AGAIN}
    assert set(listed["table"]) == {"silver.fund_navs"}
    assert set(listed["month"]) == {"2024-01-01"}


def test_what_we_knew_before_can_still_be_read(again: Republished) -> None:
    platform = again.site.open()
    version = again.before["silver.fund_navs"]
    by_version = platform.table("silver.fund_navs", version).collect()
    assert_frame_equal(by_version, again.silver, check_row_order=False)
    at = next(c["at"] for c in platform.history("silver.fund_navs") if c["version"] == version)
    by_instant = platform.table("silver.fund_navs", at).collect()
    assert_frame_equal(by_instant, again.silver, check_row_order=False)
    asked = "select count(*) as n, sum(quota) as q from silver.fund_navs"
    then, now = platform.sql(asked, at), platform.sql(asked)
    assert then["n"].item() == again.silver.height
    assert then["q"].item() == again.silver["quota"].sum() != now["q"].item()


def test_restated_rows_are_known_since_they_were_seen(again: Republished) -> None:
    _, new = differences(again.market)
    silver = again.site.table("silver.fund_navs").with_columns(
        key=pl.concat_str([pl.col(k).cast(pl.String) for k in KEY], separator=" | ")
    )
    touched = silver.filter(pl.col("key").is_in(list(new)))
    assert touched["available_at"].unique().to_list() == [SEEN_AGAIN]
    assert touched.height == len(new)
    untouched = silver.filter(~pl.col("key").is_in(list(new)))
    both = untouched.join(again.silver, on=KEY, suffix=" before")
    assert both.height == untouched.height
    assert (both["available_at"] == both["available_at before"]).all()
    rule = {day: published(day) for day in both["ref_date"].unique()}
    assert all(row["available_at"] == rule[row["ref_date"]] for row in both.to_dicts())


def test_only_what_the_month_touches_is_written_again(again: Republished) -> None:
    platform = again.site.open()
    written: dict[str, set[str]] = {}
    for name, version in again.before.items():
        if not platform.lake.exists(name):
            continue
        for commit in platform.history(name):
            if commit["version"] > version and commit["operation"] != "CREATE TABLE":
                written.setdefault(name, set()).update(commit["lineage"].partitions)
    january, february = "2024-01-01", "2024-02-01"
    assert written["bronze.cvm_funds"] == {"2024-01"}
    assert written["silver.fund_navs"] == written["silver.fund_months"] == {january}
    assert written["quarantine.fund_navs"] == {january}
    for name in ("flows_daily", "flows_monthly", "performance"):
        assert written[f"gold.fund_{name}"] == {january, february}
    assert written["gold.portability_signals"] <= {january, february}


def test_files_of_other_months_stay_as_they_are(again: Republished) -> None:
    platform = again.site.open()
    for name, version in again.before.items():
        if version < 0 or name in {"ops.ledger", "ops.restatements"}:
            continue
        then = set(platform.lake.delta(name, version).file_uris())
        now = set(platform.lake.delta(name).file_uris())
        replaced, fresh = then - now, now - then
        assert not [path for path in replaced | fresh if "2023-12" in path]
        assert len(replaced) == len(fresh) == len({path.rpartition("/")[0] for path in fresh})


def test_lineage_leads_from_gold_to_the_landed_bytes(again: Republished) -> None:
    platform = again.site.open()
    newest = {name: platform.history(name)[0] for name, v in again.before.items() if v >= 0}
    gold = newest["gold.fund_flows_monthly"]["lineage"]
    months = newest["silver.fund_months"]
    assert gold.inputs == {"silver.fund_months": months["version"]}
    navs = newest["silver.fund_navs"]
    assert months["lineage"].inputs == {"silver.fund_navs": navs["version"]}
    bronze = newest["bronze.cvm_funds"]
    assert navs["lineage"].inputs == {"bronze.cvm_funds": bronze["version"]}
    (key,) = bronze["lineage"].files
    assert platform.storage.get(key) == again.market.month_zip(JANUARY, 1)
    assert {gold.run_id, navs["lineage"].run_id, bronze["lineage"].run_id} == {again.report.run_id}


def test_nothing_new_writes_nothing(again: Republished, tmp_path: Path) -> None:
    site, before = again.site, again.site.versions()
    assert not site.ingest(DECEMBER).written
    assert not site.ingest().written
    assert not site.build().written
    assert site.versions() == before
    program = tmp_path / "again.py"
    program.write_text(
        "import datetime as dt, json, sys, lastro\n"
        "platform = lastro.open(sys.argv[1])\n"
        "with platform.run() as run:\n"
        "    run.ingest('cvm_funds', dt.date(2023, 12, 1), dt.date(2024, 2, 29), build=True)\n"
        "with platform.run() as second:\n"
        "    second.build()\n"
        "json.dump([run.report.as_json(), second.report.as_json()], sys.stdout)\n"
    )
    found = subprocess.run(
        [sys.executable, str(program), str(site.folder)], check=True, capture_output=True,
        env={"LASTRO_CVM__URL": f"{again.server.url}/dados", "LASTRO_HTTP__INTERVAL": "0"},
    )  # fmt: skip
    reports = json.loads(found.stdout)
    assert [report["tables"] for report in reports] == [{}, {}]
    assert len(reports[0]["unchanged"]) == 3
    assert site.versions() == before


def test_a_change_taken_back_is_a_change_as_well(again: Republished, tmp_path: Path) -> None:
    file = tmp_path / "inf_diario_fi_202401.zip"
    file.write_bytes(again.market.month_zip(JANUARY, 0))
    again.site.clock.advance(dt.timedelta(hours=1))
    report = again.site.take([file])
    said = again.restated
    assert report.counts["restated"] == again.report.counts["restated"]
    assert report.counts["withdrawn"] == said["late"]
    compared = [*KEY, "quota", "net_worth", "inflow", "outflow", "holders", "fund_type", "flags"]
    assert_frame_equal(
        again.site.table("silver.fund_navs").select(compared).sort(KEY),
        again.silver.select(compared).sort(KEY),
    )


def test_revisions_build_on_each_other(again: Republished, order: Callable[..., None]) -> None:
    for revision in (2, 3):
        order(again.server.url, "republish", month="202401")
        again.site.clock.advance(dt.timedelta(days=1))
        report = again.site.ingest(JANUARY, JANUARY)
        said = again.market.month(JANUARY, revision).restated
        assert report.counts["withdrawn"] == said["withdrawn"]
    once = again.site.table("ops.restatements")
    assert once["event"].n_unique() == 3
