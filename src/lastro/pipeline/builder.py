"""Builds tables: finds what is stale, and builds it month by month.

What is stale follows from fingerprints alone: each partition remembers what it was made from (the
bytes of a file, or the fingerprints of its inputs), and a partition whose inputs now say something
else is built again. A run that was killed anywhere therefore needs no clean-up: the next one finds
what is missing.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, TypeAlias, cast

import narwhals as nw
import polars as pl

from lastro.lake import _polars
from lastro.lake._polars import collected
from lastro.lake._rows import in_order
from lastro.lake.contract import STANDING
from lastro.lake.lineage import fingerprint
from lastro.lake.quality import RESTATEMENTS, quarantine_contract, revise
from lastro.lake.retention import Retired
from lastro.pipeline.outbox import Outbox
from lastro.pipeline.parsing import (
    BronzeFile,
    ahead,
    bronze_partition,
    bronze_rows,
    bronze_state,
    parse_all,
)
from lastro.pipeline.refine import Text, gather, number, refine, set_aside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lastro.core.errors import DataError
    from lastro.lake.catalog import Catalog, Input, Table
    from lastro.lake.contract import Contract
    from lastro.lake.lake import Lake
    from lastro.lake.landing import Landed
    from lastro.pipeline.outbox import Bundle
    from lastro.pipeline.report import Progress, Report
    from lastro.sources import Period, Source

Available: TypeAlias = "Mapping[str, Mapping[dt.date, tuple[str, ...]]]"  # by table and month
Found: TypeAlias = "Period | BronzeFile"
_MONTHS_AT_ONCE = 36  # of the tables built in one call: bounds memory over long histories
_MONTH = re.compile(r"\d{4}-\d{2}")


class Builder:
    """One run's building. Not to be shared between threads."""

    def __init__(
        self,
        lake: Lake,
        catalog: Catalog,
        sources: Mapping[str, Source],
        report: Report,
        code: str,
        progress: Progress,
    ) -> None:
        self._lake = lake
        self._catalog = catalog
        self._sources = {source.bronze.name: source for source in sources.values()}
        self._report = report
        self._outbox = Outbox(lake, catalog, report, code, progress)
        self._retired = Retired(lake)
        self._known: dict[str, tuple[int, dict[dt.date, tuple[str, ...]]]] = {}

    def _months(self, name: str) -> dict[dt.date, tuple[str, ...]]:
        """Partitions by month: all of a month that is gathered, else its last one.

        Months that retention took count as there: what was built from them is not stale.
        """
        changes, known = self._known.get(name, (-1, {}))
        if changes == self._outbox.changes:
            return known
        found: dict[dt.date, tuple[str, ...]] = {}
        source, contract = self._sources.get(name), self._catalog.contract(name)
        gone = self._retired.partitions(contract)
        for partition in sorted({*gone, *self._outbox.partitions(contract)}):
            month = _month_of(partition)
            gathered = month == STANDING or (source is not None and source.gathers)
            found[month] = (*found.get(month, ()), partition) if gathered else (partition,)
        self._known[name] = (self._outbox.changes, found)
        return found

    # bronze

    def parsed(
        self, source: Source, waiting: Sequence[Landed]
    ) -> Iterator[tuple[Landed, Found | DataError | None]]:
        """Every period of every landed file in turn; None ends a file, an error ends it badly."""
        return ahead(parse_all(source, self._lake.storage, waiting))

    def put_bronze(self, source: Source, period: Found, landed: Landed) -> None:
        """Write a period's text into bronze; the frame stays in hand for the tables built next."""
        contract, name = source.bronze, bronze_partition(period)
        if name in self._outbox.waiting(contract).partitions:
            self._part(source, period.month)  # two files of one run speak of one period
        state = bronze_state(landed, name)
        if isinstance(period, BronzeFile):
            columns, rows = period.columns, period.file.rows
            self._outbox.adopt(contract, name, [period.file], state)
        else:
            columns, rows = period.text.columns, period.text.height
            text = bronze_rows(period, landed, self._report.run_id)
            self._outbox.put(contract, name, text, state, in_hand=True)
        waiting = self._outbox.waiting(contract)
        waiting.columns |= dict.fromkeys(columns)
        waiting.files.append(landed.key)
        self._report.counts["bronze"] += rows

    def _part(self, source: Source, month: dt.date) -> None:  # noqa: ARG002 - a cluster builds it
        """End what was brought of a month so far: what comes next is another version of it."""
        self.commit()

    def note_file(self, source: Source, landed: Landed) -> None:
        """Remember that all of a file's periods are in bronze."""
        waiting = self._outbox.waiting(source.bronze)
        waiting.states[file_state_key(landed.name)] = fingerprint(landed.sha256)

    def is_read(self, source: Source, landed: Landed) -> bool:
        """Whether a file's present bytes are in bronze."""
        known = self._lake.state(source.bronze.name, file_state_key(landed.name))
        return known == fingerprint(landed.sha256)

    def holds(self, source: Source, landed: Landed) -> bool:
        """Whether bronze still holds rows of a file: another may have taken its place."""
        return landed.key in self._lake.least(source.bronze.name, "_file")

    # tables

    def build_month(self, source: Source, month: dt.date, names: Sequence[str]) -> None:
        """Build what follows month by month from one source, while its frame is in hand."""
        for table in self._catalog.with_inputs(names or list(self._catalog.tables)):
            if table.pace == "month" and self._comes_from(table, source.bronze.name):
                self._build_if_stale(table, [month])
        self._outbox.settle()

    def rest(self) -> None:
        """A period is in bronze, and its tables wait until all of its month's are."""
        self._outbox.settle()

    def build(self, names: Sequence[str] = ()) -> None:
        """Build whatever is stale of these tables and of all they are built from; by default all.

        Raises:
            NotFoundError: There is no such table.
        """
        tables = self._catalog.with_inputs(names or list(self._catalog.tables))
        monthly = [table for table in tables if table.pace == "month"]
        months = sorted({month for table in monthly for month in self._due(table)})
        for month in months:
            for table in monthly:
                if month in self._due(table):
                    self._build_if_stale(table, [month])
            self._outbox.settle()
        for table in tables:
            if table.pace == "all":
                every = sorted(self._due(table))
                for start in range(0, len(every), _MONTHS_AT_ONCE):
                    self._build_if_stale(table, every[start : start + _MONTHS_AT_ONCE])
        self.commit()

    def _due(self, table: Table) -> set[dt.date]:
        """Months it is built for: its first input's, and its own that are no longer there."""
        if table.standing:
            return {STANDING} if any(self._months(i.table) for i in table.inputs) else set()
        months = {*self._months(table.inputs[0].table)}
        if table.inputs[0].table in self._catalog.bronze:  # which loses none
            return months.union(*(self._months(i.table) for i in table.inputs))
        return months | {*self._months(table.name)}

    def _comes_from(self, table: Table, bronze: str) -> bool:
        return any(
            i.table == bronze
            or (i.table in self._catalog.tables
                and self._comes_from(self._catalog[i.table], bronze))
            for i in table.inputs
        )  # fmt: skip

    def _build_if_stale(self, table: Table, months: Sequence[dt.date]) -> None:
        available = {i.table: self._months(i.table) for i in table.inputs}
        stale = self._stale(table, months, available)
        if not stale:
            return
        if table.inputs[0].table in self._sources:
            for month, state in stale.items():
                self.build_from_bronze(table, month, periods_of(available, month), state)
            return
        inputs = {i.table: parts_of(i, stale, available[i.table]) for i in table.inputs}
        self._build_from_tables(table, inputs, stale)

    def _stale(
        self, table: Table, months: Sequence[dt.date], available: Available
    ) -> dict[dt.date, int]:
        """Those of the months that must be built, each with its fingerprint to be."""
        stale: dict[dt.date, int] = {}
        for month in months:
            if self._is_closed(table, month):
                continue
            expected = self._expected(table, month, available)
            if self._outbox.state(table.name, month.isoformat()) != expected:
                stale[month] = expected
        return stale

    def _is_closed(self, table: Table, month: dt.date) -> bool:
        """Whether retention took the month from the table, or from what it is built from."""
        return any(
            self._retired.has(n, month) for n in (table.name, *(i.table for i in table.inputs))
        )

    def _expected(self, table: Table, month: dt.date, available: Available) -> int:
        columns = ",".join(f"{c.name} {c.type}" for c in table.contract.columns)
        made_from: list[object] = [table.name, table.revision, columns]
        for needed in table.inputs:
            months = available[needed.table]
            for found in needed.window(month, months):
                for part in months[found]:
                    made_from += [needed.table, part, self._outbox.identity(needed.table, part)]
        return fingerprint(*made_from)

    def build_from_bronze(
        self, table: Table, month: dt.date, periods: Mapping[str, Sequence[str]], state: int
    ) -> None:
        """Type, build and judge a month of text, and hold it against what stood there.

        Args:
            table: A table that is built from bronze.
            month: The month.
            periods: Partitions of each bronze table that speak of it.
            state: Fingerprint of what it is made from.
        """
        contract = table.contract
        texts = self._texts(table, periods)
        refined = refine(table, texts, month)
        newest = max((text for text in texts if text.seen_at), key=lambda text: str(text.seen_at))
        seen_at = cast("dt.datetime", newest.seen_at)
        grows = month == STANDING or any(text.source.gathers for text in texts)
        kept = self._revised(
            contract, month, refined.rows, state, seen_at, newest.newest, grows=grows
        )
        aside = quarantine_contract(contract)
        away = set_aside(
            texts, refined.rejects, aside, run_id=self._report.run_id, seen_at=seen_at,
            **{aside.partition: month},
        )  # fmt: skip
        self._outbox.put(aside, month.isoformat(), away, state)
        for text in texts:
            self._outbox.let_go(text.source.bronze)
        self._outbox.put(contract, month.isoformat(), kept, state, in_hand=True)
        counts = {"quarantined": away.height, "collapsed": refined.collapsed}
        self._report.counts.update(counts | {"silver": kept.height})
        self._outbox.waiting(contract).counts.update(counts | {"read": refined.read})

    def _texts(self, table: Table, periods: Mapping[str, Sequence[str]]) -> list[Text]:
        sources = [self._sources[i.table] for i in table.inputs]
        found = []
        for source in sources:
            parts = periods[source.bronze.name]
            frames = [self._outbox.read_as_written(source.bronze, part) for part in parts]
            found.append(Text(source, gather(source, frames)))
        anew = len(sources) > 1 or any(len(parts) > 1 for parts in periods.values())
        return number(found, anew=anew)

    def _revised(
        self,
        contract: Contract,
        month: dt.date,
        rows: pl.DataFrame,
        state: int,
        landed_at: dt.datetime,
        file: str,
        *,
        grows: bool,
    ) -> pl.DataFrame:
        """Hold the new rows against those that stand there; note what was restated."""
        partition = month.isoformat()
        if partition not in self._outbox.partitions(contract):
            return rows
        former = collected(self._outbox.read(contract, [partition]).select(contract.names))
        revision = revise(rows, former, contract, landed_at, grows=grows)
        self._report.counts["restated"] += revision.restated
        self._report.counts["withdrawn"] += revision.withdrawn
        if revision.changes.height:
            event = f"{contract.table}-{partition}-{state:016x}"
            changes = revision.changes.select(
                pl.lit(event).alias("event"),
                pl.lit(contract.name).alias("table"),
                pl.lit(partition).alias("month"),
                pl.all(),
                pl.lit(file).alias("file"),
                pl.lit(landed_at).cast(pl.Datetime("us", "UTC")).alias("seen_at"),
                pl.lit(self._report.run_id).alias("run_id"),
            )
            self._outbox.put(RESTATEMENTS, event, changes.select(RESTATEMENTS.names), state)
        return revision.rows

    def _build_from_tables(
        self, table: Table, inputs: Mapping[str, Sequence[str]], stale: Mapping[dt.date, int]
    ) -> None:
        contract = table.contract
        if table.embedded:
            ordered = {argument(i): self._ordered(i, inputs[i.table]) for i in table.inputs}
            built = table.embedded(**ordered).lazy()
        else:
            frames = {argument(i): self._read(i, inputs[i.table]) for i in table.inputs}
            built = table.build(**{n: nw.from_native(f) for n, f in frames.items()}).to_native()
        rows = collected(built.select(contract.names).cast(_polars.schema(contract)))
        if (rows[contract.partition] == next(iter(stale))).all():  # a big table's only month
            parts = {next(iter(stale)): rows}
        else:
            parts = {
                m: p for (m,), p in rows.partition_by(contract.partition, as_dict=True).items()
            }
        for month, state in stale.items():
            part = parts.get(month, rows.clear())
            self._outbox.put(contract, month.isoformat(), in_order(part, contract.sort), state)

    def _read(self, needed: Input, parts: Sequence[str]) -> pl.LazyFrame:
        return self._outbox.read(self._catalog.contract(needed.table), parts)

    def _ordered(self, needed: Input, parts: Sequence[str]) -> pl.DataFrame:
        contract = self._catalog.contract(needed.table)
        held = self._outbox.in_hand(contract, parts)
        if held is not None:
            return held
        return in_order(collected(self._read(needed, parts)), contract.sort)

    def commit(self) -> None:
        """Commit what is built."""
        self._outbox.commit()

    def pack(self) -> list[Bundle]:
        """What is built, uncommitted, for the run that asked for it."""
        return self._outbox.pack()


def file_state_key(name: str) -> str:
    """Under which a bronze table remembers a file (partitions go by their own value)."""
    return f"file:{name}"


def periods_of(available: Available, month: dt.date) -> dict[str, tuple[str, ...]]:
    """Partitions of each bronze table that speak of a month."""
    return {name: months.get(month, ()) for name, months in available.items()}


def parts_of(
    needed: Input, stale: Iterable[dt.date], available: Mapping[dt.date, tuple[str, ...]]
) -> list[str]:
    """Partitions of an input that some months are built from, in order."""
    months = sorted({found for month in stale for found in needed.window(month, available)})
    return [part for month in months for part in available[month]]


def argument(needed: Input) -> str:
    """By which argument of ``build`` an input goes."""
    return needed.table.partition(".")[2]


def _month_of(partition: str) -> dt.date:
    """A partition's month, which it begins with; what begins with none is standing."""
    return dt.date.fromisoformat(f"{partition[:7]}-01") if _MONTH.match(partition) else STANDING
