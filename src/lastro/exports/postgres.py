"""exports/postgres: tables in PostgreSQL, kept up to date partition by partition.

A table is partitioned by month where its contract is (a TimescaleDB hypertable where the database
has that extension), with its key as primary key and a BRIN index on its days. Rows go by ``COPY``
as CSV that Polars writes. A run is one transaction: killed in the middle, it has not happened.

A month that is new is filled beside the table and attached when it is whole; one that changed is
emptied and filled again. Neither keeps anybody from reading.
"""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import polars as pl

from lastro.exports import Sink, Written
from lastro.exports._database import (
    CONTROL,
    LAYOUT,
    address,
    busy,
    change,
    missing,
    not_ours,
    refuse_mixing,
    trouble,
)
from lastro.exports._postgres_sql import Design, control, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from lastro.exports import Given, Order
    from lastro.exports._database import Address, Change, Trouble

_ROWS_A_PIECE = 65_536  # enough for Polars to write in parallel, little enough to stay in cache
_APP = "lastro export"


def write(order: Order) -> list[Written]:
    """Write what changed of every table of the order, in one transaction.

    Raises:
        ConfigError: The address, the user or its rights are wrong; or psycopg is not installed.
        ConflictError: Another export is at work, simulated and real data would mix, or something
            in the database hangs on a table that must be made again.
        DataError: The database refuses a row.
        TemporaryError: The server cannot be reached, or ended the session.
    """
    try:
        import psycopg  # noqa: PLC0415 - an extra
    except ImportError:
        raise missing("PostgreSQL", "postgres") from None
    place = address(order.target, ("postgresql", "postgres"), "LASTRO_EXPORTS__POSTGRES_URL")
    try:
        connection = psycopg.connect(place.url, application_name=_APP, connect_timeout=15)
    except psycopg.Error as error:
        said = str(error)
        raise trouble(place, said, "refused" if "FATAL" in said else "unreachable") from None
    try:
        with connection, connection.cursor() as cursor:
            return _Export(cursor, order, place).run()
    except psycopg.Error as error:
        raise trouble(place, str(error), _kind(error.sqlstate or "")) from None


class _Export:
    """One run in one transaction."""

    def __init__(self, cursor: psycopg.Cursor[Any], order: Order, place: Address) -> None:
        self._cursor = cursor
        self._order = order
        self._schema = order.settings.postgres_schema
        self._control = f"{quoted(self._schema)}.{quoted(CONTROL)}"
        self._place = f"{place.shown} ({self._schema})"
        self._hypertables = False

    def run(self) -> list[Written]:
        """All of it."""
        self._prepare()
        return [self._table(table) for table in self._order.tables]

    def _do(self, statement: str, *values: object) -> None:
        self._cursor.execute(statement.encode(), values or None)

    def _ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        return self._cursor.execute(statement.encode(), values or None).fetchall()

    def _prepare(self) -> None:
        """Alone in the schema, which exists, with what it remembers."""
        lock = f"{CONTROL} {self._schema}"
        if not self._ask("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", lock)[0][0]:
            raise busy(self._place)
        if not self._ask("SELECT 1 FROM pg_namespace WHERE nspname = %s", self._schema):
            self._do(f"CREATE SCHEMA {quoted(self._schema)}")
        if not self._exists(CONTROL):
            self._do(control(self._control))
        found = self._ask(f"SELECT DISTINCT simulated FROM {self._control}")  # noqa: S608
        refuse_mixing((row[0] for row in found), simulated=self._order.simulated, place=self._place)
        extension = "SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'"
        self._hypertables = bool(self._ask(extension))

    def _exists(self, name: str) -> bool:
        found = self._ask(
            "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = %s AND c.relname = %s", self._schema, name,
        )  # fmt: skip
        return bool(found)

    def _table(self, table: Given) -> Written:
        design = Design.of(
            self._schema, table, hypertable=self._hypertables, simulated=self._order.simulated
        )
        statement = f"SELECT partition, fingerprint FROM {self._control} WHERE table_name = %s"  # noqa: S608
        held = dict(self._ask(statement, table.name))
        there = self._exists(design.name)
        if there and LAYOUT not in held:
            raise not_ours(f"{self._schema}.{design.name}", self._place)
        anew = not there or (held[LAYOUT] != design.layout and not self._widened(design))
        what = change(table, held, anew=anew)
        if anew:
            self._make(design, there=there)
        rows = self._move(design, table, what, anew=anew)
        self._note(table, what, design.layout, anew=anew)
        return Written(table.name, f"{self._schema}.{design.name}", table.version, rows,
                       what.write, what.remove)  # fmt: skip

    def _widened(self, design: Design) -> bool:
        """Whether new columns were all that a table that is there lacked."""
        columns = self._ask(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped", design.full,
        )  # fmt: skip
        key = self._ask(
            "SELECT a.attname FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY "
            "AS k(number, place) JOIN pg_attribute a ON a.attrelid = i.indrelid AND "
            "a.attnum = k.number WHERE i.indrelid = %s::regclass AND i.indisprimary "
            "ORDER BY k.place", design.full,
        )  # fmt: skip
        kind = self._ask("SELECT relkind FROM pg_class WHERE oid = %s::regclass", design.full)
        if (kind[0][0] in {"p", b"p"}) != design.is_partitioned:
            return False
        statements = design.widen(dict(columns), [name for (name,) in key])
        for statement in statements or ():
            self._do(statement)
        return statements is not None

    def _make(self, design: Design, *, there: bool) -> None:
        if there:
            self._do(f"DROP TABLE {design.full}")
        for statement in design.create():
            self._do(statement)

    def _move(self, design: Design, table: Given, what: Change, *, anew: bool) -> int:
        """Take out what goes, put in what comes; the number of rows that came."""
        months = self._months(design) if design.is_partitioned else set()
        rows = 0
        for partition in what.remove if anew else (*what.remove, *what.write):
            if not design.is_partitioned or design.month_name(partition) in months:
                self._do(design.empty(), partition)
        for partition in what.write:
            frame = _ordered(design, table.rows(partition))
            if not design.is_partitioned:
                self._copy(design, design.full, frame)
            elif design.month_name(partition) in months:
                self._copy(design, design.month_full(partition), frame)
            else:
                self._add_month(design, partition, frame)
            rows += frame.height
        return rows

    def _months(self, design: Design) -> set[str]:
        found = self._ask(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = %s::regclass", design.full,
        )  # fmt: skip
        return {name for (name,) in found}

    def _add_month(self, design: Design, partition: str, frame: pl.DataFrame) -> None:
        for statement in design.month_before(partition):
            self._do(statement)
        self._copy(design, design.month_full(partition), frame)
        for statement in design.month_after(partition):
            self._do(statement)

    def _copy(self, design: Design, full: str, frame: pl.DataFrame) -> None:
        with self._cursor.copy(design.copy(full).encode()) as copy:
            for piece in pieces(frame):
                copy.write(piece)

    def _note(self, table: Given, what: Change, layout: int, *, anew: bool) -> None:
        """Remember what was written, and forget what was taken out."""
        gone = f"DELETE FROM {self._control} WHERE table_name = %s"  # noqa: S608
        if anew:
            self._do(gone, table.name)
        elif what.remove:
            self._do(f"{gone} AND partition = ANY(%s)", table.name, list(what.remove))
        states = {LAYOUT: layout, **{p: table.partitions[p] for p in what.write}}
        self._cursor.executemany(
            f"INSERT INTO {self._control} VALUES (%s, %s, %s, %s, %s, %s) "  # noqa: S608
            "ON CONFLICT (table_name, partition) DO UPDATE SET fingerprint = excluded.fingerprint, "
            "version = excluded.version, exported_at = excluded.exported_at".encode(),
            [(table.name, p, state, table.version, self._order.at, self._order.simulated)
             for p, state in states.items()],
        )  # fmt: skip


def _ordered(design: Design, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows by day, which a BRIN index lives on; text without the one forbidden character."""
    names = [column.name for column in design.columns]
    rows = frame.lazy().select(names)
    if design.day:
        rows = rows.sort(design.day, maintain_order=True)
    clean = pl.col(pl.String).str.replace_all("\0", "", literal=True)
    return rows.with_columns(clean).collect()


def pieces(frame: pl.DataFrame) -> Iterator[bytes]:
    """A frame as CSV, piece by piece; the next is written while the last is sent."""

    def _csv(start: int) -> bytes:
        body = io.BytesIO()
        rows = frame.slice(start, _ROWS_A_PIECE)
        rows.write_csv(body, include_header=False, quote_style="non_numeric")
        return body.getvalue()

    starts = range(0, frame.height, _ROWS_A_PIECE)
    with ThreadPoolExecutor(1) as beside:
        coming = [beside.submit(_csv, start) for start in starts[:1]]
        for start in starts:
            ready = coming.pop().result()
            if start + _ROWS_A_PIECE < frame.height:
                coming.append(beside.submit(_csv, start + _ROWS_A_PIECE))
            yield ready


def _kind(state: str) -> Trouble:
    """What a failed statement's SQLSTATE means."""
    if state in {"42501", "2BP01"}:
        return "forbidden" if state == "42501" else "depended"
    if state[:2] in {"21", "22", "23"}:
        return "row"
    return "passing" if state[:2] in {"", "08", "40", "53", "55", "57"} else "other"


SINK = Sink("postgres", "Tables in PostgreSQL (or TimescaleDB), only what changed",
            "Tabelas no PostgreSQL (ou TimescaleDB), só o que mudou", "database", write,
            "postgres")  # fmt: skip
