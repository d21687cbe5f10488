"""The daily report as CVM writes it: three layouts, CSV bytes, and where each line lies in them.

Layout A (to 2020) has 8 columns, B (to 2023-11) adds the type, C (Resolution 175) adds the
subclass. Lines end in CRLF, money has 2 decimals and quotas 12, nothing is quoted.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lastro.simulator.identities import masked

if TYPE_CHECKING:
    from lastro.simulator.paths import Paths
    from lastro.simulator.universe import Flags, Floats, Ints, Universe

_VALUES = ("VL_TOTAL", "VL_QUOTA", "VL_PATRIM_LIQ", "CAPTC_DIA", "RESG_DIA", "NR_COTST")
LAYOUT_A = ("CNPJ_FUNDO", "DT_COMPTC", *_VALUES)
LAYOUT_B = ("TP_FUNDO", *LAYOUT_A)
LAYOUT_C = ("TP_FUNDO_CLASSE", "CNPJ_FUNDO_CLASSE", "ID_SUBCLASSE", "DT_COMPTC", *_VALUES)
_FIRST_B = dt.date(2021, 1, 1)
_FIRST_C = dt.date(2023, 12, 1)
_LINE_FEED = 10
_LEGACY_TYPE = "FI"
_ADAPTED_TYPE = "CLASSES - FIF"


def layout_of(month: dt.date) -> tuple[str, ...]:
    """Columns of a month's file, in file order."""
    if month >= _FIRST_C:
        return LAYOUT_C
    return LAYOUT_B if month >= _FIRST_B else LAYOUT_A


def positions(columns: tuple[str, ...]) -> dict[str, int]:
    """Place of each column, under the names of layout B whatever the layout."""
    return {name.replace("_FUNDO_CLASSE", "_FUNDO"): place for place, name in enumerate(columns)}


@dataclass(frozen=True)
class Units:
    """What may have lines: each class, and each leaf of a class that has subclasses.

    Attributes:
        cnpj: With mask. subclass: ``ID_SUBCLASSE``, blank for the class itself.
        owner: Position of the class.
        source: Row of the unit's figures in classes followed by leaves.
    """

    cnpj: pl.Series
    subclass: pl.Series
    owner: Ints
    source: Ints

    def __len__(self) -> int:
        return len(self.owner)


@dataclass(frozen=True)
class CleanMonth:
    """A month without a fault in it.

    Attributes:
        columns: The header.
        csv: Latin-1 bytes, header included.
        starts: Offset of each line of data, and of the end: rows + 1 entries.
        plain: Rows without any oddity, free to be spoilt or restated.
        subclass: Rows of a subclass.
        oddities: Lines with each valid oddity the market itself has.
    """

    columns: tuple[str, ...]
    csv: bytes
    starts: Ints
    plain: Flags
    subclass: Flags
    oddities: dict[str, int]

    def line(self, row: int) -> bytes:
        """One line of data, CRLF included."""
        return self.csv[self.starts[row] : self.starts[row + 1]]


def list_units(universe: Universe) -> Units:
    """The units of a market, ordered by class, the class before its subclasses."""
    classes, leaves = universe.classes, universe.leaves
    count = len(classes)
    named = np.flatnonzero(classes.leaves[leaves.owner] > 1)
    owner = np.concatenate([np.arange(count), leaves.owner[named]])
    source = np.concatenate([np.arange(count), count + named])
    blank = pl.repeat("", count, dtype=pl.String, eager=True)
    subclass = pl.concat([blank, leaves.subclass.gather(named)])
    order = np.lexsort((source, owner))
    owner = owner[order]
    cnpj = masked(classes.cnpj).gather(owner)
    return Units(cnpj, subclass.gather(order), owner, source[order])


def write_month(
    universe: Universe, units: Units, paths: Paths, days: Ints, columns: tuple[str, ...]
) -> CleanMonth:
    """Write a month's report.

    Args:
        universe: The population.
        units: Its units.
        paths: Figures of the month, days x leaves.
        days: Bank days of the month, ordinals.
        columns: The layout.
    """
    places = positions(columns)
    present = _present(universe, units, days, split="ID_SUBCLASSE" in places)
    unit, day = np.nonzero(present)
    frame = _figures(universe, units, paths, days, (unit, day))
    letters = universe.classes.alphanumeric[units.owner[unit]]
    quota, worth = frame["VL_QUOTA"].to_numpy(), frame["VL_PATRIM_LIQ"].to_numpy()
    oddities = {
        "quota_zero": quota == 0,
        "quota_negative": quota < 0,
        "net_worth_zero": worth == 0,
        "net_worth_negative": worth < 0,
        "cnpj_alphanumeric": letters,
    }
    frame = frame.with_columns(_labels(universe, units, days, unit, day))
    csv = _csv(frame.select(pl.col(old).alias(columns[at]) for old, at in places.items()))
    ends = np.flatnonzero(np.frombuffer(csv, dtype=np.uint8) == _LINE_FEED) + 1
    return CleanMonth(
        columns=columns,
        csv=csv,
        starts=ends,
        plain=(quota > 0) & (worth > 0) & ~letters,
        subclass=units.source[unit] >= len(universe.classes),
        oddities={name: int(flags.sum()) for name, flags in oddities.items()},
    )


def _present(universe: Universe, units: Units, days: Ints, *, split: bool) -> Flags:
    """Which unit reports on which day, units x days."""
    classes, owner = universe.classes, units.owner
    alive = (classes.birth[owner, None] <= days) & (days <= classes.close[owner, None])
    has_subclasses = classes.leaves[owner, None] > 1
    adapted = (classes.adapted[owner, None] <= days) & has_subclasses & split
    is_class = (units.source < len(classes))[:, None]
    keeps = classes.keeps_blank[owner, None]
    return alive & np.where(is_class, ~adapted | keeps, adapted)


def _figures(
    universe: Universe, units: Units, paths: Paths, days: Ints, lines: tuple[Ints, Ints]
) -> pl.DataFrame:
    classes = universe.classes
    unit, day = lines
    first, source, owner = classes.first_leaf, units.source[unit], units.owner[unit]

    def rows(leaves: Floats, *, total: bool = True) -> Floats:
        whole = np.add.reduceat(leaves, first, axis=1) if total else leaves[:, first]
        return np.concatenate([whole, leaves], axis=1)[day, source]

    date = days[day]
    frozen = (classes.zero_from[owner] <= date) & (date < classes.zero_until[owner])
    sign = classes.sign[owner]
    return pl.DataFrame(
        {
            "VL_TOTAL": np.round(rows(paths.worth * universe.leaves.total_ratio) * sign, 2),
            "VL_QUOTA": np.where(frozen, 0.0, rows(paths.quota, total=False) * sign),
            "VL_PATRIM_LIQ": np.round(rows(paths.worth) * sign, 2),
            "CAPTC_DIA": np.round(rows(paths.inflow), 2),
            "RESG_DIA": np.round(rows(paths.outflow), 2),
            "NR_COTST": rows(paths.holders).astype(np.int64),
        }
    )


def _labels(universe: Universe, units: Units, days: Ints, unit: Ints, day: Ints) -> list[pl.Series]:
    dates = pl.Series([dt.date.fromordinal(int(each)).isoformat() for each in days])
    adapted = universe.classes.adapted[units.owner[unit]] <= days[day]
    split = days[0] >= _FIRST_C.toordinal()
    kinds = pl.Series([_LEGACY_TYPE, _ADAPTED_TYPE])
    return [
        units.cnpj.gather(unit).alias("CNPJ_FUNDO"),
        units.subclass.gather(unit).alias("ID_SUBCLASSE"),
        dates.gather(day).alias("DT_COMPTC"),
        kinds.gather((adapted & split).astype(np.int64)).alias("TP_FUNDO"),
    ]


def _csv(frame: pl.DataFrame) -> bytes:
    scales = {"VL_QUOTA": 12, "VL_TOTAL": 2, "VL_PATRIM_LIQ": 2, "CAPTC_DIA": 2, "RESG_DIA": 2}
    exact = frame.with_columns(pl.col(name).cast(pl.Decimal(38, s)) for name, s in scales.items())
    sink = io.BytesIO()
    exact.write_csv(sink, separator=";", line_terminator="\r\n", quote_style="never")
    return sink.getvalue()
