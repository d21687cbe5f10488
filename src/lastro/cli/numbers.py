"""How values are shown to a person: numbers by language, days in ISO, nothing as a dash."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from lastro.core.language import is_portuguese, say

NOTHING = "–"
_SWAP = str.maketrans({",": ".", ".": ","})
_UNITS = ("B", "kB", "MB", "GB", "TB")


def show(value: object) -> str:
    """A value for a person's table."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds").replace("+00:00", "Z")
    return str(value)


def _number(value: float | Decimal) -> str:
    if isinstance(value, float):
        whole = abs(value) >= 1000 or value.is_integer()
        text = f"{value:,.2f}" if whole else f"{value:.6g}"
    elif isinstance(value, Decimal):
        text = f"{value:,f}"
    else:
        text = f"{value:,}"
    return text.translate(_SWAP) if is_portuguese() else text


def size(count: int) -> str:
    """Bytes, in the largest unit that fits."""
    left = float(count)
    for unit in _UNITS:
        if left < 1000 or unit == _UNITS[-1]:
            return f"{_number(round(left, 1) if unit != 'B' else int(left))} {unit}"
        left /= 1000
    return ""
