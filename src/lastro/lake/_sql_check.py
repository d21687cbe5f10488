"""What a query asks for, read from its syntax tree before anything is bound or run.

DuckDB writes the tree as JSON. A query may read the lake's tables, its own subqueries and a few
functions that make rows out of thin air; whatever else stands in the tree is refused by name. The
tree is read by a connection that holds nothing, so that reading cannot touch a file.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from lastro.core.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import duckdb

_FUNCTIONS = frozenset({"range", "generate_series", "unnest", "json_each", "json_tree"})
"""Table functions that read nothing but their arguments."""
_FORBIDDEN = frozenset(
    {"getenv", "query", "query_table", "which_secret", "current_setting", "getvariable", "stats",
     "nextval", "currval", "setval", "setseed", "write_log", "parse_duckdb_log_message",
     "sleep_ms", "pg_sleep", "current_query", "current_connection_id", "current_transaction_id",
     "current_query_id", "txid_current", "in_search_path", "vector_type", "index_key", "invoke",
     "col_description", "obj_description", "shobj_description"}
)  # fmt: skip
_FORBIDDEN_STARTS = (
    "__", "duckdb_", "pragma_", "pg_", "has_", "inet_", "read_", "parquet_", "sqlite_",
    "json_execute", "json_serialize", "json_deserialize", "arrow_scan", "python_", "pandas_",
)  # fmt: skip
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_PLAIN = re.compile(r"\w[\w ]*")
_DEEPEST = 400
LONGEST = 100_000
"""Characters of a query."""


@cache
def _system_names() -> frozenset[str]:
    """Names that mean something in an empty database: a subquery may not shadow them."""
    import duckdb  # noqa: PLC0415

    with _empty(duckdb) as empty:
        found = empty.execute("SELECT view_name FROM duckdb_views()").fetchall()
    return frozenset(name.lower() for (name,) in found)


@cache
def functions() -> list[str]:
    """Names of the functions that a query may call, for whoever completes what is typed."""
    import duckdb  # noqa: PLC0415

    with _empty(duckdb) as empty:
        found = empty.execute(
            "SELECT DISTINCT function_name FROM duckdb_functions() "
            "WHERE function_type IN ('scalar', 'aggregate', 'macro', 'window')"
        )
        names = {str(name).lower() for (name,) in found.fetchall()}
    dull = ("icu_", "collate_", "uhuge")
    plain = {name for name in names if _WORD.fullmatch(name) and not name.startswith(dull)}
    return sorted({name for name in plain if not _is_forbidden(name)} | _FUNCTIONS)


def _is_forbidden(name: str) -> bool:
    allowed = name == "pg_typeof"
    return not allowed and (name in _FORBIDDEN or name.startswith(_FORBIDDEN_STARTS))


def _empty(module: Any) -> duckdb.DuckDBPyConnection:
    connection: duckdb.DuckDBPyConnection = module.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "enable_external_access": "false",
            "threads": "1",
        },
    )
    return connection


def names_in(query: str, known: Collection[str]) -> list[str]:
    """The lake's tables and views that a query reads.

    Args:
        query: One SELECT.
        known: Full names of everything that may be read, in lower case.

    Returns:
        Names out of ``known``, each once, in the order in which they stand.

    Raises:
        RequestError: It is no SELECT, or reads something else.
    """
    tree = _tree(query)
    nodes = list(_nodes(tree))
    own = {name.lower() for node in nodes for name in _defined(node)}
    for name in own:
        if name in _system_names() or not _PLAIN.fullmatch(name):
            raise _refused(f"a subquery may not be called {name}")
    found: dict[str, None] = {}
    for node in nodes:
        _hold(node)
        if node.get("type") == "BASE_TABLE":
            name = _table(node, own, known)
            if name:
                found[name] = None
    return list(found)


def _tree(query: str) -> Any:
    import duckdb  # noqa: PLC0415

    if len(query) > LONGEST:
        raise _refused(f"it is longer than {LONGEST} characters")
    with _empty(duckdb) as empty:
        try:
            row = empty.execute("SELECT json_serialize_sql(?::VARCHAR)", [query]).fetchone()
        except duckdb.Error as error:
            raise _cannot(query, str(error).partition("\n")[0], None) from error
    tree: dict[str, Any] = json.loads(row[0] if row else '{"error": true}')
    if tree["error"] and tree.get("error_type") == "parser":
        raise _cannot(query, tree["error_message"], int(tree.get("position") or 0))
    if tree["error"] or len(tree["statements"]) != 1:
        raise RequestError(
            "The lake is read-only: it answers one SELECT at a time.",
            hint="Write one SELECT; to keep its rows, use --out.",
        )
    return tree["statements"][0]


def _cannot(query: str, reason: str, position: int | None) -> RequestError:
    """The error of a query that cannot be read; it says where, if that is known."""
    where: dict[str, int] = {}
    if position is not None:
        before = query.encode()[:position].decode(errors="ignore")
        where = {"line": before.count("\n") + 1, "column": len(before.rpartition("\n")[2]) + 1}
        reason = f"{reason} (line {where['line']}, column {where['column']})"
    return RequestError(
        "The query cannot run: {reason}",
        hint="`lastro tables` lists the tables and `lastro describe TABLE` the columns.",
        reason=reason.strip(),
        **where,
    )


def _refused(reason: str) -> RequestError:
    return RequestError(
        "The query may not run: {reason}.",
        hint="A query reads the lake's own tables, as silver.fund_navs, and nothing else.",
        reason=reason,
    )


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of the tree."""
    waiting: list[tuple[Any, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > _DEEPEST:
            raise _refused("it is nested too deeply")
        if isinstance(node, dict):
            yield node
            waiting += [(child, depth + 1) for child in reversed(node.values())]
        elif isinstance(node, list):
            waiting += [(child, depth + 1) for child in reversed(node)]


def _defined(node: dict[str, Any]) -> Iterator[str]:
    """Names that a node gives to subqueries of its own."""
    held = node.get("cte_map")
    if isinstance(held, dict):
        yield from (str(entry["key"]) for entry in held.get("map", []))
    if isinstance(node.get("cte_name"), str):
        yield node["cte_name"]


def _hold(node: dict[str, Any]) -> None:
    """Refuse a node that reads what it may not."""
    kind = node.get("type")
    if kind == "TABLE_FUNCTION":
        name = str(node["function"].get("function_name", "")).lower()
        if name not in _FUNCTIONS:
            raise _refused(f"{name}() is not for queries over the lake")
    elif kind == "SHOW_REF" and not node.get("query"):
        raise _refused("SHOW lists what is inside DuckDB")
    elif kind == "VALUE_PARAMETER":
        raise _refused("it has a parameter without a value")
    elif node.get("class") == "FUNCTION":
        name = str(node.get("function_name", "")).lower()
        if name in _FORBIDDEN or (name.startswith(_FORBIDDEN_STARTS) and name != "pg_typeof"):
            raise _refused(f"{name}() is not for queries over the lake")


def _table(node: dict[str, Any], own: Collection[str], known: Collection[str]) -> str:
    """The known name that a table of the tree means; blank for one of the query's own."""
    path = [str(node.get(part) or "") for part in ("catalog_name", "schema_name", "table_name")]
    name = ".".join(part for part in path if part).lower()
    if path[:2] == ["", ""] and name in own:
        return ""
    if path[0] or name not in known:
        raise RequestError(
            "The query cannot run: {reason}",
            hint="`lastro tables` lists the tables and `lastro describe TABLE` the columns.",
            reason=_unknown(".".join(part for part in path if part), known),
        )
    return name


def _unknown(name: str, known: Collection[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    near = [full for full in sorted(known) if full.partition(".")[2] == name.lower()]
    near = near or get_close_matches(name.lower(), sorted(known), 1)
    guess = f" Did you mean {near[0]}?" if near else ""
    return f"There is no table {name}.{guess}"
