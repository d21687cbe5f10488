"""SQL over the lake: DuckDB reads the Delta tables' own files, and nothing else.

Read-only by construction: an in-memory database of views over the files of each table's version;
outside the lake's folder neither file nor network can be reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lastro.core.errors import NotFoundError, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb
    import polars as pl
    from deltalake import DeltaTable

    from lastro.lake.catalog import View
    from lastro.lake.contract import Contract
    from lastro.lake.lake import AsOf, Lake


def connect(
    lake: Lake,
    contracts: Iterable[Contract],
    views: Iterable[View],
    as_of: AsOf = None,
) -> duckdb.DuckDBPyConnection:
    """A connection that sees every written table as ``layer.table``, and the views over them.

    Args:
        lake: The lake.
        contracts: Tables to show; those never written (as of then) are left out.
        views: Views to show, where the tables they read are there.
        as_of: An instant; None is now.
    """
    import duckdb  # noqa: PLC0415 - a slow import that few verbs need

    connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
    shown: set[str] = set()
    files: list[str] = []
    for contract in contracts:
        try:
            table = lake.delta(contract.name, as_of)
        except NotFoundError:
            continue
        files += _show(connection, lake, contract, table, as_of)
        shown.add(contract.name)
    for view in views:
        if set(view.inputs) <= shown:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {view.name.partition('.')[0]}")
            connection.execute(f"CREATE VIEW {view.name} AS {view.sql}")
    if files:
        connection.execute(f"SET allowed_paths = [{', '.join(map(_quoted, files))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _show(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    contract: Contract,
    table: DeltaTable,
    as_of: AsOf,
) -> list[str]:
    """Make one table visible; returns the files it reads."""
    connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{contract.layer}"')
    files = lake.files(contract.name, as_of)
    name = f'"{contract.layer}"."{contract.table}"'
    columns = [field.name for field in table.schema().fields]
    if files and lake.storage.is_local:
        kind = "DATE" if contract[contract.partition].type.name == "date" else "VARCHAR"
        rows = (  # names come from contracts, files from the log
            f"read_parquet([{', '.join(map(_quoted, files))}], hive_partitioning = true, "
            f"union_by_name = true, hive_types = {{'{contract.partition}': {kind}}})"
        )
        present = set(columns)
        if contract.layer == "bronze":  # each file holds its own layout's columns alone
            found = connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()  # noqa: S608
            present = {column[0] for column in found}
        chosen = [f'"{c}"' if c in present else f'NULL::VARCHAR AS "{c}"' for c in columns]
        select = f"SELECT {', '.join(chosen)} FROM {rows}"  # noqa: S608 - nothing of a caller's
        connection.execute(f"CREATE VIEW {name} AS {select}")
        return files
    held = f"{contract.layer}_{contract.table}"
    connection.register(held, lake.scan(contract, as_of=as_of).collect())
    connection.execute(f"CREATE VIEW {name} AS FROM {held}")
    return []


def run_query(
    lake: Lake,
    contracts: Iterable[Contract],
    views: Iterable[View],
    query: str,
    as_of: AsOf = None,
) -> pl.DataFrame:
    """Run one query and fetch its rows.

    Raises:
        RequestError: The query is wrong, or reaches for what it may not.
    """
    import duckdb  # noqa: PLC0415
    import polars as pl  # noqa: PLC0415
    from arro3.core import Table  # noqa: PLC0415 - handed over by its type, DuckDB's would leak

    with connect(lake, contracts, views, as_of) as connection:
        try:
            statements = connection.extract_statements(query)
            if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
                raise RequestError(
                    "The lake is read-only: it answers one SELECT at a time.",
                    hint="Write one SELECT; to keep its rows, use --out.",
                )
            return pl.DataFrame(Table.from_arrow(connection.sql(query)))
        except duckdb.Error as error:
            raise RequestError(
                "The query cannot run: {reason}",
                hint="`lastro tables` lists the tables and `lastro describe TABLE` the columns.",
                reason=str(error).strip(),
            ) from error
