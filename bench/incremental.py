"""What a small change costs in a lake of twelve months: ``python -m bench.incremental [RUNS]``.

(a) One month in the middle is published again: 0.1 % of its rows change, a few come and go.
(b) The same twelve files are imported again: nothing is new.
(c) Beside them, the least a month costs: the floor's script, that month alone, an empty folder.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench.data import month_files, restated_file
from bench.measure import FLOOR, HERE, LAKES, Contender, timed, warm

if TYPE_CHECKING:
    from pathlib import Path

_MONTHS, _MIDDLE = 12, 5
_SETTLED = LAKES / "twelve_months"
_TRIAL = LAKES / "twelve_months_and_one"
_BY_HAND = Contender("one month by hand", FLOOR.script)


@dataclass(frozen=True)
class Small:
    """Seconds of the whole import, of the small ones after it, and of one month by hand."""

    whole: float
    restated: float
    nothing: float
    by_hand: float

    @property
    def share(self) -> float:
        """One month's share of the whole."""
        return self.whole / _MONTHS


def measure(runs: int) -> Small:
    """Median seconds of each."""
    files, again = month_files(_MONTHS), restated_file(_MIDDLE)
    warm([*files, again])
    shutil.rmtree(_SETTLED, ignore_errors=True)
    whole = _import(_SETTLED, files)
    restated, nothing = [], []
    for _ in range(runs):
        restated.append(_import(_copy(), [again]))
        nothing.append(_import(_copy(), files))
        _BY_HAND.run([again])
    shutil.rmtree(_SETTLED)
    shutil.rmtree(_TRIAL)
    shutil.rmtree(_BY_HAND.lake)
    return Small(whole, median(restated), median(nothing), _BY_HAND.median)


def _import(lake: Path, files: list[Path]) -> float:
    lake.parent.mkdir(parents=True, exist_ok=True)
    return timed([sys.executable, str(HERE / "job.py"), str(lake), *map(str, files)])[0]


def _copy() -> Path:
    """The settled lake once more, by hard links: no file of a lake is ever written again."""
    shutil.rmtree(_TRIAL, ignore_errors=True)
    shutil.copytree(_SETTLED, _TRIAL, copy_function=os.link)
    return _TRIAL


if __name__ == "__main__":
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    print(f"twelve months   {found.whole:.2f} s, one month's share {found.share:.2f} s")
    print(f"one restated    {found.restated:.2f} s = {found.restated / found.share:.0%} of a share")
    print(f"nothing new     {found.nothing:.2f} s = {found.nothing / found.share:.0%} of a share")
    print(f"month by hand   {found.by_hand:.2f} s = {found.by_hand / found.share:.0%} of a share")
