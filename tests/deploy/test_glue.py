"""`lastro glue` against a catalog that somebody else has touched, refuses, or does not answer."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from tests.deploy.cloud import DATABASE

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from tests.deploy.cloud import Cloud

pytestmark = pytest.mark.integration

TABLE, NAME = "gold.fund_performance", "gold_fund_performance"
ASKED = ("Name", "Description", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")


def _entry(cloud: Cloud) -> dict[str, Any]:
    found = cloud.client("glue", "BuildRole").get_tables(DatabaseName=DATABASE)["TableList"]
    (entry,) = [table for table in found if table["Name"] == NAME]
    return {name: entry[name] for name in ASKED}


@contextmanager
def _changed(cloud: Cloud, **parts: Any) -> Iterator[None]:
    """The catalog's entry of a table as somebody else left it; put back afterwards."""
    glue, former = cloud.client("glue", "BuildRole"), _entry(cloud)
    glue.update_table(DatabaseName=DATABASE, TableInput={**former, **parts})
    try:
        yield
    finally:
        glue.update_table(DatabaseName=DATABASE, TableInput=former)


def _register(cloud: Cloud, table: str = TABLE) -> subprocess.CompletedProcess[str]:
    return cloud.build("AtBuild0940", f"glue {table} --json")


def _said(done: subprocess.CompletedProcess[str]) -> str:
    told: dict[str, str] = json.loads(done.stderr.strip().rpartition("\n")[2])
    return f"{told['error']}: {told['message']}"


def test_an_entry_that_lacks_a_column_is_brought_up_to_date(cloud: Cloud) -> None:
    right = _entry(cloud)
    storage = {**right["StorageDescriptor"], "Columns": right["StorageDescriptor"]["Columns"][1:]}
    with _changed(cloud, StorageDescriptor=storage):
        done = _register(cloud)
        assert done.returncode == 0, done.stderr
        (told,) = json.loads(done.stdout)["tables"]
        assert told == {"table": TABLE, "name": f"{DATABASE}.{NAME}", "state": "updated"}
        assert _entry(cloud) == right


def test_what_the_catalog_adds_of_its_own_is_left_alone(cloud: Cloud) -> None:
    with _changed(cloud, Parameters={**_entry(cloud)["Parameters"], "theirs": "1"}):
        done = _register(cloud)
        assert json.loads(done.stdout)["tables"][0]["state"] == "unchanged"
        assert _entry(cloud)["Parameters"]["theirs"] == "1"


def test_somebody_elses_table_is_not_touched(cloud: Cloud) -> None:
    with _changed(cloud, Parameters={"classification": "csv"}):
        done = _register(cloud)
        assert done.returncode == 2
        assert _said(done).startswith("ConflictError: The catalog has a table lastro.gold_fund_")
        assert _entry(cloud)["Parameters"] == {"classification": "csv"}


def test_simulated_and_real_data_never_share_an_entry(cloud: Cloud) -> None:
    with _changed(cloud, Parameters={**_entry(cloud)["Parameters"], "lastro.simulated": "false"}):
        done = _register(cloud)
        assert done.returncode == 2
        assert "is of real data" in _said(done)


def test_a_database_that_this_role_may_not_make_is_named(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cloud.world, "LASTRO_GLUE__DATABASE", "elsewhere")
    done = _register(cloud)
    assert done.returncode == 78
    assert _said(done).startswith("ConfigError: The Glue Data Catalog refuses create_database in")


def test_a_catalog_that_does_not_answer_may_answer_later(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cloud.world, "LASTRO_GLUE__ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setitem(cloud.world, "AWS_MAX_ATTEMPTS", "1")
    done = _register(cloud)
    assert done.returncode == 69
    assert _said(done).startswith("TemporaryError: The Glue Data Catalog does not answer")


def test_a_table_that_was_never_built_is_not_registered(cloud: Cloud) -> None:
    done = _register(cloud, "gold.adjusted_prices")
    assert done.returncode == 2
    assert _said(done).startswith("NotFoundError: The table gold.adjusted_prices has nothing")
