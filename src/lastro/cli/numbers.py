"""How values are shown to a person: numbers by language, days in ISO, nothing as a dash."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from lastro.core.language import is_portuguese, say

NOTHING = "–"  # noqa: RUF001 - a dash, as typeset tables have it
_SWAP = str.maketrans({",": ".", ".": ","})
_UNITS = ("B", "kB", "MB", "GB", "TB")


class Size(int):
    """A number of bytes; shown in the largest unit that fits, written bare."""


def show(value: object) -> str:
    """A value for a person's table."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, Size):
        return size(value)
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds").replace("+00:00", "Z")
    return str(value)


def _number(value: float | Decimal) -> str:
    if isinstance(value, Decimal):
        text = f"{value:,f}"
    elif isinstance(value, int):
        text = f"{value:,}"
    else:
        whole = abs(value) >= 1000 or value.is_integer()
        text = f"{value:,.2f}" if whole else f"{value:.6g}"
    return text.translate(_SWAP) if is_portuguese() else text


def size(count: int) -> str:
    """Bytes, in the largest unit that fits."""
    left, place = float(count), 0
    while left >= 1000 and place < len(_UNITS) - 1:
        left, place = left / 1000, place + 1
    return f"{_number(Decimal(f'{left:.1f}') if place else count)} {_UNITS[place]}"
