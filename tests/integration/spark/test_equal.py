"""A lake says the same whoever built it: Polars, a Spark cluster, or one after the other."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from lastro.wiring import platform

from .cluster import on_spark
from .lakes import LATER, NOW, REAL_MONTHS, assert_same, dirty, real, together

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .cluster import Cluster
    from .lakes import Files

pytestmark = [
    pytest.mark.spark,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.filterwarnings("ignore:::pyspark"),
]


@pytest.fixture(scope="module")
def files(repository: Path) -> tuple[Files, Files]:
    """Dirty files, and the real ones where they are at hand, in one lake."""
    first, later = dirty()
    data = repository.parent / "shared" / "data"
    return (together(first, real(data)) if data.is_dir() else first), later


@pytest.fixture(scope="module")
def by_polars(start: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same lake, built by Polars."""
    folder = tmp_path_factory.mktemp("polars") / "lake"
    shutil.copytree(start, folder)
    with platform(str(folder), clock=NOW).run() as run:
        run.build()
    return folder


@pytest.fixture(scope="module")
def by_spark(start: Path, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same lake, built by Spark."""
    folder = tmp_path_factory.mktemp("spark") / "lake"
    shutil.copytree(start, folder)
    with on_spark(folder, cluster.master, NOW).run() as run:
        run.build()
    return folder


def test_every_table_is_the_same(by_spark: Path, by_polars: Path) -> None:
    mine, theirs = platform(str(by_spark)), platform(str(by_polars))
    assert_same(mine, theirs)
    assert {state.name for state in mine.overview()} >= set(mine.catalog.tables)
    assert mine.dead_letters.all() == theirs.dead_letters.all()
    assert mine.dead_letters.all()


def test_one_engine_goes_on_where_the_other_stopped(
    by_spark: Path,
    by_polars: Path,
    cluster: Cluster,
    files: tuple[Files, Files],
    copy: Callable[[Path], Path],
    tmp_path: Path,
) -> None:
    """A month comes again, a new one and a new register come: restated alike, both ways round."""
    alone, then_spark, then_polars = copy(by_polars), copy(by_polars), copy(by_spark)
    lakes = [
        platform(str(alone), clock=LATER),
        on_spark(then_spark, cluster.master, LATER),
        platform(str(then_polars), clock=LATER),
    ]
    work = tmp_path / "files"
    work.mkdir()
    written = []
    for lake in lakes:
        files[1].take(lake, work)
        with lake.run() as run:
            run.build()
        written.append({name: run.report.partitions[name] for name in run.report.written})
    assert_same(lakes[1], lakes[0])
    assert_same(lakes[2], lakes[0])
    assert written[1] == written[0] == written[2]
    assert not lakes[0].table("ops.restatements").collect().is_empty()
    for lake in (
        platform(str(then_spark), clock=LATER),
        on_spark(then_polars, cluster.master, LATER),
    ):
        with lake.run() as run:
            run.build()
        assert not run.report.written


def test_real_files_are_among_what_is_the_same(real_data: Path, by_spark: Path) -> None:
    lake = platform(str(by_spark))
    for source, files in real(real_data).by_source.items():
        bronze = lake.sources[source].bronze.name
        keys = lake.table(bronze).select("_file").unique().collect()["_file"]
        assert {key.split("/")[2] for key in keys} >= set(files)
    months = lake.table("gold.fund_flows_monthly").select("month").unique().collect()["month"]
    assert set(months) >= set(REAL_MONTHS)


def test_optimize_on_the_cluster_changes_no_row(
    by_spark: Path, cluster: Cluster, copy: Callable[[Path], Path]
) -> None:
    lake = on_spark(copy(by_spark), cluster.master, LATER)
    names = ["silver.fund_navs", "gold.common_history", "bronze.cvm_funds"]
    with lake.run() as run:
        done = run.optimize(names)
        assert not run.optimize(names)
    assert set(done) == {"silver.fund_navs"}
    assert_same(lake, platform(str(by_spark)))
    with lake.run() as run:
        run.build()
    assert not run.report.written


def test_the_past_is_read_by_version_and_by_instant(by_spark: Path, cluster: Cluster) -> None:
    lake = on_spark(by_spark, cluster.master, NOW)
    contract = lake.contract("silver.fund_navs")
    assert lake.engine is not None
    newest = lake.lake.version(contract.name)
    at = lake.lake.history(contract.name)[0]["at"]
    counts = [lake.engine.read(contract, as_of=as_of).count() for as_of in (newest, at, None)]
    assert set(counts) == {lake.table(contract.name).collect().height}
    assert lake.engine.read(contract, ["2023-01-01"]).count() < counts[0]
