"""The store: opens the database, brings its schema up to date, and alone commits.

SQLAlchemy is imported when a store is first used: most verbs never ask for one.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lastro.core.errors import (
    ConfigError,
    InvariantError,
    LastroError,
    MissingExtraError,
    TemporaryError,
)
from lastro.core.registry import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import URL
    from sqlalchemy.exc import StatementError
    from sqlalchemy.orm import Session

    from lastro.core.sealing import Sealer

_PATIENCE = 30  # seconds a writer waits for another
_READING = "lastro_reading"


class Store:
    """The operational database; usable from any thread.

    Args:
        url: A file's path, ``sqlite:///path``, or ``postgresql+psycopg://...``.
        sealer: Opens and closes encrypted fields, or makes what does when one is first used;
            None where none are used.

    Raises:
        ConfigError: The address is none of these.
        MissingExtraError: PostgreSQL's driver is not installed.
    """

    def __init__(self, url: str, sealer: Sealer | Callable[[], Sealer] | None) -> None:
        self._address = _address(url)
        self._file = _file_of(self._address)
        self._engine = _engine(self._address, self._file)
        if sealer is not None:
            from lastro.store.base import seal_with  # noqa: PLC0415 - see above

            seal_with(self._engine, sealer if callable(sealer) else lambda: sealer)

    @property
    def name(self) -> str:
        """Its address without the password."""
        return self._file or self._address.render_as_string(hide_password=True)

    @property
    def file(self) -> Path | None:
        """The file it lies in; None on a server."""
        return Path(self._file) if self._file else None

    # using

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction that may write: committed on leaving, undone on an error.

        Raises:
            TemporaryError: The database does not answer, or others keep it busy.
            ConfigError: It cannot be opened or written.
        """
        with self._session() as session:
            yield session
            session.commit()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """One transaction that only reads; it never waits for a writer.

        Raises:
            TemporaryError: The database does not answer.
            ConfigError: It cannot be opened.
            InvariantError: Something was changed in it.
        """
        with self._session(**{_READING: True}) as session:
            session.autoflush = False
            yield session
            if session.new or session.dirty or session.deleted:
                raise InvariantError(
                    "A transaction that only reads was used to write.",
                    hint="This is a bug of Lastro: please report it.",
                )
            session.expunge_all()  # what was read outlives the transaction

    @contextlib.contextmanager
    def _session(self, **options: Any) -> Iterator[Session]:
        from sqlalchemy.exc import StatementError  # noqa: PLC0415 - see above
        from sqlalchemy.orm import Session  # noqa: PLC0415

        with Session(self._engine, expire_on_commit=False, execution_options=options) as session:
            try:
                session.connection()  # begins, and waits for its turn
                yield session
            except StatementError as error:
                raise self._explained(error) or error from error

    @contextlib.contextmanager
    def alone(self, what: str) -> Iterator[bool]:
        """Hold a lock of a name for as long as the block lasts, however its process ends.

        Yields:
            Whether it was free; whoever gets False should leave.
        """
        if self._file:
            with _locked_file(Path(self._file).parent / f".{what}.lock") as free:
                yield free
            return
        from sqlalchemy import func, select  # noqa: PLC0415 - see above

        with self._connection() as found:
            connection = found.engine.connect()
            connection.detach()  # closing it lets the lock go
        with contextlib.closing(connection):
            lock = func.pg_try_advisory_lock(func.hashtext(f"lastro.{what}"))
            free = bool(connection.scalar(select(lock)))
            connection.rollback()  # the lock is the connection's, and stays
            yield free

    def close(self) -> None:
        """Let every connection go."""
        self._engine.dispose()

    # the schema

    @property
    def exists(self) -> bool:
        """Whether there is a store; a look makes none.

        Raises:
            TemporaryError: The server does not answer.
        """
        return self._revision() is not None

    def migrate(self) -> None:
        """Bring the schema up to this version's; others who try meanwhile wait.

        Raises:
            ConfigError: A newer version of Lastro wrote it.
            TemporaryError: The database does not answer.
        """
        from lastro.store.migrations import versions  # noqa: PLC0415 - see above

        known = names(versions)
        found = self._revision()
        if found is not None and found not in known:
            raise ConfigError(
                "The store {name} was written by a newer version of Lastro.",
                hint="Upgrade this installation, or name another store with LASTRO_STORE__URL.",
                name=self.name,
            )
        if found != known[-1]:
            self._make_file()
            with self._connection() as connection:
                _upgrade(connection)

    def _make_file(self) -> None:
        """An empty file that nobody else may read: it will hold personal data."""
        if not self._file:
            return
        path = Path(self._file)
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
        with (
            contextlib.suppress(sqlite3.OperationalError),  # another process is at it
            contextlib.closing(sqlite3.connect(path, timeout=_PATIENCE)) as file,
        ):
            file.execute("PRAGMA journal_mode = WAL")  # readers and the writer do not wait

    def _revision(self) -> str | None:
        """The schema's; None where there is none."""
        from sqlalchemy import inspect, text  # noqa: PLC0415 - see above

        if self._file and not Path(self._file).exists():
            return None
        with self._connection(**{_READING: True}) as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return found

    @contextlib.contextmanager
    def _connection(self, **options: Any) -> Iterator[Connection]:
        from sqlalchemy.exc import StatementError  # noqa: PLC0415 - see above

        try:
            with (
                self._engine.connect().execution_options(**options) as connection,
                connection.begin(),
            ):
                yield connection
        except StatementError as error:
            raise self._explained(error) or error from error

    def _explained(self, error: StatementError) -> Exception | None:
        """What a database's own error means to whoever must act; None for a bug of ours."""
        from sqlalchemy import exc  # noqa: PLC0415 - see above

        if isinstance(error.orig, LastroError):  # of our own column types: there is no such key
            return error.orig
        outside = isinstance(error, exc.OperationalError | exc.InterfaceError)
        if not outside and type(error) is not exc.DatabaseError:
            return None
        reason = str(error.orig).strip().partition("\n")[0]
        if not self._file:
            return TemporaryError(
                "The store {name} does not answer: {problem}.",
                hint="See that PostgreSQL runs and that LASTRO_STORE__URL is right; try again.",
                name=self.name,
                problem=reason,
            )
        if "locked" in reason:
            return TemporaryError(
                "The store {name} was busy for {seconds} s.",
                hint="Another process writes to it without end: find it, then try again.",
                name=self.name,
                seconds=_PATIENCE,
            )
        return ConfigError(
            "The store {name} cannot be used: {problem}.",
            hint="See that the file is whole, that its folder may be written, and that the disk "
            "is not full.",
            name=self.name,
            problem=reason,
        )


@contextlib.contextmanager
def _locked_file(path: Path) -> Iterator[bool]:
    import fcntl  # noqa: PLC0415 - the machines that have none may still read

    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _address(url: str) -> URL:
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - see above
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    if "://" not in url:
        url = f"sqlite:///{Path(url).absolute()}"
    with contextlib.suppress(ArgumentError, ValueError):
        found = make_url(url)
        if found.drivername in {"postgresql", "postgresql+psycopg"}:
            return found.set(drivername="postgresql+psycopg")
        if found.drivername == "sqlite" and found.database and found.database != ":memory:":
            return found
    raise ConfigError(
        "LASTRO_STORE__URL names no store.",
        hint="Leave it blank, or set a file's path or postgresql+psycopg://user:password@host/"
        "database.",
    )


def _file_of(address: URL) -> str:
    if address.drivername != "sqlite":
        return ""
    return str(Path(str(address.database)).absolute())


def _engine(address: URL, file: str) -> Engine:
    from sqlalchemy import create_engine, event  # noqa: PLC0415 - see above

    if not file:
        try:
            return create_engine(
                address, pool_pre_ping=True, pool_size=5, max_overflow=15,
                connect_args={"connect_timeout": 10, "application_name": "lastro"},
            )  # fmt: skip
        except ModuleNotFoundError:
            raise MissingExtraError(
                "A store on PostgreSQL needs its driver.",
                hint="Install it: pip install 'lastro[postgres]'",
            ) from None
    engine = create_engine(
        address, pool_size=10, max_overflow=30, connect_args={"timeout": _PATIENCE}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    """A new connection to SQLite: transactions are ours to begin, foreign keys hold."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    """A writer takes its turn at once: two who begin as readers could both fail to go on."""
    reading = connection.get_execution_options().get(_READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _upgrade(connection: Connection) -> None:
    """Run what migrations are missing, in the connection's one transaction."""
    from alembic import command  # noqa: PLC0415 - see above
    from sqlalchemy import func, select  # noqa: PLC0415

    from lastro.store.migrations import settings  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("lastro.migrate"))))
    command.upgrade(settings(connection), "head")
