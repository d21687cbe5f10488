"""TLS by certificate files, proxies that are believed, and what refuses to start."""

from __future__ import annotations

import datetime as dt
import ssl
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .serving import serving

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.slow  # each starts a process


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for localhost and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    cert, private = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert, private


def test_it_speaks_tls_and_insists_on_it(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    cert, key = map(str, certificate)
    context = ssl.create_default_context(cafile=cert)
    context.check_hostname = False
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT if hasattr(ssl, "VERIFY_X509_STRICT") else -1
    with serving(tmp_path / "lake", "api", "--tls-cert", cert, "--tls-key", key) as served:
        assert served.scheme == "https"
        with urlopen(f"{served.url}/health/live", context=context, timeout=20) as answer:  # noqa: S310
            assert answer.status == 200
            assert "max-age" in answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--tls-cert", "cert.pem"], "one is missing"),
        (["--tls-cert", "nothing.pem", "--tls-key", "nothing.pem"], "cannot be used"),
        (["--host", "203.0.113.1"], "not possible to listen"),
    ],
)
def test_what_cannot_be_served_is_said_at_once(tmp_path: Path, words: list[str], told: str) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "lastro.cli", "--lake", str(tmp_path / "lake"), "api", "--port",
         "0", *words],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert found.returncode == 78
    assert told in found.stderr
    assert "Traceback" not in found.stderr


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with serving(tmp_path / "lake") as served:
        found = subprocess.run(
            [sys.executable, "-m", "lastro.cli", "--lake", str(tmp_path / "other"), "api",
             "--port", str(served.port)],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert found.returncode == 78
    assert f"Port {served.port} is taken" in found.stderr


@pytest.mark.parametrize(("trusted", "believed"), [("127.0.0.1", True), ("", False)])
def test_only_a_named_proxy_is_believed(tmp_path: Path, trusted: str, believed: bool) -> None:  # noqa: FBT001
    with serving(tmp_path / "lake", LASTRO_API__TRUSTED_PROXIES=trusted) as served:
        asked = Request(f"{served.url}/health/live", headers={"X-Forwarded-Proto": "https"})  # noqa: S310
        with urlopen(asked, timeout=20) as answer:  # noqa: S310
            assert ("Strict-Transport-Security" in answer.headers) == believed


def test_the_network_is_warned_of(tmp_path: Path) -> None:
    with serving(tmp_path / "lake", "api", "--host", "0.0.0.0") as open_to_all:  # noqa: S104
        pass
    with serving(tmp_path / "lake") as served:
        pass
    assert any("listen in" in line for line in open_to_all.errors)
    assert not any("listen in" in line for line in served.errors)
    assert any("/welcome#" in line for line in served.said)
