"""Other ways to a session: Spark Connect, a bucket, one that is there; and none at all."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from tests.integration.conftest import _free_port, _running

from lastro.core.settings import changed
from lastro.lake._spark_jars import fetch, wanted
from lastro.lake.engine import SparkSettings
from lastro.lake.storage import LakeSettings
from lastro.wiring import Platform, platform

from .cluster import SMALL, environment, home
from .lakes import NOW, Files, assert_same, funds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.integration.s3_server import S3Server

pytestmark = [pytest.mark.spark, pytest.mark.slow, pytest.mark.timeout(600)]
TABLE = "silver.fund_months"
NOWHERE = {"LASTRO_SPARK__MAVEN": "http://127.0.0.1:9"}  # the jars are kept: no network is needed


@pytest.fixture(scope="module")
def files() -> tuple[Files, Files]:
    """Funds alone."""
    return funds(2), Files({})


@pytest.fixture(scope="module")
def by_polars(start: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The funds' tables, built by Polars."""
    folder = shutil.copytree(start, tmp_path_factory.mktemp("polars") / "lake")
    with platform(str(folder), clock=NOW).run() as run:
        run.build([TABLE])
    return folder


@pytest.fixture(scope="module")
def jars() -> list[Path]:
    """Delta Lake's, from Maven once."""
    (found,) = wanted(LakeSettings())
    return fetch(found, SparkSettings())


@pytest.fixture(scope="module")
def connect(jars: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Spark Connect server."""
    port, folder = _free_port(), tmp_path_factory.mktemp("connect")
    conf = {
        **SMALL,
        "spark.connect.grpc.binding.port": str(port),
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.jars": ",".join(map(str, jars)),
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    }
    command = [str(home() / "bin" / "spark-submit"), "--master", "local[2]", "--class",
               "org.apache.spark.sql.connect.service.SparkConnectServer"]  # fmt: skip
    for name, value in conf.items():
        command += ["--conf", f"{name}={value}"]
    os.environ["PYSPARK_PYTHON"] = sys.executable
    with _running([*command, "spark-internal"], folder / "log", port, signal.SIGTERM):
        yield f"sc://127.0.0.1:{port}"


def _lastro(
    lake: Path | str, master: str, *words: str, **more: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lastro.cli", "--lake", str(lake), *words],
        capture_output=True, check=False, text=True,
        env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", **environment(master), **more},
    )  # fmt: skip


def test_spark_connect(
    start: Path, by_polars: Path, connect: str, copy: Callable[[Path], Path]
) -> None:
    lake = copy(start)
    done = _lastro(lake, connect, "build", TABLE, **NOWHERE)
    assert done.returncode == 0, done.stderr[-3000:]
    assert_same(platform(str(lake)), platform(str(by_polars)))


@pytest.mark.integration
def test_a_lake_in_a_bucket(start: Path, by_polars: Path, s3: S3Server) -> None:
    """Executors write through object_store, Spark reads through s3a, delta-rs commits."""
    bucket = s3.bucket()
    for file in start.rglob("*"):
        if file.is_file():
            s3.client().upload_file(str(file), bucket, f"lake/{file.relative_to(start)}")
    lake = s3.settings(bucket)
    done = _lastro(lake["url"], "local[2]", "build", TABLE, **s3.environment(bucket))
    assert done.returncode == 0, done.stderr[-3000:]
    given: dict[str, object] = {f"LASTRO_LAKE__{name.upper()}": lake[name] for name in lake}
    given["LASTRO_LAKE__S3_SECRET_ACCESS_KEY"] = SecretStr(lake["s3_secret_access_key"])
    bucketed = Platform(changed(platform().settings, given), NOW)
    assert_same(bucketed, platform(str(by_polars)))


def test_a_session_that_is_there_is_taken_as_it_is(
    by_polars: Path, copy: Callable[[Path], Path]
) -> None:
    """One that somebody else made, without Delta Lake: that it lacks its jars is told."""
    code = (
        "from pyspark.sql import SparkSession as S; import sys; from lastro.cli.main import run;"
        "S.builder.master('local[1]').config('spark.ui.enabled', 'false').getOrCreate();"
        "sys.exit(run(sys.argv[1:]))"
    )
    lake = str(copy(by_polars))
    done = subprocess.run(
        [sys.executable, "-c", code, "--lake", lake, "build", "gold.fund_flows_daily"],
        capture_output=True, check=False, text=True,
        env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable,
             **environment("nonsense")},
    )  # fmt: skip
    assert done.returncode == 78
    assert "lacks the jars for Delta Lake" in done.stderr


def test_jars_that_cannot_be_had_are_named(start: Path, tmp_path: Path) -> None:
    done = _lastro(
        start, "local[1]", "build", TABLE, LASTRO_SPARK__JARS=str(tmp_path / "jars"), **NOWHERE
    )
    assert done.returncode == 78
    assert "io.delta:delta-spark_" in done.stderr
    assert "LASTRO_SPARK__MAVEN" in done.stderr


def test_without_java_the_command_that_mends_it_is_told(start: Path, tmp_path: Path) -> None:
    done = _lastro(start, "local[1]", "build", TABLE, PATH=str(tmp_path), JAVA_HOME=str(tmp_path))
    assert done.returncode == 78
    assert "apt-get install default-jre-headless" in done.stderr


def test_a_master_that_means_nothing_is_told(start: Path) -> None:
    done = _lastro(start, "nonsense", "build", TABLE)
    assert done.returncode == 78
    assert "LASTRO_SPARK__MASTER" in done.stderr
