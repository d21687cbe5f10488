"""A line of prices drawn in the terminal, two days a character cell wide and four dots high."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLANK = 0x2800  # the empty braille pattern; dots are bits from there
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))  # left and right, from the top


def draw(values: Sequence[float], *, width: int, height: int) -> list[str]:
    """Values as lines of braille dots, the highest at the top.

    Args:
        values: In order; nothing is drawn of none.
        width: Characters across; each shows two points of the (resampled) values.
        height: Lines; each shows four levels.
    """
    if not values or width < 1 or height < 1:
        return []
    points = _resampled(values, 2 * width)
    low, high = min(points), max(points)
    levels = 4 * height - 1
    span = (high - low) or 1
    cells = [[0] * ((len(points) + 1) // 2) for _ in range(height)]
    before = None
    for place, value in enumerate(points):
        top = levels - round((value - low) / span * levels)
        for level in _strokes(before, top):
            cells[level // 4][place // 2] |= _DOTS[place % 2][level % 4]
        before = top
    return ["".join(chr(_BLANK + cell) for cell in line) for line in cells]


def _strokes(before: int | None, now: int) -> range:
    """Levels to mark so that the line does not break."""
    if before is None or before == now:
        return range(now, now + 1)
    return range(now, before) if now < before else range(before + 1, now + 1)


def _resampled(values: Sequence[float], count: int) -> list[float]:
    """As many values as there is room for, the last one kept."""
    if len(values) <= count:
        return list(values)
    step = (len(values) - 1) / (count - 1)
    return [values[round(place * step)] for place in range(count)]
