"""Transactions that a Delta log remembers, all of them read at once.

delta-rs answers for one at a time and reads the log anew for each: over a network, and with years
of months, that would take longest of all that a run does.
"""

from __future__ import annotations

import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from lastro.lake.storage import Storage

_CHECKPOINT = re.compile(r"(\d{20})\.checkpoint\.parquet")
_AT_ONCE = 8


def transactions(storage: Storage, folder: str, version: int) -> dict[str, int] | None:
    """The newest version of each application, as of a version of the table.

    Args:
        storage: Where the table is.
        folder: The table's, below the lake.
        version: Of the table.

    Returns:
        Versions by application; None where the log begins with a checkpoint of another form than
        one Parquet file, which delta-rs may understand.
    """
    log = f"{folder}/_delta_log"
    held = {key.rpartition("/")[2] for key in storage.list(log)}
    points = [int(point[1]) for name in held if (point := _CHECKPOINT.fullmatch(name))]
    start = max((point for point in points if point <= version), default=-1)
    commits = [f"{number:020}.json" for number in range(start + 1, version + 1)]
    if not held.issuperset(commits):
        return None
    found = {} if start < 0 else _kept(storage.get(f"{log}/{start:020}.checkpoint.parquet"))
    with ThreadPoolExecutor(_AT_ONCE) as readers:
        for body in readers.map(storage.get, (f"{log}/{name}" for name in commits)):
            for line in body.splitlines():
                said = json.loads(line).get("txn") if b'"txn"' in line else None
                if said:
                    found[said["appId"]] = said["version"]
    return found


def _kept(checkpoint: bytes) -> dict[str, int]:
    rows = pl.read_parquet(io.BytesIO(checkpoint), columns=["txn"]).drop_nulls().unnest("txn")
    return dict(rows.select("appId", "version").rows())
