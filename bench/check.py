"""Whether two lakes say the same: ``python -m bench.check [--cents] OURS THEIRS``.

Silver, quarantine by rough reason, and both gold tables are compared row by row by key. Money must
be equal to the cent; ``--cents`` allows for sums of floats. Ratios may differ in their last bits.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl

KEY = ("cnpj", "subclass_id")
COMPARED = {
    "silver.fund_navs": (
        (*KEY, "ref_date"), ("total_assets", "quota", "net_worth", "inflow", "outflow", "holders"),
    ),
    "gold.fund_flows_daily": (
        (*KEY, "ref_date"), ("inflow", "outflow", "net_flow", "quota_return", "flow_ratio",
                             "mean_net_worth", "holders_end", "holders_change"),
    ),
    "gold.fund_flows_monthly": (
        (*KEY, "month"), ("inflow", "outflow", "net_flow", "quota_return", "flow_ratio",
                          "mean_net_worth", "holders_end", "holders_change", "reporting_days",
                          "net_worth_end"),
    ),
}  # fmt: skip
_EXACT_TEXT = ("fund_type", "flags", "available_at")  # compared where both have them
_OPEN = (pl.Decimal, pl.Float64)  # a sum may have fewer digits, and be a float
_RATIO = 1e-9
_CENT = 0.011


@dataclass(frozen=True)
class Difference:
    """What one table says otherwise."""

    table: str
    what: str
    rows: int

    def __str__(self) -> str:
        return f"{self.table}: {self.what} in {self.rows} rows"


def compare(ours: Path, theirs: Path, *, cents: bool = False) -> list[Difference]:
    """Every difference between two lakes; none is what one hopes for."""
    found = _reasons(ours, theirs)
    for table, (key, values) in COMPARED.items():
        found += _compare_one(table, _read(ours, table), _read(theirs, table), key, values,
                              cents=cents)  # fmt: skip
    return found


def counts(lake: Path) -> dict[str, int]:
    """Rows of every compared table."""
    tables = [*COMPARED, "quarantine.fund_navs", "bronze.cvm_funds"]
    return {table: _read(lake, table).select(pl.len()).collect().item() for table in tables}


def _read(lake: Path, table: str) -> pl.LazyFrame:
    folder = lake / table.replace(".", "/")
    if (folder / "_delta_log").is_dir():
        return pl.scan_delta(str(folder))
    return pl.scan_parquet(str(folder / "**/*.parquet"), hive_partitioning=True)


def _reasons(ours: Path, theirs: Path) -> list[Difference]:
    def rough(lake: Path) -> dict[str, int]:
        word = pl.col("reason").str.extract(r"^([a-z]+)").alias("word")
        found = _read(lake, "quarantine.fund_navs").group_by(word).len().collect()
        return dict(found.iter_rows())

    a, b = rough(ours), rough(theirs)
    return [
        Difference("quarantine.fund_navs", f"{word}: {a.get(word, 0)} against {b.get(word, 0)}",
                   abs(a.get(word, 0) - b.get(word, 0)))
        for word in sorted({*a, *b}) if a.get(word) != b.get(word)
    ]  # fmt: skip


def _compare_one(
    table: str,
    ours: pl.LazyFrame,
    theirs: pl.LazyFrame,
    key: tuple[str, ...],
    values: tuple[str, ...],
    *,
    cents: bool,
) -> list[Difference]:
    there = theirs.collect_schema()
    texts = [name for name in _EXACT_TEXT if name in there and name in ours.collect_schema()]
    a = ours.select(*key, *values, *texts).collect()
    same_types = [pl.col(n).cast(kind) for n, kind in a.schema.items() if kind not in _OPEN]
    b = theirs.select(*key, *values, *texts).with_columns(same_types).collect()
    found = []
    for name, left, right in (("only ours", a, b), ("only theirs", b, a)):
        alone = left.join(right, on=key, how="anti").height
        found.append(Difference(table, name, alone))
    if a.height != b.height:
        found.append(Difference(table, "number of rows", abs(a.height - b.height)))
    pairs = a.join(b, on=key, suffix=" theirs")
    for name in (*values, *texts):
        equal = _equal(name, a.schema[name], cents=cents)
        found.append(Difference(table, name, pairs.select((~equal).sum()).item()))
    return [difference for difference in found if difference.rows]


def _equal(name: str, kind: pl.DataType, *, cents: bool) -> pl.Expr:
    a, b = pl.col(name), pl.col(f"{name} theirs")
    both_null = a.is_null() & b.is_null()
    if kind == pl.Decimal and not cents:
        return a.eq_missing(b.cast(kind))
    if kind == pl.Decimal or kind.is_float():
        x, y = a.cast(pl.Float64), b.cast(pl.Float64)
        room = _CENT if kind == pl.Decimal else 0.0
        return both_null | ((x - y).abs() <= x.abs() * _RATIO + room).fill_null(value=False)
    return a.eq_missing(b)


if __name__ == "__main__":
    folders = [Path(argument) for argument in sys.argv[1:] if argument != "--cents"]
    differences = compare(folders[0], folders[1], cents="--cents" in sys.argv)
    print(json.dumps(counts(folders[0])), *(differences or ("the same",)), sep="\n")
    sys.exit(bool(differences))
