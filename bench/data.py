"""The benchmark's data: simulated CVM months, written once below ``bench/out`` and used again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lastro.simulator.market import SimulatedMarket

OUT = Path(__file__).resolve().parent / "out"
_FIRST = dt.date(2024, 1, 1)
_SEED = 42
_CLASSES = 23_900  # about 508 thousand lines a month
_DIRT = 0.005
_SHORT, _LONG = 13, 118  # months of the usual market, and of the one of 60 million lines


def month_files(count: int) -> list[Path]:
    """Zips of the market's first so many months, oldest first."""
    months = _SHORT if count <= _SHORT else _LONG
    folder = OUT / f"market_{_CLASSES}_{months}"
    names = [_name(number) for number in range(count)]
    missing = [name for name in names if not (folder / name).exists()]
    if missing:
        _write(_market(months), folder, [names.index(name) for name in missing], revision=0)
    return [folder / name for name in names]


def restated_file(number: int, count: int = _SHORT) -> Path:
    """The zip of one month as it was published again; ``count`` as in ``month_files``."""
    months = _SHORT if count <= _SHORT else _LONG
    folder = OUT / f"market_{_CLASSES}_{months}_restated"
    if not (folder / _name(number)).exists():
        _write(_market(months), folder, [number], revision=1)
    return folder / _name(number)


def months_of(rows: int) -> int:
    """How many months make about so many rows."""
    return max(1, round(rows / 508_000))


def _month(number: int) -> dt.date:
    return dt.date(_FIRST.year + number // 12, number % 12 + 1, 1)


def _name(number: int) -> str:
    return f"inf_diario_fi_{_month(number):%Y%m}.zip"


def _market(months: int) -> SimulatedMarket:
    from lastro.simulator.market import SimulatedMarket

    return SimulatedMarket(_SEED, _CLASSES, _FIRST, months, dirt=_DIRT)


def _write(market: SimulatedMarket, folder: Path, numbers: list[int], revision: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        partial = folder / f"{_name(number)}.part"
        partial.write_bytes(market.month_zip(_month(number), revision))
        partial.rename(folder / _name(number))
