"""Data quality: what checks found, what was set aside and why, and what was restated."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - FastAPI reads annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from lastro.core.errors import NotFoundError
from lastro.lake.quality import FLAGS, RESTATEMENTS, quarantine_contract
from lastro.lake.upkeep import rows_by_partition

if TYPE_CHECKING:
    from lastro.answers.data_house import Inventory
    from lastro.lake.contract import Column, Contract

_MOST_EXAMPLES = 200


@dataclass(frozen=True)
class Finding:
    """Rows that broke one rule.

    Attributes:
        code: The rule's code.
        meaning: What it means that it is broken.
        action: ``quarantine`` set them aside; ``flag`` kept them and says so.
        rows: How many.
        share: Of all rows that came in for the table; a ratio.
        newest: When the newest of them was seen (UTC); null for flags.
    """

    code: str
    meaning: str
    action: Literal["quarantine", "flag"]
    rows: int
    share: float
    newest: dt.datetime | None


@dataclass(frozen=True)
class TableQuality:
    """What the checks of one table found.

    Attributes:
        table: Its name.
        title: What it holds, in English.
        pt: The same in Portuguese.
        source: Source that it is built from.
        rows: Rows that it holds.
        quarantined: Rows set aside on the way to it.
        share: Those of all that came in; a ratio.
        findings: By rule, the most frequent first.
    """

    table: str
    title: str
    pt: str
    source: str
    rows: int
    quarantined: int
    share: float
    findings: list[Finding]


@dataclass(frozen=True)
class Example:
    """One row that was set aside.

    Attributes:
        record: As published, its fields joined by ``;``.
        reasons: Every rule it broke.
        partition: Month (or other partition) that it was meant for.
        file: Landing key of its file.
        row: Its place among the file's rows, from 1.
        seen_at: When the file was first seen (UTC).
        run_id: Run that set it aside.
    """

    record: str
    reasons: list[str]
    partition: str
    file: str
    row: int
    seen_at: dt.datetime
    run_id: str


@dataclass(frozen=True)
class Quarantine:
    """What was set aside on the way to one table.

    Attributes:
        table: The table.
        source: Source whose files the rows stood in.
        header: Official names of the fields of ``record``, where all files have the same.
        rows: Rows set aside.
        findings: By rule, the most frequent first; a row that broke two counts under both.
        by_partition: Rows by partition (month), the oldest first.
        reason: The rule that examples are of; null for all.
        examples: Some of them, the newest first.
    """

    table: str
    source: str
    header: list[str]
    rows: int
    findings: list[Finding]
    by_partition: dict[str, int]
    reason: str | None
    examples: list[Example]


@dataclass(frozen=True)
class Restatement:
    """One value (or row) that a re-published file changed.

    Attributes:
        table: Table.
        month: Partition.
        kind: ``restated`` or ``withdrawn``.
        key: The row's key, joined by `` | ``.
        column: The column; blank for a withdrawn row.
        before: Its value before.
        after: Its value now.
        file: Landing key of the file that changed it.
        seen_at: When that file was first seen (UTC).
        run_id: Run that noticed.
    """

    table: str
    month: str
    kind: str
    key: str
    column: str
    before: str
    after: str
    file: str
    seen_at: dt.datetime
    run_id: str


@dataclass(frozen=True)
class Restatements:
    """What re-published files changed.

    Attributes:
        total: Changes in all.
        by_table: Changes by table.
        changes: Some of them, the newest first.
    """

    total: int
    by_table: dict[str, int]
    changes: list[Restatement]


def checked(held: Inventory) -> list[Contract]:
    """Contracts of the tables that rows may be set aside from."""
    return [
        table.contract
        for table in held.catalog.tables.values()
        if table.inputs and table.inputs[0].table in held.catalog.bronze
    ]


def quality(held: Inventory) -> list[TableQuality]:
    """What the checks of every written table found, the worst first."""
    found = [_of(held, each) for each in checked(held) if held.lake.exists(each.name)]
    return sorted(found, key=lambda each: (-each.share, each.table))


def _of(held: Inventory, contract: Contract) -> TableQuality:
    kept = sum(rows_by_partition(held.lake, contract).values())
    aside = sum(rows_by_partition(held.lake, quarantine_contract(contract)).values())
    whole = max(1, kept + aside)
    findings = [*_set_aside(held, contract, whole), *_flagged(held, contract, whole)]
    return TableQuality(
        contract.name, contract.title, contract.pt, _source(held, contract), kept, aside,
        aside / whole, sorted(findings, key=lambda each: (-each.rows, each.code)),
    )  # fmt: skip


def _source(held: Inventory, contract: Contract) -> str:
    return held.catalog[contract.name].inputs[0].table.partition(".")[2]


def _codes(frame: pl.LazyFrame, column: str, *more: pl.Expr) -> pl.DataFrame:
    """Rows by code of a column of codes joined by commas."""
    codes = frame.filter(pl.col(column) != "").with_columns(pl.col(column).str.split(","))
    grouped = codes.explode(column).group_by(pl.col(column).alias("code"))
    return grouped.agg(pl.len().alias("rows"), *more).sort("code").collect()


def _set_aside(held: Inventory, contract: Contract, whole: int) -> list[Finding]:
    aside = quarantine_contract(contract)
    if not held.lake.exists(aside.name):
        return []
    found = _codes(held.lake.scan(aside), "reason", pl.col("seen_at").max().alias("newest"))
    return [
        Finding(code, _meaning(held, contract, code), "quarantine", rows, rows / whole, newest)
        for code, rows, newest in found.iter_rows()
    ]


def _flagged(held: Inventory, contract: Contract, whole: int) -> list[Finding]:
    if FLAGS not in contract.names:
        return []
    found = _codes(held.lake.scan(contract), FLAGS)
    return [
        Finding(code, _meaning(held, contract, code), "flag", rows, rows / whole, None)
        for code, rows in found.iter_rows()
    ]


def _meaning(held: Inventory, contract: Contract, code: str) -> str:
    """What a code means: of the contract's own checks, or of the reading of text."""
    for check in contract.checks:
        if check.code == code:
            return check.doc
    fixed = {
        "malformed_line": "The line does not have the header's number of fields.",
        "superseded": "A later line of the same file has the same key and other values.",
    }
    if code in fixed:
        return fixed[code]
    own = held.sources[_source(held, contract)]
    others = [source for source in held.sources.values() if source is not own]
    columns = (column for source in (own, *others) for column in source.columns)
    return next(filter(None, (_of_column(column, code) for column in columns)), "")


def _of_column(column: Column, code: str) -> str:
    """What a code means that was found while the column's text was read; blank for others."""
    said = {
        f"unreadable_{column.name}": f"{column.name} cannot be read as {column.type}.",
        f"missing_{column.name}": f"{column.name} is blank.",
        f"below_{column.least}_{column.name}": f"{column.name} is below {column.least}.",
    }
    return said.get(code, "")


def quarantine(held: Inventory, name: str, reason: str | None, limit: int) -> Quarantine:
    """What was set aside on the way to one table.

    Args:
        held: What is looked at.
        name: The table, as ``silver.fund_navs``, or its short name.
        reason: Only examples of this rule; None is all.
        limit: Most examples wanted.

    Raises:
        NotFoundError: Nothing is ever set aside on the way to such a table.
    """
    contract = next((each for each in checked(held) if name in {each.name, each.table}), None)
    if contract is None:
        raise NotFoundError(
            "Nothing is set aside on the way to a table called '{name}'.",
            hint="Tables with checks: {known}.",
            name=name[:80],
            known=", ".join(each.name for each in checked(held)),
        )
    aside = quarantine_contract(contract)
    kept = sum(rows_by_partition(held.lake, contract).values())
    counted = rows_by_partition(held.lake, aside)
    rows = sum(counted.values())
    findings = _set_aside(held, contract, max(1, kept + rows))
    return Quarantine(
        table=contract.name, source=_source(held, contract),
        header=_header(held, contract), rows=rows,
        findings=sorted(findings, key=lambda each: (-each.rows, each.code)),
        by_partition=counted, reason=reason,
        examples=_examples(held, aside, reason, min(limit, _MOST_EXAMPLES)),
    )  # fmt: skip


def _header(held: Inventory, contract: Contract) -> list[str]:
    """Names of a record's fields: those of its bronze table, in order."""
    bronze = held.sources[_source(held, contract)].bronze
    if not held.lake.exists(bronze.name):
        return []
    fields = held.lake.delta(bronze.name).schema().fields
    return [field.name for field in fields if not field.name.startswith("_")]


def _examples(held: Inventory, aside: Contract, reason: str | None, limit: int) -> list[Example]:
    if not held.lake.exists(aside.name):
        return []
    rows = held.lake.scan(aside)
    if reason is not None:
        rows = rows.filter(pl.col("reason").str.split(",").list.contains(reason))
    order = ["seen_at", "file", "row"]
    found = rows.sort(order, descending=[True, False, False]).head(limit).collect()
    return [_example(row, aside.partition) for row in found.to_dicts()]


def _example(row: dict[str, Any], partition: str) -> Example:
    return Example(
        row["record"], row["reason"].split(","), str(row[partition]), row["file"], row["row"],
        row["seen_at"], row["run_id"],
    )  # fmt: skip


def restatements(
    held: Inventory, table: str | None, source: str | None, limit: int
) -> Restatements:
    """What re-published files changed, the newest first.

    Args:
        held: What is looked at.
        table: Only this table.
        source: Only tables built straight from this source.
        limit: Most changes wanted.

    Raises:
        NotFoundError: There is no such source.
    """
    if not held.lake.exists(RESTATEMENTS.name):
        return Restatements(0, {}, [])
    rows = held.lake.scan(RESTATEMENTS)
    if source is not None:
        fed = [each.name for each in held.fed_by(held.source(source))]
        rows = rows.filter(pl.col("table").is_in(fed))
    if table is not None:
        rows = rows.filter(pl.col("table") == table)
    counted = rows.group_by("table").len().sort("table").collect()
    order = ["seen_at", "table", "month", "key", "column"]
    newest = rows.sort(order, descending=[True, False, True, False, False]).head(limit).collect()
    names = [name for name in Restatement.__dataclass_fields__ if name in newest.columns]
    changes = [Restatement(**row) for row in newest.select(names).to_dicts()]
    return Restatements(sum(counted["len"]), dict(counted.rows()), changes)


EXAMPLES = 10
"""Examples shown unless more are asked for."""
