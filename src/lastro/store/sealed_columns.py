"""Every sealed column of the store, whichever aggregate it belongs to: counted and rewrapped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import LargeBinary, Table, and_, func, literal, or_, select, type_coerce

from lastro.store.base import Sealed
from lastro.store.migrations import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, ColumnElement
    from sqlalchemy.orm import Session

    from lastro.core.sealing import Sealer
    from lastro.store.session import Store

_BATCH = 500
_ID = 7, 8  # where a sealed value names its master key: from, how many bytes


def count(store: Store) -> dict[str, int]:
    """Sealed values by the master key that opens them (16 hexadecimal digits)."""
    found: dict[str, int] = {}
    with store.reading() as session:
        for table, columns in _sealed():
            for column in columns:
                key = _key(column)
                rows = session.execute(
                    select(key, func.count())
                    .select_from(table)
                    .where(column.is_not(None))
                    .group_by(key)
                )
                for held, number in rows:
                    name = bytes(held).hex()
                    found[name] = found.get(name, 0) + int(number)
    return found


def rewrap(store: Store, sealer: Sealer) -> Iterator[int]:
    """Wrap the data key of every sealed value by the current master key.

    A transaction holds some hundred rows; killed in between, the next call goes on.

    Args:
        store: The store, its schema up to date.
        sealer: Has the new key as the current one, and the former ones.

    Yields:
        Rows rewrapped in each transaction.

    Raises:
        ConfigError: A value wants a master key that is not at hand.
    """
    current = literal(bytes.fromhex(sealer.key_id), LargeBinary())
    for table, columns in _sealed():
        stale = or_(*(and_(c.is_not(None), _key(c) != current) for c in columns))
        while True:
            with store.session() as session:
                done = _rewrap_some(session, sealer, table, columns, stale)
            if not done:
                break
            yield done


def _rewrap_some(
    session: Session,
    sealer: Sealer,
    table: Table,
    columns: list[Column[Any]],
    stale: ColumnElement[bool],
) -> int:
    primary = list(table.primary_key.columns)
    raw = [type_coerce(column, LargeBinary()).label(column.name) for column in columns]
    chosen = select(*primary, *raw).where(stale).limit(_BATCH).with_for_update()
    rows = session.execute(chosen).mappings().all()
    for row in rows:
        values = {
            column: literal(
                sealer.rewrap(bytes(row[column.name]), f"{table.name}.{column.name}"), LargeBinary()
            )
            for column in columns
            if row[column.name] is not None
        }
        place = and_(*(column == row[column.name] for column in primary))
        session.execute(table.update().where(place).values(values))
    return len(rows)


def _sealed() -> Iterator[tuple[Table, list[Column[Any]]]]:
    for table in metadata().sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, Sealed)]
        if columns:
            yield table, columns


def _key(column: Column[Any]) -> ColumnElement[bytes]:
    return func.substr(type_coerce(column, LargeBinary()), *_ID, type_=LargeBinary())
