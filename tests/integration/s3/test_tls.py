"""A server whose certificate an authority of one's own signed: every library knows it alike."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.integration.s3_server import S3Server, s3_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.s3.conftest import Market

pytestmark = pytest.mark.integration

WORK = """\
import sys
from pathlib import Path
from lastro.cli.trouble import tell
from lastro.lake.query import job_of, understand
from lastro.wiring import platform

house = platform()
try:
    with house.run() as run:
        run.take("cvm_funds", [Path(sys.argv[1])], build=True)
except Exception as error:
    sys.exit(tell(error, as_json=False))
question = understand("SELECT count(*) FROM silver.fund_navs", house.contracts(), house.views)
job = job_of(house.lake, question, None, house.sql_house.limits)
told = house.sql_house.query(job).answer().rows.item()
house.sql_house.close()
assert told == house.table("silver.fund_navs").collect().height > 0
"""


def _signed(
    name: str, signer: ec.EllipticCurvePrivateKey, key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.BasicConstraints(signer is key, None), critical=True)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(signer, hashes.SHA256())
    )


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[S3Server]:
    """A server that speaks TLS alone."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    authority = _signed("authority", keys[0], keys[0])
    server = _signed("server", keys[0], keys[1])
    files = tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "authority.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    files[0].write_bytes(server.public_bytes(pem))
    files[1].write_bytes(keys[1].private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    files[2].write_bytes(authority.public_bytes(pem))
    with s3_server(files) as found:
        yield found


def test_an_authority_of_ones_own(secure: S3Server, market: Market, tmp_path: Path) -> None:
    script = tmp_path / "work.py"
    script.write_text(WORK)
    known = os.environ | secure.environment(secure.bucket(), s3_retries="0")
    command = [sys.executable, str(script), str(market.first[0])]
    stranger = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
    assert stranger.returncode == 69
    assert "certificate" in stranger.stderr
    known["SSL_CERT_FILE"] = str(secure.authority)
    friend = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
    assert friend.returncode == 0, friend.stderr
