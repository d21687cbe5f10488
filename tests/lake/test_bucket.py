"""A bucket, as each library wants to be told of it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from lastro.lake.bucket import Bucket
from lastro.lake.storage import LakeSettings


def _bucket(**settings: object) -> Bucket:
    return Bucket("s3://bucket/a/prefix", LakeSettings.model_validate(settings))


def test_what_is_blank_is_left_to_the_machine() -> None:
    for options in (_bucket().for_delta, _bucket().for_frames):
        assert {name for name in options if name.startswith("aws_")} - {"aws_conditional_put"} == {
            "aws_region"
        }


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ({"s3_session_token": "t"}, "aws_session_token", "t"),
        ({"s3_kms_key": "k"}, "aws_sse_kms_key_id", "k"),
        ({"s3_kms_key": "k"}, "aws_server_side_encryption", "aws:kms"),
        ({"s3_timeout": 1.5}, "timeout", "1500ms"),
        ({"s3_connect_timeout": 2}, "connect_timeout", "2000ms"),
        ({"s3_virtual_hosted": True}, "aws_virtual_hosted_style_request", "true"),
    ],
)
def test_all_are_told_alike(given: dict[str, object], name: str, value: str) -> None:
    bucket = _bucket(**given)
    assert bucket.for_delta[name] == bucket.for_frames[name] == value


def test_each_counts_tries_in_its_own_way() -> None:
    bucket = _bucket(s3_retries=3, s3_retry_seconds=20)
    assert (bucket.for_delta["max_retries"], bucket.for_delta["retry_timeout"]) == ("3", "20s")
    assert (bucket.for_frames["max_retries"], bucket.for_frames["retry_timeout_ms"]) == (3, 20_000)


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("", ""),
        ("https://s3.example.com/", "https://bucket.s3.example.com"),
        ("http://127.0.0.1:9000", "http://bucket.127.0.0.1:9000"),
    ],
)
def test_the_buckets_name_may_go_before_the_servers(endpoint: str, address: str) -> None:
    assert _bucket(s3_endpoint=endpoint, s3_virtual_hosted=True).endpoint == address
    assert _bucket(s3_endpoint=endpoint).endpoint == endpoint.rstrip("/")


def test_tries_end_before_credentials_do() -> None:
    with pytest.raises(ValidationError):
        _bucket(s3_retry_seconds=300)
