"""What retention took stays away: no build, no republished file and no new month brings it back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from lastro.core.clock import FrozenClock
from lastro.simulator.market import SimulatedMarket, write_months
from lastro.wiring import platform

if TYPE_CHECKING:
    from pathlib import Path

    from lastro.wiring import Platform

NAVS, MONTHS, FLOWS = "silver.fund_navs", "silver.fund_months", "gold.fund_flows_monthly"
GOLD = (MONTHS, FLOWS, "gold.fund_flows_daily", "gold.fund_performance")
OLD = ["2024-01-01", "2024-02-01"]
NOW = dt.datetime(2025, 3, 10, tzinfo=dt.UTC)  # a year back begins March 2024
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture(scope="module")
def market() -> SimulatedMarket:
    return SimulatedMarket(7, 50, dt.date(2024, 1, 1), 5)


@pytest.fixture
def files(market: SimulatedMarket, tmp_path: Path) -> list[Path]:
    return write_months(market, tmp_path / "files", market.months)


@pytest.fixture
def folder(files: list[Path], tmp_path: Path) -> Path:
    """Four of five months, built."""
    folder = tmp_path / "lake"
    with _open(folder).run() as run:
        run.take("cvm_funds", files[:4], build=True)
    return folder


def _open(folder: Path, now: dt.datetime = NOW) -> Platform:
    return platform(str(folder), clock=FrozenClock(now))


def _partitions(folder: Path, name: str) -> list[str]:
    house = _open(folder)
    return house.lake.partitions(house.contract(name))


def _retain(folder: Path, *names: str) -> None:
    with _open(folder).run() as run:
        run.retain(names, years=1, delete=True)


def _built(folder: Path) -> list[str]:
    with _open(folder).run() as run:
        run.build()
    return list(run.report.written)


@pytest.mark.parametrize(
    "names",
    [[NAVS], [MONTHS], [FLOWS], [NAVS, *GOLD], ["bronze.cvm_funds"], ["bronze.cvm_funds", NAVS]],
    ids=" ".join,
)
def test_a_build_afterwards_finds_nothing_to_do(folder: Path, names: list[str]) -> None:
    before = {name: _partitions(folder, name) for name in (NAVS, *GOLD)}
    _retain(folder, *names)
    assert _built(folder) == []
    for name, months in before.items():
        assert _partitions(folder, name) == (months[2:] if name in names else months)


def test_a_new_month_is_built_on_what_is_kept(folder: Path, files: list[Path]) -> None:
    _retain(folder, NAVS, MONTHS)
    with _open(folder).run() as run:
        run.take("cvm_funds", files[4:], build=True)
    assert _partitions(folder, NAVS) == ["2024-03-01", "2024-04-01", "2024-05-01"]
    assert _partitions(folder, FLOWS) == [*OLD, "2024-03-01", "2024-04-01", "2024-05-01"]
    assert run.report.partitions[FLOWS] == 1


def test_a_republished_old_month_stays_away_and_a_kept_one_is_restated(
    folder: Path, files: list[Path], market: SimulatedMarket
) -> None:
    flows = _open(folder).table(FLOWS).filter(month=dt.date(2024, 1, 1)).collect()
    _retain(folder, NAVS)
    files[0].write_bytes(market.month_zip(market.months[0], 1))
    files[3].write_bytes(market.month_zip(market.months[3], 1))
    with _open(folder, LATER).run() as run:
        run.take("cvm_funds", [files[0], files[3]], build=True)
    assert _partitions(folder, NAVS) == ["2024-03-01", "2024-04-01"]
    assert run.report.counts["restated"] > 0
    after = _open(folder).table(FLOWS).filter(month=dt.date(2024, 1, 1)).collect()
    assert after.equals(flows)
    assert _built(folder) == []


def test_a_longer_policy_and_a_build_bring_months_back(folder: Path) -> None:
    before = _open(folder).table(NAVS).collect()
    _retain(folder, NAVS)
    with _open(folder).run() as run:
        run.retain([NAVS], years=2, delete=True)
    assert NAVS in _built(folder)
    after = _open(folder).table(NAVS).collect()
    key = ["cnpj", "subclass_id", "ref_date"]
    assert after.sort(key).equals(before.sort(key))
    assert _built(folder) == []
