"""SQL reads the lake's tables and can do nothing else, whatever is asked of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import RequestError
from lastro.lake._sql_engine import Job, connect, rows_of
from lastro.lake.catalog import View
from lastro.lake.query import functions, job_of, run_query, understand
from lastro.lake.sql_house import SqlHouse, SqlSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    "select * from read_csv_auto(['{secret}', '/etc/passwd'])",
    "select * from read_ndjson('{secret}')",
    "select * from read_json_auto('{secret}')",
    "select * from read_json_objects('{secret}')",
    "select * from read_duckdb('{secret}')",
    "select * from parquet_scan('{secret}')",
    "select * from parquet_schema('{secret}')",
    "select * from parquet_file_metadata('{secret}')",
    "select * from parquet_kv_metadata('{secret}')",
    "select * from parquet_full_metadata('{files}')",
    "select * from parquet_metadata('{files}')",
    "select * from read_parquet('{files}')",
    "select * from '{files}'",
    "select file from glob('{files}')",
    "select * from seq_scan('silver.things')",
    "select * from query_table('silver.things')",
    "select * from query_table(['things'])",
    "from query('from silver.things')",
    "select * from sqlite_master",
    "select * from duckdb_views()",
    "select * from duckdb_views",
    "select * from main.duckdb_views",
    "select * from system.main.duckdb_views",
    "select sql from duckdb_tables()",
    "select * from duckdb_settings()",
    "select * from duckdb_secrets()",
    "select * from which_secret('s3://x', 's3')",
    "select * from duckdb_functions()",
    "select * from duckdb_databases()",
    "select * from duckdb_extensions()",
    "select * from duckdb_logs",
    "select * from duckdb_temporary_files()",
    "select * from duckdb_memory()",
    "select * from duckdb_variables()",
    "select * from information_schema.tables",
    "select * from information_schema.views",
    "select * from pg_catalog.pg_views",
    "select * from pg_views",
    "select * from pragma_database_list",
    "select * from pragma_database_size()",
    "select * from pragma_table_info('silver.things')",
    "select * from pragma_storage_info('silver.things')",
    "select * from pragma_user_agent()",
    "select * from checkpoint()",
    "select * from force_checkpoint()",
    "select * from enable_logging()",
    "select * from summary((select 1))",
    "select * from test_all_types()",
    "select * from json_execute_serialized_sql(json_serialize_sql('select 1'))",
    "select json_serialize_sql('select 1')",
    "select json_serialize_plan('select 1')",
    "select * from arrow_scan(1, 2, 3)",
    "select * from python_map_function()",
    "select * from pandas_scan(1)",
    "select * from sql_auto_complete('s')",
    "select current_setting('allowed_paths')",
    "select current_setting('home_directory')",
    "select getvariable('x')",
    "select pg_get_viewdef('silver.things')",
    "select current_query()",
    "select nextval('x')",
    "select write_log('x')",
    "select setseed(0.5)",
    "select sleep_ms(10)",
    "select pg_sleep(1)",
    "select inet_server_addr()",
    "select $1",
    "select ?",
    "select * from $1",
    "select * from (with pg_views as (select 1) from pg_views), pg_views",
    'with "{secret}" as (select 1) select * from "{secret}"',
    'select * from (with "/etc/passwd" as (select 1) from "/etc/passwd"), "/etc/passwd"',
    "with x as materialized (select * from read_text('{secret}')) select 1",
    "with recursive t as (select 1 as a union all select a + 1 from read_csv('{secret}')) from t",
    "select 1 where exists (select 1 from read_text('{secret}'))",
    "select 1 order by (select count(*) from read_text('{secret}'))",
    "select 1 limit (select count(*) from read_text('{secret}'))",
    "select 1 having (select count(*) from read_text('{secret}')) > 0",
    "select count(*) filter (where exists (from read_text('{secret}'))) from silver.things",
    "select sum(1) over (order by (select count(*) from read_text('{secret}')))",
    "select list_transform([1], lambda x: (select count(*) from read_text('{secret}')))",
    "select case when (select count(*) from glob('/*')) > 0 then 1 end",
    "from silver.things pivot (count(*) for name in (select content from read_text('{secret}')))",
    "select * from silver.things join read_text('{secret}') on true",
    "select * from silver.things, lateral (select * from read_text('{secret}'))",
    "select * from silver.things asof join '{secret}' using (name)",
    "from (values (1)) positional join read_text('{secret}')",
    "describe select * from read_text('{secret}')",
    "summarize '{secret}'",
    "describe '{secret}'",
    "show tables",
    "show all tables",
    "show databases",
    "explain select 1",
    "explain analyze select * from silver.things",
    "pivot silver.things on name using sum(size)",
    "select * from silver.things at (version => 0)",
    "select * from memory.silver.things",
    "select * from other.silver.things",
    "table '/etc/passwd'",
    "table duckdb_settings",
    "call duckdb_settings()",
    "vacuum",
    "analyze",
    "comment on view silver.things is 'x'",
    "create macro m() as table from read_text('{secret}')",
    "create secret (type s3)",
    "merge into silver.things using silver.things as t on true when matched then delete",
    "detach memory",
    "import database '{folder}'",
    "select 1 into t",
    "select filename from silver.things",
    "select file_row_number from silver.things",
    "select rowid from silver.things",
    "\x00",
    "select 1 \x00; drop",
    "(" * 3000,
    "select " + "(" * 2000 + "1" + ")" * 2000,
    "select " + "1," * 60_000 + "1",
]


@pytest.fixture(scope="module")
def house() -> Iterator[SqlHouse]:
    """Processes for queries, as the API has them."""
    found = SqlHouse(SqlSettings(seconds=10, memory_mb=128, rows=1000, wait=20))
    yield found
    found.close()


@pytest.fixture
def ask_house(
    house: SqlHouse, lake: Lake, things: Contract, commit: Callable[..., int]
) -> Callable[[str], pl.DataFrame]:
    """As ``ask``, in a process apart."""
    commit(1, a=1, b=2)
    commit(2, c=3)

    def _ask(query: str) -> pl.DataFrame:
        question = understand(query, [things], VIEWS)
        return house.query(job_of(lake, question, None, house.limits)).answer().rows

    return _ask


@pytest.mark.parametrize("query", [*HOSTILE, *PEEPING])
def test_nothing_else_can_be_done_or_reached(
    query: str, ask: Callable[..., pl.DataFrame], tmp_path: Path, lake: Lake
) -> None:
    _refuses(query, ask, tmp_path, lake)


@pytest.mark.parametrize("query", PEEPING[::7])
def test_nor_in_the_process_that_others_ask(
    query: str, ask_house: Callable[[str], pl.DataFrame], tmp_path: Path, lake: Lake
) -> None:
    _refuses(query, ask_house, tmp_path, lake)


def _refuses(query: str, ask: Callable[[str], pl.DataFrame], folder: Path, lake: Lake) -> None:
    secret, out = folder / "secret.csv", folder / "out"
    secret.write_text("word\nhush\n")
    root = Path(lake.storage.url)
    places = {"{out}": out, "{secret}": secret, "{folder}": folder,
              "{files}": root / "silver" / "things" / "*" / "*.parquet"}  # fmt: skip
    for place, path in places.items():
        query = query.replace(place, str(path))
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    with pytest.raises(RequestError) as caught:
        ask(query)
    assert caught.value.exit_code == 2
    told = str(caught.value)
    assert "hush" not in told
    assert not out.exists()
    assert before == {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    assert ask("select count(*) from silver.things").item() == 3


def test_each_wall_holds_alone(lake: Lake, things: Contract, commit: Callable[..., int]) -> None:
    """Were the syntax tree read wrongly, DuckDB itself still reaches nothing else."""
    commit(1, a=1)
    shown = job_of(lake, understand("from silver.things", [things], []))
    for query in (
        "select * from read_text('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from glob('/etc/*')",
        "copy (select 1) to '/tmp/out'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set allowed_paths = ['/etc/passwd']",
        "set temp_directory = '/tmp'",
        "attach '/tmp/x.db' as x",
        "create secret (type s3)",
        "select getenv('HOME')",
        "from shown",
        "select * from read_csv('http://127.0.0.1:9/x.csv')",
    ):
        job = Job(query, shown.tables, root=shown.root)
        with connect(job) as connection, pytest.raises(RequestError):
            list(rows_of(connection, job))


def test_the_lakes_address_is_in_no_answer(
    lake: Lake, things: Contract, commit: Callable[..., int]
) -> None:
    commit(1, a=1)
    job = job_of(lake, understand("select * from silver.things", [things], []))
    Path(job.tables[0].files[0]).unlink()
    with pytest.raises(RequestError) as caught:
        connect(job)
    assert lake.storage.url not in str(caught.value)


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("with a as (from silver.things), b as (from a where size > 1) select count(*) from b", 2),
        ('select count(*) from "silver"."things"', 3),
        ("select count(*) from SILVER.Things", 3),
        ("select max(r) from range(5) t(r)", 4),
        ("select count(*) from silver.things, unnest([1, 2]) as u(x)", 6),
        ("select count(*) from (select name from silver.things union all from gold.big)", 5),
        (
            (
                "with recursive t as (select 1 as n union all select n + 1 from t where n < 9) "
                "select max(n) from t"
            ),
            9,
        ),
        ("select sum(size) from silver.things -- a comment; with a point", 6),
        ("select count(distinct pg_typeof(size)) from silver.things;", 1),
        ("select list_sum(list_transform([1, 2], lambda x: x + 1))", 5),
        ("select count(*) from (describe silver.things)", 3),
        ("select max(size) over () from silver.things qualify row_number() over () = 1", 3),
    ],
)
def test_what_sql_is_for_works(
    query: str, value: int, ask: Callable[..., pl.DataFrame], house: SqlHouse, lake: Lake,
    things: Contract,
) -> None:  # fmt: skip
    assert ask(query).item() == value
    job = job_of(lake, understand(query, [things], VIEWS), None, house.limits)
    assert house.query(job).answer().rows.item() == value


def test_values_that_frames_cannot_hold_are_text(ask_house: Callable[..., pl.DataFrame]) -> None:
    rows = ask_house(
        "select 1 as a, 2 as A, [1, 2] as l, {'k': 'v'} as s, interval 3 day as i, "
        "time '10:00' as t, uuid() as u, date '2024-01-31' as d, 1.5::decimal(9,2) as m"
    )
    assert rows.columns == ["a", "A_2", "l", "s", "i", "t", "u", "d", "m"]
    assert rows.row(0)[2:6] == ("[1, 2]", "{'k': v}", "3 days", "10:00:00")
    assert rows["d"].item() == dt.date(2024, 1, 31)


def test_an_error_says_where(ask: Callable[..., pl.DataFrame]) -> None:
    with pytest.raises(RequestError) as caught:
        ask("select name,\n  siez\nfrom silver.things")
    assert (caught.value.context["line"], caught.value.context["column"]) == (2, 3)
    with pytest.raises(RequestError) as caught:
        ask("select name\nfrom from silver.things")
    assert caught.value.context["line"] == 2
    with pytest.raises(RequestError, match=r"Did you mean silver\.things"):
        ask("select * from things")


def test_only_functions_that_may_be_called_are_offered() -> None:
    assert {"sum", "date_trunc", "unnest"} <= set(functions())
    assert not {"getenv", "current_setting", "read_text", "pg_get_viewdef"} & set(functions())
