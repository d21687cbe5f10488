"""The embedded engine's typed rows: one a key, in order, and what they say of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lastro.lake._polars import REASON, ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CONTENTS = 2**62


@dataclass(frozen=True)
class Distinct:
    """Rows with one row a key.

    Attributes:
        rows: What stays.
        superseded: ``_row`` and ``reason`` of rows that a later, different one replaced.
        collapsed: How many rows repeated their successor value for value.
    """

    rows: pl.DataFrame
    superseded: pl.DataFrame
    collapsed: int


def distinct(
    rows: pl.DataFrame,
    key: Sequence[str],
    by: Sequence[str] = (),
    places: pl.Series | None = None,
    beside: Sequence[str] = (),
) -> Distinct:
    """Keep the last line of each key, and sort.

    Args:
        rows: Rows with ``_row``.
        key: Columns that name a row; none of them null.
        by: Columns to sort by first; the rest of the key follows.
        places: Positions of the rows to look at; None is all.
        beside: Columns that say nothing of a row's value: rows that differ in them alone repeat
            each other.
    """
    none = pl.DataFrame(schema={ROW: rows[ROW].dtype, REASON: pl.String})
    names = [*by, *(name for name in key if name not in by)]
    narrow = rows.select(*names, ROW)
    narrow = narrow if places is None else narrow[places]
    codes = _codes(narrow, names)
    if codes is not None and (codes.diff().slice(1) > 0).all():
        return Distinct(rows if places is None else rows[places], none, 0)
    order, groups = _order(narrow, names, codes)
    order = order if places is None else places.gather(order)
    last = groups.ne_missing(groups.shift(-1))
    if last.all():
        return Distinct(rows[order], none, 0)
    stays = pl.select(pl.when(last).then(order)).to_series().backward_fill().filter(~last)
    dropped, kept = rows[order.filter(~last)], rows[stays]
    same = pl.select(
        pl.all_horizontal(
            dropped[name].eq_missing(kept[name])
            for name in rows.columns
            if name not in (ROW, *beside)
        )
    ).to_series()
    superseded = dropped.filter(~same).select(ROW, pl.lit("superseded").alias(REASON))
    return Distinct(rows[order.filter(last)], superseded, int(same.sum()))


def _order(
    rows: pl.DataFrame, names: Sequence[str], codes: pl.Series | None
) -> tuple[pl.Series, pl.Series]:
    """Positions in order of the names and then of ``_row``, and a number for each group."""
    if codes is not None:
        width = _width(rows[ROW])
        if _width(codes) + width < 63:
            order = (codes * 2**width + rows[ROW]).arg_sort()
            return order, codes.gather(order)
    ordered = rows.select(*names, ROW).with_row_index("at").sort(*names, ROW)
    return ordered["at"], ordered.select(pl.struct(names).rle_id()).to_series()


def _codes(rows: pl.DataFrame, names: Sequence[str]) -> pl.Series | None:
    """One integer a row that sorts as the names do; None where they do not fit into one."""
    code, bits = pl.zeros(rows.height, dtype=pl.Int64, eager=True), 0
    for name in names:
        column = rows[name]
        if column.is_empty() or column.null_count() or column.dtype not in (pl.String, pl.Date):
            return None
        rank = _ranks(column) if column.dtype == pl.String else column.to_physical()
        rank = rank.cast(pl.Int64)
        rank -= rank.min()
        width = _width(rank)
        bits += width
        if bits > 62:
            return None
        code = code * 2**width + rank
    return code


def _width(numbers: pl.Series) -> int:
    """Bits that the largest number takes."""
    return int(numbers.cast(pl.Int64).max() or 0).bit_length()  # type: ignore[arg-type]


def _ranks(column: pl.Series) -> pl.Series:
    """Rank of each value, worked out once a run of equal values."""
    starts = column.ne_missing(column.shift(1)).scatter(0, values=True)
    return column.filter(starts).rank("dense").gather(starts.cum_sum() - 1)


def in_order(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Sort, unless the rows stand in order already, as official files mostly do."""
    if not by or rows.height < 2:
        return rows
    equal = pl.repeat(value=True, n=rows.height - 1, eager=True)  # to the row before, so far
    for name in by:
        column = rows[name]
        if column.null_count():
            return rows.sort(by)
        same = column.slice(1) == column.head(rows.height - 1)
        steps = (equal & ~same).arg_true()  # few, where runs of equal values are long
        if not (column.gather(steps + 1) > column.gather(steps)).all():
            return rows.sort(by)
        equal &= same
    return rows.sort(by) if equal.any() else rows


def content(rows: pl.DataFrame) -> int:
    """A fingerprint of rows, whatever their order; those of parts add up, modulo ``CONTENTS``."""
    return int(rows.hash_rows().cast(pl.UInt128).sum()) % CONTENTS if rows.height else 0


def statistics(rows: pl.DataFrame, columns: Iterable[str]) -> dict[str, object]:
    """Delta statistics of a file: rows, and bounds of the columns that readers skip by."""
    names = [name for name in columns if rows.schema[name] in (pl.String, pl.Date)]
    bounds = rows.select(
        *(pl.col(name).min().cast(pl.String).alias(f"min {name}") for name in names),
        *(pl.col(name).max().cast(pl.String).alias(f"max {name}") for name in names),
        *(pl.col(name).null_count().alias(f"nulls {name}") for name in names),
    )
    found = bounds.row(0, named=True) if names else {}
    return {
        "numRecords": rows.height,
        "minValues": {n: found[f"min {n}"] for n in names if found[f"min {n}"] is not None},
        "maxValues": {n: found[f"max {n}"] for n in names if found[f"max {n}"] is not None},
        "nullCount": {n: found[f"nulls {n}"] for n in names},
    }
