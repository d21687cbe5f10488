"""The house: what it holds to be now, and which versions it believes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lastro.api.house import House
from lastro.api.versions import Versions
from lastro.core.clock import FrozenClock
from lastro.lake.lineage import Lineage
from lastro.wiring import Platform

if TYPE_CHECKING:
    from collections.abc import Callable

TABLE = "silver.quotes"


def commit(platform: Platform) -> None:
    """A new version of a table, by another process as it were."""
    other = Platform(platform.settings, platform._clock)
    other.lake.commit(
        other.contract(TABLE), [], states={"x": 1}, lineage=Lineage(run_id="r", code="c")
    )


def test_now_in_a_simulated_lake_is_when_its_newest_file_came(
    new_platform: Callable[..., Platform],
) -> None:
    platform = new_platform()
    landed = platform.table("ops.ledger").select(pl.col("landed_at").max()).collect().item()
    assert House(platform, platform._clock).now() == landed


def test_now_in_any_other_is_the_clocks(new_platform: Callable[..., Platform]) -> None:
    platform = new_platform(empty=True)
    clock = FrozenClock(platform._clock.now())
    assert House(platform, clock).now() == clock.now()


def test_a_version_is_believed_for_its_time_and_no_longer(
    new_platform: Callable[..., Platform],
) -> None:
    platform, now = new_platform(), 0.0
    versions = Versions(platform, 1.0, lambda: now)
    (before,) = versions.of((TABLE,))
    commit(platform)
    assert versions.of((TABLE,)) == (before,)
    now = 1.0
    assert versions.known((TABLE,)) is None
    assert versions.of((TABLE,)) == (before + 1,)
    commit(platform)
    commit(platform)
    now = 2.0
    assert versions.of((TABLE, "gold.nothing")) == (before + 3, -1)


def test_who_reads_an_older_version_keeps_it(new_platform: Callable[..., Platform]) -> None:
    platform = new_platform(LASTRO_API__WATCH=0.0)
    house = House(platform, platform._clock)
    house.versions((TABLE,))
    reading = platform.table(TABLE)
    rows = reading.collect().height
    commit(platform)
    lake = platform.lake
    house.versions((TABLE,))
    assert platform.lake is not lake
    assert reading.collect().height == rows


def test_a_table_that_is_first_written_is_seen(new_platform: Callable[..., Platform]) -> None:
    platform = new_platform(empty=True, LASTRO_API__WATCH=0.0)
    house = House(platform, platform._clock)
    assert house.versions((TABLE,)) == (-1,)
    assert platform.held(TABLE) is None
    commit(platform)
    assert house.versions((TABLE,))[0] >= 0
    assert platform.held(TABLE) is not None
