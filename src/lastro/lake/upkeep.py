"""Upkeep: what each table holds, compaction, removal of old files, and repair of lost ones.

Compaction and removal change files, never rows: what a partition was made from (``Lake.state``)
stays, so that the next build finds nothing to do.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lastro.core.errors import InvariantError, RequestError
from lastro.lake._delta import committing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lastro.lake.contract import Contract
    from lastro.lake.engine import Engine
    from lastro.lake.lake import Lake
    from lastro.lake.lineage import Lineage

_CLUSTER = "cnpj"
_ROWS_A_FILE = 1_000_000  # fewer are small; a big partition may stay in several files
_OPTIMIZED = "part-"  # how delta-rs names the files it rewrites; ours are bare identifiers


@dataclass(frozen=True)
class TableState:
    """What a table holds now.

    Attributes:
        name: Full name.
        version: Newest version.
        at: When that version was written.
        rows: Rows.
        files: Data files.
        size: Their bytes.
        partitions: Values of its partitions, in order.
    """

    name: str
    version: int
    at: dt.datetime
    rows: int
    files: int
    size: int
    partitions: tuple[str, ...]


def state_of(lake: Lake, contract: Contract) -> TableState:
    """What a table holds, from its log alone.

    Raises:
        NotFoundError: It was never written.
    """
    table = lake.delta(contract.name)
    files = _files(lake, contract)
    newest = table.history(1)[0]
    return TableState(
        name=contract.name,
        version=table.version(),
        at=dt.datetime.fromtimestamp(newest["timestamp"] / 1000, dt.UTC),
        rows=int(files["rows"].sum()),
        files=files.height,
        size=int(files["size"].sum()),
        partitions=tuple(sorted(set(files["partition"]))),
    )


def rows_by_partition(lake: Lake, contract: Contract) -> dict[str, int]:
    """Rows of each partition, from the log alone; nothing where the table was never written."""
    if not lake.exists(contract.name):
        return {}
    files = _files(lake, contract)
    counted: Counter[str] = Counter()
    for partition, rows in files.select("partition", "rows").iter_rows():
        counted[partition] += rows
    return dict(sorted(counted.items()))


def _files(lake: Lake, contract: Contract) -> pl.DataFrame:
    """Path, size, rows and partition of each file of a table's newest version."""
    schema = {"path": pl.String, "size": pl.Int64, "rows": pl.Int64, "partition": pl.String}
    actions = pl.DataFrame(lake.delta(contract.name).get_add_actions(flatten=True))
    if actions.is_empty():
        return pl.DataFrame(schema=schema)
    return actions.select(
        pl.col("path"),
        pl.col("size_bytes").alias("size"),
        pl.col("num_records").alias("rows"),
        pl.col(f"partition.{contract.partition}").cast(pl.String).alias("partition"),
    ).cast(schema)  # type: ignore[arg-type]


def lost_files(lake: Lake, name: str) -> list[str]:
    """Files that a table's newest version names and the storage does not have."""
    folder = name.replace(".", "/")
    held = set(lake.storage.list(folder))
    root = f"{lake.table_url(name)}/"
    named = [uri.removeprefix(root) for uri in lake.files(name)]
    return sorted(path for path in named if f"{folder}/{path}" not in held)


def optimize(
    lake: Lake, contract: Contract, lineage: Lineage, engine: Engine | None = None
) -> dict[str, int] | None:
    """Compact a table's small files and cluster its rows by CNPJ.

    Args:
        lake: The lake.
        contract: Of the table.
        lineage: Who asks, kept in the commit.
        engine: The cluster that rewrites the files; None rewrites them here.

    Returns:
        Files before and after and the new version; None where there was nothing to do.
    """
    from deltalake import CommitProperties  # noqa: PLC0415

    clustered = _CLUSTER in contract.sort and not contract.personal
    waiting = _to_rewrite(_files(lake, contract), clustered=clustered)
    if not waiting:
        return None
    if contract.personal:
        return _rewrite(lake, contract, waiting, lineage)
    if engine is not None:
        order = (_CLUSTER, *contract.sort) if clustered else contract.sort
        return _spread(lake, contract, waiting, lineage, engine, order)
    table = lake.delta(contract.name)
    options: dict[str, Any] = {
        "partition_filters": [(contract.partition, "in", waiting)],
        "commit_properties": CommitProperties(custom_metadata=lineage.to_metadata()),
    }
    with committing(lake.storage, contract.name):
        if clustered:
            done = table.optimize.z_order([_CLUSTER], **options)
        else:
            done = table.optimize.compact(**options)
        table.update_incremental()
    return {
        "before": int(done["numFilesRemoved"]),
        "after": int(done["numFilesAdded"]),
        "version": table.version(),
    }


def _rewrite(
    lake: Lake, contract: Contract, partitions: list[str], lineage: Lineage
) -> dict[str, int]:
    """Compact partitions by our own hand: delta-rs has no key to a personal table."""
    before = _files(lake, contract).filter(pl.col("partition").is_in(partitions)).height
    files = [
        lake.write_file(
            contract,
            partition,
            lake.scan(contract, partitions=[partition])
            .sort(contract.sort or contract.key)
            .collect(),
        )
        for partition in partitions
    ]
    version = lake.commit(contract, files, states={}, lineage=lineage)
    return {"before": before, "after": len(files), "version": version}


def _spread(
    lake: Lake,
    contract: Contract,
    partitions: list[str],
    lineage: Lineage,
    engine: Engine,
    order: Sequence[str],
) -> dict[str, int]:
    """Compact partitions on a cluster. By one column, a Z-order is a sort."""
    files = _files(lake, contract).filter(pl.col("partition").is_in(partitions))
    rows = engine.read(contract, partitions)
    written = engine.write(contract, rows, cluster=tuple(dict.fromkeys(order)), prefix=_OPTIMIZED)
    found = [one.file for one in written]
    if sum(file.rows for file in found) != files["rows"].sum():
        raise InvariantError(
            "Compacting {name} would change how many rows it has.",
            hint="Nothing was changed; please report it.",
            name=contract.name,
        )
    version = lake.commit(contract, found, states={}, lineage=lineage)
    return {"before": files.height, "after": len(found), "version": version}


def _to_rewrite(files: pl.DataFrame, *, clustered: bool) -> list[str]:
    """Partitions of many files, and those that no earlier optimization clustered."""
    several = pl.len() > 1 + pl.col("rows").sum() // _ROWS_A_FILE
    raw = ~pl.col("path").str.contains(f"/{_OPTIMIZED}", literal=True).all()
    wanted = (several | raw) if clustered else several
    found = files.group_by("partition").agg(wanted.alias("wanted")).filter("wanted")
    return sorted(found["partition"])


def vacuum(
    lake: Lake, contracts: Iterable[Contract], *, keep_days: int, delete: bool, lineage: Lineage
) -> dict[str, list[str]]:
    """Find, and remove when told, data files that no version within the period needs.

    Files that no log names at all (a run that was killed left them) go the same way.

    Args:
        lake: The lake.
        contracts: Of the tables.
        keep_days: Versions of so many days back stay readable.
        delete: Remove them; otherwise they are only named.
        lineage: Who asks, kept in the commit.

    Returns:
        Paths below each table's folder; tables without any are left out.

    Raises:
        RequestError: In a bucket, where other runs may be at work, files of the day would go.
    """
    from deltalake import CommitProperties  # noqa: PLC0415

    if delete and keep_days < 1 and not lake.storage.is_local:
        raise RequestError(
            "In a bucket, files of less than a day may belong to a run that is not done yet.",
            hint="Keep at least 1 day.",
        )
    found: dict[str, list[str]] = {}
    for contract in contracts:
        if lake.exists(contract.name):
            with committing(lake.storage, contract.name):
                paths = lake.delta(contract.name).vacuum(
                    keep_days * 24,
                    dry_run=not delete,
                    enforce_retention_duration=False,
                    commit_properties=CommitProperties(custom_metadata=lineage.to_metadata()),
                    full=True,
                )
        else:
            paths = list(_unborn(lake, contract.name, keep_days, delete=delete))
        if paths:
            found[contract.name] = sorted(paths)
    return found


def _unborn(lake: Lake, name: str, keep_days: int, *, delete: bool) -> Iterator[str]:
    """Old files in the folder of a table that was never committed."""
    root = f"{name.replace('.', '/')}/"
    oldest = dt.datetime.now(dt.UTC) - dt.timedelta(days=keep_days)
    for key in sorted(lake.storage.older(root, oldest)):
        if key.endswith(".parquet"):
            yield key.removeprefix(root)
            if delete:
                lake.storage.delete(key)


def repair(lake: Lake, contract: Contract, lineage: Lineage, also: Iterable[str] = ()) -> list[str]:
    """Strike lost files out of a table's log, and forget what their partitions were made from.

    Args:
        lake: The lake.
        contract: Of the table.
        lineage: Who asks, kept in the commit.
        also: Further states to forget where a file was lost (a bronze table's own files).

    Returns:
        The partitions that lost a file: the next build makes them again.
    """
    from deltalake import CommitProperties, Transaction  # noqa: PLC0415

    lost = lost_files(lake, contract.name)
    if not lost:
        return []
    files = _files(lake, contract).filter(pl.col("path").is_in(lost))
    partitions = sorted(set(files["partition"]))
    table = lake.delta(contract.name)
    with committing(lake.storage, contract.name):
        table.repair(
            commit_properties=CommitProperties(
                custom_metadata=lineage.to_metadata(),
                app_transactions=[Transaction(state, 0) for state in (*partitions, *also)],
            )
        )
        table.update_incremental()
    return partitions


def forget(lake: Lake, contract: Contract, partitions: Iterable[str], lineage: Lineage) -> None:
    """Forget what partitions were made from, so that the next build makes them again."""
    lake.commit(contract, [], states=dict.fromkeys(partitions, 0), lineage=lineage)
