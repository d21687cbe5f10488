"""A year of COTAHIST to typed columns by hand: slices of a column of lines, the usual best way.

``python bench/cotahist_slices.py FILE``: one text column, read as lossy UTF-8, sliced and cast in
one query; the few lines with a letter outside ASCII are mended after. It trusts the file: nothing
is checked, set aside or told apart by month, and no text column is kept for the numbers.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

PRICES = {
    "raw_open": 56, "raw_high": 69, "raw_low": 82, "raw_average": 95, "raw_close": 108,
    "raw_bid": 121, "raw_ask": 134, "strike": 188,
}  # fmt: skip
NUMBERS = {"trades": (147, 5), "quantity": (152, 18), "quotation_factor": (210, 7),
           "distribution": (242, 3)}  # fmt: skip
DAYS = {"ref_date": 2, "expires_on": 202}
TEXTS = {
    "record_type": (0, 2), "bdi_code": (10, 2), "ticker": (12, 12), "market_type": (24, 3),
    "short_name": (27, 12), "specification": (39, 10), "term": (49, 3), "currency": (52, 4),
    "strike_index": (201, 1), "isin": (230, 12),
}  # fmt: skip
LETTERS = ("short_name", "specification")
LINE = pl.col("line")


def decimal(start: int, width: int, precision: int, scale: int) -> pl.Expr:
    digits = LINE.str.slice(start, width).cast(pl.Int64)
    return digits.cast(pl.Int128).reinterpret(dtype=pl.Decimal(precision, scale))


def typed(lines: pl.DataFrame) -> pl.DataFrame:
    columns = {name: decimal(start, 13, 13, 2) for name, start in PRICES.items()}
    columns["turnover"] = decimal(170, 18, 18, 2)
    columns["strike_points"] = decimal(217, 13, 13, 6)
    columns |= {name: LINE.str.slice(*at).cast(pl.Int64) for name, at in NUMBERS.items()}
    columns |= {n: LINE.str.slice(at, 8).str.to_date("%Y%m%d") for n, at in DAYS.items()}
    columns |= {n: LINE.str.slice(*at).str.strip_chars_end(" ") for n, at in TEXTS.items()}
    return lines.lazy().select(**columns).collect()


def main(file: Path) -> pl.DataFrame:
    body = file.read_bytes()
    ascii_only = body.isascii()
    lines = pl.read_csv(
        body, has_header=False, separator="\x01", quote_char=None, encoding="utf8-lossy",
        schema={"line": pl.String},
    )  # fmt: skip
    rows = typed(lines.slice(1, lines.height - 2))
    return rows if ascii_only else mended(body, rows)


def mended(body: bytes, rows: pl.DataFrame) -> pl.DataFrame:
    """The lines with letters outside ASCII, read again as latin-1."""
    records = body.splitlines()[1:-1]
    odd = [place for place, record in enumerate(records) if not record.isascii()]
    again = typed(pl.DataFrame({"line": [records[place].decode("latin-1") for place in odd]}))
    return rows.with_columns(rows[name].scatter(odd, again[name]) for name in rows.columns)


if __name__ == "__main__":
    found = main(Path(sys.argv[1]))
    print(found.height, found["turnover"].sum(), found["raw_close"].sum(), found["quantity"].sum())
