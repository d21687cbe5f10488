"""What PostgreSQL is told: tables, partitions and indexes of a contract, as text. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lastro.core.clock import add_months
from lastro.exports._database import CONTROL, fitting, table_name
from lastro.lake.lineage import fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lastro.exports import Given
    from lastro.lake.contract import Column, Contract, Type

_TYPES = {  # spelled as PostgreSQL itself does, so that they can be compared
    "text": "text",
    "cnpj": "character varying(14)",
    "date": "date",
    "instant": "timestamp with time zone",
    "integer": "bigint",
    "float": "double precision",
    "boolean": "boolean",
}
_CODES = {"text", "cnpj"}
_EXACT = ' COLLATE "C"'
_WARNING = "SIMULATED DATA: invented for trials. "


def quoted(name: str) -> str:
    """A name as SQL writes it, whatever is in it."""
    return '"' + name.replace('"', '""').replace("\0", "") + '"'


def literal(text: str) -> str:
    """A text as SQL writes it (standard strings: a backslash is a backslash)."""
    return "'" + text.replace("'", "''").replace("\0", "") + "'"


def sql_type(kind: Type) -> str:
    """PostgreSQL's type of a contract's type."""
    if kind.name == "decimal":
        return f"numeric({kind.precision},{kind.scale})"
    return _TYPES[kind.name]


def key_of(contract: Contract) -> list[str]:
    """The columns of the primary key: a partitioned table's must hold the partition column."""
    names = list(contract.key)
    return names if contract.partition in names else [*names, contract.partition]


def control(full: str) -> str:
    """Creates the table that remembers what was exported."""
    return (
        f"CREATE TABLE {full} (table_name text NOT NULL, partition text NOT NULL, "
        "fingerprint bigint NOT NULL, version bigint NOT NULL, "
        "exported_at timestamp with time zone NOT NULL, simulated boolean NOT NULL, "
        "PRIMARY KEY (table_name, partition))"
    )


@dataclass(frozen=True)
class Design:
    """One table as it shall stand in PostgreSQL.

    Attributes:
        schema: Schema's name.
        name: Table's name.
        contract: Its contract.
        columns: Columns in order, those beyond the contract as well.
        hypertable: Whether TimescaleDB keeps it.
        simulated: Whether its rows are.
    """

    schema: str
    name: str
    contract: Contract
    columns: tuple[Column, ...]
    hypertable: bool
    simulated: bool

    @classmethod
    def of(cls, schema: str, table: Given, *, hypertable: bool, simulated: bool) -> Design:
        """The design of a table that is to be exported."""
        monthly = table.contract[table.contract.partition].type.name == "date"
        return cls(
            schema=schema,
            name=table_name(table.name),
            contract=table.contract,
            columns=tuple(table.columns),
            hypertable=hypertable and monthly,
            simulated=simulated,
        )

    @property
    def is_partitioned(self) -> bool:
        """Whether PostgreSQL itself keeps it in partitions, a month each."""
        monthly = self.contract[self.contract.partition].type.name == "date"
        return monthly and not self.hypertable

    @property
    def full(self) -> str:
        """Its name with its schema, quoted."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    @property
    def day(self) -> str:
        """The column that holds a row's day; blank where there is none."""
        found = [c.name for c in self.columns if c.name == "ref_date" and c.type.name == "date"]
        return found[0] if found else ""

    @property
    def types(self) -> dict[str, str]:
        """PostgreSQL's type by column."""
        return {column.name: sql_type(column.type) for column in self.columns}

    @property
    def layout(self) -> int:
        """Fingerprint of what ``create`` makes."""
        kind = (
            "hypertable" if self.hypertable else "partitioned" if self.is_partitioned else "plain"
        )
        return fingerprint(kind, *self.types.items(), *key_of(self.contract))

    def create(self) -> list[str]:
        """Statements that make the table, empty."""
        partition = quoted(self.contract.partition)
        made = [f"CREATE TABLE {self.full} ({self._body()})"]
        if self.is_partitioned:
            made[0] += f" PARTITION BY RANGE ({partition})"
        made += [self._primary(self.full), *self._brin(self.full, self.name)]
        if self.hypertable:
            made.append(
                f"SELECT create_hypertable({literal(self.full)}, "
                f"{literal(self.contract.partition)}, "
                "chunk_time_interval => INTERVAL '1 month', create_default_indexes => FALSE)"
            )
        if not self.is_partitioned and not self.hypertable:
            made.append(f"CREATE INDEX {quoted(fitting(f'{self.name}_{self.contract.partition}'))} "
                        f"ON {self.full} ({partition})")  # fmt: skip
        return [*made, *self._comments()]

    def _body(self) -> str:
        """Columns; the text of a key is codes, compared byte by byte whatever the locale."""
        key = set(key_of(self.contract))
        codes = {c.name for c in self.columns if c.name in key and c.type.name in _CODES}
        return ", ".join(
            f"{quoted(name)} {kind}{_EXACT if name in codes else ''}"
            f"{' NOT NULL' if name in key else ''}"
            for name, kind in self.types.items()
        )

    def _primary(self, full: str) -> str:
        names = ", ".join(map(quoted, key_of(self.contract)))
        return f"ALTER TABLE {full} ADD PRIMARY KEY ({names})"

    def _brin(self, full: str, name: str) -> list[str]:
        if not self.day:
            return []
        index = quoted(fitting(f"{name}_{self.day}_brin"))
        return [f"CREATE INDEX {index} ON {full} USING brin ({quoted(self.day)})"]

    def _comments(self) -> list[str]:
        contract = self.contract
        said = " ".join(part for part in (f"{contract.title}.", contract.notice) if part)
        about = f"{_WARNING if self.simulated else ''}{said}"
        made = [f"COMMENT ON TABLE {self.full} IS {literal(about)}"]
        for column in self.columns:
            unit = f" [{column.unit}]" if column.unit else ""
            note = literal(f"{column.pt}{unit}: {column.doc}")
            made.append(f"COMMENT ON COLUMN {self.full}.{quoted(column.name)} IS {note}")
        return made

    def widen(self, found: dict[str, str], key: Sequence[str]) -> list[str] | None:
        """Statements that bring a table that is there to this design.

        Args:
            found: Type by column, as PostgreSQL spells it.
            key: Columns of its primary key.

        Returns:
            None where it must be made again: a column is of another type, or the key is another.
        """
        types = self.types
        if any(types.get(name, kind) != kind for name, kind in found.items()):
            return None
        if list(key) != key_of(self.contract):
            return None
        return [f"ALTER TABLE {self.full} ADD COLUMN {quoted(name)} {kind}"
                for name, kind in types.items() if name not in found]  # fmt: skip

    # months

    def month_name(self, partition: str) -> str:
        """Name of the table that holds one month."""
        return fitting(f"{self.name}_{partition[:7].replace('-', '_')}")

    def month_full(self, partition: str) -> str:
        """The same with its schema, quoted."""
        return f"{quoted(self.schema)}.{quoted(self.month_name(partition))}"

    def month_before(self, partition: str) -> list[str]:
        """Statements that make a month's table, apart from the others."""
        return [f"CREATE TABLE {self.month_full(partition)} (LIKE {self.full})"]

    def month_after(self, partition: str) -> list[str]:
        """Statements that index a filled month and make it part of the table."""
        full, first = self.month_full(partition), dt.date.fromisoformat(partition)
        return [
            self._primary(full),
            *self._brin(full, self.month_name(partition)),
            (
                f"ALTER TABLE {self.full} ATTACH PARTITION {full} FOR VALUES FROM "
                f"('{first.isoformat()}') TO ('{add_months(first, 1).isoformat()}')"
            ),
        ]

    # rows

    def empty(self) -> str:
        """Takes one partition's rows out; its value is the statement's one parameter."""
        return f"DELETE FROM {self.full} WHERE {quoted(self.contract.partition)} = %s"  # noqa: S608

    def copy(self, full: str) -> str:
        """Takes rows as CSV in which text is quoted and null is not."""
        names = ", ".join(quoted(column.name) for column in self.columns)
        return f"COPY {full} ({names}) FROM STDIN WITH (FORMAT csv, ENCODING 'UTF8')"

    @property
    def control(self) -> str:
        """The table that remembers what was exported, with its schema, quoted."""
        return f"{quoted(self.schema)}.{quoted(CONTROL)}"
