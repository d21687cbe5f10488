"""The lake: Delta tables by name, read as frames and written partition by partition.

Polars writes the Parquet files and delta-rs commits them. A file that was written but not
committed (a run killed in between) is in no version of the table; ``vacuum`` removes it. What a
partition was made from is kept as a Delta ``txn`` of the same commit: see ``state``.
"""

from __future__ import annotations

import datetime as dt
import errno
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import polars as pl

from lastro.core.errors import NotFoundError
from lastro.lake import _polars, sealed
from lastro.lake._delta import (
    CONFIGURATION,
    add_action,
    committing,
    delta_schema,
    refuse_newer,
)
from lastro.lake._rows import statistics
from lastro.lake._transactions import transactions
from lastro.lake.lineage import Lineage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deltalake import DeltaTable

    from lastro.lake.contract import Contract
    from lastro.lake.storage import Storage

AsOf = int | dt.datetime | None
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class PartitionFile:
    """A Parquet file that holds a partition, or a part of one, not committed yet.

    Attributes:
        partition: Its value, as text.
        path: Below the table's folder; blank where the partition is left empty.
        size: Bytes.
        rows: Rows.
        statistics: Delta statistics.
    """

    partition: str
    path: str
    size: int
    rows: int
    statistics: dict[str, object]


@dataclass
class _Known:
    """What is known of one version of a table: its partitions and their states, once read."""

    version: int
    partitions: list[str] = field(default_factory=list)
    states: dict[str, int] | None = None
    one_by_one: bool = False
    """Whether states cannot be read at once."""


class Lake:
    """Tables below one storage. One instance serves one run; it caches open logs."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self._open: dict[str, DeltaTable] = {}
        self._known: dict[str, _Known] = {}

    def table_url(self, name: str) -> str:
        """Address of a table's folder."""
        return self.storage.at(*name.split("."))

    def delta(self, name: str, as_of: AsOf = None) -> DeltaTable:
        """The Delta table, at its newest or a past state.

        Raises:
            NotFoundError: It was never written, or not yet at that instant or version.
        """
        if as_of is None and name in self._open:
            return self._open[name]
        from deltalake import DeltaTable  # noqa: PLC0415
        from deltalake.exceptions import DeltaError, TableNotFoundError  # noqa: PLC0415

        try:
            version = as_of if isinstance(as_of, int) else None
            options = self.storage.options or None
            with self.storage.asking():
                table = DeltaTable(self.table_url(name), version=version, storage_options=options)
                if isinstance(as_of, dt.datetime):
                    table.load_as_version(self._version_at(name, table, as_of))
        except (TableNotFoundError, DeltaError) as error:
            refuse_newer(name, error)
            raise NotFoundError(
                "The table {name} has nothing{at}.",
                hint="`lastro tables` shows what there is; `lastro history {name}` its versions.",
                name=name,
                at="" if as_of is None else f" as of {as_of}",
            ) from error
        if as_of is None:
            self._open[name] = table
        return table

    @staticmethod
    def _version_at(name: str, table: DeltaTable, instant: dt.datetime) -> int:
        """The newest version that its own commit dates at or before an instant."""
        born = {commit["timestamp"]: commit["version"] for commit in reversed(table.history())}
        reached = [at for at in born if at <= (instant - _EPOCH) // dt.timedelta(milliseconds=1)]
        if not reached:
            raise NotFoundError(
                "The table {name} has nothing as of {at}.",
                hint="Its first version is of {born}.",
                name=name,
                at=instant.isoformat(),
                born=(_EPOCH + dt.timedelta(milliseconds=min(born))).isoformat(timespec="seconds"),
            )
        return int(born[max(reached)])

    def pin(self, name: str, version: int) -> None:
        """See a table as of a version from now on, whatever is committed meanwhile."""
        self._open[name] = self.delta(name, version)

    def exists(self, name: str) -> bool:
        """Whether a table was ever written."""
        try:
            self.delta(name)
        except NotFoundError:
            return False
        return True

    def version(self, name: str) -> int:
        """Number of a table's newest version; -1 where it was never written."""
        return self.delta(name).version() if self.exists(name) else -1

    def partitions(self, contract: Contract, as_of: AsOf = None) -> list[str]:
        """Partition values that hold rows, as text, in order."""
        if as_of is not None:
            return _partitions(contract, self.delta(contract.name, as_of))
        if not self.exists(contract.name):
            return []
        known = self._of(contract.name)
        known.partitions = known.partitions or _partitions(contract, self.delta(contract.name))
        return list(known.partitions)

    def state(self, name: str, partition: str) -> int | None:
        """Fingerprint of what a partition was made from; None where it was never made."""
        if not self.exists(name):
            return None
        known = self._of(name)
        if known.states is None and not known.one_by_one:
            known.states = transactions(self.storage, name.replace(".", "/"), known.version)
            known.one_by_one = known.states is None
        if known.states is None:
            return self.delta(name).transaction_version(partition)
        return known.states.get(partition)

    def _of(self, name: str) -> _Known:
        """What was read of a table's newest version."""
        version, known = self.delta(name).version(), self._known.get(name)
        if known is None or known.version != version:
            known = self._known[name] = _Known(version)
        return known

    def least(self, name: str, column: str) -> set[str]:
        """The least value of a key column in each data file, from the log's statistics."""
        if not self.exists(name):
            return set()
        actions = pl.DataFrame(self.delta(name).get_add_actions(flatten=True))
        return set(actions[f"min.{column}"].to_list()) if f"min.{column}" in actions else set()

    def scan(
        self, contract: Contract, *, as_of: AsOf = None, partitions: Sequence[str] | None = None
    ) -> pl.LazyFrame:
        """A table as a lazy frame, in the contract's column order.

        Args:
            contract: Which.
            as_of: A version number or an instant; None is now.
            partitions: Only these, by value; None is all.

        Raises:
            NotFoundError: There is no such table or state of it.
        """
        table = self.delta(contract.name, as_of)
        if partitions is None and not contract.personal and not self._is_odd(table):
            return pl.scan_delta(table, storage_options=self.storage.frame_options or None)
        return self._scan_files(contract, table, partitions)

    def files(self, name: str, as_of: AsOf = None) -> list[str]:
        """Addresses of the Parquet files of a table's state."""
        return self._uris(self.delta(name, as_of))

    def _uris(self, table: DeltaTable) -> list[str]:
        found = table.file_uris()
        return [unquote(file) for file in found] if self.storage.is_local else found

    def scan_as_written(self, contract: Contract, partition: str) -> pl.LazyFrame:
        """A partition with the columns that its files have, in their own order."""
        folder = f"/{contract.partition}={partition}/"
        files = [file for file in self.files(contract.name) if folder in file]
        options = self.storage.frame_options or None
        frames = [
            pl.scan_parquet(
                file,
                storage_options=options,
                hive_partitioning=False,
                decryption=sealed.decryption(self.storage, contract, file),
            )
            for file in files
        ]
        value = pl.lit(_polars.partition_value(contract, partition)).alias(contract.partition)
        return pl.concat(frames, how="diagonal").with_columns(value)

    def _is_odd(self, table: DeltaTable) -> bool:
        """Whether a name above the table would be misread: quoted, or taken for a partition."""
        address = table.table_uri
        return self.storage.is_local and (unquote(address) != address or "=" in address)

    def _scan_files(
        self, contract: Contract, table: DeltaTable, partitions: Sequence[str] | None
    ) -> pl.LazyFrame:
        """As ``pl.scan_delta``, which is slower to begin and fails below oddly named folders."""
        known = _polars.schema(contract)
        names = [field.name for field in table.schema().fields]
        held = pl.Schema({name: known.get(name, pl.String()) for name in names})
        stored = {name: kind for name, kind in held.items() if name != contract.partition}
        frames = [held.to_frame().lazy()]
        for file in self._uris(table):
            partition = unquote(file.rsplit("/", 2)[1].partition("=")[2])
            if partitions is not None and partition not in partitions:
                continue
            rows = pl.scan_parquet(
                file,
                schema=stored,
                missing_columns="insert",
                hive_partitioning=False,
                storage_options=self.storage.frame_options or None,
                decryption=sealed.decryption(self.storage, contract, file),
            )
            value = pl.lit(_polars.partition_value(contract, partition))
            frames.append(rows.with_columns(value.alias(contract.partition)).select(names))
        return pl.concat(frames)

    def write_file(
        self, contract: Contract, partition: str, rows: pl.DataFrame, prefix: str = ""
    ) -> PartitionFile:
        """Write one partition's rows as a Parquet file, without committing it.

        Args:
            contract: Of the table; bronze tables may carry more columns than it names.
            partition: Its value, as text.
            rows: Its rows, sorted as wanted.
            prefix: What the file's name begins with.
        """
        if rows.is_empty():
            return PartitionFile(partition, "", 0, 0, {})
        path = f"{contract.partition}={partition}/{prefix}{uuid.uuid4().hex}.parquet"
        address = f"{self.table_url(contract.name)}/{path}"
        if self.storage.is_local:
            Path(address).parent.mkdir(parents=True, exist_ok=True)
        try:
            with self.storage.asking():
                rows.drop(contract.partition, strict=False).write_parquet(
                    address,
                    compression="zstd",
                    compression_level=1,
                    statistics=not contract.name.startswith("bronze."),  # text is not skipped by
                    storage_options=self.storage.frame_options or None,
                    encryption=sealed.encryption(self.storage, contract, path),
                )
        except pl.exceptions.ComputeError as error:
            if "transport error" not in str(error):
                raise
            raise OSError(errno.ENOSPC, "no room for a data file", address) from error
        size = self.storage.size(f"{'/'.join(contract.name.split('.'))}/{path}")
        keys = () if contract.personal else (*contract.key, *contract.sort)
        names = [name for name in rows.columns if name in keys and name != contract.partition]
        return PartitionFile(partition, path, size, rows.height, statistics(rows, names))

    def commit(
        self,
        contract: Contract,
        files: Sequence[PartitionFile],
        *,
        states: Mapping[str, int],
        lineage: Lineage,
        append: bool = False,
        columns: Sequence[str] = (),
    ) -> int:
        """Make files the new content of their partitions, in one version.

        Args:
            contract: Of the table.
            files: All files of each partition.
            states: What each partition was made from, by its value.
            lineage: Kept in the commit.
            append: Add to the partitions instead of replacing them.
            columns: Text columns that the files carry beyond the contract (bronze).

        Returns:
            The new version.

        Raises:
            ConflictError: Another run changed the same partitions meanwhile.
        """
        from deltalake import CommitProperties, Transaction  # noqa: PLC0415

        table = self._ready(contract, columns)
        properties = CommitProperties(
            custom_metadata=lineage.to_metadata(),
            app_transactions=[Transaction(app_id=p, version=s) for p, s in states.items()],
        )
        append = append or not files
        before = self._of(contract.name)
        replaced = list(dict.fromkeys(file.partition for file in files))
        with committing(self.storage, contract.name):
            table.create_write_transaction(
                [add_action(contract, file) for file in files if file.path],
                "append" if append else "overwrite",
                table.schema(),
                partition_by=[contract.partition],
                partition_filters=None if append else [(contract.partition, "in", replaced)],
                commit_properties=properties,
            )
            table.update_incremental()
        if before.states is not None and table.version() == before.version + 1:
            self._of(contract.name).states = before.states | dict(states)
        return table.version()

    def _ready(self, contract: Contract, columns: Sequence[str]) -> DeltaTable:
        """The table, created or widened by new columns where that is needed."""
        from deltalake import Field  # noqa: PLC0415

        if not self.exists(contract.name):
            self._create(contract, columns)
        table = self.delta(contract.name)
        known = {field.name for field in table.schema().fields}
        new = [f for f in delta_schema(contract, columns).fields if f.name not in known]
        if new:
            with committing(self.storage, contract.name):
                table.alter.add_columns([Field(f.name, f.type, nullable=True) for f in new])
                table.update_incremental()
        return table

    def _create(self, contract: Contract, columns: Sequence[str]) -> None:
        """Create a table, unless another run just did."""
        from deltalake import DeltaTable  # noqa: PLC0415
        from deltalake.exceptions import DeltaError  # noqa: PLC0415

        try:
            with self.storage.asking():
                self._open[contract.name] = DeltaTable.create(
                    self.table_url(contract.name),
                    delta_schema(contract, columns),
                    partition_by=[contract.partition],
                    name=contract.name,
                    description=contract.title,
                    configuration=CONFIGURATION,
                    storage_options=self.storage.options or None,
                )
        except DeltaError:
            if not self.exists(contract.name):
                raise

    def history(self, name: str) -> list[dict[str, Any]]:
        """Every version, the newest first: ``version``, ``at`` (UTC), ``operation``, ``lineage``.

        Raises:
            NotFoundError: The table was never written.
        """
        return [
            {
                "version": commit["version"],
                "at": dt.datetime.fromtimestamp(commit["timestamp"] / 1000, dt.UTC),
                "operation": commit.get("operation", ""),
                "lineage": Lineage.from_commit(commit),
            }
            for commit in self.delta(name).history()
        ]


def _partitions(contract: Contract, table: DeltaTable) -> list[str]:
    return sorted({str(values[contract.partition]) for values in table.partitions()})
