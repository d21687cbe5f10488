"""Builds tables on a cluster: its machines read, build and write; this run decides and commits.

What is stale, in which order and under which fingerprint is the embedded builder's own word. What
differs is the loop: table by table with all stale months at once, each committed before the next
begins, so that every read goes through committed versions.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import narwhals as nw

from lastro.lake.quality import RESTATEMENTS, quarantine_contract
from lastro.pipeline import tasks
from lastro.pipeline.builder import Builder, argument, parts_of, periods_of
from lastro.pipeline.parsing import BronzeFile

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from lastro.core.errors import DataError
    from lastro.lake.catalog import Catalog, Table
    from lastro.lake.engine import Engine, Written
    from lastro.lake.lake import Lake
    from lastro.lake.landing import Landed
    from lastro.pipeline.builder import Available, Found
    from lastro.pipeline.report import Progress, Report
    from lastro.sources import Source

_TASKS = 256  # a job: what it wrote is committed before the next begins


class ClusterBuilder(Builder):
    """One run's building on a cluster. Not to be shared between threads."""

    def __init__(
        self,
        lake: Lake,
        catalog: Catalog,
        sources: Mapping[str, Source],
        report: Report,
        code: str,
        progress: Progress,
        engine: Engine,
    ) -> None:
        super().__init__(lake, catalog, sources, report, code, progress)
        self._engine = engine
        self._wanted: dict[tuple[str, dt.date], Sequence[str]] = {}

    def parsed(
        self, source: Source, waiting: Sequence[Landed]
    ) -> Iterator[tuple[Landed, Found | DataError | None]]:
        """Read landed files on the cluster's machines, a file a task."""
        for start in range(0, len(waiting), _TASKS):
            some = waiting[start : start + _TASKS]
            readings = [tasks.Reading(source.name, landed, self._report.run_id) for landed in some]
            done = self._engine.map(tasks.read_file, readings)
            for landed, found in zip(some, done, strict=True):
                for period in found:
                    yield landed, period
                if not found or isinstance(found[-1], BronzeFile):
                    yield landed, None
            self.commit()

    def build_month(self, source: Source, month: dt.date, names: Sequence[str]) -> None:
        """Remember what was asked for: a cluster builds all months at once, later."""
        self._wanted[source.bronze.name, month] = names

    def _part(self, source: Source, month: dt.date) -> None:
        self.commit()
        names = self._wanted.get((source.bronze.name, month))
        if names is None:
            return
        for table in self._catalog.with_inputs(names or list(self._catalog.tables)):
            if table.pace == "month" and self._comes_from(table, source.bronze.name):
                self._build_if_stale(table, [month])
                self.commit()

    def build(self, names: Sequence[str] = ()) -> None:
        """Build whatever is stale of these tables and of all they are built from; by default all.

        Raises:
            NotFoundError: There is no such table.
        """
        self.commit()
        for table in self._catalog.with_inputs(names or list(self._catalog.tables)):
            self._build_if_stale(table, sorted(self._due(table)))
            self.commit()

    def _build_if_stale(self, table: Table, months: Sequence[dt.date]) -> None:
        available = {i.table: self._months(i.table) for i in table.inputs}
        stale = self._stale(table, months, available)
        if not stale:
            return
        if table.inputs[0].table in self._sources:
            every = sorted(stale)
            for start in range(0, len(every), _TASKS):
                self._build_months(table, every[start : start + _TASKS], stale, available)
        else:
            self._build_at_once(table, stale, available)

    def _build_months(
        self,
        table: Table,
        months: Sequence[dt.date],
        states: Mapping[dt.date, int],
        available: Available,
    ) -> None:
        """Build months from bronze, a month a task."""
        wanted = [
            tasks.Month(
                table.name, month, periods_of(available, month), states[month], self._report.run_id
            )
            for month in months
        ]
        contract = table.contract
        aside = quarantine_contract(contract)
        contracts = {found.name: found for found in (contract, aside, RESTATEMENTS)}
        seen = [*contracts, *(i.table for i in table.inputs)]
        versions = {name: self._lake.version(name) for name in seen if self._lake.exists(name)}
        for built in self._engine.map(tasks.build_month, wanted, versions):
            for bundle in built.bundles:
                self._outbox.unpack(contracts[bundle.table], bundle)
            self._report.counts.update(built.counts)
        self.commit()

    def _build_at_once(
        self, table: Table, stale: Mapping[dt.date, int], available: Available
    ) -> None:
        """Build months from tables, all in one job that leaves their rows where they are."""
        contract, frames = table.contract, {}
        for needed in table.inputs:
            parts = parts_of(needed, stale, available[needed.table])
            frame = self._engine.read(self._catalog.contract(needed.table), parts)
            frames[argument(needed)] = nw.from_native(frame)
        rows = table.build(**frames).select(*contract.names)
        rows = rows.filter(nw.col(contract.partition).is_in(list(stale)))
        by_partition: dict[str, list[Written]] = defaultdict(list)
        for written in self._engine.write(contract, rows.to_native()):
            by_partition[written.file.partition].append(written)
        for month, state in stale.items():
            mine = by_partition[month.isoformat()]
            said = [written.content for written in mine] or [0]
            files = [written.file for written in mine]
            self._outbox.adopt(contract, month.isoformat(), files, state, said)
