"""Contracts: what a table promises, column by column, to whoever reads it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from lastro.core.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Callable

    import narwhals as nw

Form = Literal["", "bare", "pt", "implied", "yyyymmdd", "dd/mm/yyyy", "dd/mm/yy", "mm-dd-yyyy"]
"""How texts write values: ``bare`` is text without blanks around it; ``pt`` is 18.553.794,87;
``implied`` is digits whose last ones, as many as the type's scale, are decimals; dates by their
pattern. Blank is 2024-01-31 and 18553794.87."""

STANDING = dt.date(1970, 1, 1)
"""The month of what speaks of no month: a register, a whole series. Its tables are one partition,
built from all of its periods together."""

Layer = Literal["bronze", "silver", "gold", "quarantine", "ops"]


@dataclass(frozen=True)
class Type:
    """A column's type; ``precision`` and ``scale`` speak for decimals alone."""

    name: Literal["text", "cnpj", "date", "instant", "integer", "float", "boolean", "decimal"]
    precision: int = 0
    scale: int = 0

    def __str__(self) -> str:
        return f"decimal({self.precision},{self.scale})" if self.name == "decimal" else self.name


TEXT = Type("text")
CNPJ = Type("cnpj")
DATE = Type("date")
INSTANT = Type("instant")
INTEGER = Type("integer")
FLOAT = Type("float")
BOOLEAN = Type("boolean")
MONEY = Type("decimal", 18, 2)
MONEY_SUM = Type("decimal", 38, 2)
QUOTA = Type("decimal", 28, 12)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: English, snake_case, the field's standard term.
        type: Its type; the scale of a decimal is its number of decimals.
        pt: Its Portuguese name, as people in the field say it.
        doc: Its meaning, in one line.
        unit: "BRL", "quota", "ratio" (0.01 is 1 %), "days"... or blank.
        required: Whether a row without it goes to quarantine.
        reads: Official header names it is read from, the newest first (typed readings only).
        least: Smallest value allowed; below it a row goes to quarantine (typed readings only).
        form: How the text writes it, where that is not ISO with a decimal point (typed readings
            only): see ``Form``.
    """

    name: str
    type: Type
    pt: str
    doc: str
    unit: str = ""
    required: bool = False
    reads: tuple[str, ...] = ()
    least: int | None = None
    form: Form = ""


@dataclass(frozen=True)
class Check:
    """A rule over typed rows.

    Attributes:
        code: Short snake_case name, written into ``flags`` or into the quarantine's reason.
        doc: What it means that the rule is broken.
        broken: Makes the expression that is true where a row breaks the rule (null is not broken).
        action: ``flag`` keeps the row and says so in ``flags``; ``quarantine`` sets it aside.
    """

    code: str
    doc: str
    broken: Callable[[], nw.Expr]
    action: Literal["flag", "quarantine"] = "quarantine"


@dataclass(frozen=True)
class Contract:
    """What a table is.

    Attributes:
        name: ``layer.table``.
        title: What it holds, in one line of English.
        pt: The same in Portuguese.
        columns: In order; the partition column is one of them.
        key: Columns that name one row.
        partition: The column (a month's first day, or a text) by which files are kept and replaced.
        sort: Order of rows inside a file, and the columns that ``optimize`` clusters by.
        checks: Rules, in the order in which their reasons are given.
        freshness: Age of its newest day above which ``doctor`` calls it stale.
        notice: A warning shown wherever the table is shown.
        notice_pt: The same in Portuguese.
        personal: Whether it speaks of people: its files are encrypted and its log holds no value
            of it. The partition stands in paths: it must say nothing of anybody.
    """

    name: str
    title: str
    pt: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    partition: str
    sort: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    freshness: dt.timedelta | None = None
    notice: str = ""
    notice_pt: str = ""
    personal: bool = False
    _names: tuple[str, ...] = field(init=False, repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        names = tuple(column.name for column in self.columns)
        missing = {*self.key, self.partition, *self.sort} - set(names)
        if missing or len(set(names)) != len(names):
            raise InvariantError(
                "The contract {name} contradicts itself ({columns}).",
                hint="Key, partition and sort must be columns, and each column stand once.",
                name=self.name,
                columns=", ".join(sorted(missing)) or "a column stands twice",
            )
        object.__setattr__(self, "_names", names)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return self._names

    @property
    def layer(self) -> str:
        """The part of the name before the point."""
        return self.name.partition(".")[0]

    @property
    def table(self) -> str:
        """The part of the name after the point."""
        return self.name.partition(".")[2]

    def __getitem__(self, name: str) -> Column:
        return self.columns[self._names.index(name)]
