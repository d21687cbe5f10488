"""AWS on loopback: moto's server speaks its protocols over HTTP."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3  # type: ignore[import-untyped]
import httpx
import pytest
from tests.deploy.cloud import Cloud, played
from tests.deploy.stack import REGION, resources
from tests.integration.conftest import _free_port, _running, postgres

__all__ = ["postgres"]  # a fixture of these tests as well

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEMPLATES = ("template", "schedules", "alarms", "reading")


@dataclass(frozen=True)
class Aws:
    """A running server.

    Attributes:
        url: Its address.
    """

    url: str

    def client(self, service: str, **credentials: str) -> Any:
        """A client; the account's own where no credentials are given."""
        own = {"aws_access_key_id": "root", "aws_secret_access_key": "root"}
        session = boto3.session.Session(**(credentials or own))
        return session.client(service, endpoint_url=self.url, region_name=REGION)

    def asks_for_rights(self, after: float) -> None:
        """From so many requests on, each is held to the policies of who makes it."""
        httpx.post(f"{self.url}/moto-api/reset-auth", content=str(after)).raise_for_status()


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    port = _free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with _running(command, tmp_path_factory.mktemp("aws") / "log", port, signal.SIGTERM):
        yield Aws(f"http://127.0.0.1:{port}")


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's own credentials and settings are in reach."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "LASTRO_"))]:
        if name != "LASTRO_CI":
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))


@pytest.fixture(scope="session")
def stack(repository: Path) -> dict[str, Any]:
    """Resources of all parts of the stack by name."""
    folder = repository / "deploy" / "aws"
    found: dict[str, Any] = {}
    for name in TEMPLATES:
        found |= resources(folder / f"{name}.yaml")
    return found


@pytest.fixture(scope="session")
def cloud(aws: Aws, stack: dict[str, Any], repository: Path) -> Iterator[Cloud]:
    with played(aws, stack, repository) as found:
        yield found
