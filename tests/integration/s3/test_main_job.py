"""The main job over a bucket: all of it as in a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.integration.s3.conftest import NOW, work
from tests.scenarios.conftest import Site

from lastro.core.clock import FrozenClock
from lastro.lake.upkeep import lost_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.s3.conftest import BucketSite, Market
    from tests.integration.s3_server import S3Server

pytestmark = pytest.mark.integration


def test_the_main_job_leaves_what_it_leaves_in_a_folder(
    done: BucketSite, market: Market, tmp_path: Path
) -> None:
    local = Site(tmp_path / "lake", FrozenClock(NOW))
    work(local, market)
    expected, found = local.contents(), done.contents()
    assert expected["ops.restatements"]
    assert found.keys() == expected.keys()
    for name, rows in expected.items():
        assert found[name] == rows, name
    assert done.versions() == local.versions()


def test_done_again_it_writes_nothing(done: BucketSite, market: Market) -> None:
    before = done.versions()
    done.take(market.second)
    assert done.versions() == before


def test_a_lake_in_a_bucket_is_looked_after(
    in_bucket: Callable[..., BucketSite], market: Market
) -> None:
    site = in_bucket()
    site.take(market.first)
    before = site.contents()
    with site.open().run() as run:
        assert run.optimize()["silver.fund_navs"]["after"]
    assert site.contents() == before
    platform = site.open()
    assert not lost_files(platform.lake, "silver.fund_navs")
    history = platform.history("silver.fund_navs")
    former = platform.table("silver.fund_navs", as_of=history[-1]["version"])
    assert former.collect().is_empty()


def test_sql_reads_a_bucket(done: BucketSite) -> None:
    platform = done.open()
    asked = "SELECT count(*) AS rows, max(ref_date) AS last FROM silver.fund_navs"
    navs = platform.table("silver.fund_navs").collect()
    assert platform.sql(asked).rows() == [(navs.height, navs["ref_date"].max())]


def test_a_big_landed_file_goes_in_parts(
    s3: S3Server, in_bucket: Callable[..., BucketSite]
) -> None:
    site = in_bucket()
    storage = site.open().storage
    body = bytes(range(256)) * (24 << 12)  # 24 MB
    storage.put("landing/x/big", body)
    assert storage.size("landing/x/big") == len(body)
    assert b"".join(storage.get_pieces("landing/x/big")) == body
    assert storage.get_head("landing/x/big", 4) == b"\0\1\2\3"
    bucket = site.settings["url"].split("/")[2]
    found = s3.client().head_object(Bucket=bucket, Key="lake/landing/x/big")
    assert found["ETag"].strip('"').partition("-")[2]


def test_frames_are_read_lazily(done: BucketSite) -> None:
    rows = done.open().table("gold.fund_flows_monthly").filter(pl.col("net_flow") < 0)
    assert rows.collect().height
