"""Months made of several files and sources, registers without a month, and files that changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl
import pytest

from lastro.core.clock import FrozenClock
from lastro.lake._polars import MALFORMED, ROW
from lastro.lake.catalog import Catalog, Input, Table
from lastro.lake.contract import DATE, INSTANT, INTEGER, STANDING, TEXT, Check, Column, Contract
from lastro.lake.lake import Lake
from lastro.lake.landing import DeadLetters, Landing
from lastro.lake.quality import quarantine_contract
from lastro.lake.storage import LakeSettings, Storage
from lastro.pipeline.builder import Builder
from lastro.pipeline.ingest import Ingest
from lastro.pipeline.report import Report
from lastro.sources import Period, Source
from lastro.vendors.cvm import CvmSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOON = dt.datetime(2024, 3, 20, 15, tzinfo=dt.UTC)


def _parse(name: str, body: bytes, landed_on: dt.date) -> Iterator[Period]:
    """Lines "day;thing;size"; the file's name is its period."""
    cells = [line.split(";") for line in body.decode().splitlines()]
    text = pl.DataFrame(cells, schema=["day", "thing", "size"], orient="row").with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW),
        pl.lit(None, pl.String).alias(MALFORMED),
    )
    named = name.removesuffix(".csv")
    month = dt.date.fromisoformat(f"{named[:7]}-01") if named[0] == "2" else STANDING
    yield Period(named, month, text)


COLUMNS = (
    Column("ref_date", DATE, "dia", "Day.", required=True, reads=("day",)),
    Column("thing", TEXT, "coisa", "Thing.", reads=("thing",)),
    Column("size", INTEGER, "tamanho", "Size.", reads=("size",)),
)


def _source(name: str) -> Source:
    return Source(
        name=name, title="Things", pt="Coisas", publisher="x", licence="x", section=CvmSettings,
        plan=lambda *_, **__: [], parse=_parse, columns=COLUMNS, gathers=True,
    )  # fmt: skip


def _contract(name: str, *extra: Column, checks: tuple[Check, ...] = ()) -> Contract:
    return Contract(
        name=name, title="Things", pt="Coisas",
        columns=(
            Column("ref_date", DATE, "dia", "Day."), Column("thing", TEXT, "coisa", "Thing."),
            Column("size", INTEGER, "tamanho", "Size."), *extra,
            Column("available_at", INSTANT, "disponível", "When."),
            Column("month", DATE, "mês", "Month."),
        ),
        key=("ref_date", "thing"), partition="month", sort=("ref_date", "thing"), checks=checks,
    )  # fmt: skip


BIG = Check("big", "Too big.", lambda: nw.col("size") > 90)
FLAGS = Column("flags", TEXT, "marcas", "Flags.")
OURS, THEIRS = _source("ours"), _source("theirs")


def _union(ours: Any, theirs: Any) -> Any:
    """Theirs only where ours has nothing of that day and thing."""
    more = theirs.join(ours.select("ref_date", "thing"), on=["ref_date", "thing"], how="anti")
    return nw.concat([ours, more], how="vertical")


THINGS = Table(
    _contract("silver.things", FLAGS, checks=(BIG,)),
    (Input("bronze.ours"), Input("bronze.theirs")),
    _union,
)
TOTALS = Table(
    replace(_contract("gold.totals"), key=("thing",), sort=("thing",)),
    (Input("silver.things", months_back=None),),
    lambda things: (
        things.group_by("thing")
        .agg(nw.col("size").sum(), nw.col("ref_date").max(), nw.col("available_at").max())
        .with_columns(month=nw.lit(STANDING))
    ),
    pace="all",
    standing=True,
    by_content=True,
)
SHARES = Table(
    _contract("gold.shares"),
    (Input("silver.things"), Input("gold.totals", months_back=None)),
    lambda things, totals: things.join(totals.select("thing", all="size"), on="thing").select(
        "ref_date", "thing", size=nw.col("all"), available_at="available_at", month="month"
    ),
    pace="all",
)
CATALOG = Catalog([THINGS, TOTALS, SHARES], [OURS.bronze, THEIRS.bronze])


class House:
    """A lake that each call opens anew, an hour later."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = NOON
        self.report = Report("r0")

    def take(self, source: Source, **files: str) -> Report:
        """Land files by period, build everything."""
        self.now += dt.timedelta(hours=1)
        self.report = Report(f"r{self.now:%H}")
        lake = Lake(Storage(LakeSettings(url=str(self.folder / "lake"))))
        sources = {OURS.name: OURS, THEIRS.name: THEIRS}
        builder = Builder(lake, CATALOG, sources, self.report, "0", lambda *_: None)
        paths = []
        for name, text in files.items():
            path = self.folder / f"{name.lstrip('_').replace('_', '-')}.csv"
            path.write_text(text)
            paths.append(path)
        ingest = Ingest(
            source, Landing(lake), DeadLetters(lake), builder, self.report,
            FrozenClock(self.now), "0",
        )  # fmt: skip
        ingest.take(paths)
        ingest.read(tables=())
        builder.build()
        return self.report

    def rows(self, table: Table, *columns: str) -> list[tuple[Any, ...]]:
        """What stands there now, in order."""
        lake = Lake(Storage(LakeSettings(url=str(self.folder / "lake"))))
        frame = lake.scan(table.contract).collect().sort(*table.contract.sort)
        return frame.select(columns or table.contract.key).rows()

    def aside(self) -> list[tuple[Any, ...]]:
        """The quarantine: reason, record, file's name, row."""
        lake = Lake(Storage(LakeSettings(url=str(self.folder / "lake"))))
        rows = lake.scan(quarantine_contract(THINGS.contract)).collect().sort("file", "row")
        return [
            (reason, record, file.split("/")[2], row)
            for reason, record, file, row in rows.select("reason", "record", "file", "row").rows()
        ]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_days_landed_one_by_one_make_their_month(house: House) -> None:
    house.take(OURS, _2024_03_18="2024-03-18;a;1\n2024-03-18;b;2")
    house.take(OURS, _2024_03_19="2024-03-19;a;3")
    assert house.rows(THINGS, "ref_date", "thing", "size") == [
        (dt.date(2024, 3, 18), "a", 1),
        (dt.date(2024, 3, 18), "b", 2),
        (dt.date(2024, 3, 19), "a", 3),
    ]


def test_the_later_file_counts_and_the_other_is_kept_aside(house: House) -> None:
    house.take(OURS, _2024_03_18="2024-03-18;a;1\n2024-03-18;b;2")
    house.take(OURS, _2024_03="2024-03-18;a;1\n2024-03-18;b;7\n2024-03-19;c;99")
    assert house.rows(THINGS, "thing", "size") == [("a", 1), ("b", 7)]
    assert house.report.counts["collapsed"] == 1
    assert house.aside() == [
        ("superseded", "2024-03-18;b;2", "2024-03-18.csv", 2),
        ("big", "2024-03-19;c;99", "2024-03.csv", 3),
    ]


def test_another_source_fills_only_what_the_first_lacks(house: House) -> None:
    house.take(THEIRS, _2024_03="2024-03-18;a;50\n2024-03-18;z;5")
    house.take(OURS, _2024_03_18="2024-03-18;a;1")
    assert house.rows(THINGS, "thing", "size") == [("a", 1), ("z", 5)]


def test_a_month_that_only_the_second_source_knows_is_built(house: House) -> None:
    house.take(THEIRS, _2024_01="2024-01-02;a;4")
    assert house.rows(THINGS, "ref_date", "size") == [(dt.date(2024, 1, 2), 4)]


def test_what_stands_without_a_month_is_one_partition(house: House) -> None:
    house.take(OURS, company_1="2020-01-01;a;1", company_2="2021-05-05;b;2")
    house.take(OURS, company_1="2020-01-01;a;3")
    assert house.rows(THINGS, "thing", "size", "month") == [
        ("a", 3, STANDING),
        ("b", 2, STANDING),
    ]
    assert house.report.counts["restated"] == 1


def test_what_came_out_the_same_is_not_built_upon_again(house: House) -> None:
    first = house.take(OURS, _2024_01="2024-01-02;a;1\n2024-01-03;b;2", _2024_02="2024-02-01;a;2")
    assert first.partitions["gold.shares"] == 2
    moved = house.take(OURS, _2024_01="2024-01-03;b;2\n2024-01-02;a;1")
    assert "gold.totals" in moved.written
    assert moved.partitions["gold.shares"] == 1
    changed = house.take(OURS, _2024_01="2024-01-03;b;2\n2024-01-02;a;5")
    assert changed.partitions["gold.shares"] == 2


def test_a_month_of_which_every_row_is_refused_is_not_built_for_ever(house: House) -> None:
    house.take(OURS, _2024_03="2024-03-18;a;91")
    assert house.rows(THINGS) == []
    assert house.take(OURS, _2024_03="2024-03-18;a;91").written == {}


def test_a_file_whose_shape_changed_is_stopped_before_it_spreads(house: House) -> None:
    good = "\n".join(f"2024-03-{day:02d};a;{day}" for day in range(1, 31))
    house.take(OURS, _2024_03=good)
    swapped = "\n".join(f"a;2024-03-{day:02d};{day}" for day in range(1, 31))
    report = house.take(OURS, _2024_03=swapped)
    assert "30 of its first 30 rows" in report.failed["2024-03.csv"]
    assert len(house.rows(THINGS)) == 30
    assert house.take(OURS, _2024_03=good).failed == {}


def test_forms_of_text_are_read_and_others_refused() -> None:
    from lastro.lake._polars import type_text
    from lastro.lake.contract import MONEY, Form

    def read(form: Form, kind: Any, *texts: str) -> list[object]:
        frame = pl.DataFrame({"x": list(texts)}).with_columns(
            pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW),
            pl.lit(None, pl.String).alias(MALFORMED),
        )
        column = Column("x", kind, "x", "x", reads=("x",), form=form)
        typed = type_text(frame, [column])
        found = dict(typed.rows.select(ROW, "x").rows())
        return [found.get(place, "refused") for place in range(1, len(texts) + 1)]

    assert [str(v) for v in read("pt", MONEY, "18.553.794,87", "-1,5", "7", "1,2,3", "")] == [
        "18553794.87", "-1.50", "7.00", "refused", "None",
    ]  # fmt: skip
    assert [str(v) for v in read("implied", MONEY, "0000001650", "05", "5", "12x4", "  ")] == [
        "16.50", "refused", "refused", "refused", "None",
    ]  # fmt: skip
    day = dt.date(2024, 1, 31)
    assert read("yyyymmdd", DATE, "20240131", "2024013", "20240231", "") == [
        day, "refused", "refused", None,
    ]  # fmt: skip
    assert read("dd/mm/yyyy", DATE, "31/01/2024", "01/31/2024", "2024-01-31") == [
        day, "refused", "refused",
    ]  # fmt: skip
    assert read("dd/mm/yy", DATE, "31/01/24", "31/01/99") == [day, dt.date(1999, 1, 31)]
    assert read("mm-dd-yyyy", DATE, "01-31-2024", "31-01-2024") == [day, "refused"]
