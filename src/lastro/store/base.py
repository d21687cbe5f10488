"""What every aggregate of the store stands on: the base class, and columns the engines agree on."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import JSON, DateTime, LargeBinary, MetaData, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from lastro.core.errors import ConfigError, InvariantError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Dialect, Engine
    from sqlalchemy.orm import Session

    from lastro.core.sealing import Sealer

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
_SEALERS: WeakKeyDictionary[Dialect, Callable[[], Sealer]] = WeakKeyDictionary()  # one an engine

Document = JSON().with_variant(JSONB(), "postgresql")
"""A column of JSON: objects, lists, text, numbers; the order of an object's keys is not kept."""


class Base(DeclarativeBase):
    """Base of every mapped class; constraints have names, so that migrations can speak of them."""

    metadata = MetaData(naming_convention=_NAMES)


class Instant(TypeDecorator[dt.datetime]):
    """An instant: given with any time zone, kept and returned in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """To UTC; SQLite keeps text without a zone, of one width, which sorts as time does."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise InvariantError(
                "An instant without a time zone was given to the store: {value}.",
                hint="This is a bug of Lastro: please report it.",
                value=value,
            )
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        """From what the engine kept."""
        if value is None:
            return None
        return (
            value.replace(tzinfo=dt.UTC) if dialect.name == "sqlite" else value.astimezone(dt.UTC)
        )


class Sealed(TypeDecorator[str]):
    """Text that lies encrypted in the store: personal data, secrets.

    The same text is other bytes each time: such a column cannot be searched or be unique.

    Args:
        context: What the text is, as ``users.email``; bytes moved to another column do not open.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Encrypt.

        Raises:
            ConfigError: The store was opened without a key.
        """
        if value is None:
            return None
        return _sealer_of(dialect).seal(value.encode(), self.context)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Decrypt.

        Raises:
            ConfigError: The store was opened without a key, or with another one.
        """
        if value is None:
            return None
        return _sealer_of(dialect).open(bytes(value), self.context).decode()

    def coerce_compared_value(self, op: Any, value: Any) -> Any:  # noqa: ARG002 - SQLAlchemy's own
        """A comparison compares bytes, and finds nothing."""
        return self


def seal_with(engine: Engine, sealer: Callable[[], Sealer]) -> None:
    """Let an engine's sealed columns use a sealer, which is asked for when one is first used."""
    _SEALERS[engine.dialect] = sealer


def _sealer_of(dialect: Dialect) -> Sealer:
    found = _SEALERS.get(dialect)
    if found is None:
        raise ConfigError(
            "The store holds encrypted fields, and no key was given to open them.",
            hint="Set LASTRO_KEYS__... as the how-to on encryption says.",
        )
    return found()


def one_at_a_time(session: Session, what: str) -> None:
    """Wait for others who do the same, until the session's transaction ends.

    SQLite has one writer at a time by itself; PostgreSQL takes a lock of that name.

    Args:
        session: In a writing transaction.
        what: The name of what only one may do at a time, as ``audit``.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"lastro.{what}"))))
