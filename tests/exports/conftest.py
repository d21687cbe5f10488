"""A table with a column of every kind in a lake of its own, and orders for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from lastro.exports import ExportSettings, Order
from lastro.exports._selection import select
from lastro.lake._polars import schema
from lastro.lake.contract import (
    BOOLEAN,
    CNPJ,
    DATE,
    FLOAT,
    INSTANT,
    INTEGER,
    MONEY,
    TEXT,
    Column,
    Contract,
)
from lastro.lake.lake import Lake
from lastro.lake.lineage import Lineage
from lastro.lake.storage import LakeSettings, Storage

if TYPE_CHECKING:
    from pathlib import Path

    from lastro.exports import Given

NOW = dt.datetime(2024, 6, 30, 15, tzinfo=dt.UTC)
CONTRACT = Contract(
    name="silver.kinds", title="One column of every kind", pt="Uma coluna de cada tipo",
    columns=(
        Column("cnpj", CNPJ, "CNPJ", "The class.", required=True),
        Column("name", TEXT, "nome", "Its name.", required=True),
        Column("ref_date", DATE, "data", "The day.", required=True),
        Column("worth", MONEY, "patrimônio", "Its worth.", "BRL"),
        Column("ratio", FLOAT, "variação", "Its change.", "ratio"),
        Column("holders", INTEGER, "cotistas", "How many.", "holders"),
        Column("code", INTEGER, "código", "A number that counts nothing."),
        Column("open", BOOLEAN, "aberto", "Whether."),
        Column("note", TEXT, "nome", "Says anything."),
        Column("available_at", INSTANT, "disponível em", "When."),
        Column("month", DATE, "mês", "First day of the month.", required=True),
    ),
    key=("cnpj", "name", "ref_date"), partition="month", sort=("cnpj", "ref_date"),
    notice="Mind the gap.", notice_pt="Cuidado com o vão.",
)  # fmt: skip


def row(day: dt.date, name: str = "a", **values: Any) -> dict[str, Any]:
    """A row of a day; what is not given is as usual."""
    usual: dict[str, Any] = {
        "cnpj": "00000000000191", "name": name, "ref_date": day, "worth": Decimal("1234.50"),
        "ratio": 0.0125, "holders": 1500, "code": 7, "open": True, "note": "usual",
        "available_at": dt.datetime(2024, 2, 2, 11, tzinfo=dt.UTC), "month": day.replace(day=1),
    }  # fmt: skip
    return usual | values


@dataclass
class Sample:
    """A lake with one table, and orders for it."""

    folder: Path
    contract: Contract = CONTRACT
    states: dict[str, int] = field(default_factory=dict)

    @property
    def lake(self) -> Lake:
        """The lake, as a new process opens it."""
        return Lake(Storage(LakeSettings(url=str(self.folder))))

    def put(self, *rows: dict[str, Any], partition: str = "", state: int = 0) -> int:
        """Make rows the content of their partition; without rows, of the one that is named."""
        lake = self.lake
        frame = pl.DataFrame(list(rows), schema=schema(self.contract), orient="row")
        value = partition or str(rows[0][self.contract.partition])
        made_from = state or self.states.get(value, 0) + 1
        self.states[value] = made_from
        file = lake.write_file(self.contract, value, frame)
        return lake.commit(
            self.contract, [file], states={value: made_from}, lineage=Lineage("run", "0")
        )

    def given(self, **how: Any) -> Given:
        """The table as it was asked for."""
        return select(self.lake, self.contract, origin="CVM", **how)

    def order(self, target: object, *, simulated: bool = False, **how: Any) -> Order:
        """An order for the table."""
        dialect, settings = how.pop("dialect", "br"), how.pop("settings", ExportSettings())
        return Order(
            tables=(self.given(**how),), target=str(target), settings=settings,
            simulated=simulated, at=NOW, lake="lake", dialect=dialect,
        )  # fmt: skip


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    """An empty lake."""
    return Sample(tmp_path / "lake")


@pytest.fixture
def two_months(sample: Sample) -> Sample:
    """Two days of January, one of February."""
    sample.put(row(dt.date(2024, 1, 2)), row(dt.date(2024, 1, 31), "b", worth=None, ratio=None))
    sample.put(row(dt.date(2024, 2, 1), "c", note="=1+1"))
    return sample
