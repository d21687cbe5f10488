"""Restatements: what changes when a month is published again.

A revision changes a value in about 0.1 % of the lines, withdraws a few and brings a few late ones.
Revisions build on each other; the tally of each says what it changed from the one before. Late
lines come from a reserve held back at first, which lasts for twelve revisions.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lastro.simulator.edits import Edits
from lastro.simulator.layout import CleanMonth, positions

if TYPE_CHECKING:
    import datetime as dt

    from lastro.simulator.universe import Ints

_CHANGED = 0.001
_MOVED = 0.00005
_REVISIONS_WITH_LATE_LINES = 12
_STEPS = {
    "VL_QUOTA": Decimal("0.000100000000"),
    "VL_PATRIM_LIQ": Decimal("250.25"),
    "CAPTC_DIA": Decimal("1000.50"),
    "RESG_DIA": Decimal("500.75"),
}
CHANGES = ("quota", "net_worth", "inflow", "outflow")
"""Tally keys of changed values; ``withdrawn`` and ``late`` are the other two."""


class Sizes(NamedTuple):
    """Lines a revision of a month touches."""

    changed: int
    withdrawn: int
    late: int


def sizes(rows: int) -> Sizes:
    """How much a revision of a month of so many lines touches."""
    moved = max(1, round(rows * _MOVED))
    return Sizes(max(len(_STEPS), round(rows * _CHANGED)), moved, moved)


def reserve(rows: int) -> int:
    """Lines held back from the first publication."""
    return _REVISIONS_WITH_LATE_LINES * sizes(rows).late


def restate(
    clean: CleanMonth, month: dt.date, *, held: Ints, free: Ints, revision: int, seed: int
) -> Edits:
    """The edits of every revision up to one.

    Args:
        clean: The month.
        month: Any day of it.
        held: Rows held back, in order of arrival.
        free: Untouched plain rows in random order.
        revision: 0 for the first publication.
        seed: Seed of the market.

    Returns:
        Edits from the clean month; the tally counts the last revision alone.
    """
    size = sizes(len(clean.starts) - 1)
    step = size.changed + size.withdrawn
    edits = Edits(lines=dict.fromkeys(held[revision * size.late :].tolist(), b""))
    for number in range(1, revision + 1):
        edits.tally.clear()
        rng = np.random.default_rng([seed, month.year, month.month, 2, number])
        rows = free[(number - 1) * step : number * step]
        _change(clean, rows[: size.changed], rng, edits)
        for row in rows[size.changed :].tolist():
            edits.lines[row] = b""
            edits.count("withdrawn")
        for _ in held[(number - 1) * size.late : number * size.late]:
            edits.count("late")
    return edits


def _change(clean: CleanMonth, rows: Ints, rng: np.random.Generator, edits: Edits) -> None:
    places = positions(clean.columns)
    columns = list(_STEPS)
    factors = rng.integers(1, 1000, len(rows)).tolist()
    for index, (row, factor) in enumerate(zip(rows.tolist(), factors, strict=True)):
        column = columns[index % len(columns)]
        fields = clean.line(row).removesuffix(b"\r\n").split(b";")
        value = Decimal(fields[places[column]].decode()) + factor * _STEPS[column]
        fields[places[column]] = str(value).encode()
        edits.lines[row] = b";".join(fields) + b"\r\n"
        edits.count(CHANGES[index % len(columns)])
