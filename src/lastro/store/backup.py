"""A copy of the whole store, taken while it is used, and a store made from such a copy.

SQLite copies itself, page by page, as of one instant. From PostgreSQL the rows are read in one
transaction and written as lines of JSON; sealed values stay sealed.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import json
import os
import sqlite3
from typing import TYPE_CHECKING, Any

from alembic import command
from sqlalchemy import (
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    func,
    select,
    text,
    type_coerce,
)

from lastro.core.errors import ConflictError, RequestError
from lastro.store.base import Sealed
from lastro.store.migrations import metadata, settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lastro.store.session import Store

_BATCH = 500


def copy_name(store: Store) -> str:
    """Name of a store's copy: it says which database it is of."""
    return "store.db" if store.file else "store.jsonl"


def copy_out(store: Store, path: Path) -> None:
    """Write a copy of a store.

    Args:
        store: The store, its schema up to date; it may be in use.
        path: A file that does not exist yet; nobody else may read it.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    if store.file:
        os.close(descriptor)
        with (
            contextlib.closing(
                sqlite3.connect(f"{store.file.as_uri()}?mode=ro", uri=True)
            ) as source,
            contextlib.closing(sqlite3.connect(path)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        return
    with os.fdopen(descriptor, "w", encoding="utf-8") as file, store.reading() as session:
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        for line in _lines(session.connection()):
            file.write(json.dumps(line, ensure_ascii=False, default=_plain) + "\n")


def copy_in(store: Store, path: Path, name: str) -> None:
    """Make a store from a copy, whole or not at all.

    Args:
        store: Where it shall be; there must be none.
        path: The copy.
        name: What the copy was called: it says which database it is of.

    Raises:
        ConflictError: There is a store already.
        RequestError: The copy is of another kind of database.
    """
    if name != copy_name(store):
        raise RequestError(
            "The backup holds a store of {held}, and {name} is none.",
            hint="Set LASTRO_STORE__URL to a database of the same kind.",
            held="SQLite" if name == "store.db" else "PostgreSQL",
            name=store.name,
        )
    if store.exists:
        raise ConflictError(
            "There is a store at {name} already.",
            hint="Restore into an empty place: name another with LASTRO_STORE__URL.",
            name=store.name,
        )
    if store.file:
        _place(path, store.file)
        store.migrate()
        return
    with store.session() as session, path.open(encoding="utf-8") as file:
        connection = session.connection()
        lines = (json.loads(line) for line in file)
        command.upgrade(settings(connection), next(lines)["revision"])
        _insert(connection, lines)
        command.upgrade(settings(connection), "head")


def _place(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.restoring")
    descriptor = os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as copy, path.open("rb") as source:
        while piece := source.read(1 << 20):
            copy.write(piece)
        copy.flush()
        os.fsync(copy.fileno())
    beside.replace(target)


def _lines(connection: Connection) -> Iterator[dict[str, Any]]:
    revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    yield {"revision": revision}
    for table in metadata().sorted_tables:
        columns = [
            type_coerce(column, LargeBinary()).label(column.name)
            if isinstance(column.type, Sealed)
            else column
            for column in table.columns
        ]
        ordered = select(*columns).order_by(*table.primary_key.columns)
        for row in connection.execute(ordered).mappings():
            yield {"table": table.name, "row": dict(row)}


def _plain(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, dt.date):  # instants are dates as well
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _insert(connection: Connection, lines: Iterable[dict[str, Any]]) -> None:
    """Rows into tables as they were when the copy was taken."""
    table: Table | None = None
    rows: list[dict[str, Any]] = []
    for line in lines:
        if table is None or line["table"] != table.name or len(rows) >= _BATCH:
            _flush(connection, table, rows)
            if table is None or line["table"] != table.name:
                table = Table(line["table"], MetaData(), autoload_with=connection)
        rows.append({name: _read(table, name, value) for name, value in line["row"].items()})
    _flush(connection, table, rows)


def _flush(connection: Connection, table: Table | None, rows: list[dict[str, Any]]) -> None:
    if table is None or not rows:
        return
    connection.execute(table.insert(), rows)
    rows.clear()
    for column in table.primary_key.columns:
        if column.type.python_type is int:  # the next number must come after these
            place = select(func.pg_get_serial_sequence(table.name, column.name)).scalar_subquery()
            connection.execute(select(func.setval(place, func.max(column))).select_from(table))


def _read(table: Table, name: str, value: Any) -> Any:
    kind = table.columns[name].type
    if value is None:
        return None
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    if isinstance(kind, DateTime):
        return dt.datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return dt.date.fromisoformat(value)
    return value
