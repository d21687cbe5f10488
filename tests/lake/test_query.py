"""SQL reads the lake's tables and can do nothing else, whatever is asked of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import RequestError
from lastro.lake.catalog import View
from lastro.lake.query import run_query

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from lastro.lake.contract import Contract
    from lastro.lake.lake import Lake

VIEWS = [
    View("gold.big", "Big things", "Grandes", ("silver.things",),
         "SELECT name FROM silver.things WHERE size > 1"),
    View("gold.none", "Of nothing", "De nada", ("silver.nothing",), "SELECT * FROM silver.nothing"),
]  # fmt: skip


@pytest.fixture
def ask(lake: Lake, things: Contract, commit: Callable[..., int]) -> Callable[..., pl.DataFrame]:
    """Asks a lake of one table with two months."""
    commit(1, a=1, b=2)
    commit(2, c=3)

    def _ask(query: str, as_of: dt.datetime | None = None) -> pl.DataFrame:
        return run_query(lake, [things], VIEWS, query, as_of)

    return _ask


def test_tables_and_views_are_seen(ask: Callable[..., pl.DataFrame]) -> None:
    assert ask("select name, size from silver.things order by 1").rows() == [
        ("a", 1), ("b", 2), ("c", 3)]  # fmt: skip
    assert ask("select max(month) from silver.things").item() == dt.date(2024, 2, 1)
    assert sorted(ask("from gold.big")["name"]) == ["b", "c"]
    assert ask("with x as (select 1 as n) select n + 1 from x").item() == 2


def test_a_past_state_is_asked_by_instant(
    ask: Callable[..., pl.DataFrame], lake: Lake, things: Contract
) -> None:
    first = next(c for c in lake.history(things.name) if c["version"] == 1)
    at_first = [c["version"] for c in lake.history(things.name) if c["at"] == first["at"]]
    rows = ask("select count(*) from silver.things", first["at"]).item()
    assert rows == {1: 2, 2: 3}[max(at_first)]
    with pytest.raises(RequestError, match="things"):
        ask("from silver.things", dt.datetime(2001, 1, 1, tzinfo=dt.UTC))


HOSTILE = [
    "copy (select 1) to '{out}'",
    "copy silver.things to '{out}' (format csv)",
    "export database '{out}'",
    "attach '{out}' as other",
    "create table t as select 1",
    "create or replace view silver.things as select 1",
    "drop view silver.things",
    "insert into silver.things values (1)",
    "update silver.things set size = 0",
    "delete from silver.things",
    "install httpfs",
    "load httpfs",
    "install httpfs from 'http://127.0.0.1:9'",
    "set enable_external_access = true",
    "reset enable_external_access",
    "set allowed_paths = ['/etc/passwd']",
    "set lock_configuration = false",
    "set temp_directory = '{out}'",
    "pragma enable_profiling",
    "call pragma_version()",
    "use memory",
    "begin transaction",
    "checkpoint",
    "explain analyze copy (select 1) to '{out}'",
    "prepare p as select 1",
    "execute p",
    "select 1; select 2",
    "select 1; drop view silver.things",
    "",
    ";",
    "-- nothing",
    "select from from",
    "select * from silver.unknown",
]
PEEPING = [
    "select * from read_csv('{secret}')",
    "select * from read_csv_auto('{secret}')",
    "select * from read_text('{secret}')",
    "select * from read_blob('{secret}')",
    "select * from read_text('/etc/passwd')",
    "select * from read_json('{secret}')",
    "select * from read_parquet('{secret}')",
    "select * from sniff_csv('{secret}')",
    "select * from '{secret}'",
    "select * from '/etc/passwd'",
    "select * from glob('{folder}/*')",
    "select * from glob('/etc/*')",
    "select * from read_csv('http://127.0.0.1:9/x.csv')",
    "select * from 'http://127.0.0.1:9/x.parquet'",
    "select * from parquet_metadata('{secret}')",
    "select * from sqlite_scan('{secret}', 'x')",
    "select (select content from read_text('{secret}'))",
    "select * from silver.things union all select content, 1, null from read_text('{secret}')",
    "select getenv('HOME')",
    "select * from query('copy (select 1) to ''{out}''')",
    "select * from lake",
    "select * from things",
    "select * from contracts",
]


@pytest.mark.parametrize("query", [*HOSTILE, *PEEPING])
def test_nothing_else_can_be_done_or_reached(
    query: str, ask: Callable[..., pl.DataFrame], tmp_path: Path, lake: Lake
) -> None:
    secret, out = tmp_path / "secret.csv", tmp_path / "out"
    secret.write_text("word\nhush\n")
    before = {path: path.stat().st_mtime_ns for path in Path(lake.storage.url).rglob("*")}
    with pytest.raises(RequestError) as caught:
        ask(query.format(out=out, secret=secret, folder=tmp_path))
    assert caught.value.exit_code == 2
    assert "hush" not in str(caught.value)
    assert not out.exists()
    assert before == {path: path.stat().st_mtime_ns for path in Path(lake.storage.url).rglob("*")}
    assert ask("select count(*) from silver.things").item() == 3
