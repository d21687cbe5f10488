"""Probes: alive is not ready, and what is not ready is named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from lastro.api.app import app_over

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lastro.wiring import Platform


def ready(platform: Platform, probes: Mapping[str, Callable[[], str]] | None = None) -> Any:
    client = TestClient(app_over(platform, probes=probes), raise_server_exceptions=False)
    assert client.get("/health/live").json() == {"status": "ok"}
    found = client.get("/health/ready")
    body = found.json()
    assert found.status_code == (200 if body["status"] == "ok" else 503)
    return {check["name"]: check["state"] for check in body["checks"]}


@pytest.mark.parametrize("empty", [True, False])
def test_all_is_well(new_platform: Callable[..., Platform], empty: bool) -> None:  # noqa: FBT001
    assert ready(new_platform(empty=empty)) == {"lake": "ok", "store": "ok"}


def test_a_store_that_cannot_be_opened_is_named(new_platform: Callable[..., Platform]) -> None:
    platform = new_platform()
    (store := platform.store_at).migrate()
    store.close()
    assert store.file is not None
    store.file.write_bytes(b"this is no database, and never was" * 100)
    assert ready(platform) == {"lake": "ok", "store": "failed"}


def test_a_lake_that_cannot_be_read_is_named(new_platform: Callable[..., Platform]) -> None:
    platform = new_platform()
    folder = platform.storage.url
    for file in sorted(Path(folder).glob("ops/ledger/**/*.parquet")):
        file.unlink()
    assert ready(platform)["lake"] == "failed"


def test_what_runs_beside_it_counts(new_platform: Callable[..., Platform]) -> None:
    platform = new_platform(empty=True)
    assert ready(platform, {"scheduler": lambda: "ok"})["scheduler"] == "ok"
    assert ready(platform, {"scheduler": lambda: "absent"})["scheduler"] == "absent"
    assert ready(platform, {"scheduler": lambda: "failed"})["scheduler"] == "failed"


def test_a_probe_that_breaks_has_failed(new_platform: Callable[..., Platform]) -> None:
    def broken() -> str:
        raise OSError("secret path")

    platform = new_platform(empty=True)
    assert ready(platform, {"part": broken})["part"] == "failed"
    client = TestClient(app_over(platform, probes={"part": broken}))
    assert "secret" not in client.get("/health/ready").text
