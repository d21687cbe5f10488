"""What tables there are, and what each promises: names, columns, units, checks, age."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - FastAPI reads annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lastro.answers.data_house import newest_day
from lastro.core.errors import NotFoundError
from lastro.lake.upkeep import state_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lastro.answers.data_house import Inventory
    from lastro.lake.catalog import View
    from lastro.lake.contract import Contract
    from lastro.lake.lake import Lake

GUARDED = frozenset({"ops", "quarantine"})
"""Layers that speak of the house itself: they are read by whoever may see its data."""


@dataclass(frozen=True)
class TableCard:
    """A table or view at a glance.

    Attributes:
        name: ``layer.table``.
        kind: ``table`` or ``view``.
        layer: The part before the point.
        title: What it holds, in English.
        pt: The same in Portuguese.
        rows: Rows; null where it was never written, and for views.
        version: Delta version.
        changed_at: When that version was written (UTC).
        newest_day: Newest day that it speaks of.
        files: Data files.
        bytes: Their bytes.
        partitions: How many partitions hold rows.
        first: The first of them.
        last: The last of them.
        simulated: Whether its rows are simulated.
        personal: Whether it speaks of people.
    """

    name: str
    kind: Literal["table", "view"]
    layer: str
    title: str
    pt: str
    rows: int | None = None
    version: int | None = None
    changed_at: dt.datetime | None = None
    newest_day: dt.date | None = None
    files: int = 0
    bytes: int = 0
    partitions: int = 0
    first: str | None = None
    last: str | None = None
    simulated: bool = False
    personal: bool = False


@dataclass(frozen=True)
class ColumnCard:
    """A column.

    Attributes:
        name: Its name.
        type: Its type, as ``decimal(18,2)``.
        scale: Decimals of a decimal; null otherwise.
        unit: ``BRL``, ``ratio`` (0.01 is 1 %), ``days``... or blank.
        pt: Its Portuguese name.
        doc: What it means.
        required: Whether a row without it goes to quarantine.
        key: Whether it is one of those that name a row.
    """

    name: str
    type: str
    scale: int | None
    unit: str
    pt: str
    doc: str
    required: bool
    key: bool


@dataclass(frozen=True)
class CheckCard:
    """A rule over a table's rows: its code, what it means, and what happens to rows it breaks."""

    code: str
    doc: str
    action: Literal["quarantine", "flag"]


@dataclass(frozen=True)
class TableDetail:
    """A table and all it promises.

    Attributes:
        card: It at a glance.
        columns: In order.
        key: Columns that name one row.
        partition: Column by which files are kept; blank for views.
        sort: Order of rows inside a file.
        checks: Rules.
        usual_days: Age of its newest day that is usual; null where none is.
        inputs: Tables that it is built from.
        outputs: Tables and views that are built from it.
        notice: A warning to its readers, in English; mostly blank.
        notice_pt: The same in Portuguese.
        sql: The query of a view; blank for tables.
    """

    card: TableCard
    columns: list[ColumnCard]
    key: list[str]
    partition: str
    sort: list[str]
    checks: list[CheckCard]
    usual_days: int | None
    inputs: list[str]
    outputs: list[str]
    notice: str
    notice_pt: str
    sql: str


def readable(contracts: Iterable[Contract], *, guarded: bool) -> list[Contract]:
    """The tables that may be read row by row over a network.

    Args:
        contracts: All there are.
        guarded: Whether the reader may see the house's own data.
    """
    return [
        contract
        for contract in contracts
        if not contract.personal and (guarded or contract.layer not in GUARDED)
    ]


def named(contracts: Iterable[Contract], name: str) -> Contract:
    """One of some tables.

    Raises:
        NotFoundError: There is no such table among them.
    """
    every = {contract.name: contract for contract in contracts}
    if name not in every:
        raise NotFoundError(
            "There is no table called '{name}' that you may read.",
            hint="/api/v1/tables lists those there are.",
            name=name[:120],
        )
    return every[name]


def cards(held: Inventory, contracts: Iterable[Contract], views: Iterable[View]) -> list[TableCard]:
    """Tables and views at a glance, in the order of the layers."""
    order = ("gold", "silver", "bronze", "quarantine", "ops")
    found = [_card(held, each) for each in contracts]
    found.sort(key=lambda card: (order.index(card.layer), card.name))
    return [*found, *(_view(held, view) for view in views)]


def _card(held: Inventory, contract: Contract) -> TableCard:
    if not held.lake.exists(contract.name):
        return TableCard(
            contract.name, "table", contract.layer, contract.title, contract.pt,
            simulated=held.simulated, personal=contract.personal,
        )  # fmt: skip
    state = state_of(held.lake, contract)
    ends = state.partitions
    return TableCard(
        contract.name, "table", contract.layer, contract.title, contract.pt, state.rows,
        state.version, state.at, newest_day(held.lake, contract), state.files, state.size,
        len(ends), ends[0] if ends else None, ends[-1] if ends else None, held.simulated,
        contract.personal,
    )  # fmt: skip


def _view(held: Inventory, view: View) -> TableCard:
    layer = view.name.partition(".")[0]
    return TableCard(view.name, "view", layer, view.title, view.pt, simulated=held.simulated)


def detail(held: Inventory, contract: Contract, views: Sequence[View]) -> TableDetail:
    """A table and all it promises."""
    made = held.catalog.tables.get(contract.name)
    inputs = [needed.table for needed in made.inputs] if made else []
    if contract.layer == "bronze":
        inputs = [f"source.{contract.table}"]
    return TableDetail(
        card=_card(held, contract),
        columns=_columns(held.lake, contract),
        key=list(contract.key), partition=contract.partition, sort=list(contract.sort),
        checks=[CheckCard(check.code, check.doc, check.action) for check in contract.checks],
        usual_days=contract.freshness.days if contract.freshness else None,
        inputs=inputs, outputs=_outputs(held, contract, views), notice=contract.notice,
        notice_pt=contract.notice_pt, sql="",
    )  # fmt: skip


def view_detail(held: Inventory, view: View) -> TableDetail:
    """A view and its query."""
    return TableDetail(
        card=_view(held, view), columns=[], key=[], partition="", sort=[], checks=[],
        usual_days=None, inputs=list(view.inputs), outputs=[], notice="", notice_pt="",
        sql=view.sql,
    )  # fmt: skip


def _outputs(held: Inventory, contract: Contract, views: Sequence[View]) -> list[str]:
    tables = held.catalog.tables.values()
    built = [t.name for t in tables if contract.name in {i.table for i in t.inputs}]
    return [*built, *(view.name for view in views if contract.name in view.inputs)]


def inventory_columns(
    lake: Lake, contracts: Iterable[Contract]
) -> list[tuple[Contract, list[ColumnCard]]]:
    """Those tables that were ever written, each with its columns."""
    return [(each, _columns(lake, each)) for each in contracts if lake.exists(each.name)]


def _columns(lake: Lake, contract: Contract) -> list[ColumnCard]:
    declared = [
        ColumnCard(
            column.name, str(column.type),
            column.type.scale if column.type.name == "decimal" else None,
            column.unit, column.pt, column.doc, column.required, column.name in contract.key,
        )
        for column in contract.columns
    ]  # fmt: skip
    if not lake.exists(contract.name):
        return declared
    fields = [field.name for field in lake.delta(contract.name).schema().fields]
    extra = [name for name in fields if name not in contract.names]
    return [*declared, *(ColumnCard(n, "text", None, "", n, "", False, False) for n in extra)]  # noqa: FBT003
