"""COTAHIST to typed columns: ``python -m bench.cotahist [--rows N] [--runs N]``; two million.

Whole processes with their imports, taking turns. Ours is the source's ``parse`` and the engine's
typing; ``cotahist_floor.py`` is the same by hand; pandas' ``read_fwf`` reads a tenth of the
records and its time is multiplied.
"""

from __future__ import annotations

import argparse
import sys
from statistics import median
from typing import TYPE_CHECKING

from bench.cotahist_data import year_file
from bench.data import OUT
from bench.measure import HERE, timed, warm

if TYPE_CHECKING:
    from pathlib import Path

_PANDAS_SHARE = 10
_MOST_OF_FLOOR = 1.3
_LEAST_OF_PANDAS = 15.0
SCRIPTS = {
    "lastro": "cotahist_job.py",
    "floor": "cotahist_floor.py",
    "pandas": "peers/cotahist_fwf.py",
}


def run(script: str, file: Path) -> tuple[float, float, list[str]]:
    """One whole process: seconds, peak megabytes, and the sums it says."""
    seconds, peak = timed([sys.executable, str(HERE / script), str(file)])
    return seconds, peak, (OUT / "last_run.log").read_text().split()


def agree(said: dict[str, list[str]]) -> None:
    """Ours and the floor's sums are equal.

    Raises:
        SystemExit: They are not.
    """
    if said["lastro"] != said["floor"]:
        raise SystemExit(f"the sums differ: {said}")


def measure(rows: int, runs: int) -> dict[str, tuple[float, float]]:
    """Median seconds and highest megabytes of each; pandas' seconds as if it read all."""
    files = {"lastro": year_file(rows), "floor": year_file(rows),
             "pandas": year_file(rows // _PANDAS_SHARE)}  # fmt: skip
    warm([*files.values()])
    said = {name: run(SCRIPTS[name], file)[2] for name, file in files.items()}
    agree(said)
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in SCRIPTS}
    for _ in range(runs):
        for name, file in files.items():
            seconds, peak, _ = run(SCRIPTS[name], file)
            taken[name].append((seconds * (_PANDAS_SHARE if name == "pandas" else 1), peak))
    return {
        name: (median(s for s, _ in all_), max(p for _, p in all_)) for name, all_ in taken.items()
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    found = measure(given.rows, given.runs)
    ours = found["lastro"][0]
    for name, (seconds, peak) in found.items():
        scaled = " (a tenth of the rows, times ten)" if name == "pandas" else ""
        print(f"{name:<7} {seconds:7.2f} s  {ours / seconds:6.3f} x  {peak:6.0f} MB{scaled}")
    floor, pandas = ours / found["floor"][0], found["pandas"][0] / ours
    print(f"within {_MOST_OF_FLOOR} x the floor: {floor:.2f}: {floor <= _MOST_OF_FLOOR}")
    print(f"at least {_LEAST_OF_PANDAS:.0f} x pandas: {pandas:.1f}: {pandas >= _LEAST_OF_PANDAS}")
