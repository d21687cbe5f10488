"""pandas: COTAHIST by ``read_fwf``, as its users write it. ``python cotahist_fwf.py FILE``."""

from __future__ import annotations

import sys
from typing import Any

import pandas as pd

TEXTS = {
    "bdi_code": (10, 12), "ticker": (12, 24), "market_type": (24, 27), "short_name": (27, 39),
    "specification": (39, 49), "term": (49, 52), "currency": (52, 56), "strike_index": (201, 202),
    "isin": (230, 242),
}  # fmt: skip
MONEY = {
    "raw_open": (56, 69), "raw_high": (69, 82), "raw_low": (82, 95), "raw_average": (95, 108),
    "raw_close": (108, 121), "raw_bid": (121, 134), "raw_ask": (134, 147),
    "turnover": (170, 188), "strike": (188, 201),
}  # fmt: skip
POINTS = {"strike_points": (217, 230)}
NUMBERS = {"trades": (147, 152), "quantity": (152, 170), "quotation_factor": (210, 217),
           "distribution": (242, 245)}  # fmt: skip
DAYS = {"ref_date": (2, 10), "expires_on": (202, 210)}


def read(path: str) -> Any:
    """Typed columns; money as floats, as pandas has no decimals of its own."""
    places = TEXTS | MONEY | POINTS | NUMBERS | DAYS
    kinds = dict.fromkeys([*TEXTS, *DAYS], "str") | dict.fromkeys([*MONEY, *POINTS, *NUMBERS], "i8")
    rows = pd.read_fwf(
        path, colspecs=list(places.values()), names=list(places), dtype=kinds, skiprows=1,
        skipfooter=1, encoding="latin-1", keep_default_na=False,
    )  # fmt: skip
    for names, unit in ((MONEY, 100), (POINTS, 1_000_000)):
        for name in names:
            rows[name] /= unit
    for name in DAYS:
        rows[name] = pd.to_datetime(rows[name], format="%Y%m%d", errors="coerce")
    return rows


if __name__ == "__main__":
    found = read(sys.argv[1])
    print(len(found), round(found["turnover"].sum(), 2), round(found["raw_close"].sum(), 2),
          found["quantity"].sum())  # fmt: skip
