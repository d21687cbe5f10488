"""COTAHIST to typed columns: ``python -m bench.cotahist [--rows N] [--runs N]``; two million.

Whole processes with their imports, taking turns; on a busy machine the processor's seconds say more
than the clock's. Ours is the source's ``parse`` and the engine's
typing; ``cotahist_slices.py`` is the same by hand; pandas' ``read_fwf`` reads a tenth of the
records and its time is multiplied.
"""

from __future__ import annotations

import argparse
import resource
import sys
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench.cotahist_data import year_file
from bench.data import OUT
from bench.measure import HERE, timed, warm

if TYPE_CHECKING:
    from pathlib import Path

_PANDAS_SHARE = 10
_MOST_OF_SLICES = 1.3
_LEAST_OF_PANDAS = 15.0
SCRIPTS = {
    "lastro": "cotahist_job.py",
    "slices": "cotahist_slices.py",
    "pandas": "peers/cotahist_fwf.py",
}


@dataclass(frozen=True)
class Run:
    """One whole process: seconds by the clock and of the processor, peak megabytes, its sums."""

    seconds: float
    cpu: float
    peak: float
    said: list[str]


def run(name: str, file: Path) -> Run:
    """Run one of ``SCRIPTS`` on a file; pandas' seconds as if it had read all."""
    before = _cpu()
    seconds, peak = timed([sys.executable, str(HERE / SCRIPTS[name]), str(file)])
    scale = _PANDAS_SHARE if name == "pandas" else 1
    said = (OUT / "last_run.log").read_text().split()
    return Run(seconds * scale, (_cpu() - before) * scale, peak, said)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(rows: int, runs: int) -> dict[str, list[Run]]:
    """Every run of each, after one that is not counted and whose sums are compared.

    Raises:
        SystemExit: Ours and the slices' sums differ.
    """
    files = {"lastro": year_file(rows), "slices": year_file(rows),
             "pandas": year_file(rows // _PANDAS_SHARE)}  # fmt: skip
    warm([*files.values()])
    first = {name: run(name, file) for name, file in files.items()}
    if first["lastro"].said != first["slices"].said:
        raise SystemExit(f"the sums differ: {first}")
    taken: dict[str, list[Run]] = {name: [] for name in SCRIPTS}
    for _ in range(runs):
        for name, file in files.items():
            taken[name].append(run(name, file))
    return taken


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    found = measure(given.rows, given.runs)
    clock = {name: median(one.seconds for one in all_) for name, all_ in found.items()}
    for name, all_ in found.items():
        cpu, peak = median(one.cpu for one in all_), max(one.peak for one in all_)
        scaled = " (a tenth of the rows, times ten)" if name == "pandas" else ""
        print(f"{name:<7} {clock[name]:7.2f} s  processor {cpu:6.2f} s  {peak:6.0f} MB{scaled}")
    slices, pandas = clock["lastro"] / clock["slices"], clock["pandas"] / clock["lastro"]
    print(f"within {_MOST_OF_SLICES} x the slices: {slices:.2f}: {slices <= _MOST_OF_SLICES}")
    print(f"at least {_LEAST_OF_PANDAS:.0f} x pandas: {pandas:.1f}: {pandas >= _LEAST_OF_PANDAS}")
