"""exports/mysql: tables in MySQL or MariaDB, kept up to date partition by partition.

InnoDB tables with the contract's key, its partition column first. Rows go by ``LOAD DATA LOCAL``
from a CSV file that Polars writes, where server and settings allow it, else by batched inserts.

Rows of all tables change in one transaction: killed in the middle, nothing has happened. Statements
that make tables end a transaction in MySQL, so a table whose columns changed is filled beside the
old one and takes its place at once, one table after the other. Instants are stored in UTC; what
MySQL has no number for (NaN, infinite) is null.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import polars as pl

from lastro.core.errors import ConfigError
from lastro.exports import Sink, Written
from lastro.exports._database import (
    CONTROL,
    LAYOUT,
    Change,
    address,
    busy,
    change,
    missing,
    not_ours,
    refuse_mixing,
    trouble,
)
from lastro.exports._mysql_sql import Design, control, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pymysql

    from lastro.exports import Given, Order
    from lastro.exports._database import Address, Trouble

_ROWS_AN_INSERT = 1_000
_OPTIONS = {"ssl_ca", "ssl_cert", "ssl_key", "unix_socket"}
_MODE = "STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION"
_FORBIDDEN = {1044, 1045, 1049, 1130, 1142, 1143, 1227, 1251, 1698}
_ROW = {1048, 1062, 1264, 1265, 1292, 1366, 1406}
_PASSING = {1040, 1053, 1114, 1180, 1205, 1213, 2006, 2013, 2055}


def write(order: Order) -> list[Written]:
    """Write what changed of every table of the order.

    Raises:
        ConfigError: The address, the user or its rights are wrong; or PyMySQL is not installed.
        ConflictError: Another export is at work, or simulated and real data would mix.
        DataError: The database refuses a row.
        TemporaryError: The server cannot be reached, or ended the session.
    """
    try:
        import pymysql  # noqa: PLC0415 - an extra
    except ImportError:
        raise missing("MySQL", "mysql") from None
    place = address(order.target, ("mysql", "mariadb"), "LASTRO_EXPORTS__MYSQL_URL")
    try:
        connection = pymysql.connect(**_arguments(place, order))
    except pymysql.Error as error:
        number, said = _told(error)
        kind: Trouble = "refused" if number in _FORBIDDEN else "unreachable"
        raise trouble(place, said, kind) from None
    try:
        with connection, connection.cursor() as cursor:
            return _Export(connection, cursor, order, place).run()
    except pymysql.Error as error:
        number, said = _told(error)
        raise trouble(place, said, _kind(number)) from None


def _arguments(place: Address, order: Order) -> dict[str, Any]:
    options = dict(parse_qsl(place.query))
    if set(options) - _OPTIONS:
        raise ConfigError(
            "{url} has an option that MySQL's driver does not know: {name}.",
            hint="Known ones: {known}.",
            url=place.shown,
            name=", ".join(sorted(set(options) - _OPTIONS)),
            known=", ".join(sorted(_OPTIONS)),
        )
    return {
        "host": place.host,
        "port": place.port or 3306,
        "user": place.user,
        "password": place.password,
        "database": place.database or None,
        "charset": "utf8mb4",
        "local_infile": order.settings.mysql_load_file,
        "connect_timeout": 15,
        "init_command": f"SET time_zone = '+00:00', sql_mode = '{_MODE}'",
        **options,
    }


def _told(error: pymysql.Error) -> tuple[int, str]:
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    return number, str(error.args[1] if len(error.args) > 1 else error)


def _kind(number: int) -> Trouble:
    if number in _FORBIDDEN:
        return "forbidden"
    if number in _ROW:
        return "row"
    return "passing" if number in _PASSING or number == 0 else "other"


class _Export:
    """One run over one connection."""

    def __init__(
        self, connection: pymysql.Connection[Any], cursor: Any, order: Order, place: Address
    ) -> None:
        self._connection = connection
        self._cursor = cursor
        self._order = order
        self._address = place
        self._database = str(self._ask("SELECT DATABASE()")[0][0] or "")
        self._loads = order.settings.mysql_load_file and bool(
            int(self._ask("SELECT @@local_infile")[0][0])
        )

    def run(self) -> list[Written]:
        """All of it."""
        self._prepare()
        designs = [Design.of(t, simulated=self._order.simulated) for t in self._order.tables]
        held = [self._held(table.name) for table in self._order.tables]
        anew = [self._is_anew(d, h) for d, h in zip(designs, held, strict=True)]
        changes = [
            change(table, before, anew=new)
            for table, before, new in zip(self._order.tables, held, anew, strict=True)
        ]
        every = list(zip(designs, self._order.tables, changes, anew, held, strict=True))
        rows: dict[str, int] = {}
        for design, table, what, new, before in every:  # each ends a transaction
            if new and not self._exists(design.name):
                self._note(table, {LAYOUT: design.layout}, (*before,))
                self._connection.commit()
                self._do(design.create(design.name))
            elif new:
                rows[table.name] = self._remake(design, table, what, before)
        for design, table, what, _, _ in every:  # all in one transaction
            if table.name not in rows:
                rows[table.name] = self._move(design, table, what)
        self._connection.commit()
        return [Written(table.name, f"{self._database}.{design.name}", table.version,
                        rows[table.name], what.write, what.remove)
                for design, table, what, _, _ in every]  # fmt: skip

    def _do(self, statement: str, *values: object) -> int:
        return int(self._cursor.execute(statement, values or None))

    def _ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        self._cursor.execute(statement, values or None)
        return list(self._cursor.fetchall())

    def _prepare(self) -> None:
        """Alone in the database, with what it remembers."""
        shown = self._address.shown
        if not self._database:
            raise ConfigError(
                "{url} names no database.",
                hint="Write its name after the last slash: mysql://user:password@host/database",
                url=shown,
            )
        lock = f"{CONTROL} {self._database}"[:64]
        if self._ask("SELECT GET_LOCK(%s, 0)", lock)[0][0] != 1:
            raise busy(shown)
        if not self._exists(CONTROL):
            self._do(control())
        found = self._ask(f"SELECT DISTINCT simulated FROM {quoted(CONTROL)}")  # noqa: S608
        refuse_mixing((bool(row[0]) for row in found), simulated=self._order.simulated,
                      place=shown)  # fmt: skip

    def _exists(self, name: str) -> bool:
        found = self._ask(
            "SELECT 1 FROM information_schema.tables WHERE table_schema = %s AND table_name = %s",
            self._database, name,
        )  # fmt: skip
        return bool(found)

    def _held(self, name: str) -> dict[str, int]:
        statement = f"SELECT `partition`, fingerprint FROM {quoted(CONTROL)} WHERE table_name = %s"  # noqa: S608
        return dict(self._ask(statement, name))

    def _is_anew(self, design: Design, held: Mapping[str, int]) -> bool:
        if not self._exists(design.name):
            return True
        if LAYOUT not in held:
            raise not_ours(design.name, self._address.shown)
        return held[LAYOUT] != design.layout

    def _remake(self, design: Design, table: Given, what: Change, held: Mapping[str, int]) -> int:
        """Fill a table of the new layout beside the old one, and let it take its place."""
        for name in (design.beside, design.former):
            self._do(f"DROP TABLE IF EXISTS {quoted(name)}")
        self._do(design.create(design.beside))
        rows = sum(self._fill(design, design.beside, table, p) for p in what.write)
        self._connection.commit()
        self._do(design.take_place(there=True))
        self._note(table, self._states(design, table, what), (*held,))
        self._connection.commit()
        self._do(f"DROP TABLE {quoted(design.former)}")
        return rows

    def _move(self, design: Design, table: Given, what: Change) -> int:
        """Take out what goes, put in what comes; the number of rows that came."""
        for partition in (*what.remove, *what.write):
            self._do(design.empty(), partition)
        rows = sum(self._fill(design, design.name, table, p) for p in what.write)
        self._note(table, self._states(design, table, what), what.remove)
        return rows

    @staticmethod
    def _states(design: Design, table: Given, what: Change) -> dict[str, int]:
        return {LAYOUT: design.layout, **{p: table.partitions[p] for p in what.write}}

    def _fill(self, design: Design, name: str, table: Given, partition: str) -> int:
        frame = _speakable(design, table.rows(partition))
        if frame.is_empty():
            return 0
        if self._loads:
            self._load(design, name, frame)
        else:
            for rows in frame.iter_slices(_ROWS_AN_INSERT):
                self._cursor.executemany(design.insert(name), rows.rows())
        return frame.height

    def _load(self, design: Design, name: str, frame: pl.DataFrame) -> None:
        """By a file; of what a load quietly mends or leaves out, nothing is accepted."""
        with tempfile.TemporaryDirectory(prefix="lastro-") as folder:
            file = Path(folder) / "rows.csv"
            frame.write_csv(
                file, include_header=False, quote_style="non_numeric", null_value="NULL",
                datetime_format="%Y-%m-%d %H:%M:%S%.6f",
            )  # fmt: skip
            taken = self._do(design.load(name, str(file)))
        warnings = self._ask("SHOW WARNINGS LIMIT 1")
        if taken != frame.height or warnings:
            said = str(warnings[0][2]) if warnings else f"{frame.height - taken} rows left out"
            raise trouble(self._address, said, "row")

    def _note(self, table: Given, states: Mapping[str, int], gone: tuple[str, ...]) -> None:
        """Remember what was written, and forget what was taken out."""
        mark = quoted(CONTROL)
        forget = f"DELETE FROM {mark} WHERE table_name = %s AND `partition` = %s"  # noqa: S608
        self._cursor.executemany(forget, [(table.name, p) for p in {*gone, *states}])
        at = self._order.at.replace(tzinfo=None)
        self._cursor.executemany(
            f"INSERT INTO {mark} VALUES (%s, %s, %s, %s, %s, %s)",  # noqa: S608
            [(table.name, p, state, table.version, at, self._order.simulated)
             for p, state in states.items()],
        )  # fmt: skip


def _speakable(design: Design, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows as MySQL can hold them."""
    return frame.select(_value(column.name, column.type.name) for column in design.columns)


def _value(name: str, kind: str) -> pl.Expr:
    value = pl.col(name)
    if kind == "float":
        return pl.when(value.is_finite()).then(value)
    if kind == "boolean":
        return value.cast(pl.Int8)
    return value.dt.replace_time_zone(None) if kind == "instant" else value


SINK = Sink("mysql", "Tables in MySQL or MariaDB, only what changed",
            "Tabelas no MySQL ou MariaDB, só o que mudou", "database", write, "mysql")  # fmt: skip
