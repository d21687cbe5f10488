"""Objects below one address, written whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from lastro.core.errors import ConfigError
from lastro.lake.storage import LakeSettings, Storage

if TYPE_CHECKING:
    from pathlib import Path


def test_an_object_is_put_read_listed_measured_and_deleted(storage: Storage) -> None:
    storage.put("a/b c/ç%.bin", b"\x00\x01")
    storage.put("a/d", b"")
    assert sorted(storage.list("a")) == ["a/b c/ç%.bin", "a/d"]
    assert storage.get("a/b c/ç%.bin") == b"\x00\x01"
    assert (storage.size("a/b c/ç%.bin"), storage.size("a/d")) == (2, 0)
    storage.put("a/d", b"new")
    assert storage.get("a/d") == b"new"
    storage.delete("a/d")
    storage.delete("a/d")
    assert not storage.exists("a/d")
    assert list(storage.list("nothing/here")) == []


def test_what_is_not_there_is_not_found(storage: Storage) -> None:
    with pytest.raises(FileNotFoundError):
        storage.get("none")
    with pytest.raises(FileNotFoundError):
        storage.size("none")


def test_looking_creates_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    storage = Storage(LakeSettings(url=str(folder)))
    assert storage.at("silver", "x") == f"{folder}/silver/x"
    assert storage.options == {}
    assert not storage.exists("x")
    assert list(storage.list("")) == []
    storage.delete("x")
    with pytest.raises(FileNotFoundError):
        storage.get("x")
    assert not folder.exists()


@pytest.mark.parametrize("url", ["ftp://x/y", "gs://bucket", "http://x", "100%", "a#b"])
def test_where_a_lake_cannot_live_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="cannot live at"):
        Storage(LakeSettings(url=url))


def test_a_bucket_speaks_object_stores_names() -> None:
    settings = LakeSettings(
        url="s3://bucket/prefix/", s3_endpoint="http://127.0.0.1:9000", s3_access_key_id="me",
        s3_secret_access_key=SecretStr("hush"),
    )  # fmt: skip
    storage = Storage(settings)
    assert storage.at("ops", "ledger") == "s3://bucket/prefix/ops/ledger"
    alike = {"aws_region": "us-east-1", "aws_access_key_id": "me", "aws_secret_access_key": "hush",
             "aws_endpoint": "http://127.0.0.1:9000", "allow_http": "true"}  # fmt: skip
    assert alike.items() <= storage.options.items()
    assert alike.items() <= storage.frame_options.items()
    assert storage.options["aws_conditional_put"] == "etag"
    assert (storage.options["max_retries"], storage.frame_options["max_retries"]) == ("10", 10)
    assert "hush" not in str(settings)
    assert "allow_http" not in Storage(LakeSettings(url="s3://b")).options


def test_landed_files_may_be_kept_apart(tmp_path: Path) -> None:
    lake, apart = tmp_path / "lake", tmp_path / "apart"
    storage = Storage(LakeSettings(url=str(lake), landing_url=str(apart)))
    assert list(storage.list("landing")) == []
    assert not storage.exists("landing/a/b")
    storage.put("landing/a/b", b"bytes")
    storage.put("lastro.json", b"{}")
    assert (apart / "landing/a/b").read_bytes() == b"bytes"
    assert sorted(path.name for path in lake.iterdir()) == ["lastro.json"]
    assert list(storage.list("landing")) == ["landing/a/b"]
    assert list(storage.list("lastro.json")) == []  # a prefix is a folder
    assert (storage.get("landing/a/b"), storage.size("landing/a/b")) == (b"bytes", 5)
    assert storage.at("landing", "a") == f"{apart}/landing/a"
    assert storage.at("silver", "x") == f"{lake}/silver/x"
    assert not storage.create("landing/a/b", b"other")
    storage.delete("landing/a/b")
    assert not (apart / "landing/a/b").exists()


def test_where_landed_files_cannot_live_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot live at"):
        Storage(LakeSettings(url=str(tmp_path), landing_url="ftp://x"))
