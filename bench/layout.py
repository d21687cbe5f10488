"""What lies in a lake's folder, by the Delta logs and the files' own footers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

import polars as pl
import pyarrow.parquet as pq
from deltalake import DeltaTable

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


@dataclass(frozen=True)
class Commits:
    """What some commits say.

    Attributes:
        written: Data files that they added.
        written_bytes: Their bytes.
        removed: Data files that are in no newest version any more.
        by_table: Files added, by table.
    """

    written: int
    written_bytes: int
    removed: int
    by_table: dict[str, int]


@dataclass(frozen=True)
class Skipping:
    """How much of a table may hold one fund, by what is written of its files.

    Attributes:
        files: Data files of the table.
        file_bytes: Their bytes.
        may_hold: Files whose bounds in the Delta log allow the fund, in the months asked for.
        may_hold_bytes: Their bytes.
        groups: Row groups of those files.
        may_groups: Row groups whose bounds in the footers allow the fund.
        may_group_bytes: Their compressed bytes, all columns.
    """

    files: int
    file_bytes: int
    may_hold: int
    may_hold_bytes: int
    groups: int
    may_groups: int
    may_group_bytes: int


def commits(lake: Path) -> set[Path]:
    """Every commit of every table."""
    return set(lake.glob("*/*/_delta_log/*.json"))


def said(found: Collection[Path]) -> Commits:
    """What commits added and removed."""
    written = size = removed = 0
    by_table: dict[str, int] = {}
    for commit in sorted(found):
        table = ".".join(commit.parts[-4:-2])
        for line in commit.read_text().splitlines():
            action = json.loads(line)
            if "add" in action:
                written += 1
                size += action["add"]["size"]
                by_table[table] = by_table.get(table, 0) + 1
            removed += "remove" in action
    return Commits(written, size, removed, by_table)


def rows(lake: Path) -> dict[str, int]:
    """Rows of each table, by name."""
    return {
        ".".join(log.parts[-3:-1]): int(_files(log.parent)["num_records"].sum())
        for log in sorted(lake.glob("*/*/_delta_log"))
    }


def a_fund(table: Path) -> str:
    """A class that is in the first month and in the last one, from the middle of those."""
    files = _files(table).sort("partition.month")["path"].to_list()
    first, last = (set(_cnpjs(table / unquote(file))) for file in (files[0], files[-1]))
    both = sorted(first & last)
    return str(both[len(both) // 2])


def skipping(table: Path, cnpj: str, first: str = "") -> Skipping:
    """How much of a table may hold a fund, from a month on (ISO; blank is all)."""
    files = _files(table)
    allowed = (pl.col("min.cnpj") <= cnpj) & (pl.col("max.cnpj") >= cnpj)
    if first:
        allowed &= pl.col("partition.month").cast(pl.String) >= first
    left = files.filter(allowed)
    groups = [
        (footer.row_group(n), [footer.schema.column(c).name for c in range(footer.num_columns)])
        for footer in (pq.read_metadata(table / unquote(path)) for path in left["path"])
        for n in range(footer.num_row_groups)
    ]
    held = []
    for group, names in groups:
        bounds = group.column(names.index("cnpj")).statistics
        if bounds is None or not bounds.has_min_max or bounds.min <= cnpj <= bounds.max:
            held.append(sum(group.column(n).total_compressed_size for n in range(len(names))))
    return Skipping(
        files=files.height,
        file_bytes=int(files["size_bytes"].sum()),
        may_hold=left.height,
        may_hold_bytes=int(left["size_bytes"].sum()),
        groups=len(groups),
        may_groups=len(held),
        may_group_bytes=sum(held),
    )


def last_months(table: Path, count: int) -> str:
    """First of the newest months of a table (ISO)."""
    months = sorted({str(month) for month in _files(table)["partition.month"]})
    return months[-count:][0]


def _files(table: Path) -> pl.DataFrame:
    return pl.DataFrame(DeltaTable(str(table)).get_add_actions(flatten=True))


def _cnpjs(file: Path) -> list[str]:
    found = pl.scan_parquet(file, hive_partitioning=False).select(pl.col("cnpj").unique())
    return found.collect()["cnpj"].to_list()
