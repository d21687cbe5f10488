"""The benchmark: ``python -m bench.run [--quick] [--runs N] [--skip NAME]``.

Every contender is a whole process, imports included, and they take turns. Results are checked to
be the same before anything is timed. Writes ``bench/out/result.json`` and ``result.md``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import incremental, scale
from bench.data import OUT, month_files
from bench.measure import FLOOR, HERE, JOB, LAKES, PANDAS, PYSPARK, Contender, machine, warm
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MONTHS = 3
_BIG = (1_500_000, 6_600_000)


@dataclass(frozen=True)
class Bar:
    """A promise, what was measured, and whether it holds."""

    what: str
    promised: str
    measured: str
    holds: bool


def take_turns(contenders: Sequence[Contender], files: Sequence[Path], runs: int) -> dict[str, int]:
    """One checked run of each, then the timed ones in turn; returns the rows of each table.

    Raises:
        SystemExit: A contender says something else than we do.
    """
    for contender in contenders:
        contender.run(files)
        contender.forget()  # cold bytecode, and whatever else a first run meets
        rows = agree(contender)
    for _ in range(runs):
        for contender in contenders:
            # Twice, and the second counts: who comes after a slow contender takes longer.
            contender.run(files, counts=False)
            contender.run(files)
            shutil.rmtree(contender.lake)
    return rows


def agree(contender: Contender) -> dict[str, int]:
    """Check a contender's tables against ours; a process apart, to keep this one small.

    A child's peak memory counts its parent's size at birth.

    Raises:
        SystemExit: They differ.
    """
    flags = ["--cents"] if contender.cents else []
    lakes = [str(JOB.lake), str(contender.lake)]
    command = [sys.executable, "-m", "bench.check", *flags, *lakes]
    found = subprocess.run(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=False)
    if found.returncode:
        raise SystemExit(f"{contender.name} differs:\n{found.stdout}")
    rows: dict[str, int] = json.loads(found.stdout.partition("\n")[0])
    return rows


def bars_of_speed(contenders: Sequence[Contender]) -> list[Bar]:
    """The promises about the main job."""
    times = {c.name: c.median / JOB.median for c in contenders}
    found = []
    for rival, least in ((PANDAS, 4), (PYSPARK, 13)):
        if rival.name in times:
            ratio = times[rival.name]
            found.append(Bar(f"faster than {rival.name}", f">= {least} x", f"{ratio:.1f} x",
                             ratio >= least))  # fmt: skip
    if FLOOR.name in times:
        ratio = 1 / times[FLOOR.name]
        found.append(Bar("against the floor", "<= 1.3 x", f"{ratio:.2f} x", ratio <= 1.3))
    return [*found, Bar("peak, 1.5 M rows", "< 1000 MB", f"{JOB.peak:.0f} MB", JOB.peak < 1000)]


def bars_of_scale(runs: int) -> list[Bar]:
    """The promises about more rows."""
    small, big = scale.measure(_BIG, runs)
    ratio = big.seconds / small.seconds
    return [
        Bar("6.6 M rows against 1.5 M", "<= 4.6 x", f"{ratio:.2f} x ({big.seconds:.2f} s)",
            ratio <= 4.6),
        Bar("peak, 6.6 M rows", "< 1200 MB", f"{big.peak:.0f} MB", big.peak < 1200),
    ]  # fmt: skip


def bars_of_change(runs: int) -> list[Bar]:
    """The promises about small changes."""
    found = incremental.measure(runs)
    most = 0.25 * found.share + 0.7
    return [
        Bar("one restated month of 12", f"< {most:.2f} s (25 % of a share + 0.7 s)",
            f"{found.restated:.2f} s (share {found.share:.2f} s, by hand {found.by_hand:.2f} s)",
            found.restated < most),
        Bar("nothing new, 12 months", "< 1 s", f"{found.nothing:.2f} s", found.nothing < 1),
    ]  # fmt: skip


def show(contenders: Sequence[Contender], bars: Sequence[Bar]) -> None:
    table = Table("contender", "median s", "min - max", "peak MB", "to ours")
    for cells in _cells(contenders):
        table.add_row(*cells)
    promises = Table("bar", "promised", "measured", "")
    for bar in bars:
        verdict = "[green]pass" if bar.holds else "[red]miss"
        promises.add_row(bar.what, bar.promised, bar.measured, verdict)
    Console().print(table, promises)


def _cells(contenders: Sequence[Contender]) -> list[tuple[str, ...]]:
    return [
        (c.name, f"{c.median:.2f}", f"{min(c.seconds):.2f} - {max(c.seconds):.2f}",
         f"{c.peak:.0f}", f"{c.median / JOB.median:.2f}")
        for c in contenders
    ]  # fmt: skip


def save(contenders: Sequence[Contender], bars: Sequence[Bar], rows: dict[str, int]) -> None:
    facts = machine()
    timed = {c.name: {"median": c.median, "seconds": c.seconds, "peak_mb": c.peak}
             for c in contenders}  # fmt: skip
    result = {"machine": facts, "rows": rows, "contenders": timed, "bars": [vars(b) for b in bars]}
    (OUT / "result.json").write_text(json.dumps(result, indent=1) + "\n")
    lines = [
        ", ".join(f"{name} {value}" for name, value in facts.items()) + ".",
        "",
        *_markdown(("contender", "median s", "min - max", "peak MB", "to ours"),
                   _cells(contenders)),
        "",
        *_markdown(("bar", "promised", "measured", "holds"),
                   [(b.what, b.promised, b.measured, "yes" if b.holds else "no") for b in bars]),
    ]  # fmt: skip
    (OUT / "result.md").write_text("\n".join(lines) + "\n")


def _markdown(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    return ["| " + " | ".join(cells) + " |" for cells in (head, ("---",) * len(head), *rows)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="timed runs of each contender")
    parser.add_argument("--skip", action="append", default=[], help="a contender to leave out")
    parser.add_argument("--quick", action="store_true", help="the main job, 3 runs, no PySpark")
    given = parser.parse_args()
    skipped = {*given.skip, *(["pyspark"] if given.quick else [])}
    runs = min(given.runs, 3) if given.quick else given.runs
    contenders = [c for c in (JOB, FLOOR, PANDAS, PYSPARK) if c.name not in skipped]
    files = month_files(_MONTHS)
    warm(files)
    rows = take_turns(contenders, files, runs)
    bars = bars_of_speed(contenders)
    if not given.quick:
        bars += bars_of_scale(min(runs, 3)) + bars_of_change(min(runs, 3))
    shutil.rmtree(LAKES, ignore_errors=True)
    show(contenders, bars)
    save(contenders, bars, rows)
    sys.exit(not all(bar.holds for bar in bars))


if __name__ == "__main__":
    main()
