"""exports/redshift: tables in Amazon Redshift, by COPY from files staged in S3.

NEVER TRIED against a real Redshift: what it is told is written after its manual. It is tested as
text, and against a PostgreSQL for which a proxy carries out COPY from S3. Try it on a schema of its
own first, and tell us.

Changed partitions are staged as gzipped CSV below ``redshift_staging`` with a manifest; one
transaction copies them into a temporary table with the IAM role, takes the old rows out, puts the
new ones in and notes what was done. Staged files are removed afterwards, also where it failed.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from lastro.core.errors import ConfigError
from lastro.exports import Sink, Written
from lastro.exports._database import (
    CONTROL,
    LAYOUT,
    address,
    change,
    missing,
    refuse_mixing,
    table_name,
    trouble,
)
from lastro.exports._postgres_sql import control, key_of, literal, quoted
from lastro.lake.lineage import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import polars as pl
    import psycopg

    from lastro.exports import ExportSettings, Given, Order
    from lastro.exports._database import Change
    from lastro.lake.contract import Column
    from lastro.lake.storage import Storage

_TYPES = {
    "text": "varchar(65535)",
    "cnpj": "varchar(14)",
    "date": "date",
    "instant": "timestamptz",
    "integer": "bigint",
    "float": "double precision",
    "boolean": "boolean",
}
_NULL = "@null@"  # a backslash would be read twice
_STAGE = '"lastro_stage"'


def column_type(column: Column) -> str:
    """Redshift's type of a column."""
    kind = column.type
    return str(kind).replace("decimal", "numeric") if kind.name == "decimal" else _TYPES[kind.name]


def create(full: str, table: Given) -> str:
    """Makes a table, empty, sorted by its partition and then its days."""
    columns = table.columns
    key = key_of(table.contract)
    body = ", ".join(
        f"{quoted(c.name)} {column_type(c)}{' NOT NULL' if c.name in key else ''}" for c in columns
    )
    days = [c.name for c in columns if c.name == "ref_date"]
    order = ", ".join(quoted(name) for name in (table.contract.partition, *days))
    names = ", ".join(map(quoted, key))
    return f"CREATE TABLE {full} ({body}, PRIMARY KEY ({names})) DISTSTYLE AUTO SORTKEY ({order})"


def load(full: str, table: Given, manifest: str, settings: ExportSettings) -> list[str]:
    """Statements that copy staged rows into a temporary table.

    Args:
        full: The table's name with its schema, quoted.
        table: It.
        manifest: Address of the list of staged files.
        settings: The role, and the staging's region where it is another.
    """
    region = f" REGION {literal(settings.redshift_region)}" if settings.redshift_region else ""
    names = ", ".join(quoted(column.name) for column in table.columns)
    return [
        f"DROP TABLE IF EXISTS {_STAGE}",
        f"CREATE TEMP TABLE {_STAGE} (LIKE {full})",
        (
            f"COPY {_STAGE} ({names}) FROM {literal(manifest)} "
            f"IAM_ROLE {literal(settings.redshift_role)} MANIFEST FORMAT AS CSV GZIP "
            f"NULL AS {literal(_NULL)} DATEFORMAT 'auto' TIMEFORMAT 'auto'{region}"
        ),
    ]


def replace(full: str, table: Given, what: Change) -> list[str]:
    """Statements that take changed and withdrawn partitions out, and put the staged rows in."""
    gone = ", ".join(literal(partition) for partition in (*what.remove, *what.write))
    partition = quoted(table.contract.partition)
    done = [f"DELETE FROM {full} WHERE {partition} IN ({gone})"] if gone else []  # noqa: S608
    if what.write:
        names = ", ".join(quoted(column.name) for column in table.columns)
        done.append(f"INSERT INTO {full} ({names}) SELECT {names} FROM {_STAGE}")  # noqa: S608
    return done


def note(marks: str, table: Given, states: Mapping[str, int], gone: Sequence[str],
         order: Order) -> list[str]:  # fmt: skip
    """Statements that remember what was written, and forget what was taken out."""
    names = ", ".join(literal(partition) for partition in (*gone, *states))
    rows = ", ".join(
        f"({literal(table.name)}, {literal(partition)}, {state}, {table.version}, "
        f"{literal(order.at.isoformat())}, {str(order.simulated).upper()})"
        for partition, state in states.items()
    )
    mine = f"table_name = {literal(table.name)} AND partition IN ({names})"
    return [
        f"DELETE FROM {marks} WHERE {mine}",  # noqa: S608
        f"INSERT INTO {marks} VALUES {rows}",  # noqa: S608
    ]


def layout_of(table: Given) -> int:
    """Fingerprint of what ``create`` makes."""
    types = [(column.name, column_type(column)) for column in table.columns]
    return fingerprint("redshift", *types, *key_of(table.contract))


def staged(table: Given, partitions: Sequence[str], below: str) -> Iterator[tuple[str, bytes, int]]:
    """Key, bytes and rows of each file to stage, a partition each."""
    names = [column.name for column in table.columns]
    for partition in partitions:
        frame = table.rows(partition).select(names)
        yield f"{below}/{partition}.csv.gz", _csv(frame), frame.height


def _csv(frame: pl.DataFrame) -> bytes:
    body = io.BytesIO()
    frame.write_csv(
        body, include_header=False, quote_style="non_numeric", null_value=_NULL,
        datetime_format="%Y-%m-%d %H:%M:%S%.6f+00", compression="gzip",
    )  # fmt: skip
    return body.getvalue()


def write(order: Order) -> list[Written]:
    """Write what changed of every table of the order, in one transaction.

    Raises:
        ConfigError: Address, role or staging are missing or wrong; or psycopg is not installed.
        ConflictError: Simulated and real data would mix.
        TemporaryError: The server cannot be reached, or ended the session.
    """
    try:
        import psycopg  # noqa: PLC0415 - an extra
    except ImportError:
        raise missing("Redshift", "postgres") from None
    place = address(order.target, ("redshift",), "LASTRO_EXPORTS__REDSHIFT_URL")
    if order.stage is None or not order.settings.redshift_role:
        raise ConfigError(
            "Redshift reads files from S3, and it is not said from where or as whom.",
            hint="Set LASTRO_EXPORTS__REDSHIFT_STAGING to s3://bucket/prefix and "
            "LASTRO_EXPORTS__REDSHIFT_ROLE to the role's ARN.",
        )
    kept: list[str] = []
    url = place.url.replace("redshift://", "postgresql://", 1)
    try:
        with (
            psycopg.connect(
                url, client_encoding="utf8", cursor_factory=psycopg.ClientCursor,
                connect_timeout=15, port=place.port or 5439,
            ) as connection,
            connection.cursor() as cursor,
        ):  # fmt: skip
            return _Export(cursor, order, order.stage, kept).run(place.shown)
    except psycopg.Error as error:
        kind = "passing" if (error.sqlstate or "08")[:2] in {"08", "40", "57"} else "other"
        raise trouble(place, str(error), kind) from None  # type: ignore[arg-type]
    finally:
        for key in kept:
            order.stage.delete(key)


class _Export:
    """One run in one transaction."""

    def __init__(
        self, cursor: psycopg.Cursor[Any], order: Order, stage: Storage, kept: list[str]
    ) -> None:
        self._cursor = cursor
        self._order = order
        self._stage = stage
        self._kept = kept
        self._schema = order.settings.redshift_schema
        self._marks = f"{quoted(self._schema)}.{quoted(CONTROL)}"

    def run(self, shown: str) -> list[Written]:
        """All of it."""
        self._do(f"CREATE SCHEMA IF NOT EXISTS {quoted(self._schema)}")
        self._do(control(self._marks).replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))
        self._do(f"LOCK {self._marks}")  # one export at a time
        found = self._ask(f"SELECT DISTINCT simulated FROM {self._marks}")  # noqa: S608
        refuse_mixing((row[0] for row in found), simulated=self._order.simulated, place=shown)
        return [self._table(table) for table in self._order.tables]

    def _do(self, *statements: str) -> None:
        for statement in statements:
            self._cursor.execute(statement.encode())

    def _ask(self, statement: str) -> list[tuple[Any, ...]]:
        return self._cursor.execute(statement.encode()).fetchall()

    def _table(self, table: Given) -> Written:
        name = table_name(table.name)
        full = f"{quoted(self._schema)}.{quoted(name)}"
        held: dict[str, int] = dict(
            self._ask(f"SELECT partition, fingerprint FROM {self._marks} "  # noqa: S608
                      f"WHERE table_name = {literal(table.name)}")
        )  # fmt: skip
        layout = layout_of(table)
        anew = held.get(LAYOUT) != layout
        what = change(table, held, anew=anew)
        if anew:
            self._do(f"DROP TABLE IF EXISTS {full}", create(full, table))
        rows = 0
        if what.write:
            manifest, rows = self._put(table, what.write)
            self._do(*load(full, table, manifest, self._order.settings))
        self._do(*replace(full, table, what))
        states = {LAYOUT: layout, **{p: table.partitions[p] for p in what.write}}
        self._do(*note(self._marks, table, states, (*held,) if anew else what.remove, self._order))
        return Written(table.name, f"{self._schema}.{name}", table.version, rows, what.write,
                       what.remove)  # fmt: skip

    def _put(self, table: Given, partitions: Sequence[str]) -> tuple[str, int]:
        """Stage partitions; the manifest's address and the number of rows."""
        below = f"{table.name}/{self._order.at:%Y%m%dT%H%M%S%f}"
        entries, total = [], 0
        for key, body, rows in staged(table, partitions, below):
            self._kept.append(key)
            self._stage.put(key, body)
            entries.append({"url": self._stage.at(key), "mandatory": True})
            total += rows
        key = f"{below}/manifest.json"
        self._kept.append(key)
        self._stage.put(key, json.dumps({"entries": entries}).encode())
        return self._stage.at(key), total


SINK = Sink("redshift", "Tables in Amazon Redshift, through S3 (never tried on a real one)",
            "Tabelas no Amazon Redshift, via S3 (nunca testado em um real)", "database", write,
            "postgres")  # fmt: skip
