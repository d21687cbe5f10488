"""Dirt of every known kind, planted in lines of the daily report and counted.

Lines of a ``REFUSED`` kind cannot be read and belong in quarantine; lines of a ``KEPT`` kind look
odd and are valid, or repeat a key. No line gets two kinds, so the tally is what a pipeline finds.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lastro.simulator.edits import Edits
from lastro.simulator.layout import CleanMonth, positions

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.simulator.universe import Ints

_MONEY = ("VL_TOTAL", "VL_PATRIM_LIQ", "CAPTC_DIA", "RESG_DIA")
_NUMBERS = (*_MONEY, "VL_QUOTA")
_FLOWS = ("CAPTC_DIA", "RESG_DIA")
_PADDED = ("CNPJ_FUNDO", "DT_COMPTC", "VL_QUOTA", "VL_PATRIM_LIQ", "NR_COTST")
_RARE = 0.1
_ON_SUBCLASSES = "quote_in_subclass"


class _Draw(NamedTuple):
    """What a change may depend on: the month, and chance, a natural number."""

    month: dt.date
    chance: int

    @property
    def heads(self) -> bool:
        """The toss of a coin."""
        return self.chance % 2 == 1


class _Cell(NamedTuple):
    """A kind that spoils one field: the columns it may fall on, and the change."""

    columns: tuple[str, ...]
    change: Callable[[str, _Draw], str]


def _always(text: str) -> Callable[[str, _Draw], str]:
    return lambda _value, _draw: text


def _other_month(_value: str, draw: _Draw) -> str:
    first = draw.month.replace(day=1)
    day = first - dt.timedelta(days=10) if draw.heads else first + dt.timedelta(days=40)
    return day.isoformat()


def _wrong_length(value: str, draw: _Draw) -> str:
    return value[:-1] if draw.heads else value + "0"


def _quoted(value: str, _draw: _Draw) -> str:
    return f'{value[:5]}"{value[5:]}'


REFUSED: dict[str, _Cell] = {
    "number_text": _Cell(_NUMBERS, _always("abc")),
    "number_comma": _Cell(_NUMBERS, _always("1.234,56")),
    "number_infinite": _Cell(_NUMBERS, _always("inf")),
    "number_nan": _Cell(_NUMBERS, _always("nan")),
    "number_exponent": _Cell(_NUMBERS, _always("1e5")),
    "money_decimals": _Cell(_MONEY, lambda value, _: f"{value}7"),
    "flow_sub_cent": _Cell(_FLOWS, _always("-0.001")),
    "flow_negative": _Cell(_FLOWS, _always("-150.00")),
    "date_outside_month": _Cell(("DT_COMPTC",), _other_month),
    "date_impossible": _Cell(("DT_COMPTC",), lambda _, draw: f"{draw.month.year}-02-31"),
    "date_blank": _Cell(("DT_COMPTC",), _always("")),
    "cnpj_check_digit": _Cell(
        ("CNPJ_FUNDO",), lambda value, _: f"{value[:-1]}{(int(value[-1]) + 1) % 10}"
    ),
    "cnpj_length": _Cell(("CNPJ_FUNDO",), _wrong_length),
    "cnpj_blank": _Cell(("CNPJ_FUNDO",), _always("")),
}
"""Kinds spoiling one field, whose lines a reader must refuse."""

REFUSED_SHAPES = ("fields_missing", "fields_extra")
"""Kinds spoiling the shape of a line, which a reader must refuse as well; a few lines each."""

KEPT: dict[str, _Cell] = {
    "quota_zero": _Cell(("VL_QUOTA",), _always("0.000000000000")),
    "quota_negative": _Cell(("VL_QUOTA",), lambda value, _: f"-{value}"),
    "net_worth_zero": _Cell(("VL_PATRIM_LIQ",), _always("0.00")),
    "net_worth_negative": _Cell(("VL_PATRIM_LIQ",), lambda value, _: f"-{value}"),
    "total_blank": _Cell(("VL_TOTAL",), _always("")),
    "trailing_spaces": _Cell(_PADDED, lambda value, _: f"{value}  "),
    "quote_in_type": _Cell(("TP_FUNDO",), lambda value, _: f'"{value}'),
    "quote_in_subclass": _Cell(("ID_SUBCLASSE",), _quoted),
    "latin1_type": _Cell(("TP_FUNDO",), _always("FI AÇÕES")),
}
"""Kinds changing one field of a line that stays valid."""

REPEATS = ("duplicate_exact", "duplicate_corrected", "type_pair")
"""Kinds adding a line: the same, the same key with a new net worth, the same as FMP-FGTS."""


def quotas(rows: int, rate: float, columns: tuple[str, ...]) -> dict[str, int]:
    """How many lines of each kind a file of so many rows gets; at least one, if any."""
    places = positions(columns)
    weights = {kind: 1.0 for kind, cell in {**REFUSED, **KEPT}.items() if cell.columns[0] in places}
    weights |= dict.fromkeys(REPEATS, 1.0) | dict.fromkeys(REFUSED_SHAPES, _RARE)
    if "TP_FUNDO" not in places:
        del weights["type_pair"]
    whole = sum(weights.values())
    if rate == 0:
        return {}
    return {kind: max(1, round(rows * rate * w / whole)) for kind, w in weights.items()}


def plant(clean: CleanMonth, month: dt.date, pool: Ints, rate: float, seed: int) -> Edits:
    """Spoil lines of a month.

    Args:
        clean: The month.
        month: Any day of it.
        pool: Plain rows in random order; enough for the rate.
        rate: Fraction of lines to touch, 0 to 0.2.
        seed: Seed of the market.
    """
    rng = np.random.default_rng([seed, month.year, month.month, 1])
    wanted = quotas(len(clean.starts) - 1, rate, clean.columns)
    named = pool[clean.subclass[pool]][: wanted.pop(_ON_SUBCLASSES, 0)]
    others = iter(pool[~np.isin(pool, named)].tolist())
    edits = Edits()
    plans = [(_ON_SUBCLASSES, named.tolist())]
    plans += [(kind, list(islice(others, lines))) for kind, lines in wanted.items()]
    for kind, rows in plans:
        chances = rng.integers(0, 2**31, len(rows)).tolist()
        for row, chance in zip(rows, chances, strict=True):
            _plant_one(clean, _Draw(month, chance), kind, row, edits)
            edits.count(kind)
    return edits


def _plant_one(clean: CleanMonth, draw: _Draw, kind: str, row: int, edits: Edits) -> None:
    line = clean.line(row)
    fields = line.decode("latin-1").removesuffix("\r\n").split(";")
    cell = REFUSED.get(kind) or KEPT.get(kind)
    places = positions(clean.columns)
    if cell:
        place = places[cell.columns[draw.chance // 2 % len(cell.columns)]]
        fields[place] = cell.change(fields[place], draw)
        edits.lines[row] = _joined(fields)
    elif kind == "fields_missing":
        edits.lines[row] = _joined(fields[:-2])
    elif kind == "fields_extra":
        edits.lines[row] = _joined([*fields, "0"])
    elif kind == "duplicate_exact":
        edits.lines[row] = line + line
    elif kind == "duplicate_corrected":
        worth = places["VL_PATRIM_LIQ"]
        fields[worth] = str(Decimal(fields[worth]) + Decimal("1000.01"))
        edits.lines[row] = line
        edits.tail.append(_joined(fields))
    else:
        fields[places["TP_FUNDO"]] = "FMP-FGTS"
        edits.lines[row] = line + _joined(fields)


def _joined(fields: list[str]) -> bytes:
    return (";".join(fields) + "\r\n").encode("latin-1")
