"""What a cluster's machines do of a run: read a landed file, build a month from bronze.

Each task is a function of a module, given the lake as its machine opens it, and gives back what it
wrote: the run that asked commits it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import lastro
from lastro.core.errors import DataError
from lastro.pipeline.builder import Builder
from lastro.pipeline.parsing import BronzeFile, bronze_partition, bronze_rows, periods
from lastro.pipeline.report import Report
from lastro.pipeline.shelves import all_sources, catalog_of

if TYPE_CHECKING:
    import datetime as dt
    from collections import Counter
    from collections.abc import Mapping, Sequence

    from lastro.lake.catalog import Catalog
    from lastro.lake.lake import Lake
    from lastro.lake.landing import Landed
    from lastro.pipeline.outbox import Bundle
    from lastro.sources import Source


@dataclass(frozen=True)
class Reading:
    """A landed file of a source to be read, by a run."""

    source: str
    landed: Landed
    run_id: str


@dataclass(frozen=True)
class Month:
    """A month of a table to be built from bronze.

    Attributes:
        table: Full name.
        month: Its first day.
        periods: Partitions of each bronze table that speak of it.
        state: Fingerprint of what it is made from.
        run_id: The run that asks.
    """

    table: str
    month: dt.date
    periods: Mapping[str, Sequence[str]]
    state: int
    run_id: str


@dataclass(frozen=True)
class Built:
    """A month that was built: what waits to be committed, and rows by what became of them."""

    bundles: list[Bundle]
    counts: Counter[str]


@cache
def _shelves() -> tuple[dict[str, Source], Catalog]:
    sources = all_sources()
    return sources, catalog_of(sources)


def read_file(lake: Lake, reading: Reading) -> list[BronzeFile | DataError]:
    """Read a landed file into files of bronze; an error comes last, after what was read."""
    landed = reading.landed
    source = _shelves()[0][reading.source]
    found: list[BronzeFile | DataError] = []
    try:
        for period in periods(source, lake.storage, landed):
            rows = bronze_rows(period, landed, reading.run_id)
            file = lake.write_file(source.bronze, bronze_partition(period), rows)
            found.append(BronzeFile(period.name, period.month, period.text.columns, file))
    except DataError as error:
        found.append(error)
    return found


def build_month(lake: Lake, month: Month) -> Built:
    """Build a month of a table from bronze, just as the embedded engine does."""
    sources, catalog = _shelves()
    report = Report(month.run_id)
    builder = Builder(lake, catalog, sources, report, lastro.__version__, _silent)
    builder.build_from_bronze(catalog[month.table], month.month, month.periods, month.state)
    return Built(builder.pack(), report.counts)


def _silent(step: str, rows: int) -> None:
    """Nobody looks at how far a task is."""
