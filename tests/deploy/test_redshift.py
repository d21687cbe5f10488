"""The load into Redshift, by the build's role and Redshift's, through a stand-in for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from tests.deploy.cloud import LAKE
from tests.deploy.redshift import Redshift
from tests.integration.conftest import QUOTED

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from tests.deploy.cloud import Cloud
    from tests.integration.conftest import Server

pytestmark = pytest.mark.integration

TABLE = "gold.fund_flows_monthly"


@pytest.fixture
def redshift(
    cloud: Cloud, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Redshift, str]]:
    """The stand-in, and the address of the database behind it."""

    def _fetch(role: str, url: str) -> bytes:
        assert role.endswith(":role/RedshiftRole")
        bucket, _, key = url.removeprefix("s3://").partition("/")
        found = cloud.client("s3", "RedshiftRole").get_object(Bucket=bucket, Key=key)
        body: bytes = found["Body"].read()
        return body

    behind = postgres.fresh()
    with Redshift(postgres.port, _fetch).running() as found:
        name = behind.rpartition("/")[2]
        monkeypatch.setitem(
            cloud.world, "LASTRO_EXPORTS__REDSHIFT_URL",
            f"redshift://lastro:{QUOTED}@127.0.0.1:{found.port}/{name}",
        )  # fmt: skip
        yield found, behind


def _load(cloud: Cloud, *more: str) -> subprocess.CompletedProcess[str]:
    return cloud.build("AtBuild0940", f"export redshift {TABLE} --json {' '.join(more)}")


def _written(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    (table,) = json.loads(done.stdout)["tables"]
    found: dict[str, Any] = table
    return found


def test_gold_is_loaded_once_and_nothing_stays_staged(
    cloud: Cloud, redshift: tuple[Redshift, str]
) -> None:
    stand_in, behind = redshift
    first = _written(_load(cloud))
    assert first["rows"] > 0
    assert len(first["partitions"]) == 2
    (manifest,) = stand_in.copied
    assert manifest.startswith(f"s3://{LAKE}/redshift/{TABLE}/")
    assert not [key for key in cloud.keys(LAKE) if key.startswith("redshift/")]
    with psycopg.connect(behind) as connection:
        asked = "SELECT count(*), sum(net_flow), count(*) FILTER (WHERE fund_type = '') FROM "
        loaded = connection.execute(f"{asked} lastro.gold_fund_flows_monthly".encode()).fetchone()
    assert loaded is not None
    ours = cloud.build("AtBuild0940", f'sql --format csv "{asked} {TABLE}"')
    assert ours.stdout.splitlines()[1] == ",".join(map(str, loaded))
    again = _written(_load(cloud))
    assert (again["rows"], again["partitions"]) == (0, [])
    assert len(stand_in.copied) == 1


def test_a_load_that_fails_leaves_what_was_there_and_nothing_staged(
    cloud: Cloud, redshift: tuple[Redshift, str]
) -> None:
    _, behind = redshift
    _written(_load(cloud))
    count = b"SELECT count(*) FROM lastro.gold_fund_flows_monthly"
    with psycopg.connect(behind) as connection:
        before = connection.execute(count).fetchone()
        connection.execute("DELETE FROM lastro.lastro_exports WHERE partition <> ''")
        connection.execute(
            "ALTER TABLE lastro.gold_fund_flows_monthly ADD CHECK (inflow < 0) NOT VALID"
        )
    done = _load(cloud)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    with psycopg.connect(behind) as connection:
        assert connection.execute(count).fetchone() == before
    assert not [key for key in cloud.keys(LAKE) if key.startswith("redshift/")]
