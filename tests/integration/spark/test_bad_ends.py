"""What ends badly on a cluster ends in a right table or a clear error, and a repeat heals it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import narwhals as nw
import pytest

from lastro.core.errors import ConfigError, TemporaryError
from lastro.lake.catalog import Catalog
from lastro.lake.contract import INTEGER, Column
from lastro.wiring import Platform, platform

from .cluster import on_spark
from .lakes import NOW, Files, assert_same, funds
from .sabotage import OnLosingMachines

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.lake.catalog import Frame
    from lastro.lake.lake import Lake

    from .cluster import Cluster

pytestmark = [
    pytest.mark.spark,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore:::pyspark"),
]
FUNDS = ["gold.fund_flows_monthly"]
_DRIVER = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from tests.integration.spark.cluster import on_spark
from tests.integration.spark.lakes import NOW
from tests.integration.spark.sabotage import WithAMortalDriver
with on_spark(Path(sys.argv[2]), "local[2]", NOW, WithAMortalDriver).run() as run:
    run.build(["gold.fund_flows_monthly"])
"""


@pytest.fixture(scope="module")
def files() -> tuple[Files, Files]:
    """Funds alone."""
    return funds(3), Files({})


@pytest.fixture(scope="module")
def by_polars(start: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The funds' tables, built by Polars."""
    folder = shutil.copytree(start, tmp_path_factory.mktemp("polars") / "lake")
    with platform(str(folder), clock=NOW).run() as run:
        run.build(FUNDS)
    return folder


def _build(lake: Platform) -> dict[str, int]:
    with lake.run() as run:
        run.build(FUNDS)
    return dict(run.report.partitions)


def test_an_executor_is_lost_while_it_builds_a_month(
    start: Path, by_polars: Path, cluster: Cluster, copy: Callable[[Path], Path]
) -> None:
    lake = on_spark(copy(start), cluster.master, NOW, OnLosingMachines)
    _build(lake)
    assert list(Path(lake.storage.url).glob("died-in-*"))
    assert_same(lake, platform(str(by_polars)))
    held = set(lake.lake.files("silver.fund_navs"))
    orphans = set(map(str, Path(lake.lake.table_url("silver.fund_navs")).rglob("*.parquet"))) - held
    assert orphans  # what the lost attempt wrote: in no version, and vacuum finds it
    with lake.run() as run:
        assert run.vacuum(0, delete=False)["silver.fund_navs"]
    assert not _build(on_spark(Path(lake.storage.url), cluster.master, NOW))


def test_the_driver_is_killed_and_the_next_run_goes_on(
    start: Path, by_polars: Path, cluster: Cluster, copy: Callable[[Path], Path], repository: Path
) -> None:
    folder = copy(start)
    killed = subprocess.run(
        [sys.executable, "-c", _DRIVER, str(repository), str(folder)],
        capture_output=True, check=False, env={**os.environ, "TZ": "UTC"},
    )  # fmt: skip
    assert killed.returncode == -9, killed.stderr.decode()[-2000:]
    lake = on_spark(folder, cluster.master, NOW)
    assert lake.lake.exists("silver.fund_months")
    assert not lake.lake.exists("gold.fund_flows_monthly")
    done = _build(lake)
    assert set(done) == {"gold.fund_flows_monthly"}
    assert_same(lake, platform(str(by_polars)))


def test_all_workers_are_lost_and_another_joins_late(
    start: Path, by_polars: Path, cluster: Cluster, copy: Callable[[Path], Path]
) -> None:
    def same(lake: Lake, item: int) -> int:
        return item

    lake = on_spark(copy(start), cluster.master, NOW)
    assert lake.engine is not None
    assert list(lake.engine.map(same, [1, 2])) == [1, 2]  # the cluster is at work
    cluster.lose_workers()
    with ThreadPoolExecutor(1) as beside:
        building = beside.submit(_build, lake)
        cluster.add_worker()
        building.result()
        cluster.add_worker()
    assert_same(lake, platform(str(by_polars)))


def test_a_column_comes_and_another_goes_between_versions(
    by_polars: Path, cluster: Cluster, copy: Callable[[Path], Path]
) -> None:
    """An older version had another column; a newer one has one more."""
    older = copy(by_polars)
    _with_another(platform(str(older), clock=NOW), "former_rank")
    lake = on_spark(older, cluster.master, NOW)
    assert "gold.fund_flows_monthly" in _build(lake)
    rows = lake.table("gold.fund_flows_monthly").collect()
    assert rows["former_rank"].null_count() == rows.height
    expected = platform(str(by_polars)).table("gold.fund_flows_monthly").collect()
    assert rows.drop("former_rank").sort("cnpj", "month").equals(expected.sort("cnpj", "month"))
    _with_another(lake, "next_rank")
    assert set(lake.table("gold.fund_flows_monthly").collect()["next_rank"]) == {7}
    assert lake.engine is not None
    old = lake.engine.read(lake.contract("gold.fund_flows_monthly"), as_of=1)
    assert old.count() == rows.height


def _with_another(lake: Platform, name: str) -> None:
    """Build as a version of lastro does whose table has one more column."""
    table = lake.catalog["gold.fund_flows_monthly"]
    more = Column(name, INTEGER, name, "A rank.")
    contract = replace(table.contract, columns=(*table.contract.columns, more))

    def build(**inputs: Frame) -> Frame:
        return table.build(**inputs).with_columns(nw.lit(7, nw.Int64).alias(name))

    tables = [replace(found, contract=contract, build=build) if found is table else found
              for found in lake.catalog.tables.values()]  # fmt: skip
    whole = lake.catalog
    lake.catalog = Catalog(tables, whole.bronze.values())
    assert "gold.fund_flows_monthly" in _build(lake)
    lake.reopen()
    lake.catalog = whole


@pytest.mark.parametrize(
    "protocol",
    [
        {"minReaderVersion": 99, "minWriterVersion": 99},
        {"minReaderVersion": 3, "minWriterVersion": 7,
         "readerFeatures": ["fromTheFuture"], "writerFeatures": ["fromTheFuture"]},
        {"minReaderVersion": 1, "minWriterVersion": 7, "writerFeatures": ["fromTheFuture"]},
    ],
)  # fmt: skip
def test_a_table_in_a_newer_form_is_refused_and_left_alone(
    protocol: dict[str, object],
    by_polars: Path,
    cluster: Cluster,
    copy: Callable[[Path], Path],
) -> None:
    lake = on_spark(copy(by_polars), cluster.master, NOW)
    log = Path(lake.lake.table_url("gold.fund_flows_monthly")) / "_delta_log"
    newest = lake.lake.version("gold.fund_flows_monthly")
    later = log / f"{newest + 1:020}.json"
    later.write_text(json.dumps({"protocol": protocol}))
    for found in (lake, platform(str(lake.storage.url), clock=NOW)):
        found.catalog = _raised(found.catalog)
        with pytest.raises(ConfigError, match="newer form of Delta Lake"):
            _build(found)
    later.unlink()
    assert "gold.fund_flows_monthly" in _build(lake)


def _raised(catalog: Catalog) -> Catalog:
    """The same with a newer revision of a table: it is stale."""
    tables = [replace(found, revision=99) if found.name in FUNDS else found
              for found in catalog.tables.values()]  # fmt: skip
    return Catalog(tables, catalog.bronze.values())


def test_an_encrypted_table_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    lake = on_spark(tmp_path / "lake", cluster.master, NOW)
    personal = replace(lake.contract("silver.fund_navs"), personal=True)
    assert lake.engine is not None
    with pytest.raises(ConfigError, match="LASTRO_LAKE__ENGINE=polars"):
        lake.engine.read(personal)


def test_work_that_fails_is_told_with_its_cause(cluster: Cluster, tmp_path: Path) -> None:
    def broken(lake: Lake, item: int) -> int:
        raise ValueError(f"there is no {item}")

    lake = on_spark(tmp_path / "lake", cluster.master, NOW)
    assert lake.engine is not None
    with pytest.raises(TemporaryError, match="ValueError: there is no 7"):
        list(lake.engine.map(broken, [7]))
