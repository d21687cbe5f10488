"""Queries of others run within limits, and end when their asker goes away."""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import LakeBusyError, RequestError
from lastro.lake.query import job_of, understand
from lastro.lake.sql_house import Query, SqlHouse, SqlSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lastro.lake.contract import Contract
    from lastro.lake.lake import Lake

ENDLESS = "with recursive t as (select 1 as n union all select n + 1 from t) select max(n) from t"


@contextmanager
def _house(**settings: float) -> Iterator[SqlHouse]:
    values = {"seconds": 20, "memory_mb": 256, "workers": 1, "wait": 20, **settings}
    found = SqlHouse(SqlSettings.model_validate(values))
    try:
        yield found
    finally:
        found.close()


@pytest.fixture
def query(lake: Lake, things: Contract, commit: Callable[..., int]) -> Callable[..., Query]:
    commit(1, a=1, b=2, c=3)

    def _query(house: SqlHouse, text: str, rows: int | None = None) -> Query:
        return house.query(job_of(lake, understand(text, [things], []), None, house.limits), rows)

    return _query


def test_rows_are_bounded_and_say_so(query: Callable[..., Query]) -> None:
    with _house(rows=2) as house:
        told = query(house, "from silver.things order by name").answer()
        assert (told.rows["name"].to_list(), told.truncated) == (["a", "b"], "rows")
        told = query(house, "from silver.things", 3).answer()
        assert (told.rows.height, told.truncated) == (3, "")
        assert query(house, "select 1 as x where false").answer().rows.columns == ["x"]


def test_a_big_answer_is_cut(query: Callable[..., Query]) -> None:
    with _house(result_mb=1, rows=10**7) as house:
        told = query(house, "select range, repeat('x', 100) from range(1000000)").answer()
        assert told.truncated == "bytes"


def test_time_is_bounded_and_the_next_query_is_answered(query: Callable[..., Query]) -> None:
    with _house(seconds=3) as house:
        began = time.monotonic()
        with pytest.raises(RequestError, match="longer than 3 seconds"):
            query(house, ENDLESS).answer()
        assert time.monotonic() - began < 30
        assert query(house, "select 7").answer().rows.item() == 7


@pytest.mark.parametrize(
    "text",
    [
        "select sum(length(repeat('x' || range, 1000000))) from range(100000)",
        "select list(range) from range(1000000000)",
        "select string_agg(repeat('x', 1000), ',') from range(10000000)",
        "select length(repeat(repeat('x', 1000000), 4000))",
        "select * from range(100000000) order by hash(range)",
        "select count(distinct range || 'x') from range(200000000)",
    ],
)
def test_memory_is_bounded_by_the_system(text: str, query: Callable[..., Query]) -> None:
    """DuckDB does not count the text that functions make: the process is bounded besides."""
    with _house(memory_mb=128) as house:
        with pytest.raises(RequestError, match=r"memory|longer"):
            query(house, text).answer()
        assert query(house, "select 7").answer().rows.item() == 7


def test_a_query_ends_when_it_is_cancelled(query: Callable[..., Query]) -> None:
    with _house() as house:
        asked = query(house, ENDLESS)
        timer = threading.Timer(0.5, asked.cancel)
        timer.start()
        began = time.monotonic()
        with pytest.raises(RequestError, match="cancelled"):
            asked.answer()
        assert time.monotonic() - began < 10
        assert query(house, "select 7").answer().rows.item() == 7
        early = query(house, "select 1")
        early.cancel()
        with pytest.raises(RequestError, match="cancelled"):
            early.answer()


def test_when_all_places_are_taken_the_next_one_is_told(query: Callable[..., Query]) -> None:
    with _house(wait=0.2) as house:
        asked = query(house, ENDLESS)
        failures: list[RequestError] = []

        def run() -> None:
            try:
                asked.answer()
            except RequestError as error:
                failures.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        while asked._worker is None:
            os.sched_yield()
        with pytest.raises(LakeBusyError, match="running already"):
            query(house, "select 1").answer()
        asked.cancel()
        thread.join()
        assert len(failures) == 1


def test_no_process_outlives_its_house(query: Callable[..., Query]) -> None:
    with _house() as house:
        query(house, "select 1").answer()
        worker = house._idle[0]
        number = worker._process.pid
        environment = (
            Path(f"/proc/{number}/environ").read_bytes() if Path("/proc").exists() else b""
        )
        assert b"LASTRO" not in environment
        assert b"AWS" not in environment
        assert b"HOME" not in environment
    assert worker._process.returncode is not None


def test_a_process_is_kept_warm(query: Callable[..., Query]) -> None:
    with _house() as house:
        house.warm()
        kept = house._idle[0]
        query(house, "select 1").answer()
        query(house, "select 2").answer()
        assert house._idle == [kept]
        assert kept.asked == 2
