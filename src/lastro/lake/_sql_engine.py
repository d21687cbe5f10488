"""A DuckDB database of exactly the tables that one query reads, and the query's rows.

It knows files and columns, no contracts and no logs: a process of its own (``_sql_worker``) works
from the same ``Job``, which is plain JSON.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lastro.core.errors import RequestError
from lastro.lake.storage_trouble import trouble_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb
    import polars as pl

_WHERE = re.compile(r"\n\s*LINE (\d+): (.*)\n( *)\^")
_NAMED = re.compile(r"(?:column|table|named?|function|alias) \"?(\w+)", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Z0-9_ ]+(\(\d+(, ?\d+)?\))?( WITH TIME ZONE)?")
_AS_TEXT = ("INTERVAL", "BIT", "UUID", "TIME", "TIME WITH TIME ZONE", "TIME_NS", "JSON", "BLOB",
            "VARIANT", "GEOMETRY", "BIGNUM")  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """One table as a query sees it.

    Attributes:
        name: ``layer.table``.
        columns: In order.
        files: Addresses of its Parquet files.
        partition: Column kept in the files' folders.
        dated: Whether that column is a date; otherwise text.
        ragged: Whether files hold different columns, all of them text.
    """

    name: str
    columns: Sequence[str]
    files: Sequence[str]
    partition: str
    dated: bool
    ragged: bool


@dataclass(frozen=True)
class Job:
    """One query and all it needs.

    Attributes:
        query: One SELECT that ``_sql_check`` let pass.
        tables: What it reads.
        views: Name and SELECT of each view it reads.
        root: The lake's address: taken out of whatever is said.
        options: How its storage is reached; empty for a folder.
        limits: ``memory`` (MB) and ``threads``; empty leaves them to DuckDB.
    """

    query: str
    tables: Sequence[Shown]
    views: Sequence[tuple[str, str]] = ()
    root: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)


def connect(job: Job, given: Mapping[str, pl.LazyFrame] | None = None) -> duckdb.DuckDBPyConnection:
    """A database that holds the job's tables and views, and can reach nothing else.

    Args:
        job: What runs.
        given: Rows of tables whose files only the lake can open, by name: personal ones.

    Raises:
        RequestError: A table's files cannot be read.
        ConfigError, TemporaryError: The bucket they are in refuses, or does not answer.
    """
    import duckdb  # noqa: PLC0415 - a slow import that few verbs need

    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "python_enable_replacements": "false",
        "allow_community_extensions": "false",
    }
    if job.limits:
        config |= {
            "memory_limit": f"{job.limits['memory']}MB",
            "threads": str(job.limits["threads"]),
            "temp_directory": "",
            "max_temp_directory_size": "0B",
        }
    connection = duckdb.connect(":memory:", config=config)
    try:
        _furnish(connection, job, given or {})
    except duckdb.Error as error:
        connection.close()
        raise trouble_of(error) or told(str(error), job) from error
    return connection


def _furnish(
    connection: duckdb.DuckDBPyConnection, job: Job, given: Mapping[str, pl.LazyFrame]
) -> None:
    """Put the job's tables and views in, and close the doors."""
    if job.options:
        from lastro.lake.bucket import filesystem  # noqa: PLC0415 - only a lake in a bucket has one

        connection.register_filesystem(filesystem(job.options))
    held = [t for t in job.tables if t.files and t.name not in given]
    for table in job.tables:
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{table.name.partition(".")[0]}"')
        if table in held:
            _view(connection, table)
        else:
            rows = given[table.name].collect() if table.name in given else _empty(table)
            _copy(connection, table, rows)
    for name, sql in job.views:
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{name.partition(".")[0]}"')
        connection.execute(f"CREATE VIEW {_dotted(name)} AS {sql}")
    files = [_quoted(file) for table in held for file in table.files]
    if files:
        connection.execute(f"SET allowed_paths = [{', '.join(files)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _dotted(name: str) -> str:
    layer, _, table = name.partition(".")
    return f'"{layer}"."{table}"'


def _view(connection: duckdb.DuckDBPyConnection, table: Shown) -> None:
    """A view over a table's own files; names come from contracts, files from the log."""
    kind = "DATE" if table.dated else "VARCHAR"
    rows = (
        f"read_parquet([{', '.join(map(_quoted, table.files))}], hive_partitioning = true, "
        f"union_by_name = {str(table.ragged).lower()}, "
        f"hive_types = {{'{table.partition}': {kind}}})"
    )
    present = set(table.columns)
    if table.ragged:  # each file holds its own layout's columns alone
        found = connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()  # noqa: S608
        present = {column[0] for column in found}
    chosen = [f'"{c}"' if c in present else f'NULL::VARCHAR AS "{c}"' for c in table.columns]
    select = f"SELECT {', '.join(chosen)} FROM {rows}"  # noqa: S608 - nothing of a caller's
    connection.execute(f"CREATE VIEW {_dotted(table.name)} AS {select}")


def _empty(table: Shown) -> pl.DataFrame:
    """No rows, of a table that holds none."""
    import polars as pl  # noqa: PLC0415

    return pl.DataFrame(schema=dict.fromkeys(table.columns, pl.String()))


def _copy(connection: duckdb.DuckDBPyConnection, table: Shown, rows: pl.DataFrame) -> None:
    """A table of rows that are in memory."""
    held = table.name.replace(".", "_")
    connection.register(held, rows.select(table.columns))
    connection.execute(f'CREATE TABLE {_dotted(table.name)} AS FROM "{held}"')
    connection.unregister(held)


def rows_of(connection: duckdb.DuckDBPyConnection, job: Job) -> Iterator[pl.DataFrame]:
    """The rows of the job's query, batch after batch; at least one, which may be empty.

    Raises:
        RequestError: The query is wrong.
        ConfigError, TemporaryError: The bucket refuses, or does not answer.
    """
    import duckdb  # noqa: PLC0415
    import polars as pl  # noqa: PLC0415
    from arro3.core import RecordBatchReader, Table  # noqa: PLC0415 - read by type; ours alone

    try:
        relation = connection.sql(_plain(connection.sql(job.query), job.query))
        reader = RecordBatchReader.from_arrow(relation)
        empty = pl.DataFrame(Table.from_batches([], schema=reader.schema))
        yield empty
        for batch in reader:
            yield pl.DataFrame(batch)
    except (duckdb.Error, OSError, ValueError, TypeError) as error:
        raise trouble_of(error) or told(str(error), job) from error


def _plain(relation: Any, query: str) -> str:
    """The query, with columns named apart and values that frames cannot hold as text."""
    names = [str(name) for name in relation.columns]
    kinds = [str(kind) for kind in relation.types]
    single = len({name.lower() for name in names}) == len(names)
    if single and all(map(_holds, kinds)):
        return query
    taken: dict[str, int] = {}
    chosen = []
    for place, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        count = taken[name.lower()] = taken.get(name.lower(), 0) + 1
        shown = (name if count == 1 else f"{name}_{count}").replace('"', '""')
        value = f"c{place}" if _holds(kind) else f"c{place}::VARCHAR"
        chosen.append(f'{value} AS "{shown}"')
    places = ", ".join(f"c{place}" for place in range(len(names)))
    inner = query.rstrip().rstrip(";")
    return f"SELECT {', '.join(chosen)} FROM (\n{inner}\n) AS asked({places})"  # noqa: S608


def _holds(kind: str) -> bool:
    """Whether a frame holds values of a type as they are."""
    return kind not in _AS_TEXT and bool(_PLAIN.fullmatch(kind))


def told(reason: str, job: Job) -> RequestError:
    """DuckDB's complaint, without the lake's address, and the place that it is about."""
    said = reason.replace(job.root, "lake") if job.root else reason
    return RequestError(
        "The query cannot run: {reason}",
        hint="`lastro tables` lists the tables and `lastro describe TABLE` the columns.",
        reason=said.strip(),
        **_place(reason, job.query),
    )


def _place(reason: str, query: str) -> dict[str, int]:
    """Line and column that a complaint is about, where it draws them or names a word."""
    drawn = _WHERE.search(reason)
    if drawn:
        line, shown, indent = drawn.groups()
        column = len(indent) - len(f"LINE {line}: ") + 1
        whole = column > 0 and not shown.startswith("...")
        return {"line": int(line), "column": column} if whole else {"line": int(line)}
    named = _NAMED.search(reason.partition("\n")[0])
    word = re.search(rf"\b{re.escape(named[1])}\b", query, re.IGNORECASE) if named else None
    if not word:
        return {}
    before = query[: word.start()]
    return {"line": before.count("\n") + 1, "column": len(before.rpartition("\n")[2]) + 1}
