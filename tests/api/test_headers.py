"""What every answer carries: headers that keep browsers safe, an id; CORS and hosts by setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from lastro.api.app import app_over

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.wiring import Platform

SAFE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/v1/about", 200), ("/api/v1/funds", 401), ("/api/v1/nothing", 404),
     ("/api/v1/openapi.json", 200), ("/health/live", 200), ("/", 200)],
)  # fmt: skip
def test_every_answer_keeps_browsers_safe(api: TestClient, path: str, status: int) -> None:
    found = api.get(path)
    assert found.status_code == status
    assert {name: found.headers.get(name) for name in SAFE} == SAFE
    assert "camera=()" in found.headers["permissions-policy"]
    policy = found.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self'" in policy or policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in policy.partition("style-src")[0]
    assert "server" not in found.headers


def test_encryption_is_insisted_on_where_there_is_some(api: TestClient) -> None:
    secure = api.get("https://testserver/health/live")
    assert secure.headers["strict-transport-security"].startswith("max-age=63072000")
    assert "strict-transport-security" not in api.get("/health/live").headers


@pytest.mark.parametrize(
    ("given", "kept"),
    [("abcdef-0123456789", True), ("short", False), ("a" * 65, False), ("with space 123", False),
     ("<script>alert(1)</script>", False)],
)  # fmt: skip
def test_a_sane_id_is_kept(api: TestClient, given: str, kept: bool) -> None:  # noqa: FBT001
    found = api.get("/health/live", headers={"X-Request-Id": given}).headers["x-request-id"]
    assert (found == given) == kept
    assert 8 <= len(found) <= 64


def test_two_requests_have_two_ids(api: TestClient) -> None:
    found = {api.get("/health/live").headers["x-request-id"] for _ in range(5)}
    assert len(found) == 5


def test_other_origins_are_told_nothing(api: TestClient) -> None:
    for method, headers in (
        ("GET", {}),
        ("OPTIONS", {"Access-Control-Request-Method": "GET"}),
    ):
        found = api.request(
            method, "/api/v1/about", headers={"Origin": "https://evil.example", **headers}
        )
        assert not [name for name in found.headers if name.startswith("access-control-")]


@pytest.fixture(scope="module")
def told(new_platform: Callable[..., Platform]) -> TestClient:
    """A house whose operator names an origin and a host."""
    platform = new_platform(
        empty=True, LASTRO_API__CORS_ORIGINS="https://firm.example",
        LASTRO_API__HOSTS="lastro.example, testserver",
    )  # fmt: skip
    return TestClient(app_over(platform), raise_server_exceptions=False)


def test_a_named_origin_may_ask(told: TestClient) -> None:
    found = told.get("/api/v1/about", headers={"Origin": "https://firm.example"})
    assert found.headers["access-control-allow-origin"] == "https://firm.example"
    assert "access-control-allow-credentials" not in found.headers
    asked = told.options(
        "/api/v1/funds",
        headers={"Origin": "https://firm.example", "Access-Control-Request-Method": "GET",
                 "Access-Control-Request-Headers": "authorization"},
    )  # fmt: skip
    assert asked.status_code == 200
    assert "authorization" in asked.headers["access-control-allow-headers"].lower()


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://firm.example.evil", "http://firm.example"]
)
def test_no_other_may(told: TestClient, origin: str) -> None:
    found = told.get("/api/v1/about", headers={"Origin": origin})
    assert "access-control-allow-origin" not in found.headers


@pytest.mark.parametrize(
    ("host", "status"),
    [("lastro.example", 200), ("LASTRO.example:8443", 200), ("testserver", 200),
     ("evil.example", 421), ("lastro.example.evil", 421), ("", 421), ("[::1]:80", 421)],
)  # fmt: skip
def test_only_named_hosts_are_answered(told: TestClient, host: str, status: int) -> None:
    assert told.get("/health/live", headers={"Host": host}).status_code == status
