"""What became of one fund class, and what says so: registry, restatements, source files, lines."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lastro.core.ids import format_cnpj

if TYPE_CHECKING:
    from collections.abc import Callable

    Reader = Callable[[str], pl.LazyFrame | None]

REGISTRY = ("silver.fund_registry",)
RESTATEMENTS = ("silver.fund_navs", "ops.restatements")
FILES = ("silver.fund_navs", "bronze.cvm_funds", "ops.ledger")
_WATCHED = {
    "name": "name", "status": "status", "manager": "manager_id", "administrator":
    "administrator_cnpj", "custodian": "custodian_cnpj", "classification": "classification",
    "anbima_classification": "anbima_classification", "condominium": "condominium",
    "audience": "audience",
}  # fmt: skip
_REPORTED = (
    "TP_FUNDO_CLASSE", "TP_FUNDO", "CNPJ_FUNDO_CLASSE", "CNPJ_FUNDO", "ID_SUBCLASSE", "DT_COMPTC",
    "VL_TOTAL", "VL_QUOTA", "VL_PATRIM_LIQ", "CAPTC_DIA", "RESG_DIA", "NR_COTST",
)  # fmt: skip


@dataclass(frozen=True)
class RegistryEvent:
    """Something that a snapshot of the registry says otherwise than the one before.

    Attributes:
        date: Day of the snapshot that shows it first.
        seen_before: Day of the snapshot before: it changed between the two.
        field: What changed: name, status, manager, administrator, custodian, ...
        before: What it said.
        after: What it says.
    """

    date: dt.date
    seen_before: dt.date
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class RegistryPast:
    """A class in the registry over time.

    Attributes:
        snapshots: How many name it.
        first: Day of the first of them; null where none does.
        last: Day of the newest.
        started_on: First day of activity.
        status: State of registration.
        status_since: Since when.
        cancelled_on: End of the registration.
        events: Changes, the newest first.
    """

    snapshots: int
    first: dt.date | None
    last: dt.date | None
    started_on: dt.date | None
    status: str | None
    status_since: dt.date | None
    cancelled_on: dt.date | None
    events: list[RegistryEvent]


@dataclass(frozen=True)
class FundRestatement:
    """One value that a re-published file changed, or one row that it withdrew.

    Attributes:
        ref_date: Day of the row.
        kind: restated, or withdrawn.
        column: The column restated; blank for a withdrawn row.
        before: Its value before.
        after: Its value now; blank for a withdrawn row.
        file: Landing key of the file that changed it.
        seen_at: When that file was first seen.
        run_id: Run that noticed.
    """

    ref_date: dt.date | None
    kind: str
    column: str
    before: str
    after: str
    file: str
    seen_at: dt.datetime
    run_id: str


@dataclass(frozen=True)
class FundFile:
    """A landed file that holds lines of the class.

    Attributes:
        period: Month that it speaks of.
        name: The file's own name.
        key: Where its bytes are, below the lake.
        sha256: Hash of its bytes.
        size: Bytes.
        url: Where it came from; blank for a person's own file.
        landed_at: When these bytes were first seen.
        run_id: Run that landed it.
        lines: Lines of the class in it.
        first_line: Number of the first of them among the file's rows, from 1.
        last_line: Number of the last.
    """

    period: str
    name: str | None
    key: str
    sha256: str | None
    size: int | None
    url: str | None
    landed_at: dt.datetime | None
    run_id: str | None
    lines: int
    first_line: int
    last_line: int


@dataclass(frozen=True)
class FundLines:
    """Lines as the source wrote them: every value is text.

    Attributes:
        period: Month of the file.
        header: Columns, as the file names them.
        numbers: Number of each line among the file's rows, from 1.
        files: Landing key of the file of each line.
        lines: Values, in the order of ``header``.
    """

    period: str
    header: list[str]
    numbers: list[int]
    files: list[str]
    lines: list[list[str | None]]


def registry(read: Reader, cnpj: str, subclass_id: str = "") -> RegistryPast:
    """How a class stands in the registry, and what changed there.

    A subclass that the registry does not list is answered by its class.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        cnpj: 14 characters.
        subclass_id: Subclass; blank is the class itself.
    """
    frame = read("silver.fund_registry")
    family = pl.DataFrame() if frame is None else frame.filter(pl.col("cnpj") == cnpj).collect()
    if family.is_empty():
        return RegistryPast(0, None, None, None, None, None, None, [])
    rows = family.filter(pl.col("subclass_id") == subclass_id)
    rows = (rows if len(rows) else family.filter(pl.col("subclass_id") == "")).sort("ref_date")
    if rows.is_empty():
        return RegistryPast(0, None, None, None, None, None, None, [])
    found = rows.to_dicts()
    last = found[-1]
    events = [
        RegistryEvent(now["ref_date"], then["ref_date"], field, then[field], now[field])
        for then, now in itertools.pairwise(found)
        for field, told_by in _WATCHED.items()
        if (then[told_by] or "") != (now[told_by] or "")
    ]
    return RegistryPast(
        len(found), found[0]["ref_date"], last["ref_date"], last["started_on"], last["status"],
        last["status_since"], last["cancelled_on"], events[::-1],
    )  # fmt: skip


def restatements(read: Reader, cnpj: str, subclass_id: str = "") -> list[FundRestatement]:
    """What re-published files changed of a class's days, the newest first.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        cnpj: 14 characters.
        subclass_id: Subclass; blank is the class itself.
    """
    frame = read("ops.restatements")
    if frame is None:
        return []
    rows = (
        frame.filter(
            pl.col("table") == "silver.fund_navs",
            pl.col("key").str.starts_with(f"{cnpj} | {subclass_id} | "),
        )
        .sort("seen_at", "key", "column", descending=[True, True, False])
        .collect()
    )
    return [
        FundRestatement(
            _day(row["key"]), row["kind"], row["column"], row["before"], row["after"],
            row["file"], row["seen_at"], row["run_id"],
        )
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip


def _day(key: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(key.rpartition(" | ")[2])
    except ValueError:
        return None


def files(read: Reader, cnpj: str, subclass_id: str = "") -> list[FundFile]:
    """Files that hold lines of a class, the newest month first.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        cnpj: 14 characters.
        subclass_id: Subclass; blank is the class itself.
    """
    lines, ledger = _lines(read, cnpj, subclass_id), read("ops.ledger")
    if lines is None or ledger is None:
        return []
    found = (
        lines.group_by(period="_period", key="_file")
        .agg(lines=pl.len(), first_line=pl.col("_row").min(), last_line=pl.col("_row").max())
        .collect()
    )
    known = ledger.filter(pl.col("source") == "cvm_funds").unique("key").collect()
    rows = found.join(known, on="key", how="left").sort("period", "key", descending=True)
    return [FundFile(*row) for row in rows.select(*FundFile.__dataclass_fields__).iter_rows()]


def source_lines(read: Reader, cnpj: str, subclass_id: str, period: str) -> FundLines:
    """A class's lines of one month, exactly as the source wrote them.

    Args:
        read: Gives a table's rows by its name; None where it was never written.
        cnpj: 14 characters.
        subclass_id: Subclass; blank is the class itself.
        period: Month, as 2024-12.
    """
    lines = _lines(read, cnpj, subclass_id)
    if lines is None:
        return FundLines(period, [], [], [], [])
    rows = lines.filter(pl.col("_period") == period).sort("_file", "_row").collect()
    header = [name for name in _REPORTED if name in rows and rows[name].count()]
    return FundLines(
        period, header, rows["_row"].to_list(), rows["_file"].to_list(),
        [list(values) for values in rows.select(header).iter_rows()] if header else [],
    )  # fmt: skip


def _lines(read: Reader, cnpj: str, subclass_id: str) -> pl.LazyFrame | None:
    """Lines of a class; the source writes its number with points, seldom without."""
    frame = read("bronze.cvm_funds")
    if frame is None:
        return None
    written = [format_cnpj(cnpj), cnpj]
    held: Any = frame.collect_schema().names()
    own = pl.any_horizontal(
        pl.col(n).is_in(written) for n in ("CNPJ_FUNDO_CLASSE", "CNPJ_FUNDO") if n in held
    )
    if "ID_SUBCLASSE" in held:
        own &= pl.col("ID_SUBCLASSE").fill_null("").str.strip_chars('" ') == subclass_id
    return frame.filter(own)
