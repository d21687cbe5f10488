"""How time and memory grow with the rows: ``python -m bench.scale [--runs N] ROWS...``.

Rows are counted in months of about 508 thousand: 1500000 is 3 of them, 6600000 is 13, and
60000000 is 118 (6 GB of CSV, generated on the first run).
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench.data import month_files, months_of
from bench.measure import Contender, warm

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Size:
    """One size: rows asked for, months, median seconds and highest megabytes."""

    rows: int
    months: int
    seconds: float
    peak: float


def measure(rows: Sequence[int], runs: int) -> list[Size]:
    """Our job at each size, sizes taking turns."""
    jobs = {count: Contender(f"lastro of {count} rows", "job.py") for count in rows}
    for _ in range(runs):
        for count, job in jobs.items():
            files = month_files(months_of(count))
            warm(files)
            job.run(files)
            shutil.rmtree(job.lake)
    return [
        Size(count, months_of(count), median(job.seconds), job.peak) for count, job in jobs.items()
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="+")
    parser.add_argument("--runs", type=int, default=1)
    given = parser.parse_args()
    sizes = measure(given.rows, given.runs)
    for size in sizes:
        print(f"{size.rows:>11,} rows, {size.months:>3} months: {size.seconds:7.2f} s "
              f"({size.seconds / sizes[0].seconds:5.2f} x), peak {size.peak:6.0f} MB")  # fmt: skip
