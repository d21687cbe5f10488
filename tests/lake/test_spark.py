"""Spark's side of the lake, as far as it needs no JVM: files, session settings, jars, errors."""

from __future__ import annotations

import base64
import importlib.metadata
import pickle
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import narwhals as nw
import polars as pl
import pytest
from pydantic import SecretStr

from lastro.core.errors import ConfigError, MissingExtraError
from lastro.lake import _spark, _spark_jars
from lastro.lake._rows import CONTENTS, content
from lastro.lake._spark_session import s3a
from lastro.lake.contract import DATE, INTEGER, MONEY, TEXT, Check, Column, Contract
from lastro.lake.engine import Place, SparkSettings
from lastro.lake.sealed import get_landed, put_landed
from lastro.lake.storage import LakeSettings

if TYPE_CHECKING:
    import pyarrow as pa

CONTRACT = Contract(
    "gold.sums",
    "Sums.",
    "Somas.",
    (
        Column("month", DATE, "mês", "Month."),
        Column("name", TEXT, "nome", "Name."),
        Column("worth", MONEY, "valor", "Worth."),
        Column("rank", INTEGER, "posição", "Rank."),
    ),
    ("month", "name"),
    "month",
    sort=("name",),
    checks=(Check("odd", "Odd.", lambda: nw.col("rank") < 0),),
)


def _rows(count: int) -> pl.DataFrame:
    return pl.select(
        month=pl.date(2024, pl.int_range(count) * 3 // count + 1, 1),
        name=pl.format("n{}", pl.int_range(count).cast(pl.String).str.zfill(6)),
        worth=(pl.int_range(count) + 0.25).cast(pl.Decimal(38, 6)),
        rank=pl.int_range(count).cast(pl.Int32),
    )


def _batches(rows: pl.DataFrame, size: int) -> list[pa.RecordBatch]:
    return [batch for part in rows.iter_slices(size) for batch in part.to_arrow().to_batches()]


def test_a_sorted_stream_becomes_files_of_its_partitions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_spark, "_ROWS_A_FILE", 40)
    lake = Place(LakeSettings(url=str(tmp_path))).open()
    rows = _rows(300)
    batches = iter(_batches(rows, 30))
    written = list(_spark._files(lake, CONTRACT, batches, ["name"], "part-"))
    months = dict.fromkeys(w.file.partition for w in written)
    assert list(months) == ["2024-01-01", "2024-02-01", "2024-03-01"]
    assert sum(w.file.rows for w in written) == 300
    assert max(w.file.rows for w in written) <= 40
    read = pl.concat(
        pl.read_parquet(Path(lake.table_url(CONTRACT.name)) / w.file.path, hive_partitioning=True)
        for w in written
    )
    assert read.schema["worth"] == pl.Decimal(18, 2)
    assert read.schema["rank"] == pl.Int64
    assert read["name"].to_list() == rows["name"].to_list()
    assert all("/part-" in w.file.path for w in written)


def test_what_the_files_of_a_partition_say_adds_up(tmp_path: Path) -> None:
    """A partition in three files has the fingerprint that it has in one."""
    lake = Place(LakeSettings(url=str(tmp_path))).open()
    rows = _rows(90)
    typed = rows.cast({"worth": pl.Decimal(18, 2), "rank": pl.Int64})
    january = typed.filter(pl.col("month").dt.month() == 1)
    found = [
        w
        for part in january.iter_slices(11)
        for w in _spark._files(lake, CONTRACT, iter(_batches(part, 5)), ["name"], "")
    ]
    assert len(found) == 3
    assert sum(w.content for w in found) % CONTENTS == content(january)


def test_our_errors_come_back_and_others_are_sparks_to_try_again(tmp_path: Path) -> None:
    place = Place(LakeSettings(url=str(tmp_path)))
    call = _spark._Call(place, {}, "this one")

    def refused(_: object, item: str) -> str:
        raise ConfigError("No {what}.", hint="Mend {what}.", what=item)

    back = pickle.loads(_spark._worked(refused, call, pickle.dumps("key")))  # noqa: S301
    assert isinstance(back, ConfigError)
    assert str(back) == "No key. Mend key."
    sealed = replace(CONTRACT, personal=True, checks=())
    batches = iter(_batches(_rows(3), 3))
    (error,) = _spark._written(place, sealed, batches, ["name"], "")  # no key at hand
    assert isinstance(pickle.loads(error), ConfigError)  # noqa: S301
    with pytest.raises(ZeroDivisionError):
        _spark._worked(lambda _, item: item / 0, call, pickle.dumps(1))


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        (
            "Job aborted.\n Caused by: x\nValueError: no 7\n\nJVM stacktrace:\nE: y",
            "ValueError: no 7",
        ),
        ("Lost connection\n\tat org.apache", "Lost connection"),
        ("", ""),
    ],
)
def test_the_line_that_names_the_cause_is_told(said: str, cause: str) -> None:
    assert _spark._reason(said) == cause


def test_a_place_means_the_same_in_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    place = Place.of(LakeSettings(url="lake", landing_url="landed"), development=False)
    there = pickle.loads(pickle.dumps(place))  # noqa: S301
    assert there.settings.url == str(tmp_path / "lake")
    assert there.settings.landing_url == str(tmp_path / "landed")
    bucket = Place.of(LakeSettings(url="s3://b/l"), development=False)
    assert (bucket.settings.url, bucket.settings.landing_url) == ("s3://b/l", "")


def test_an_executor_opens_sealed_files_by_its_own_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = LakeSettings(url=str(tmp_path / "lake"), seal_landing=True)
    monkeypatch.setenv("LASTRO_KEYS__MASTER", base64.b64encode(bytes(range(32))).decode())
    storage = Place.of(settings, development=False).open().storage
    put_landed(storage, "landing/x/y", b"bytes")
    assert get_landed(storage, "landing/x/y") == b"bytes"
    monkeypatch.delenv("LASTRO_KEYS__MASTER")
    without = Place.of(settings, development=False).open().storage
    with pytest.raises(ConfigError, match="LASTRO_KEYS__"):
        get_landed(without, "landing/x/y")


def test_a_bucket_is_said_to_spark_as_to_everything_else() -> None:
    lake = LakeSettings(
        url="s3://bucket/lake", s3_endpoint="http://127.0.0.1:9", s3_region="sa-east-1",
        s3_access_key_id="key", s3_secret_access_key=SecretStr("secret"), s3_kms_key="arn:k",
    )  # fmt: skip
    found = {name.removeprefix("spark.hadoop.fs.s3a."): value for name, value in s3a(lake).items()}
    assert found["endpoint"] == "http://127.0.0.1:9"
    assert found["connection.ssl.enabled"] == "false"
    assert found["path.style.access"] == "true"
    assert found["secret.key"] == "secret"
    assert found["encryption.key"] == "arn:k"
    assert found["aws.credentials.provider"].endswith(".SimpleAWSCredentialsProvider")
    token = s3a(lake.model_copy(update={"s3_session_token": SecretStr("t")}))
    assert token["spark.hadoop.fs.s3a.session.token"] == "t"
    assert "Temporary" in token["spark.hadoop.fs.s3a.aws.credentials.provider"]


def test_a_role_is_left_to_the_machine_and_a_folder_needs_nothing() -> None:
    assert not [name for name in s3a(LakeSettings(url="s3://b/l")) if "key" in name]
    assert s3a(LakeSettings(url="folder")) == {}


@pytest.mark.spark
def test_the_jars_follow_from_what_is_installed() -> None:
    (delta,) = _spark_jars.wanted(LakeSettings())
    assert delta.wanted[0].startswith("io.delta:delta-spark_4.")
    _, s3 = _spark_jars.wanted(LakeSettings(url="s3://b/l"))
    assert s3.wanted[0].startswith("org.apache.hadoop:hadoop-aws:3.")
    assert "software.amazon.awssdk:bundle" in s3.without


@pytest.mark.spark
def test_kept_jars_are_taken_as_they_are(tmp_path: Path) -> None:
    settings = SparkSettings(jars=str(tmp_path), maven="http://127.0.0.1:9")
    (delta,) = _spark_jars.wanted(LakeSettings())
    (tmp_path / delta.name).mkdir()
    (tmp_path / delta.name / "a.jar").touch()
    assert _spark_jars.fetch(delta, settings) == [tmp_path / delta.name / "a.jar"]


@pytest.mark.spark
def test_what_the_driver_stands_on_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "java").touch(mode=0o755)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = SparkSettings(master="spark://head:7077", jars=str(tmp_path), maven="http://mirror")
    told = _spark_jars.state(settings, LakeSettings())
    assert told["master"] == "spark://head:7077"
    assert told["java"] == str(tmp_path / "java")
    assert told["jars"].endswith("from http://mirror")
    (delta,) = _spark_jars.wanted(LakeSettings())
    (tmp_path / delta.name).mkdir()
    assert _spark_jars.state(settings, LakeSettings())["jars"] == f"{delta.name} in {tmp_path}"
    remote = SparkSettings(master="sc://head:15002")
    assert set(_spark_jars.state(remote, LakeSettings()).values()) == {"sc://head:15002"}
    monkeypatch.setenv("PYSPARK_GATEWAY_PORT", "1")
    assert set(_spark_jars.state(settings, LakeSettings()).values()) == {"spark-submit"}


def test_without_java_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(ConfigError, match="default-jre-headless"):
        _spark_jars.java()


@pytest.mark.parametrize("missing", ["pyspark", "delta-spark"])
def test_without_the_extra_it_is_said_what_to_install(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    if missing == "pyspark":
        monkeypatch.setitem(sys.modules, "pyspark", None)
        with pytest.raises(MissingExtraError, match=r"lastro\[spark\]"):
            _spark_jars.pyspark_version()
    monkeypatch.setattr(importlib.metadata, "version", version)
    with pytest.raises(MissingExtraError, match=r"lastro\[spark\]"):
        _spark_jars.wanted(LakeSettings())
