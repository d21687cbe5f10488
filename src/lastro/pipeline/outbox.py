"""The outbox: partitions written but not committed yet, and the lake as it looks with them.

Nothing of a written file counts until ``commit`` puts every table's partitions into one version
each, inputs before what is built from them.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from lastro.lake import _polars
from lastro.lake._rows import CONTENTS, content
from lastro.lake.lake import PartitionFile
from lastro.lake.lineage import Lineage
from lastro.lake.quality import RESTATEMENTS, quarantine_contract
from lastro.lake.sealed import decryption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lastro.lake.catalog import Catalog
    from lastro.lake.contract import Contract
    from lastro.lake.lake import Lake
    from lastro.pipeline.report import Progress, Report

_SMALL = 200_000  # rows that may stay in memory until they are committed
_ROWS_A_COMMIT = 4_000_000


@dataclass
class _Pending:
    """A partition that is written, or being written."""

    written: Sequence[PartitionFile] | Future[PartitionFile]
    state: int
    rows: pl.DataFrame | None

    @property
    def files(self) -> Sequence[PartitionFile]:
        """Its files, as soon as they stand; what went wrong with them is raised here."""
        return [self.written.result()] if isinstance(self.written, Future) else self.written


@dataclass
class Waiting:
    """What waits for the next commit of one table.

    Attributes:
        contract: The table's.
        partitions: Written partitions.
        states: Fingerprints to remember, by partition (or by file, in bronze).
        files: Landing keys of the files that went in.
        columns: Text columns beyond the contract (bronze).
        counts: What quality did on the way.
    """

    contract: Contract
    partitions: dict[str, _Pending] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    columns: dict[str, None] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Bundle:
    """What waits for one table's next commit, as it travels from machine to machine.

    Attributes:
        table: Full name.
        files: Written files by partition.
        states: Fingerprints to remember.
        counts: What quality did on the way.
    """

    table: str
    files: dict[str, Sequence[PartitionFile]]
    states: dict[str, int]
    counts: Counter[str]


class Outbox:
    """One run's uncommitted partitions over its lake. Not to be shared between threads."""

    def __init__(
        self, lake: Lake, catalog: Catalog, report: Report, code: str, progress: Progress
    ) -> None:
        self._lake = lake
        self._catalog = catalog
        self._report = report
        self._code = code
        self._progress = progress
        self._tables: dict[str, Waiting] = {}
        self._rows = 0
        self._writer = ThreadPoolExecutor(1)
        self._writing: Future[PartitionFile] | None = None
        self.changes = 0
        """How often partitions were written or committed: what was read before may be old."""

    def waiting(self, contract: Contract) -> Waiting:
        """What waits for a table's next commit."""
        return self._tables.setdefault(contract.name, Waiting(contract))

    def state(self, name: str, partition: str) -> int | None:
        """Fingerprint of a partition, written or committed."""
        waiting = self._tables.get(name)
        if waiting and partition in waiting.partitions:
            return waiting.partitions[partition].state
        return self._lake.state(name, partition)

    def identity(self, name: str, partition: str) -> int | None:
        """What tables built from a partition go by: its content's fingerprint, or its own."""
        if not self._catalog.by_content(name):
            return self.state(name, partition)
        mark = _content_key(partition)
        waiting = self._tables.get(name)
        if waiting and mark in waiting.states:
            return waiting.states[mark]
        return self._lake.state(name, mark)

    def partitions(self, contract: Contract) -> list[str]:
        """Partition values, written or committed, in order."""
        fresh = self.waiting(contract).partitions
        return sorted({*self._lake.partitions(contract), *fresh})

    def read(self, contract: Contract, partitions: Sequence[str]) -> pl.LazyFrame:
        """Rows of partitions, written or committed; an empty frame where there are none."""
        waiting = self.waiting(contract).partitions
        frames = [self._fresh(contract, p, waiting[p]) for p in partitions if p in waiting]
        settled = [partition for partition in partitions if partition not in waiting]
        if settled and self._lake.exists(contract.name):
            frames.append(self._lake.scan(contract, partitions=settled))
        if not frames:
            return pl.LazyFrame(schema=_polars.schema(contract))
        return pl.concat(frames, how="diagonal") if len(frames) > 1 else frames[0]

    def read_as_written(self, contract: Contract, partition: str) -> pl.DataFrame:
        """A partition with the columns of its own file alone, in that file's order."""
        if partition in self.waiting(contract).partitions:
            return _polars.collected(self.read(contract, [partition]))
        return _polars.collected(self._lake.scan_as_written(contract, partition))

    def in_hand(self, contract: Contract, partitions: Sequence[str]) -> pl.DataFrame | None:
        """The rows of one partition as they were put, which is in order, if they are in hand."""
        waiting = self.waiting(contract).partitions
        if len(partitions) != 1 or partitions[0] not in waiting:
            return None
        return waiting[partitions[0]].rows

    def _fresh(self, contract: Contract, partition: str, pending: _Pending) -> pl.LazyFrame:
        if pending.rows is not None:
            return pending.rows.lazy()
        value = pl.lit(_polars.partition_value(contract, partition))
        storage = self._lake.storage
        frames = [
            pl.scan_parquet(
                address := f"{self._lake.table_url(contract.name)}/{file.path}",
                storage_options=storage.options or None,
                decryption=decryption(storage, contract, address),
            )
            for file in pending.files
            if file.path
        ]
        if not frames:
            return pl.LazyFrame(schema=_polars.schema(contract))
        return pl.concat(frames).with_columns(value.alias(contract.partition))

    def put(
        self,
        contract: Contract,
        partition: str,
        rows: pl.DataFrame,
        state: int,
        *,
        in_hand: bool = False,
    ) -> None:
        """Write a partition's file while the next is worked out; it counts from the next commit on.

        One file is written at a time, so that no frames wait for it; what goes wrong is raised by
        the next call, or by the commit.

        Args:
            contract: The table's.
            partition: Its value, as text.
            rows: All its rows, in order.
            state: Fingerprint of what it was made from.
            in_hand: Keep a big frame for the tables built next, until ``settle``.
        """
        if self._writing:
            self._writing.result()
        self._writing = self._writer.submit(self._lake.write_file, contract, partition, rows)
        self._note(contract, partition, _Pending(self._writing, state, None), rows.height)
        if in_hand or rows.height <= _SMALL:
            self.waiting(contract).partitions[partition].rows = rows
        if self._catalog.by_content(contract.name):
            self.waiting(contract).states[_content_key(partition)] = content(rows)

    def adopt(
        self,
        contract: Contract,
        partition: str,
        files: Sequence[PartitionFile],
        state: int,
        said: Sequence[int] = (),
    ) -> None:
        """Take a partition's files that stand written; they count from the next commit on.

        Args:
            contract: The table's.
            partition: Its value, as text.
            files: All of its files; an empty partition has one that holds nothing, or none.
            state: Fingerprint of what it was made from.
            said: The fingerprints of the files' content, where they are known.
        """
        held = files or [PartitionFile(partition, "", 0, 0, {})]
        self._note(
            contract, partition, _Pending(held, state, None), sum(file.rows for file in held)
        )
        if said and self._catalog.by_content(contract.name):
            self.waiting(contract).states[_content_key(partition)] = sum(said) % CONTENTS

    def _note(self, contract: Contract, partition: str, pending: _Pending, rows: int) -> None:
        self.changes += 1
        waiting = self.waiting(contract)
        waiting.partitions[partition] = pending
        waiting.states[partition] = pending.state
        self._rows += rows
        self._progress(contract.name, rows)

    def pack(self) -> list[Bundle]:
        """All that waits, for another machine's outbox to take in; nothing waits here any more."""
        tables, self._tables = self._tables, {}
        return [
            Bundle(
                name,
                {value: pending.files for value, pending in waiting.partitions.items()},
                waiting.states,
                waiting.counts,
            )
            for name, waiting in tables.items()
            if waiting.states
        ]

    def unpack(self, contract: Contract, bundle: Bundle) -> None:
        """Take in what another machine's outbox held for a table."""
        for partition, files in bundle.files.items():
            self.adopt(contract, partition, files, bundle.states[partition])
        waiting = self.waiting(contract)
        waiting.states |= bundle.states
        waiting.counts.update(bundle.counts)

    def let_go(self, contract: Contract) -> None:
        """Nobody needs a table's big frames in hand any more: from now on its files are read."""
        for pending in self.waiting(contract).partitions.values():
            if pending.rows is not None and pending.rows.height > _SMALL:
                pending.rows = None

    def settle(self) -> None:
        """A month is done: let go of its big frames, and commit where much is waiting."""
        for waiting in list(self._tables.values()):
            self.let_go(waiting.contract)
        if self._rows > _ROWS_A_COMMIT:
            self.commit()

    def commit(self) -> None:
        """Commit what waits, inputs before what is built from them.

        A table comes after what goes with it (restatements, quarantine): its own fingerprint alone
        says that a month is done. Where one commit fails, none of the others is made.
        """
        order = [*self._catalog.bronze, RESTATEMENTS.name]
        for name, table in self._catalog.tables.items():
            order += [quarantine_contract(table.contract).name, name]
        self.changes += 1
        tables, self._tables, self._rows = self._tables, {}, 0
        for name in order:
            if name in tables and tables[name].states:
                self._commit_one(tables[name])

    def _commit_one(self, waiting: Waiting) -> None:
        contract = waiting.contract
        files = [file for pending in waiting.partitions.values() for file in pending.files]
        table = self._catalog.tables.get(contract.name)
        is_born = self._lake.exists(contract.name) or any(file.path for file in files)
        if table is None and not is_born:
            return  # a quarantine that never held a row needs no birth
        lineage = Lineage(
            run_id=self._report.run_id,
            code=self._code,
            inputs={i.table: self._lake.version(i.table) for i in table.inputs} if table else {},
            files=tuple(waiting.files),
            partitions=tuple(waiting.partitions),
            rows=sum(file.rows for file in files),
            counts=dict(waiting.counts),
        )
        version = self._lake.commit(
            contract, files, states=waiting.states, lineage=lineage, columns=list(waiting.columns)
        )
        self._report.wrote(contract.name, lineage.rows, version, len(waiting.partitions))


def _content_key(partition: str) -> str:
    return f"content:{partition}"
