"""A cluster's tasks, run here one by one: what they give back is what a laptop would commit."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

from tests.conformance.conftest import FIRST, _dirty_month

from lastro.core.errors import ParseError
from lastro.pipeline import tasks
from lastro.pipeline.parsing import BronzeFile
from lastro.wiring import Platform, platform

if TYPE_CHECKING:
    from pathlib import Path

NAME = "inf_diario_fi_202301.csv"


def _taken(folder: Path, body: bytes) -> Platform:
    lake = platform(str(folder / "lake"))
    (folder / NAME).write_bytes(body)
    with lake.run() as run:
        run.take("cvm_funds", [folder / NAME])
    return lake


def test_a_file_is_read_into_bronze_and_committed_by_nobody(tmp_path: Path) -> None:
    lake = _taken(tmp_path, _dirty_month(FIRST))
    version = lake.lake.version("bronze.cvm_funds")
    landed = lake.landing.newest("cvm_funds")[NAME]
    reading = pickle.loads(pickle.dumps(tasks.Reading("cvm_funds", landed, "run")))  # noqa: S301
    (found,) = tasks.read_file(lake.lake, reading)
    assert isinstance(found, BronzeFile)
    assert found.name == "2023-01"
    assert found.file.rows == lake.table("bronze.cvm_funds").collect().height
    lake.reopen()
    assert lake.lake.version("bronze.cvm_funds") == version


def test_a_file_that_cannot_be_read_says_so_at_the_end(tmp_path: Path) -> None:
    lake = _taken(tmp_path, b"<!DOCTYPE html><p>maintenance")
    landed = lake.landing.newest("cvm_funds")[NAME]
    (found,) = tasks.read_file(lake.lake, tasks.Reading("cvm_funds", landed, "run"))
    assert isinstance(found, ParseError)


def test_a_month_is_built_as_a_laptop_builds_it(tmp_path: Path) -> None:
    lake = _taken(tmp_path, _dirty_month(FIRST))
    wanted = tasks.Month(
        "silver.fund_navs", FIRST, {"bronze.cvm_funds": ("2023-01",)}, 7, "run"
    )  # fmt: skip
    built = pickle.loads(pickle.dumps(tasks.build_month(lake.lake, wanted)))  # noqa: S301
    assert not lake.lake.exists("silver.fund_navs")
    with lake.run() as run:
        run.build(["silver.fund_navs"])
    bundles = {bundle.table: bundle for bundle in built.bundles}
    for name in ("silver.fund_navs", "quarantine.fund_navs"):
        rows = sum(file.rows for file in bundles[name].files[FIRST.isoformat()])
        assert rows == lake.table(name).collect().height
        assert bundles[name].states == {FIRST.isoformat(): 7}
    assert built.counts["quarantined"] == run.report.counts["quarantined"] > 0
    assert bundles["silver.fund_navs"].counts["collapsed"] == run.report.counts["collapsed"]
