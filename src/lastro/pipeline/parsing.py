"""Parsing: landed bytes to the periods that bronze keeps, here or on the machines of a cluster."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from lastro.core.clock import BRASILIA
from lastro.core.errors import DataError, ParseError
from lastro.lake._polars import type_text
from lastro.lake.lineage import fingerprint
from lastro.lake.sealed import get_landed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from lastro.lake.lake import PartitionFile
    from lastro.lake.landing import Landed
    from lastro.lake.storage import Storage
    from lastro.sources import Period, Source

T = TypeVar("T")
_CANARY_ROWS, _CANARY_LEAST = 1000, 20


@dataclass(frozen=True)
class BronzeFile:
    """A period that stands in a file of bronze, not committed yet.

    Attributes:
        name: As of ``Period``.
        month: As of ``Period``.
        columns: Its official headers.
        file: The file.
    """

    name: str
    month: dt.date
    columns: list[str]
    file: PartitionFile


def parse_all(
    source: Source, storage: Storage, waiting: Sequence[Landed]
) -> Iterator[tuple[Landed, Period | DataError | None]]:
    """Every period of every file in turn; None ends a file, an error ends it badly.

    A period without rows is left out: it withdraws nothing.
    """
    for landed in waiting:
        try:
            for period in periods(source, storage, landed):
                yield landed, period
        except DataError as error:
            yield landed, error
        else:
            yield landed, None


def periods(source: Source, storage: Storage, landed: Landed) -> Iterator[Period]:
    """The periods of a landed file that have rows.

    Raises:
        DataError: It cannot be read as what its source publishes.
    """
    day = landed.landed_at.astimezone(BRASILIA).date()
    for period in source.parse(landed.name, get_landed(storage, landed.key), day):
        canary(source, period, landed.name)
        if not period.text.is_empty():
            yield period


def bronze_partition(period: Period | BronzeFile) -> str:
    """Partition of bronze that a period is kept in."""
    return period.name.replace(" ", "_")


def bronze_state(landed: Landed, partition: str) -> int:
    """Fingerprint of a bronze partition that was made from a landed file."""
    return fingerprint(landed.sha256, partition)


def bronze_rows(period: Period, landed: Landed, run_id: str) -> pl.DataFrame:
    """A period's text as bronze keeps it: with the file that it came in, and when."""
    return period.text.with_columns(
        pl.lit(landed.key).alias("_file"),
        pl.lit(run_id).alias("_run_id"),
        pl.lit(landed.landed_at).cast(pl.Datetime("us", "UTC")).alias("_ingested_at"),
        pl.lit(bronze_partition(period)).alias("_period"),
    )


def canary(source: Source, period: Period, name: str) -> None:
    """Refuse a file whose shape has changed: a third of its first rows, or more, cannot be read.

    One bad row goes to quarantine; of such a file nothing may take the place of good data.

    Raises:
        ParseError: It is so.
    """
    sample = period.text.head(_CANARY_ROWS)
    if sample.height < _CANARY_LEAST:
        return
    faults = type_text(sample, source.columns).faults
    if faults.height * 3 < sample.height:
        return
    raise ParseError(
        "{name}: {count} of its first {rows} rows cannot be read ({reason}).",
        hint="Its source seems to have changed its layout; nothing of the file was taken in. "
        "Compare it with the source's page in the reference, and report it.",
        name=name,
        count=faults.height,
        rows=sample.height,
        reason=faults["reason"].mode()[0],
    )


def ahead(items: Iterator[T]) -> Iterator[T]:
    """Walk an iterator two items ahead in a thread, from now on: unpacking overlaps with building.

    Two, because after a file's last period comes the news of its end, which is no work.
    """
    done = object()
    worker = ThreadPoolExecutor(1)
    coming = deque(worker.submit(next, items, done) for _ in range(2))

    def walk() -> Iterator[T]:
        with worker:
            while (item := coming.popleft().result()) is not done:
                coming.append(worker.submit(next, items, done))
                yield item  # type: ignore[misc]

    return walk()
