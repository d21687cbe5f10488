"""The web app's files: how long they are kept, compressed forms, pages, and nothing else."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from lastro.api.web_files import WebFiles

if TYPE_CHECKING:
    from pathlib import Path

PAGE = b'<!doctype html><script>1+1</script><script src="/assets/a.js"></script><p>Lastro</p>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A build, and beside it what nobody may read."""
    built = tmp_path / "static"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_bytes(PAGE)
    (built / "favicon.svg").write_text("<svg/>")
    script = built / "assets" / "index-B3x_9aKq.js"
    script.write_text("run()")
    script.with_name(script.name + ".gz").write_bytes(gzip.compress(b"run()"))
    script.with_name(script.name + ".zst").write_bytes(b"zst")
    (tmp_path / "secret.txt").write_text("secret")
    return built


@pytest.fixture
def client(folder: Path) -> TestClient:
    """Only the web app."""
    app = Starlette()
    app.router.default = WebFiles(folder)
    return TestClient(app)


@pytest.mark.parametrize("path", ["/", "/index.html", "/funds", "/funds/12345678000195", "/a/b/c"])
def test_every_page_is_the_first_page(client: TestClient, path: str) -> None:
    found = client.get(path)
    assert found.content == PAGE
    assert found.headers["cache-control"] == "no-cache"
    again = client.get(path, headers={"If-None-Match": found.headers["etag"]})
    assert again.status_code == 304


def test_the_page_runs_its_own_scripts_alone(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    digest = base64.b64encode(hashlib.sha256(b"1+1").digest()).decode()
    assert scripts == f"script-src 'self' 'sha256-{digest}'"
    assert "http" not in policy


def test_named_by_their_bytes_files_are_kept_for_ever(client: TestClient) -> None:
    found = client.get("/assets/index-B3x_9aKq.js", headers={"Accept-Encoding": "identity"})
    assert found.text == "run()"
    assert found.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert found.headers["content-type"].startswith("text/javascript")
    assert client.get("/favicon.svg").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, deflate, br, zstd", "zstd"), ("gzip", "gzip"), ("zstd;q=0, gzip", "gzip"),
     ("identity", None)],
)  # fmt: skip
def test_compressed_forms_are_sent_as_they_are(
    client: TestClient, accepted: str, coding: str | None
) -> None:
    with client.stream(
        "GET", "/assets/index-B3x_9aKq.js", headers={"Accept-Encoding": accepted}
    ) as found:
        assert found.headers.get("content-encoding") == coding
        assert found.headers["vary"] == "Accept-Encoding"
        assert found.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/../../secret.txt",
     "/assets/..%5c..%5csecret.txt", "//etc/passwd.txt", "/%2fetc%2fpasswd.txt",
     "/secret.txt%00.js", "/assets/missing-12345678.js", "/assets.map"],
)  # fmt: skip
def test_nothing_else_is_read(client: TestClient, path: str) -> None:
    found = client.get(path)
    assert found.status_code == 404
    assert "secret" not in found.text


def test_a_page_may_have_a_dot_in_its_address(client: TestClient) -> None:
    headers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    found = client.get("/data/tables/silver.fund_navs", headers=headers)
    assert found.status_code == 200
    assert found.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/api/v1/x", "/api", "/.well-known/x", "/health/x", "/metrics/x"])
def test_the_apis_addresses_are_no_pages(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_new_build_is_served_at_once(client: TestClient, folder: Path) -> None:
    client.get("/")
    (folder / "assets" / "new-12345678.js").write_text("new()")
    page = folder / "index.html"
    page.write_bytes(b"<p>new</p>")
    os.utime(page, (1, 1))
    assert client.get("/").content == b"<p>new</p>"
    assert client.get("/assets/new-12345678.js").text == "new()"


def test_without_a_build_it_says_how_to_make_one(tmp_path: Path) -> None:
    app = Starlette()
    app.router.default = WebFiles(tmp_path / "none")
    client = TestClient(app)
    found = client.get("/", headers={"Accept-Language": "en"})
    assert "make web" in found.text
    assert found.headers["cache-control"] == "no-store"
