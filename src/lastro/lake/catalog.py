"""The catalog: tables, what each is built from, and the order that follows from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from lastro.core.clock import add_months
from lastro.core.errors import InvariantError, NotFoundError
from lastro.lake.contract import STANDING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    import narwhals as nw
    import polars as pl

    from lastro.lake.contract import Contract

Frame: TypeAlias = "nw.LazyFrame[Any]"  # typed rows, on whichever engine runs

_BEGINNING = dt.date(1, 1, 1)


@dataclass(frozen=True)
class Input:
    """One input of a table and which of its months one output month needs.

    Attributes:
        table: Its full name.
        months_back: How many months before the output's own are needed too; None is all of them
            (for a standing output: every month there is).
        own_month: Whether the output's own month is needed.
        as_of: Needed are the newest month not after the output's and the one before that; where
            every month is later, the first. For registries, which are snapshots.
    """

    table: str
    months_back: int | None = 0
    own_month: bool = True
    as_of: bool = False

    def window(self, month: dt.date, available: Collection[dt.date]) -> list[dt.date]:
        """Which of the available months one output month is built from, in order."""
        ordered = sorted(available)
        if self.as_of:
            past = [found for found in ordered if found <= month]
            return past[-2:] or ordered[:1]
        if month == STANDING and self.months_back is None:
            return ordered
        first = _BEGINNING if self.months_back is None else add_months(month, -self.months_back)
        last = month if self.own_month else add_months(month, -1)
        return [found for found in ordered if first <= found <= last]


@dataclass(frozen=True)
class Table:
    """A table on the shelf: a contract and one pure function.

    Attributes:
        contract: What it promises.
        inputs: What it reads. ``build`` takes one argument an input, named as the input's table.
        build: Typed frames in, frame out: every row it can make for the months it was given. It
            runs as it stands on every engine.
        revision: Raise it when the build's meaning changes: every partition is then built again.
        embedded: The same as ``build`` written for Polars alone, where the portable form is slow;
            frames come sorted as their contracts say. Conformance holds it to ``build``.
        pace: ``month`` builds one month at a time (big tables); ``all`` builds every stale month
            in one call (small ones, and whatever needs other months of what is built by month).
        standing: Whether it is one partition over all months of its inputs (pace ``all``).
        by_content: Whether tables built from it look at what its rows say, not at what they were
            made from: they are not built again where it came out the same.
    """

    contract: Contract
    inputs: tuple[Input, ...]
    build: Callable[..., Frame]
    revision: int = 1
    embedded: Callable[..., pl.DataFrame] | None = None
    pace: Literal["month", "all"] = "month"
    standing: bool = False
    by_content: bool = False

    def __post_init__(self) -> None:
        if self.contract.checks and not self.inputs[0].table.startswith("bronze."):
            raise InvariantError(
                "{name} declares checks, which only tables built from bronze may.",
                hint="Check the rows where they enter, in the silver table it is built from.",
                name=self.name,
            )

    @property
    def name(self) -> str:
        """Full name, ``layer.table``."""
        return self.contract.name


@dataclass(frozen=True)
class View:
    """A named query over tables, for people who query the lake in SQL.

    Attributes:
        name: ``schema.view``.
        title: What it shows, in one line of English.
        pt: The same in Portuguese.
        inputs: Full names of the tables it reads.
        sql: One SELECT in DuckDB's dialect.
    """

    name: str
    title: str
    pt: str
    inputs: tuple[str, ...]
    sql: str


class Catalog:
    """Every table by name, in build order."""

    def __init__(self, tables: Iterable[Table], bronze: Iterable[Contract]) -> None:
        self.bronze = {contract.name: contract for contract in bronze}
        found = {table.name: table for table in tables}
        graph = {name: {i.table for i in table.inputs} for name, table in found.items()}
        try:
            order = list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            raise InvariantError(
                "Tables are built from each other in a circle: {circle}.",
                hint="Break the circle: one of them must not read the other.",
                circle=" -> ".join(error.args[1]),
            ) from None
        unknown = set(order) - set(found) - set(self.bronze)
        if unknown:
            raise InvariantError(
                "No table or source is called {names}.",
                hint="Correct the inputs of the table that names it.",
                names=", ".join(sorted(unknown)),
            )
        self.tables = {name: found[name] for name in order if name in found}

    def __getitem__(self, name: str) -> Table:
        if name not in self.tables:
            raise NotFoundError(
                "There is no table called '{name}'.",
                hint="`lastro tables` lists them: {known}.",
                name=name,
                known=", ".join(self.tables),
            )
        return self.tables[name]

    def contract(self, name: str) -> Contract:
        """The contract of a table, bronze included.

        Raises:
            NotFoundError: There is no such table.
        """
        return self.bronze[name] if name in self.bronze else self[name].contract

    def by_content(self, name: str) -> bool:
        """Whether tables built from this one go by what its rows say."""
        return name in self.tables and self.tables[name].by_content

    def with_inputs(self, names: Iterable[str]) -> list[Table]:
        """These tables and all they are built from, in build order."""
        wanted: set[str] = set()
        todo = [self[name].name for name in names]
        while todo:
            name = todo.pop()
            if name in self.tables and name not in wanted:
                wanted.add(name)
                todo.extend(i.table for i in self.tables[name].inputs)
        return [table for name, table in self.tables.items() if name in wanted]
