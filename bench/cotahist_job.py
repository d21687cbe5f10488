"""Ours: a file of COTAHIST through the source's own ``parse`` and the engine's typing.

``python bench/cotahist_job.py FILE``: what an ingest does between landing and the tables.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from lastro.lake._polars import type_text
from lastro.pipeline.parsing import ahead
from lastro.sources.b3_cotahist import SOURCE

if __name__ == "__main__":
    path = Path(sys.argv[1])
    periods = ahead(SOURCE.parse(path.name, path.read_bytes(), dt.date(2024, 1, 2)))
    months = [type_text(period.text, SOURCE.columns).rows for period in periods]
    sums = [sum(month[name].sum() for month in months)
            for name in ("turnover", "raw_close", "quantity")]  # fmt: skip
    print(sum(month.height for month in months), *sums)
