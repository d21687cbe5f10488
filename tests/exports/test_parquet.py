"""Parquet keeps types, says where it comes from, and is whole or not there."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import polars as pl

from lastro.exports import parquet
from lastro.lake._polars import schema

from .conftest import CONTRACT

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Sample

KILLED = """
import os, signal, sys
from pathlib import Path
from lastro.exports._files import whole
with whole([Path(sys.argv[1])]) as (draft,):
    draft.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_types_and_origin_travel_along(two_months: Sample, tmp_path: Path) -> None:
    (done,) = parquet.write(two_months.order(tmp_path / "x.parquet", simulated=True))
    assert (done.rows, done.version) == (3, 2)
    assert done.target.endswith("x.simulated.parquet")
    found = pl.read_parquet(done.target)
    assert found.schema == schema(CONTRACT)
    told = pl.read_parquet_metadata(done.target)
    assert (told["lastro.table"], told["lastro.version"]) == ("silver.kinds", "2")
    assert told["lastro.simulated"] == "true"


def test_killed_in_the_middle_the_old_file_stands_and_the_next_export_cleans_up(
    two_months: Sample, tmp_path: Path
) -> None:
    path = tmp_path / "x.parquet"
    parquet.write(two_months.order(path))
    before = path.read_bytes()
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == before
    assert (tmp_path / ".x.parquet.partial").exists()
    parquet.write(two_months.order(path))
    assert [file.name for file in tmp_path.glob(".*")] == []
    assert pl.read_parquet(path).height == 3
