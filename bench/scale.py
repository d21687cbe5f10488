"""How cost grows with the rows: ``python -m bench.scale [--engine NAME]... ROWS...``.

Rows are counted in months of about 508 thousand: 1500000 is 3 of them, 6600000 is 13, 20000000 is
39 and 60000000 is 118 (6 GB of CSV, generated on the first run). For each size and engine:

- load: the months into an empty lake, and the fund tables built;
- refresh: one month in the middle is published again;
- history: one fund's flows, all of them and the newest twelve months.

Each is a whole process. Figures go to ``bench/out/scale.json``, where those of other sizes and
engines stay; ``python -m bench.growth`` makes tables of them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import sys
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from bench import layout, pages, tree
from bench.data import OUT, month_files, months_of, restated_file
from bench.measure import HERE, LAKES, Contender, machine, warm

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

RESULT = OUT / "scale.json"
ENGINES = ("polars", "spark")
_HISTORY = 12  # months
_SPARK = {
    "LASTRO_SPARK__MASTER": "local[2]",
    "LASTRO_SPARK__CONF": json.dumps({"spark.driver.memory": "4g"}),
}


@dataclass(frozen=True)
class Size:
    """One size: rows asked for, months, median seconds and highest megabytes."""

    rows: int
    months: int
    seconds: float
    peak: float


def measure(rows: Sequence[int], runs: int) -> list[Size]:
    """Our job at each size on the embedded engine, sizes taking turns."""
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


@dataclass(frozen=True)
class House:
    """A lake that one engine builds."""

    lake: Path
    engine: str

    def load(self, files: Sequence[Path]) -> dict[str, Any]:
        """Take files and build the fund tables; what it took, and what it committed."""
        warm(files)
        before = layout.commits(self.lake)
        found = self._run(self.engine, "job.py", str(self.lake), *map(str, files))
        return {**found, **asdict(layout.said(layout.commits(self.lake) - before))}

    def history(self, engine: str, cnpj: str, first: str = "") -> dict[str, Any]:
        """Read a fund's flows; what it took."""
        asked = [cnpj, first] if first else [cnpj]
        found = self._run(engine, "fund_history.py", str(self.lake), *asked)
        said = (OUT / "last_run.log").read_text().rpartition("days: ")[2]
        return {**found, "days": int(said)}

    def _run(self, engine: str, script: str, *arguments: str) -> dict[str, Any]:
        env = {"LASTRO_LAKE__ENGINE": engine, **(_SPARK if engine == "spark" else {})}
        load = os.getloadavg()[0]
        command = [sys.executable, str(HERE / script), *arguments]
        forgotten = pages.forget(self.lake)
        taken = tree.run(command, OUT / "last_run.log", env)
        read = pages.read_since(self.lake, forgotten)
        return {**asdict(taken), **asdict(read), "load_average_before": round(load, 1)}


def figures(count: int, engine: str) -> dict[str, Any]:
    """Everything about one size and engine; its lake is removed."""
    months = months_of(count)
    files, again = month_files(months), restated_file(months // 2, months)
    house = House(LAKES / f"scale_{engine}_{count}", engine)
    table = house.lake / "gold" / "fund_flows_daily"
    shutil.rmtree(house.lake, ignore_errors=True)
    house.lake.mkdir(parents=True)
    try:
        load = house.load(files)
        refresh = house.load([again])
        cnpj, first = layout.a_fund(table), layout.last_months(table, _HISTORY)
        found = {
            "load": load,
            "refresh": refresh,
            "history": house.history("polars", cnpj),
            "last_months": house.history("polars", cnpj, first),
            "skipping": asdict(layout.skipping(table, cnpj)),
            "skipping_last_months": asdict(layout.skipping(table, cnpj, first)),
            "rows_by_table": layout.rows(house.lake),
        }
        if engine == "spark":
            found["history_by_spark"] = house.history("spark", cnpj)
    finally:
        shutil.rmtree(house.lake)
    asked = {"rows": count, "engine": engine, "months": months}
    return {**asked, "at": f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M}", **found}


def _keep(found: dict[str, Any]) -> None:
    """Write figures beside those of other sizes and engines."""
    runs = json.loads(RESULT.read_text())["runs"] if RESULT.exists() else []
    same = (found["rows"], found["engine"])
    runs = [run for run in runs if (run["rows"], run["engine"]) != same]
    runs = sorted([*runs, found], key=lambda run: (run["rows"], run["engine"]))
    RESULT.write_text(json.dumps({"machine": machine(), "runs": runs}, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="+")
    parser.add_argument("--engine", action="append", choices=ENGINES, help="by default both")
    given = parser.parse_args()
    for count in given.rows:
        for engine in given.engine or ENGINES:
            found = figures(count, engine)
            _keep(found)
            for step in ("load", "refresh", "history"):
                took = found[step]
                print(f"{count:>11,} rows, {engine:6} {step:8} {took['seconds']:8.2f} s, "
                      f"{took['cpu']:8.2f} s of cores, peak {took['peak']:6.0f} MB, "
                      f"{took['read_bytes'] / 1e6:8.2f} MB read", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
