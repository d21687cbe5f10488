"""What a bucket refuses is told so that its operator can mend it, and nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.integration.s3.proxy import proxy_before

from lastro.core.errors import ConfigError, LastroError, RequestError, TemporaryError
from lastro.pipeline.access import access

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.s3.conftest import BucketSite, Market
    from tests.integration.s3.proxy import Proxy
    from tests.integration.s3_server import S3Server

pytestmark = pytest.mark.integration

Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def proxy(s3: S3Server) -> Iterator[Proxy]:
    """A proxy before the server."""
    with proxy_before(s3.port) as found:
        yield found


@pytest.fixture(scope="module")
def expected(in_bucket: Callable[..., BucketSite], market: Market) -> Rows:
    """What the first import leaves where nobody disturbs it."""
    site = in_bucket()
    site.take(market.first)
    return site.contents()


def _behind(proxy: Proxy, site: BucketSite, **changed: str) -> BucketSite:
    site.settings = site.settings | {"s3_endpoint": proxy.endpoint} | changed
    return site


def test_a_busy_store_is_asked_again_by_every_library(
    proxy: Proxy, in_bucket: Callable[..., BucketSite], market: Market, expected: Rows
) -> None:
    left = {("PUT", "/landing/"): 2, ("PUT", ".parquet"): 2, ("PUT", "/_delta_log/"): 2,
            ("GET", ".parquet"): 2, ("GET", "list-type=2"): 2, ("GET", "/_delta_log/"): 2,
            ("GET", "/landing/"): 1}  # fmt: skip

    def busy(method: str, path: str, headers: dict[str, str]) -> tuple[int, str] | None:
        for (verb, part), count in left.items():
            if verb == method and part in path and count:
                left[verb, part] -= 1
                return 503, "SlowDown"
        return None

    site = _behind(proxy, in_bucket())
    proxy.rule = busy
    site.take(market.first)
    assert site.contents() == expected
    assert not any(left.values())


@pytest.mark.parametrize("part", ["/landing/", "silver/fund_navs/month", "silver/fund_navs/_delta"])
def test_a_store_that_stays_busy_fails_for_now_and_a_repeat_heals(
    proxy: Proxy, in_bucket: Callable[..., BucketSite], market: Market, expected: Rows, part: str
) -> None:
    def busy(method: str, path: str, headers: dict[str, str]) -> tuple[int, str] | None:
        return (503, "SlowDown") if method == "PUT" and part in path else None

    site = _behind(proxy, in_bucket(), s3_retries="1")
    proxy.rule = busy
    with pytest.raises(TemporaryError, match="SlowDown") as told:
        site.take(market.first)
    assert told.value.retryable
    proxy.rule = lambda *_: None
    site.take(market.first)
    assert site.contents() == expected


def test_credentials_that_expire_on_the_way_lose_nothing(
    proxy: Proxy, in_bucket: Callable[..., BucketSite], market: Market, expected: Rows
) -> None:
    commits = []

    def expiring(method: str, path: str, headers: dict[str, str]) -> tuple[int, str] | None:
        if method == "PUT" and "/_delta_log/" in path:
            commits.append(path)
        return (400, "ExpiredToken") if len(commits) > 5 else None

    site = _behind(proxy, in_bucket())
    proxy.rule = expiring
    with pytest.raises(ConfigError, match="have expired"):
        site.take(market.first)
    proxy.rule = lambda *_: None
    site.take(market.first)
    assert site.contents() == expected


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"s3_secret_access_key": "another"}, "its secret is another .SignatureDoesNotMatch"),
        ({"s3_access_key_id": "nobody"}, "does not know the access key"),
        ({"s3_region": "us-east-1"}, "in another region: sa-east-1"),
        ({"url": "s3://no-such-bucket-here/lake"}, "no such bucket"),
        ({"s3_endpoint": "http://127.0.0.1:9", "s3_retries": "0"}, "cannot be reached"),
    ],
)
def test_a_wrong_setting_is_named(
    done: BucketSite, in_bucket: Callable[..., BucketSite], market: Market,
    changed: dict[str, str], told: str,
) -> None:  # fmt: skip
    writing = in_bucket(**changed)
    with pytest.raises(LastroError, match=told):
        writing.take(market.first)
    reading = in_bucket(**(done.settings | changed))
    looks: list[Callable[[], object]] = [
        lambda: reading.open().simulated,
        lambda: reading.table("silver.fund_navs"),
        lambda: reading.open().sql("SELECT count(*) FROM silver.fund_navs"),
    ]
    if "url" not in changed:  # of a bucket that is not there, HEAD says no more than of an object
        looks.append(lambda: reading.open().storage.size("lastro.json"))
    for look in looks:
        with pytest.raises(LastroError, match=told):
            look()
    (finding,) = access(writing.open().storage)
    assert finding.kind == "access"


def test_who_may_only_read_reads_and_is_told_what_is_missing(
    s3: S3Server, in_bucket: Callable[..., BucketSite], market: Market
) -> None:
    site = in_bucket()
    site.take(market.first)
    bucket = site.settings["url"].split("/")[2]
    s3.user("reader", "only reads")
    s3.client().put_bucket_policy(Bucket=bucket, Policy=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": ["reader"],
                       "Action": ["s3:GetObject", "s3:ListBucket"],
                       "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}],
    }))  # fmt: skip
    before = site.contents()
    reader = {"s3_access_key_id": "reader", "s3_secret_access_key": "only reads"}
    site.settings = site.settings | reader
    assert site.contents() == before
    with pytest.raises(ConfigError, match="does not permit this"):
        site.take(market.second)
    assert site.contents() == before
    assert {f.context.get("right") for f in access(site.open().storage)} == {"s3:PutObject"}


def test_a_store_without_conditional_writes_is_found_out(
    proxy: Proxy, in_bucket: Callable[..., BucketSite]
) -> None:
    site = _behind(proxy, in_bucket())
    assert not list(access(site.open().storage))

    def forgetful(method: str, path: str, headers: dict[str, str]) -> tuple[int, str] | None:
        return (200, "") if method == "PUT" and "if-none-match" in headers else None

    proxy.rule = forgetful
    (finding,) = access(site.open().storage)
    assert "conditional writes" in finding.template


def test_every_library_asks_for_encryption_and_commits_on_a_condition(
    proxy: Proxy, in_bucket: Callable[..., BucketSite], market: Market
) -> None:
    key = "arn:aws:kms:sa-east-1:1:key/x"
    site = _behind(proxy, in_bucket(), s3_kms_key=key)
    site.take(market.first[:1])
    written = [asked for asked in proxy.seen if asked.method in {"PUT", "POST"}]
    wanted = {"x-amz-server-side-encryption": "aws:kms",
              "x-amz-server-side-encryption-aws-kms-key-id": key}  # fmt: skip
    for part in ("/landing/", ".parquet", "/_delta_log/"):
        assert [asked for asked in written if part in asked.path]
    for asked in written:
        assert wanted.items() <= asked.headers.items(), asked
    commits = [asked for asked in written if "/_delta_log/" in asked.path]
    assert all(asked.headers.get("if-none-match") == "*" for asked in commits)


@pytest.mark.parametrize("language", ["en", "pt"])
def test_the_doctor_speaks_of_the_bucket(s3: S3Server, done: BucketSite, language: str) -> None:
    name, prefix = done.settings["url"].removeprefix("s3://").split("/", 1)
    known = os.environ | {"LANGUAGE": language}
    command = [sys.executable, "-m", "lastro.cli", "doctor"]
    refused = subprocess.run(
        command, env=known | s3.environment(name, prefix, s3_secret_access_key="x"),  # noqa: S106
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert refused.returncode == 1, refused.stderr
    said = refused.stdout + refused.stderr
    assert ("its secret is another" if language == "en" else "o segredo dela é outro") in said
    assert "LASTRO_LAKE__S3_SECRET_ACCESS_KEY" in said


def test_a_bucket_keeps_files_of_the_day_from_vacuum(done: BucketSite) -> None:
    with done.open().run() as run, pytest.raises(RequestError, match="less than a day"):
        run.vacuum(0, delete=True)
