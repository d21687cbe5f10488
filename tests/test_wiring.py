"""The root: settings in, a platform out, one run at a time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

import lastro
from lastro.core.clock import FrozenClock
from lastro.core.errors import ConfigError, ConflictError, NotFoundError
from lastro.core.log import RUN_ID
from lastro.simulator.market import SimulatedMarket, write_months
from lastro.wiring import SECTIONS, platform

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2024, 2, 10, 15, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No .env and no lake of the repository's."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    market = SimulatedMarket(3, 60, dt.date(2024, 1, 1), 1, dirt=0.02)
    return write_months(market, tmp_path / "files", market.months)


def test_opening_creates_nothing(tmp_path: Path) -> None:
    house = lastro.open(tmp_path / "lake")
    assert {"cvm_funds", "cvm_registry", "b3_cotahist"} <= set(house.sources)
    assert house.landing.ledger("cvm_funds") == []
    assert house.dead_letters.all() == []
    assert not house.simulated
    assert list(tmp_path.iterdir()) == []


def test_the_folder_comes_from_the_settings_unless_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lastro.open().storage.url == str(tmp_path / "lake")
    monkeypatch.setenv("LASTRO_LAKE__URL", str(tmp_path / "other"))
    assert lastro.open().storage.url == str(tmp_path / "other")
    assert lastro.open(tmp_path / "mine").storage.url == str(tmp_path / "mine")


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LASTRO_HTTP__ATTEMPTS", "none")
    with pytest.raises(ConfigError, match="LASTRO_HTTP__ATTEMPTS"):
        platform()


def test_every_source_finds_its_section(tmp_path: Path) -> None:
    house = lastro.open(tmp_path)
    assert {source.section for source in house.sources.values()} <= set(SECTIONS.values())


def test_every_table_has_one_contract_and_short_names_find_it(tmp_path: Path) -> None:
    house = lastro.open(tmp_path)
    names = [contract.name for contract in house.contracts()]
    assert len(set(names)) == len(names)
    for name in ("bronze.cvm_funds", "silver.fund_navs", "quarantine.fund_navs", "ops.ledger",
                 "ops.restatements", "gold.fund_flows_daily"):  # fmt: skip
        assert house.contract(name).name == name
    assert house.contract("fund_navs").name == "silver.fund_navs"
    with pytest.raises(NotFoundError, match="no_such_table"):
        house.contract("no_such_table")


def test_a_table_never_written_is_not_found(tmp_path: Path) -> None:
    house = lastro.open(tmp_path)
    with pytest.raises(NotFoundError, match=r"silver\.fund_navs has nothing"):
        house.table("silver.fund_navs")


def test_a_platform_reads_what_its_own_run_wrote(tmp_path: Path, files: list[Path]) -> None:
    house = platform(str(tmp_path / "lake"), clock=FrozenClock(NOW))
    with house.run() as run:
        run.take("cvm_funds", files, build=True)
    rows = house.table("silver.fund_navs").collect().height
    assert rows == run.report.counts["silver"] > 0
    assert house.sql("select count(*) from silver.fund_navs").item() == rows
    assert house.simulated


def test_a_run_has_an_id_that_its_versions_carry(tmp_path: Path, files: list[Path]) -> None:
    house = platform(str(tmp_path / "lake"), clock=FrozenClock(NOW))
    assert RUN_ID.get() == "-"
    with house.run() as run:
        assert RUN_ID.get() == run.report.run_id
        run.take("cvm_funds", files, build=True)
    assert RUN_ID.get() == "-"
    assert run.report.run_id.startswith("20240210T150000-")
    for name in run.report.written:
        assert house.history(name)[0]["lineage"].run_id == run.report.run_id


def test_one_run_at_a_time_and_a_failed_one_frees_its_turn(tmp_path: Path) -> None:
    first, second = (lastro.open(tmp_path / "lake") for _ in range(2))
    with first.run(), pytest.raises(ConflictError, match="Another run"), second.run():
        pytest.fail("two ran at once")
    with pytest.raises(ZeroDivisionError), first.run():
        _ = 1 / 0
    with second.run():
        assert first.lake.version("ops.ledger") == -1


def test_only_what_is_asked_for_is_built(tmp_path: Path, files: list[Path]) -> None:
    house = platform(str(tmp_path / "lake"), clock=FrozenClock(NOW))
    with house.run() as run:
        run.take("cvm_funds", files)
    assert set(run.report.written) == {"bronze.cvm_funds"}
    with house.run() as run:
        run.build(["gold.fund_flows_monthly"])
    assert set(run.report.written) == {
        "silver.fund_navs", "quarantine.fund_navs", "silver.fund_months",
        "gold.fund_flows_monthly"}  # fmt: skip
    with house.run() as run:
        run.build()
    assert "gold.fund_flows_daily" in run.report.written
    assert "silver.fund_navs" not in run.report.written
    with house.run() as run, pytest.raises(NotFoundError, match="gold_of_fools"):
        run.build(["gold_of_fools"])


def test_an_unknown_source_is_not_found(tmp_path: Path) -> None:
    with (
        lastro.open(tmp_path).run() as run,
        pytest.raises(NotFoundError, match="cvm_fnds") as caught,
    ):
        run.take("cvm_fnds", [])
    assert "cvm_funds" in caught.value.hint


def test_progress_is_told_by_table(tmp_path: Path, files: list[Path]) -> None:
    told: dict[str, int] = {}

    def progress(step: str, rows: int) -> None:
        told[step] = told.get(step, 0) + rows

    with platform(str(tmp_path / "lake"), clock=FrozenClock(NOW)).run(progress) as run:
        run.take("cvm_funds", files, build=True)
    assert told["bronze.cvm_funds"] == run.report.counts["bronze"]
    assert told["silver.fund_navs"] == run.report.counts["silver"]
