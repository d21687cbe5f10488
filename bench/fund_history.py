"""One fund's flows, as a whole process: ``python bench/fund_history.py LAKE CNPJ [FIRST]``.

By the engine of the settings: Polars answers as the API does; Spark reads the same table and
filters it by the same values.
"""

from __future__ import annotations

import datetime as dt
import sys

import lastro
from lastro.answers.fund_series import Which, flows

TABLE = "gold.fund_flows_daily"

if __name__ == "__main__":
    first = dt.date.fromisoformat(sys.argv[3]) if len(sys.argv) > 3 else None
    platform = lastro.open(sys.argv[1])
    engine = platform.engine
    if engine is None:
        days = len(flows(platform.held, Which(sys.argv[2], first=first)).dates)
    else:
        rows = engine.read(platform.contract(TABLE))
        rows = rows.filter((rows["cnpj"] == sys.argv[2]) & (rows["subclass_id"] == ""))
        days = len(rows.sort("ref_date").collect())
    print(f"days: {days}")
