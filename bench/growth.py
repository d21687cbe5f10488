"""Tables of what ``bench.scale`` measured, and lines drawn through it: ``python -m bench.growth``.

Everything below "By extrapolation" is arithmetic, not measurement, and shows its terms.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from bench.scale import ENGINES, RESULT

Run = dict[str, Any]
_FEW, _EXECUTOR = 2, 4  # cores here; cores of an executor
_MANY_CORES = (4, 8, 16, 32, 64)
_BILLION = 1_000_000_000
_WITHIN = (3600, 600)  # seconds


@dataclass(frozen=True)
class Line:
    """Seconds of cores, by rows: ``fixed + each * millions``; and how busy cores were kept.

    Attributes:
        fixed: Seconds that no row causes.
        each: Seconds a million rows.
        busy: Share of the machine's cores that the least disturbed load kept busy.
    """

    fixed: float
    each: float
    busy: float

    @classmethod
    def through(cls, runs: list[Run]) -> Line:
        """The straight line nearest to some loads (least squares)."""
        millions = [_lines(run) / 1e6 for run in runs]
        each, fixed = np.polyfit(millions, [run["load"]["cpu"] for run in runs], 1)
        busy = max(run["load"]["cpu"] / run["load"]["seconds"] / _FEW for run in runs)
        return cls(float(fixed), float(each), busy)

    @property
    def start(self) -> float:
        """Seconds of the clock that no row causes; more cores do not shorten them."""
        return self.fixed / (_FEW * self.busy)

    def a_million(self, cores: int) -> float:
        """Seconds of the clock that a million rows take on so many cores."""
        return self.each / (cores * self.busy)

    def __str__(self) -> str:
        return (
            f"{self.fixed:.1f} + {self.each:.2f} x million rows seconds of cores, which were kept "
            f"{self.busy:.0%} busy"
        )


def loads(runs: list[Run]) -> list[str]:
    """First loads and refreshes."""
    found = []
    for step in ("load", "refresh"):
        found += ["", f"### {step}", "", *_head(
            "rows", "engine", "s", "core s", "peak MB", "processes", "files written",
            "MB written", "files read", "MB read",
        )]  # fmt: skip
        for run in runs:
            took = run[step]
            found.append(_row(
                f"{_lines(run) / 1e6:.1f} M", run["engine"], f"{took['seconds']:.1f}",
                f"{took['cpu']:.1f}", f"{took['peak']:,.0f}", took["processes"], took["written"],
                f"{took['written_bytes'] / 1e6:,.1f}", took["read_files"],
                f"{took['read_bytes'] / 1e6:,.1f}",
            ))  # fmt: skip
    return found


def histories(runs: list[Run]) -> list[str]:
    """One fund's history, and what could have been skipped."""
    found = ["", "### history", "", *_head(
        "rows", "written by", "read by", "months", "s", "days", "files", "may hold it",
        "read", "table MB", "MB of those", "row groups", "may hold it", "MB of those", "MB read",
    )]  # fmt: skip
    for run in runs:
        asked = [("polars", "all", "history", "skipping"),
                 ("polars", "12", "last_months", "skipping_last_months")]  # fmt: skip
        if "history_by_spark" in run:
            asked.append(("spark", "all", "history_by_spark", "skipping"))
        for reader, months, step, held in asked:
            took, by = run[step], run[held]
            found.append(_row(
                f"{_lines(run) / 1e6:.1f} M", run["engine"], reader, months,
                f"{took['seconds']:.1f}", took["days"], by["files"], by["may_hold"],
                took["read_files"], f"{by['file_bytes'] / 1e6:,.1f}",
                f"{by['may_hold_bytes'] / 1e6:,.1f}", by["groups"], by["may_groups"],
                f"{by['may_group_bytes'] / 1e6:,.1f}", f"{took['read_bytes'] / 1e6:,.1f}",
            ))  # fmt: skip
    return found


def extrapolated(runs: list[Run]) -> list[str]:
    """Where Spark would pay, and what a billion rows would want."""
    polars, spark = (
        Line.through([run for run in runs if run["engine"] == engine]) for engine in ENGINES
    )
    here = polars.a_million(_FEW)
    found = ["", "### By extrapolation", "", f"- polars: {polars}", f"- spark: {spark}", ""]
    found += _head("cores of a cluster", "s a million rows", "as fast as Polars here from")
    for many in _MANY_CORES:
        each = spark.a_million(many)
        pays = (spark.start - polars.start) / (here - each) if each < here else 0
        found.append(_row(many, f"{each:.2f}", f"{pays:,.0f} M rows" if pays else "never"))
    whole = polars.start + here * _BILLION / 1e6
    found += ["", f"- {_BILLION:,} rows, Polars on {_FEW} cores: {whole / 60:,.0f} min"]
    work = spark.each * _BILLION / 1e6 / spark.busy
    for limit in _WITHIN:
        cores = work / (limit - spark.start)
        found.append(
            f"- on Spark within {limit} s: {work:,.0f} s of cores / ({limit} - {spark.start:.0f}) "
            f"= {cores:.1f} cores = {math.ceil(cores / _EXECUTOR)} executors of {_EXECUTOR}"
        )
    return found


def differing(runs: list[Run]) -> list[str]:
    """Tables whose number of rows the engines do not agree about."""
    known: dict[tuple[int, str], int] = {}
    found = []
    for run in runs:
        for table, rows in run["rows_by_table"].items():
            if known.setdefault((run["rows"], table), rows) != rows:
                found.append(f"{table} differs at {run['rows']:,} rows")
    return found


def _lines(run: Run) -> int:
    """Lines of text that were loaded."""
    return int(run["rows_by_table"]["bronze.cvm_funds"])


def _head(*cells: str) -> list[str]:
    return [_row(*cells), _row(*["---"] * len(cells))]


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    said = json.loads(RESULT.read_text())
    lines = [", ".join(f"{name} {value}" for name, value in said["machine"].items())]
    lines += [*loads(said["runs"]), *histories(said["runs"]), *extrapolated(said["runs"])]
    lines += [
        "",
        *(differing(said["runs"]) or ["Where both were measured, every table has as many rows."]),
    ]
    RESULT.with_suffix(".md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))
