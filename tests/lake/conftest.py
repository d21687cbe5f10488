"""A small lake and a table to put into it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

from lastro.lake.contract import DATE, INTEGER, TEXT, Column, Contract
from lastro.lake.lake import Lake
from lastro.lake.lineage import Lineage
from lastro.lake.storage import LakeSettings, Storage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(LakeSettings(url=str(tmp_path / "lake")))


@pytest.fixture
def lake(storage: Storage) -> Lake:
    return Lake(storage)


@pytest.fixture(scope="session")
def things() -> Contract:
    """Names and sizes by month."""
    return Contract(
        name="silver.things", title="Things", pt="Coisas",
        columns=(Column("name", TEXT, "nome", "Name."), Column("size", INTEGER, "t", "Size."),
                 Column("month", DATE, "mês", "Month.")),
        key=("name",), partition="month", sort=("name",),
    )  # fmt: skip


@pytest.fixture
def commit(lake: Lake, things: Contract) -> Callable[..., int]:
    """Makes rows the content of a month: ``commit(1, a=1, b=2)`` is January."""

    def _commit(month: int, *, append: bool = False, state: int = 7, **sizes: int) -> int:
        day = dt.date(2024, month, 1)
        rows = pl.DataFrame({"name": list(sizes), "size": list(sizes.values())},
                            schema={"name": pl.String, "size": pl.Int64})  # fmt: skip
        file = lake.write_file(
            things, day.isoformat(), rows.with_columns(pl.lit(day).alias("month"))
        )
        lineage = Lineage("run", "0", partitions=(day.isoformat(),), rows=rows.height)
        states = {day.isoformat(): state}
        return lake.commit(things, [file], states=states, lineage=lineage, append=append)

    return _commit
