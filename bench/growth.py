"""Tables of what ``bench.scale`` measured, and lines drawn through it: ``python -m bench.growth``.

Everything below "By extrapolation" is arithmetic, not measurement, and shows its terms.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from bench.scale import ENGINES, RESULT

Run = dict[str, Any]
_FEW, _EXECUTOR = 2, 4  # cores here; cores of an executor
_MANY_CORES = (4, 8, 16, 32, 64)
_BILLION = 1_000_000_000
_HOUR = 3600
_SMALL = 6_600_000  # lines are drawn from here on: below, starting is what costs


@dataclass(frozen=True)
class Line:
    """Seconds of rows: ``fixed + each * millions``."""

    fixed: float
    each: float

    @classmethod
    def through(cls, points: list[tuple[float, float]]) -> Line:
        """The straight line nearest to some points (least squares)."""
        millions, seconds = zip(*points, strict=True)
        each, fixed = np.polyfit(millions, seconds, 1)
        return cls(float(fixed), float(each))

    def at(self, millions: float) -> float:
        """Seconds of so many million rows."""
        return self.fixed + self.each * millions

    def __str__(self) -> str:
        return f"{self.fixed:.1f} s + {self.each:.2f} s a million rows"


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
    by_engine = {engine: [run for run in runs if run["engine"] == engine] for engine in ENGINES}
    seconds = {engine: _line(found, "seconds") for engine, found in by_engine.items()}
    cores = {engine: _line(found, "cpu") for engine, found in by_engine.items()}
    found = ["", "### By extrapolation", ""]
    found += [f"- {name}: wall {seconds[name]}; of cores {cores[name]}" for name in ENGINES]
    polars, spark = seconds["polars"], seconds["spark"]
    per_core = spark.each * _FEW
    found += ["", *_head("cores of a cluster", "s a million rows", "as fast from")]
    for many in _MANY_CORES:
        each = per_core / many
        pays = (spark.fixed - polars.fixed) / (polars.each - each) if each < polars.each else 0
        found.append(_row(many, f"{each:.2f}", f"{pays:,.0f} M rows" if pays else "never"))
    work = per_core * _BILLION / 1e6
    needed = work / (_HOUR - spark.fixed)
    terms = f"{work:,.0f} s of cores / ({_HOUR} s - {spark.fixed:.0f} s) = {needed:.1f} cores"
    found += [
        "",
        f"- one machine like this, Polars: {polars.at(_BILLION / 1e6) / 60:,.0f} min",
        f"- Spark on {_FEW} cores: {spark.at(_BILLION / 1e6) / 60:,.0f} min",
        f"- {terms} = {needed / _EXECUTOR:.1f} executors of {_EXECUTOR} cores, for an hour",
    ]
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


def _line(runs: list[Run], figure: str) -> Line:
    big = [run for run in runs if run["rows"] >= _SMALL]
    return Line.through([(_lines(run) / 1e6, run["load"][figure]) for run in big])


def _head(*cells: str) -> list[str]:
    return [_row(*cells), _row(*["---"] * len(cells))]


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    said = json.loads(RESULT.read_text())
    lines = [", ".join(f"{name} {value}" for name, value in said["machine"].items())]
    lines += [*loads(said["runs"]), *histories(said["runs"]), *extrapolated(said["runs"])]
    lines += ["", *(differing(said["runs"]) or ["Both engines have as many rows in every table."])]
    RESULT.with_suffix(".md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))
