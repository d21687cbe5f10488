"""The master key held by KMS: moto's server speaks its protocol over HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import boto3  # type: ignore[import-untyped]
import httpx
import pytest
from tests.integration.conftest import _free_port

from lastro.core.errors import ConfigError, DataError, TemporaryError
from lastro.core.keys import KeySettings, KmsMaster, new_key, ring
from lastro.core.sealing import Sealer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.integration

REGION = "sa-east-1"


@pytest.fixture(scope="module")
def kms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that speaks KMS; its address."""
    port, log = _free_port(), tmp_path_factory.mktemp("kms") / "log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            stdout=said, stderr=said,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                httpx.get(f"{address}/moto-api/data.json", timeout=2)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        else:
            pytest.fail(log.read_text()[-2000:])
        yield address
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(autouse=True)
def role(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Credentials as a machine's role has them; nobody's real ones."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))


def _client(kms: str) -> Any:
    return boto3.client("kms", endpoint_url=kms, region_name=REGION)


@pytest.fixture
def arn(kms: str) -> str:
    found: str = _client(kms).create_key(Description="lastro")["KeyMetadata"]["Arn"]
    return found


def _sealer(kms: str, arn: str, **more: Any) -> Sealer:
    settings = KeySettings(kms=arn, kms_endpoint=kms, **more)
    return ring(settings, None, development=False).sealer()


def test_values_are_sealed_and_opened_through_kms(kms: str, arn: str) -> None:
    sealed = _sealer(kms, arn).seal(b"secret", "users.totp")
    assert _sealer(kms, arn).open(sealed, "users.totp") == b"secret"
    chunks = b"".join(_sealer(kms, arn).seal_chunks(b"x" * 3_000_000, "landing/a"))
    assert _sealer(kms, arn).open_chunks([chunks], "landing/a") == b"x" * 3_000_000
    with pytest.raises(DataError):
        _sealer(kms, arn).open(sealed[:-1] + b"\0", "users.totp")


def test_kms_is_asked_once_for_many_values(kms: str, arn: str) -> None:
    class Counted(KmsMaster):
        asked = 0

        def _ask(self, verb: str, asked: dict[str, Any]) -> dict[str, Any]:
            Counted.asked += 1
            return super()._ask(verb, asked)

    sealer = Sealer(Counted(arn, kms))
    values = [sealer.seal(b"x", "c") for _ in range(300)]
    assert all(sealer.open(value, "c") == b"x" for value in values)
    assert Counted.asked == 2


def test_from_a_local_key_to_kms_and_to_another_key_of_kms(kms: str, arn: str) -> None:
    local = new_key()
    settings = KeySettings.model_validate({"master": local})
    sealed = ring(settings, None, development=False).sealer().seal(b"secret", "c")
    moved = _sealer(kms, arn, former=local).rewrap(sealed, "c")
    assert _sealer(kms, arn).open(moved, "c") == b"secret"
    other = _client(kms).create_key()["KeyMetadata"]["Arn"]
    again = _sealer(kms, other, former=arn).rewrap(moved, "c")
    assert _sealer(kms, other).open(again, "c") == b"secret"
    with pytest.raises(ConfigError, match="was sealed by the key"):
        _sealer(kms, other).open(moved, "c")


def test_a_key_that_is_not_there_or_disabled_is_the_operators_to_mend(kms: str, arn: str) -> None:
    missing = arn.rsplit("/", 1)[0] + "/00000000-0000-0000-0000-000000000000"
    with pytest.raises(ConfigError, match="NotFoundException"):
        _sealer(kms, missing).seal(b"x", "c")


def test_a_service_that_does_not_answer_may_answer_later(arn: str) -> None:
    nowhere = f"http://127.0.0.1:{_free_port()}"
    with pytest.raises(TemporaryError, match="cannot be reached"):
        _sealer(nowhere, arn).seal(b"x", "c")


def test_without_credentials_the_operator_is_told(
    kms: str, arn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(ConfigError, match="NoCredentialsError"):
        _sealer(kms, arn).seal(b"x", "c")
