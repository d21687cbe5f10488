"""Metrics and logs of requests: by template, never by path; who may read them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from lastro.api.app import app_over

from .conftest import bearer_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.wiring import Platform


def client(platform: Platform, address: str = "127.0.0.1") -> TestClient:
    return TestClient(app_over(platform), raise_server_exceptions=False, client=(address, 5000))


def test_requests_are_counted_by_template(new_platform: Callable[..., Platform]) -> None:
    platform = new_platform()
    asking = client(platform)
    headers = {"Authorization": f"Bearer {bearer_for(platform, 'analyst')}"}
    for ticker in ("SIMU4", "SIMU3", "NADA1"):
        asking.get(f"/api/v1/tickers/{ticker}", headers=headers)
    asking.get("/api/v1/no-such-place-12345")
    asking.request("BREW", "/api/v1/about")
    page = asking.get("/metrics").text
    name = "lastro_http_request_seconds_count"
    template = 'method="GET",route="/api/v1/tickers/{ticker}"'
    assert f'{name}{{{template},status="200"}} 2.0' in page
    assert f'{name}{{{template},status="404"}} 1.0' in page
    assert "SIMU4" not in page
    assert "no-such-place" not in page
    assert "BREW" not in page
    assert "lastro_http_requests_under_way 1.0" in page


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [("127.0.0.1", {}, 200), ("::1", {}, 200), ("10.0.0.5", {}, 403), ("testclient", {}, 403),
     ("127.0.0.1", {"X-Forwarded-For": "10.0.0.5"}, 403)],
)  # fmt: skip
def test_only_the_machine_itself_reads_them(
    new_platform: Callable[..., Platform], address: str, headers: dict[str, str], status: int
) -> None:
    found = client(new_platform(empty=True), address).get("/metrics", headers=headers)
    assert found.status_code == status


@pytest.mark.parametrize(("token", "status"), [("right", 200), ("wrong", 403), ("", 403)])
def test_or_who_has_the_token(
    new_platform: Callable[..., Platform], token: str, status: int
) -> None:
    platform = new_platform(empty=True, LASTRO_API__METRICS_TOKEN=SecretStr("right"))
    asking = client(platform, "10.0.0.5" if token == "right" else "127.0.0.1")  # noqa: S105
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    assert asking.get("/metrics", headers=headers).status_code == status


def test_the_access_log_has_one_line_a_request(
    new_platform: Callable[..., Platform], capsys: pytest.CaptureFixture[str]
) -> None:
    platform = new_platform(LASTRO_API__ACCESS_LOG=True)
    asking = client(platform, "203.0.113.9")
    bearer = bearer_for(platform, "analyst")
    asking.get(
        "/api/v1/tickers/SIMU4?secret=1",
        headers={"Authorization": f"Bearer {bearer}", "X-Request-Id": "request-0001"},
    )
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (line,) = [line for line in lines if line["logger"] == "lastro.access"]
    assert line["request"] == "request-0001"
    assert line["route"] == "/api/v1/tickers/{ticker}"
    assert line["path"] == "/api/v1/tickers/SIMU4"
    assert (line["method"], line["status"], line["address"]) == ("GET", 200, "203.0.113.9")
    assert line["who"].startswith("user:")
    assert line["ms"] > 0
    assert line["bytes"] > 100
    assert bearer not in json.dumps(line)
    assert "secret" not in json.dumps(line)
