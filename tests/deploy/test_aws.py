"""From a schedule's event to tables that others read, as the roles of the stack may."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]
from tests.deploy.cloud import DATABASE, HOLIDAY, LAKE, LANDING, SESSION_DAY

if TYPE_CHECKING:
    from tests.deploy.cloud import Cloud

pytestmark = pytest.mark.integration


def test_an_event_lands_files_in_their_own_bucket_and_rows_in_the_lake(cloud: Cloud) -> None:
    landed = {key.split("/")[1] for key in cloud.keys(LANDING)}
    assert landed == {"cvm_funds"}
    assert all(key.startswith("landing/cvm_funds/") for key in cloud.keys(LANDING))
    kept = {key.split("/")[1] for key in cloud.keys(LAKE)}
    assert kept == {"bronze", "silver", "gold", "ops", "quarantine", "lastro.json"}


def test_the_same_event_again_finds_nothing_new(cloud: Cloud) -> None:
    before = cloud.keys(LAKE), cloud.keys(LANDING)
    told = cloud.ingest(job="cvm_funds", scheduled=SESSION_DAY)
    assert not told["report"]["landed"]
    assert (cloud.keys(LAKE), cloud.keys(LANDING)) == before


def test_the_catalog_says_what_the_tables_are(cloud: Cloud) -> None:
    glue = cloud.client("glue", "Readers")
    tables = {table["Name"]: table for table in glue.get_tables(DatabaseName=DATABASE)["TableList"]}
    flows = tables["gold_fund_flows_monthly"]
    where = f"s3://{LAKE}/lake/gold/fund_flows_monthly"
    storage = flows["StorageDescriptor"]
    assert (storage["Location"], storage["SerdeInfo"]["Parameters"]["path"]) == (where, where)
    assert flows["PartitionKeys"][0]["Name"] == "month"
    assert flows["PartitionKeys"][0]["Type"] == "date"
    types = {column["Name"]: column["Type"] for column in storage["Columns"]}
    assert (types["cnpj"], types["inflow"], types["holders_end"], types["flow_ratio"]) == (
        "string", "decimal(38,2)", "bigint", "double",
    )  # fmt: skip
    assert flows["Parameters"]["spark.sql.sources.provider"] == "delta"
    assert flows["Parameters"]["table_type"] == "DELTA"
    assert flows["Description"].startswith("SIMULATED DATA.")
    assert {name.partition("_")[0] for name in tables} == {"silver", "gold"}


def test_a_build_with_nothing_new_changes_neither_tables_nor_catalog(cloud: Cloud) -> None:
    before = cloud.keys(LAKE)
    done = cloud.build("AtBuild0940", "build --json", "glue --json")
    assert done.returncode == 0, done.stderr
    assert '"state": "updated"' not in done.stdout
    assert '"state": "created"' not in done.stdout
    assert cloud.keys(LAKE) == before


def test_the_first_command_line_that_fails_ends_the_job(cloud: Cloud) -> None:
    done = cloud.build("AtBuild0940", "glue silver.no_such_table --json", "tables")
    assert done.returncode == 2
    assert not done.stdout
    assert "silver.no_such_table" in done.stderr


def test_on_a_holiday_nothing_is_asked(cloud: Cloud) -> None:
    told = cloud.ingest(**cloud.event("AtCvmFunds1200", HOLIDAY))
    assert told == {"job": "cvm_funds", "ran": False}


def test_a_publisher_that_is_down_fails_the_function_and_leaves_the_lake(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = cloud.keys(LAKE), cloud.keys(LANDING)
    monkeypatch.setitem(cloud.world, "LASTRO_CVM__URL", "http://127.0.0.1:9/dados")
    monkeypatch.setitem(cloud.world, "LASTRO_HTTP__ATTEMPTS", "1")
    month = f"{dt.datetime.now(dt.UTC):%Y-%m}"
    with pytest.raises(Exception, match=r"exit code 69.*TemporaryError") as failure:
        cloud.ingest(**{"job": "cvm_funds", "from": month})
    assert type(failure.value).__name__ == "IngestFailed"
    assert (cloud.keys(LAKE), cloud.keys(LANDING)) == before


def test_a_job_that_asks_no_source_is_refused(cloud: Cloud) -> None:
    for event in ({"job": "build"}, {}):
        with pytest.raises(Exception, match=r"no job .*cvm_funds"):
            cloud.ingest(**event)


def test_a_role_may_not_do_what_it_need_not(cloud: Cloud) -> None:
    key = next(iter(cloud.keys(LANDING)))
    forbidden: list[tuple[str, str, str, dict[str, Any]]] = [
        ("IngestRole", "s3", "delete_object", {"Bucket": LANDING, "Key": key}),
        ("BuildRole", "s3", "delete_object", {"Bucket": LANDING, "Key": key}),
        ("IngestRole", "s3", "put_object", {"Bucket": LAKE, "Key": "elsewhere/x", "Body": b""}),
        ("IngestRole", "glue", "get_tables", {"DatabaseName": DATABASE}),
        ("BuildRole", "glue", "delete_database", {"Name": DATABASE}),
        ("Readers", "s3", "get_object", {"Bucket": LANDING, "Key": key}),
        ("Readers", "s3", "put_object", {"Bucket": LAKE, "Key": "lake/gold/x", "Body": b""}),
    ]
    for role, service, verb, arguments in forbidden:
        with pytest.raises(ClientError, match=r"AccessDenied|not authorized|403"):
            getattr(cloud.client(service, role), verb)(**arguments)
