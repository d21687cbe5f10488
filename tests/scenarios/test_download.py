"""Asking the world: politely, only for what is due, and undisturbed by what goes wrong there."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from lastro.core.clock import FrozenClock
from lastro.core.errors import TemporaryError
from lastro.core.http import HttpSettings
from lastro.simulator.market import SimulatedMarket
from lastro.simulator.server import SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.scenarios.conftest import Site

DECEMBER, JANUARY, FEBRUARY = (dt.date(2023, 12, 1), dt.date(2024, 1, 1), dt.date(2024, 2, 1))
NOW = dt.datetime(2024, 2, 10, 15, tzinfo=dt.UTC)
FILES = {month: f"inf_diario_fi_{month:%Y%m}.zip" for month in (DECEMBER, JANUARY, FEBRUARY)}


@pytest.fixture(scope="module")
def market() -> SimulatedMarket:
    """December to January: February is not published yet."""
    return SimulatedMarket(3, 60, DECEMBER, 2, dirt=0.01)


@pytest.fixture
def server(market: SimulatedMarket) -> Iterator[SimulatorServer]:
    with SimulatorServer(market) as running:
        yield running


@pytest.fixture
def online(new_site: Callable[..., Site], server: SimulatorServer) -> Site:
    return new_site(now=NOW, server=server.url)


@pytest.fixture
def asked(server: SimulatorServer) -> Callable[[], list[tuple[str, int]]]:
    """What was asked since the last time: (file name, status)."""
    seen = 0

    def _asked() -> list[tuple[str, int]]:
        nonlocal seen
        with urlopen(f"{server.url}/_simulator/log", timeout=10) as answer:  # noqa: S310 - loopback
            log = json.load(answer)
        fresh, seen = log[seen:], len(log)
        return [(line["path"].rpartition("/")[2], line["status"]) for line in fresh]

    return _asked


def test_a_second_ask_says_what_it_has_and_moves_no_bytes(
    online: Site, asked: Callable[[], list[tuple[str, int]]]
) -> None:
    assert online.ingest(DECEMBER, JANUARY).landed == [FILES[DECEMBER], FILES[JANUARY]]
    assert asked() == [(FILES[DECEMBER], 200), (FILES[JANUARY], 200)]
    report = online.ingest(DECEMBER, JANUARY)
    assert asked() == [(FILES[DECEMBER], 304), (FILES[JANUARY], 304)]
    assert (report.landed, report.unchanged) == ([], [FILES[DECEMBER], FILES[JANUARY]])
    assert not report.written


def test_a_month_not_published_yet_is_missing_and_no_failure(online: Site) -> None:
    online.clock.advance(dt.timedelta(days=30))
    report = online.ingest(JANUARY)
    assert report.missing == [FILES[FEBRUARY], "inf_diario_fi_202403.zip"]
    assert report.landed == [FILES[JANUARY]]
    assert not report.failed
    assert online.dead() == {}


def test_a_month_that_moved_into_its_year_is_found_there(
    online: Site, order: Callable[..., None], server: SimulatorServer, market: SimulatedMarket,
    asked: Callable[[], list[tuple[str, int]]],
) -> None:  # fmt: skip
    order(server.url, "boundary", year=2023)
    report = online.ingest(DECEMBER, JANUARY)
    assert asked() == [
        (FILES[DECEMBER], 404), ("inf_diario_fi_2023.zip", 200), (FILES[JANUARY], 200)]  # fmt: skip
    assert report.landed == ["inf_diario_fi_2023.zip", FILES[JANUARY]]
    assert not report.missing
    rows = sum(market.month(month).rows for month in market.months)
    assert online.table("bronze.cvm_funds").height == rows
    assert not online.ingest(DECEMBER, JANUARY).written


def test_an_old_year_published_by_months_is_found_there(
    new_site: Callable[..., Site], asked_of: Callable[[str], list[str]]
) -> None:
    market = SimulatedMarket(3, 60, dt.date(2020, 11, 1), 2)
    with SimulatorServer(market, hist_until_year=2019) as server:
        site = new_site(now=NOW, server=server.url)
        report = site.ingest(dt.date(2020, 11, 1), dt.date(2020, 12, 31))
        assert report.landed == ["inf_diario_fi_202011.zip", "inf_diario_fi_202012.zip"]
        paths = asked_of(server.url)
    assert paths[0].endswith("HIST/inf_diario_fi_2020.zip")
    assert [path.rpartition("_")[2] for path in paths[1:]] == [
        f"2020{number:02d}.zip" for number in range(1, 13)
    ]
    assert site.table("silver.fund_navs")["month"].n_unique() == 2


@pytest.fixture
def asked_of() -> Callable[[str], list[str]]:
    def _paths(url: str) -> list[str]:
        with urlopen(f"{url}/_simulator/log", timeout=10) as answer:  # noqa: S310 - loopback
            return [line["path"] for line in json.load(answer)]

    return _paths


def test_a_month_moving_between_places_changes_nothing(
    online: Site, order: Callable[..., None], server: SimulatorServer
) -> None:
    online.ingest(DECEMBER, JANUARY)
    before = online.table("silver.fund_navs").sort("cnpj", "subclass_id", "ref_date")
    order(server.url, "boundary", year=2023)
    report = online.ingest(DECEMBER, JANUARY)
    assert report.counts["restated"] == report.counts["withdrawn"] == 0
    after = online.table("silver.fund_navs").sort("cnpj", "subclass_id", "ref_date")
    assert after.equals(before)


@pytest.mark.parametrize("kind", ["status500", "reset", "truncate"])
def test_what_passes_is_tried_again_within_the_run(
    online: Site, order: Callable[..., None], server: SimulatorServer, kind: str,
    market: SimulatedMarket,
) -> None:  # fmt: skip
    order(server.url, "fault", path=FILES[JANUARY], kind=kind, times=2)
    report = online.ingest(JANUARY, JANUARY)
    assert report.landed == [FILES[JANUARY]]
    assert online.table("bronze.cvm_funds").height == market.month(JANUARY).rows


@pytest.mark.parametrize("kind", ["status500", "reset", "truncate"])
def test_what_does_not_pass_fails_for_now_and_keeps_the_rest(
    online: Site, order: Callable[..., None], server: SimulatorServer, kind: str
) -> None:
    order(server.url, "fault", path=FILES[DECEMBER], kind=kind, times=3)
    with pytest.raises(TemporaryError, match=FILES[DECEMBER]):
        online.ingest(DECEMBER, JANUARY)
    assert set(online.table("silver.fund_navs")["month"]) == {JANUARY}
    assert online.dead() == {}
    report = online.ingest()
    assert report.landed == [FILES[DECEMBER]]
    assert set(online.table("silver.fund_navs")["month"]) == {DECEMBER, JANUARY}


def test_an_answer_that_trickles_beyond_the_time_allowed_fails_for_now(
    new_site: Callable[..., Site], order: Callable[..., None], server: SimulatorServer
) -> None:
    impatient = HttpSettings(attempts=1, interval=0, total_timeout=0.2)
    site = new_site(now=NOW, server=server.url, http=impatient)
    order(server.url, "fault", path=FILES[JANUARY], kind="slow", seconds=1)
    with pytest.raises(TemporaryError, match="too slowly"):
        site.ingest(JANUARY, JANUARY)
    assert site.ingest(JANUARY, JANUARY).landed == [FILES[JANUARY]]


@pytest.mark.parametrize("kind", ["html", "empty"])
def test_a_page_in_place_of_a_file_is_a_dead_letter_until_the_file_comes(
    online: Site, order: Callable[..., None], server: SimulatorServer, kind: str,
    market: SimulatedMarket, asked: Callable[[], list[tuple[str, int]]],
) -> None:  # fmt: skip
    order(server.url, "fault", path=FILES[DECEMBER], kind=kind)
    report = online.ingest()
    assert set(report.failed) == set(online.dead()) == {FILES[DECEMBER]}
    assert set(online.table("silver.fund_navs")["month"]) == {JANUARY}
    asked()
    assert set(online.retry().failed) == {FILES[DECEMBER]}
    assert FILES[DECEMBER] in online.dead()
    assert asked() == []  # a retry reads what is here; asking is for ingest
    online.clock.advance(dt.timedelta(minutes=5))
    assert online.ingest().landed == [FILES[DECEMBER]]
    assert [name for name, _ in asked()] == [FILES[DECEMBER]]
    assert online.dead() == {}
    rows = sum(market.month(month).rows for month in market.months)
    assert online.table("bronze.cvm_funds").height == rows


def test_a_page_in_place_of_a_file_that_we_have_harms_nothing(
    online: Site, order: Callable[..., None], server: SimulatorServer
) -> None:
    online.ingest(DECEMBER, JANUARY)
    before = online.contents()
    order(server.url, "fault", path=FILES[JANUARY], kind="html")
    online.clock.advance(dt.timedelta(days=1))
    assert set(online.ingest(JANUARY, JANUARY).failed) == {FILES[JANUARY]}
    for name in ("bronze.cvm_funds", "silver.fund_navs", "gold.fund_flows_monthly"):
        assert online.contents()[name] == before[name]
    online.clock.advance(dt.timedelta(minutes=5))
    report = online.ingest(JANUARY, JANUARY)
    assert not report.failed
    assert online.dead() == {}
    for name in ("bronze.cvm_funds", "silver.fund_navs", "gold.fund_flows_monthly"):
        assert online.contents()[name] == before[name]


def test_a_page_in_place_of_the_registry_is_not_even_kept(
    online: Site, order: Callable[..., None], server: SimulatorServer
) -> None:
    order(server.url, "fault", path="registro", kind="html")
    report = online.ingest(source="cvm_registry")
    name = "registro_fundo_classe.zip"
    assert set(report.failed) == set(online.dead()) == {name}
    assert not [f for f in online.folder.rglob("*") if f.is_file() and b"<html" in f.read_bytes()]
    online.clock.advance(dt.timedelta(minutes=5))
    assert online.ingest(source="cvm_registry").landed == [name]
    assert online.dead() == {}
    assert online.table("silver.fund_registry").height > 0


def test_a_registry_page_after_a_good_registry_is_told_until_the_next_good_one(
    online: Site, order: Callable[..., None], server: SimulatorServer
) -> None:
    online.ingest(source="cvm_registry")
    order(server.url, "fault", path="registro", kind="html")
    online.clock.advance(dt.timedelta(days=1))
    online.ingest(source="cvm_registry")
    assert set(online.dead()) == {"registro_fundo_classe.zip"}
    online.build()
    assert set(online.dead()) == {"registro_fundo_classe.zip"}
    online.clock.advance(dt.timedelta(minutes=5))
    assert online.ingest(source="cvm_registry").unchanged == ["registro_fundo_classe.zip"]
    assert online.dead() == {}


def test_what_is_due_follows_how_often_it_is_published(
    new_site: Callable[..., Site], asked_of: Callable[[str], list[str]]
) -> None:
    market = SimulatedMarket(3, 60, dt.date(2023, 1, 1), 14, dirt=0)
    with SimulatorServer(market) as server:
        site = new_site(now=NOW, server=server.url)
        total = 0

        def asked_for() -> list[str]:
            nonlocal total
            site.ingest(build=False)
            paths = asked_of(server.url)
            fresh, total = paths[total:], len(paths)
            return [path.rpartition("_")[2].removesuffix(".zip") for path in fresh]

        months = [f"{month:%Y%m}" for month in market.months]
        assert asked_for() == months  # thirteen months back, at first
        assert asked_for() == []
        site.clock.advance(dt.timedelta(hours=19, minutes=59))
        assert asked_for() == []
        site.clock.advance(dt.timedelta(minutes=1))
        assert asked_for() == months[-2:]
        site.clock.advance(dt.timedelta(hours=20))
        assert asked_for() == months[-2:]
        site.clock = FrozenClock(NOW + dt.timedelta(days=6, hours=23))
        assert asked_for() == months[-2:]
        site.clock = FrozenClock(NOW + dt.timedelta(days=7))
        assert asked_for() == months[2:-2]
        site.clock = FrozenClock(NOW + dt.timedelta(days=8))
        assert asked_for() == months[-2:]


def test_an_old_month_that_was_missing_is_asked_for_again_after_a_week(
    new_site: Callable[..., Site], asked_of: Callable[[str], list[str]]
) -> None:
    market = SimulatedMarket(3, 60, dt.date(2023, 2, 1), 13, dirt=0)
    with SimulatorServer(market) as server:
        site = new_site(now=NOW, server=server.url)
        site.ingest(build=False)
        seen = len(asked_of(server.url))
        site.clock.advance(dt.timedelta(days=6))
        site.ingest(build=False)
        assert not [path for path in asked_of(server.url)[seen:] if "202301" in path]
        site.clock.advance(dt.timedelta(days=1))
        site.ingest(build=False)
        assert [path for path in asked_of(server.url)[seen:] if "202301" in path]


def test_asking_for_one_month_leaves_the_others_due(
    online: Site, asked: Callable[[], list[tuple[str, int]]]
) -> None:
    """Not even where the month was looked for in its year as well."""
    online.ingest(FEBRUARY, build=False)
    assert asked() == [(FILES[FEBRUARY], 404), ("inf_diario_fi_2024.zip", 404)]
    online.ingest(build=False)
    assert (FILES[JANUARY], 200) in asked()


def test_what_was_asked_for_by_name_is_asked_whatever_its_age(
    online: Site, asked: Callable[[], list[tuple[str, int]]]
) -> None:
    online.ingest(build=False)
    asked()
    online.ingest(JANUARY, JANUARY, build=False)
    assert asked() == [(FILES[JANUARY], 304)]
