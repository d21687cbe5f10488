"""SQL over the lake: DuckDB reads the Delta tables' own files, and nothing else.

Read-only by construction: an in-memory database of views over the files of each table's version;
outside the lake's folder neither file nor network can be reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lastro.core.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

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
    shown = set()
    for contract in contracts:
        if _show(connection, lake, contract, as_of):
            shown.add(contract.name)
    for view in views:
        if set(view.inputs) <= shown:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {view.name.partition('.')[0]}")
            connection.execute(f"CREATE VIEW {view.name} AS {view.sql}")
    if lake.storage.is_local:
        folder = lake.storage.url.replace("'", "''")
        connection.execute(f"SET allowed_directories = ['{folder}/']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _show(
    connection: duckdb.DuckDBPyConnection, lake: Lake, contract: Contract, as_of: AsOf
) -> bool:
    from lastro.core.errors import NotFoundError  # noqa: PLC0415

    try:
        table = lake.delta(contract.name, as_of)
    except NotFoundError:
        return False
    connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{contract.layer}"')
    files = table.file_uris()
    name = f'"{contract.layer}"."{contract.table}"'
    columns = ", ".join(f'"{field.name}"' for field in table.schema().fields)
    if files and lake.storage.is_local:
        listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        kind = "DATE" if contract[contract.partition].type.name == "date" else "VARCHAR"
        connection.execute(
            f"CREATE VIEW {name} AS SELECT {columns} FROM read_parquet([{listed}], "
            f"hive_partitioning = true, union_by_name = true, "
            f"hive_types = {{'{contract.partition}': {kind}}})"
        )
    else:
        frame = lake.scan(contract, as_of=as_of).collect()
        connection.register(f"{contract.layer}_{contract.table}", frame)
        connection.execute(
            f"CREATE VIEW {name} AS SELECT {columns} FROM {contract.layer}_{contract.table}"
        )
    return True


def explain(error: Exception) -> RequestError:
    """A query's failure in our own terms."""
    return RequestError(
        "The query cannot run: {reason}",
        hint="`lastro tables` lists the tables and `lastro describe TABLE` the columns.",
        reason=str(error).strip(),
    )
