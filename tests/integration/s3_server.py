"""A real S3 server on loopback: the Versity gateway over a temporary folder.

It checks signatures, and holds conditional writes to what they say while many write at once.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import shutil
import signal
import subprocess
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.conftest import _free_port, _running

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[2]
REGION = "sa-east-1"
KEY, SECRET = "lastro-operator", "secret/of+a server=that lives for one run"


@dataclass
class S3Server:
    """A running server.

    Attributes:
        port: On 127.0.0.1.
        program: Its own administration's program.
        authority: Certificate of who signed its own; None where it speaks no TLS.
    """

    port: int
    program: str
    authority: Path | None = None
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"{'https' if self.authority else 'http'}://127.0.0.1:{self.port}"

    def client(self) -> Any:
        """The operator's client: makes buckets, sets policies, looks at objects."""
        import boto3  # type: ignore[import-untyped]

        return boto3.client(
            "s3", endpoint_url=self.endpoint, region_name=REGION,
            aws_access_key_id=KEY, aws_secret_access_key=SECRET,
            verify=str(self.authority) if self.authority else None,
        )  # fmt: skip

    def bucket(self) -> str:
        """Name of a new, empty bucket."""
        name = f"bucket-{next(self._numbers)}"
        self.client().create_bucket(Bucket=name)
        return name

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        """Keys of every object in a bucket, in order."""
        pages = self.client().get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=prefix
        )  # fmt: skip
        return sorted(found["Key"] for page in pages for found in page.get("Contents", ()))

    def user(self, name: str, secret: str) -> None:
        """Make a user who may do nothing until a bucket's policy lets them."""
        subprocess.run(
            [self.program, "admin", "--access", KEY, "--secret", SECRET, "--region", REGION,
             "--endpoint-url", self.endpoint, "create-user", "--access", name,
             "--secret", secret, "--role", "user"],
            check=True, capture_output=True,
        )  # fmt: skip

    def settings(self, bucket: str, prefix: str = "lake", **changed: str) -> dict[str, str]:
        """Settings of a lake in a bucket, as an operator gives them."""
        given = {"url": f"s3://{bucket}/{prefix}", "s3_endpoint": self.endpoint,
                 "s3_region": REGION, "s3_access_key_id": KEY,
                 "s3_secret_access_key": SECRET}  # fmt: skip
        return given | changed

    def environment(self, bucket: str, prefix: str = "lake", **changed: str) -> dict[str, str]:
        """The same settings as variables of a process's environment."""
        given = self.settings(bucket, prefix, **changed)
        return {f"LASTRO_LAKE__{name.upper()}": value for name, value in given.items()}

    @contextmanager
    def credentials(self, how: str) -> Iterator[dict[str, str]]:
        """Variables by which a machine knows its credentials without Lastro's settings.

        Args:
            how: ``environment``, or ``container``: a service of the machine gives them.
        """
        if how == "environment":
            yield {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
            return
        until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=6)
        told = {"AccessKeyId": KEY, "SecretAccessKey": SECRET, "Token": "",
                "Expiration": f"{until:%Y-%m-%dT%H:%M:%SZ}"}  # fmt: skip

        class Service(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = json.dumps(told).encode()
                is_known = self.headers["Authorization"] == "of this machine"
                self.send_response_only(200 if is_known else 403)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as above
                pass

        with TemporaryDirectory() as folder, HTTPServer(("127.0.0.1", 0), Service) as service:
            token = Path(folder) / "token"
            token.write_text("of this machine")
            thread = threading.Thread(target=service.serve_forever, args=[0.05], daemon=True)
            thread.start()
            yield {
                "AWS_CONTAINER_CREDENTIALS_FULL_URI":
                    f"http://127.0.0.1:{service.server_address[1]}/credentials",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(token),
            }  # fmt: skip
            service.shutdown()
            thread.join()


def program() -> str:
    """Where the server's program is; the test is skipped without it, and in CI fails."""
    kept = REPOSITORY / ".tools" / "s3" / "versitygw"
    found = str(kept) if kept.exists() else shutil.which("versitygw")
    if found:
        return found
    lacking = "the S3 server is not built: make .tools/s3/versitygw"
    if os.environ.get("LASTRO_CI") == "1":
        pytest.fail(lacking, pytrace=False)
    pytest.skip(lacking)


def _roomy() -> str:
    """A folder whose files have extended attributes: an object's tag is kept with its bytes."""
    for place in (gettempdir(), "/dev/shm"):  # noqa: S108 - memory, where /tmp knows none
        with suppress(OSError), NamedTemporaryFile(dir=place) as tried:
            os.setxattr(tried.name, "user.lastro", b"1")
            return place
    pytest.fail("no folder here has extended attributes: set TMPDIR to one", pytrace=False)


@contextmanager
def s3_server(tls: tuple[Path, Path, Path] | None = None) -> Iterator[S3Server]:
    """A server with no buckets, until the end of the block.

    Args:
        tls: Files of its certificate, its key and the authority's certificate; None is no TLS.
    """
    found = program()
    with TemporaryDirectory(prefix="lastro-s3-", dir=_roomy(), ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for part in ("buckets", "users"):
            (folder / part).mkdir()
        port = _free_port()
        command = [found, "--port", f"127.0.0.1:{port}", "--access", KEY, "--secret", SECRET,
                   "--region", REGION, "--keep-alive", "--quiet",
                   "--iam-dir", str(folder / "users"),
                   *(["--cert", str(tls[0]), "--key", str(tls[1])] if tls else []),
                   "posix", str(folder / "buckets")]  # fmt: skip
        with _running(
            command, folder / "log", port, signal.SIGKILL
        ):  # asked, it waits for every connection
            yield S3Server(port, found, tls[2] if tls else None)
