"""What others read of the lake: the protocol's own words, DuckDB, and Spark by its own Delta.

DuckDB's extensions come from PyPI for one version of it, which is not ours: `uv run` makes it an
environment of its own. It finds the tables in the catalog's entries, as Athena does, and has no
rights but those of the stack's policy for readers.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import polars as pl
import pytest
from tests.deploy.cloud import DATABASE, LAKE
from tests.deploy.stack import REGION
from tests.deploy.tools import python_with

if TYPE_CHECKING:
    from pathlib import Path

    from tests.deploy.cloud import Cloud

pytestmark = pytest.mark.integration

DUCKDB = "1.5.5"
PROGRAM = """
import json, sys
import duckdb
from duckdb_extensions import import_extension
asked = json.load(sys.stdin)
house = duckdb.connect()
for name in ("httpfs", "delta"):
    import_extension(name, con=house)
    house.execute(f"LOAD {name}")
said = ", ".join(f"{name} '{value}'" for name, value in asked["secret"].items())
house.execute(f"CREATE SECRET (TYPE s3, PROVIDER config, USE_SSL false, URL_STYLE 'path', {said})")
found = {}
for name, (where, query) in asked["tables"].items():
    house.execute(f"CREATE OR REPLACE VIEW t AS SELECT * FROM delta_scan('{where}')")
    types = {row[0]: row[1] for row in house.execute("DESCRIBE t").fetchall()}
    found[name] = {"types": types, "row": house.execute(query).fetchone()[1:]}
print(json.dumps(found))
"""
SPARK = """
import json, sys
from pyspark.sql import SparkSession
from lastro.lake._spark_jars import fetch, wanted
from lastro.lake.engine import SparkSettings
from lastro.lake.storage import LakeSettings
jars = [str(jar) for found in wanted(LakeSettings()) for jar in fetch(found, SparkSettings())]
session = SparkSession.builder.master("local[1]")
for name, value in {
    "spark.jars": ",".join(jars),
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.driver.memory": "1g",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}.items():
    session = session.config(name, value)
spark = session.getOrCreate()
found = {}
for name, (where, query) in json.load(sys.stdin).items():
    frame = spark.read.format("delta").load(where)
    frame.createOrReplaceTempView("t")
    found[name] = {"types": dict(frame.dtypes), "row": list(spark.sql(query).first())[1:]}
print(json.dumps(found))
spark.stop()
"""
ASKED = {
    "gold_fund_flows_monthly": ("gold.fund_flows_monthly", "sum(net_flow)", "max(month)"),
    "silver_fund_navs": ("silver.fund_navs", "sum(net_worth)", "max(ref_date)"),
}
KINDS = {"bigint": "BIGINT", "string": "VARCHAR", "double": "DOUBLE", "date": "DATE",
         "timestamp": "TIMESTAMP WITH TIME ZONE", "boolean": "BOOLEAN"}  # fmt: skip


def _entry(cloud: Cloud, name: str) -> tuple[str, dict[str, str]]:
    """Where the catalog says a table is, and the types of its columns."""
    found = cloud.client("glue", "Readers").get_table(DatabaseName=DATABASE, Name=name)["Table"]
    storage = found["StorageDescriptor"]
    columns = [*storage["Columns"], *found["PartitionKeys"]]
    return storage["Location"], {column["Name"]: column["Type"] for column in columns}


def _object(cloud: Cloud, key: str) -> bytes:
    body: bytes = cloud.client("s3", "Readers").get_object(Bucket=LAKE, Key=key)["Body"].read()
    return body


def _replayed(cloud: Cloud, location: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A table's newest state by its log alone: what it asks of a reader, and its files."""
    prefix = location.removeprefix(f"s3://{LAKE}/") + "/"
    logs = sorted(
        key for key in cloud.keys(LAKE) if key.startswith(f"{prefix}_delta_log/")
    )  # fmt: skip
    protocol: dict[str, Any] = {}
    files: dict[str, Any] = {}
    for key in logs:
        for line in _object(cloud, key).splitlines():
            action = json.loads(line)
            protocol = action.get("protocol", protocol)
            if "add" in action:
                files[prefix + unquote(action["add"]["path"])] = action["add"]
            if "remove" in action:
                files.pop(prefix + unquote(action["remove"]["path"]), None)
    return protocol, files


def _query(name: str, table: str, text: str = "VARCHAR") -> str:
    """Rows, sum and newest day of a table, as text."""
    _, total, newest = ASKED[name]
    row = ", ".join(f"CAST({part} AS {text})" for part in ("count(*)", total, newest))
    return f"SELECT '{name}', {row} FROM {table}"  # noqa: S608 - our own names


@pytest.fixture(scope="module")
def ours(cloud: Cloud) -> dict[str, list[str]]:
    """Rows, sum and newest day of each table, as lastro's own SQL tells them."""
    both = " UNION ALL ".join(_query(name, table) for name, (table, _, _) in ASKED.items())
    done = cloud.build("AtBuild0940", f'sql --format csv "{both}"')
    assert done.returncode == 0, done.stderr
    rows = [line.split(",") for line in done.stdout.splitlines()[1:]]
    return {name: values for name, *values in rows}


@pytest.mark.parametrize("name", ASKED)
def test_the_log_alone_leads_to_every_row(
    cloud: Cloud, ours: dict[str, list[str]], name: str
) -> None:
    protocol, files = _replayed(cloud, _entry(cloud, name)[0])
    assert protocol["minReaderVersion"] == 1  # nothing is asked that Athena would have to know
    rows = sum(json.loads(file["stats"])["numRecords"] for file in files.values())
    read = [pl.read_parquet(io.BytesIO(_object(cloud, key))) for key in files]
    assert sum(frame.height for frame in read) == rows
    assert str(rows) == ours[name][0]


def test_duckdb_reads_the_same_rows_and_types(
    cloud: Cloud, ours: dict[str, list[str]], repository: Path, tmp_path: Path
) -> None:
    parts = ("duckdb", "duckdb-extensions", "duckdb-extension-delta", "duckdb-extension-httpfs")
    run = python_with(repository, *(f"{part}=={DUCKDB}" for part in parts))
    entries = {name: _entry(cloud, name) for name in ASKED}
    keys = cloud.roles["Readers"]
    asked = {
        "secret": {
            "KEY_ID": keys["AWS_ACCESS_KEY_ID"],
            "SECRET": keys["AWS_SECRET_ACCESS_KEY"],
            "SESSION_TOKEN": keys["AWS_SESSION_TOKEN"],
            "REGION": REGION,
            "ENDPOINT": cloud.aws.url.removeprefix("http://"),
        },
        "tables": {name: (where, _query(name, "t")) for name, (where, _) in entries.items()},
    }
    done = subprocess.run(
        [*run, "-c", PROGRAM], input=json.dumps(asked), capture_output=True, text=True,
        check=False, cwd=tmp_path, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    for name, (_, types) in entries.items():
        assert found[name]["row"] == ours[name]
        assert found[name]["types"] == {
            column: KINDS.get(kind, kind.upper()) for column, kind in types.items()
        }


@pytest.mark.spark
def test_spark_reads_the_same_rows_and_types(
    cloud: Cloud, ours: dict[str, list[str]], tmp_path: Path
) -> None:
    entries = {name: _entry(cloud, name) for name in ASKED}
    asked = {}
    for name, (location, _) in entries.items():
        below = location.removeprefix(f"s3://{LAKE}/")
        for key in cloud.keys(LAKE):
            if key.startswith(f"{below}/"):
                file = tmp_path / "lake" / key
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(_object(cloud, key))
        asked[name] = (str(tmp_path / "lake" / below), _query(name, "t", "STRING"))
    done = subprocess.run(
        [sys.executable, "-c", SPARK], input=json.dumps(asked), capture_output=True, text=True,
        check=False, cwd=tmp_path, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    for name, (_, types) in entries.items():
        assert (found[name]["row"], found[name]["types"]) == (ours[name], types)
