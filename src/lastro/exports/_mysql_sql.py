"""What MySQL and MariaDB are told: tables of a contract and loading into them, as text. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lastro.exports._database import CONTROL, fitting, table_name
from lastro.lake.lineage import fingerprint

if TYPE_CHECKING:
    from lastro.exports import Given
    from lastro.lake.contract import Column, Contract

_TYPES = {
    "text": "TEXT",
    "cnpj": "VARCHAR(14)",
    "date": "DATE",
    "instant": "DATETIME(6)",  # in UTC
    "integer": "BIGINT",
    "float": "DOUBLE",
    "boolean": "BOOLEAN",
}
_INDEX_BYTES = 3072  # what one index of InnoDB takes
_LONGEST_KEY = 255  # characters
_STORED = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"
_WARNING = "SIMULATED DATA: invented for trials. "
_MOST_COMMENT = 1024


def quoted(name: str) -> str:
    """A name as MySQL writes it, whatever is in it."""
    return "`" + name.replace("`", "``").replace("\0", "") + "`"


def literal(text: str) -> str:
    """A text as MySQL writes it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''").replace("\0", "") + "'"


def control() -> str:
    """Creates the table that remembers what was exported."""
    return (
        f"CREATE TABLE IF NOT EXISTS {quoted(CONTROL)} (table_name VARCHAR(128) NOT NULL, "
        "`partition` VARCHAR(191) NOT NULL, fingerprint BIGINT NOT NULL, version BIGINT NOT NULL, "
        "exported_at DATETIME(6) NOT NULL, simulated BOOLEAN NOT NULL, "
        f"PRIMARY KEY (table_name, `partition`)) {_STORED}"
    )


@dataclass(frozen=True)
class Design:
    """One table as it shall stand in MySQL.

    Attributes:
        name: Table's name.
        contract: Its contract.
        columns: Columns in order, those beyond the contract as well.
        simulated: Whether its rows are.
    """

    name: str
    contract: Contract
    columns: tuple[Column, ...]
    simulated: bool

    @classmethod
    def of(cls, table: Given, *, simulated: bool) -> Design:
        """The design of a table that is to be exported."""
        return cls(table_name(table.name), table.contract, tuple(table.columns), simulated)

    @property
    def key(self) -> list[str]:
        """Columns of the primary key: the partition's first, so that a month lies together."""
        rest = [name for name in self.contract.key if name != self.contract.partition]
        return [self.contract.partition, *rest]

    @property
    def beside(self) -> str:
        """Name under which it is made again, before it takes its place."""
        return fitting(f"{self.name}__new")

    @property
    def former(self) -> str:
        """Name that the old table has for a moment, before it is dropped."""
        return fitting(f"{self.name}__old")

    @property
    def types(self) -> dict[str, str]:
        """MySQL's type by column; text of the key has an end, which MySQL demands."""
        longest = self._longest_key_text()
        found = {}
        for column in self.columns:
            kind = column.type
            found[column.name] = str(kind).upper() if kind.name == "decimal" else _TYPES[kind.name]
            if kind.name == "text" and column.name in self.key:
                found[column.name] = f"VARCHAR({longest})"
        return found

    def _longest_key_text(self) -> int:
        kinds = [self.contract[name].type.name for name in self.key]
        others = sum(60 if kind == "cnpj" else 16 for kind in kinds if kind != "text")
        return min(_LONGEST_KEY, (_INDEX_BYTES - others) // (4 * max(kinds.count("text"), 1)))

    @property
    def layout(self) -> int:
        """Fingerprint of what ``create`` makes."""
        return fingerprint("mysql", *self.types.items(), *self.key)

    def create(self, name: str) -> str:
        """Makes the table, empty, under a name."""
        lines = []
        for column in self.columns:
            needed = " NOT NULL" if column.name in self.key else " NULL"
            unit = f" [{column.unit}]" if column.unit else ""
            note = literal(f"{column.pt}{unit}: {column.doc}"[:_MOST_COMMENT])
            kind = self.types[column.name]
            lines.append(f"{quoted(column.name)} {kind}{needed} COMMENT {note}")
        if any(column.name == "ref_date" for column in self.columns):
            lines.append(f"INDEX {quoted('ref_date')} ({quoted('ref_date')})")
        lines.append(f"PRIMARY KEY ({', '.join(map(quoted, self.key))})")
        said = " ".join(part for part in (f"{self.contract.title}.", self.contract.notice) if part)
        about = literal(f"{_WARNING if self.simulated else ''}{said}"[:_MOST_COMMENT])
        return f"CREATE TABLE {quoted(name)} ({', '.join(lines)}) {_STORED} COMMENT={about}"

    def take_place(self, *, there: bool) -> str:
        """Puts the table that was made beside into its place, at once for every reader."""
        new = f"{quoted(self.beside)} TO {quoted(self.name)}"
        old = f"{quoted(self.name)} TO {quoted(self.former)}, " if there else ""
        return f"RENAME TABLE {old}{new}"

    def empty(self) -> str:
        """Takes one partition's rows out; its value is the statement's one parameter."""
        return f"DELETE FROM {quoted(self.name)} WHERE {quoted(self.contract.partition)} = %s"  # noqa: S608

    def load(self, name: str, file: str) -> str:
        """Takes rows from a file of the client's: CSV in which text is quoted and null is NULL."""
        names = ", ".join(quoted(column.name) for column in self.columns)
        return (
            f"LOAD DATA LOCAL INFILE {literal(file)} INTO TABLE {quoted(name)} "
            "CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' "
            f"ESCAPED BY '' LINES TERMINATED BY '\\n' ({names})"
        )

    def insert(self, name: str) -> str:
        """Takes one row; its values are the statement's parameters."""
        names = ", ".join(quoted(column.name).replace("%", "%%") for column in self.columns)
        places = ", ".join(["%s"] * len(self.columns))
        return f"INSERT INTO {quoted(name)} ({names}) VALUES ({places})"  # noqa: S608
