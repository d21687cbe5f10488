"""Real servers on loopback, in temporary folders, started once and stopped afterwards."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.exports.conftest import Sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.s3_server import S3Server

PASSWORD = "p@ss/w:rd#1"  # noqa: S105 - of servers that live for one test run
QUOTED = "p%40ss%2Fw%3Ard%231"
_PATIENCE = 60
_POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_SBIN = "/usr/sbin:/usr/local/sbin"


@dataclass
class Server:
    """A running server.

    Attributes:
        scheme: Of its addresses.
        port: On 127.0.0.1.
        make: Makes a database of a name.
    """

    scheme: str
    port: int
    make: Callable[[str], None]
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str, *, user: str = "lastro", password: str = QUOTED) -> str:
        """Address of a database."""
        return f"{self.scheme}://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def fresh(self) -> str:
        """Address of a new, empty database."""
        name = f"t{next(self._numbers)}"
        self.make(name)
        return self.url(name)


def _program(name: str) -> str:
    """Where a server's program is; the test is skipped without it, and in CI fails."""
    path = os.pathsep.join([os.environ["PATH"], *map(str, reversed(_POSTGRES)), *_SBIN.split(":")])
    found = shutil.which(name, path=path)
    if found:
        return found
    lacking = f"{name} is not installed: apt-get install postgresql mariadb-server"
    if os.environ.get("LASTRO_CI") == "1":
        pytest.fail(lacking, pytrace=False)
    pytest.skip(lacking)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def _folder(user: str) -> Iterator[tuple[Path, list[str]]]:
    """A folder that belongs to a server's user, and what a command of that user begins with."""
    with tempfile.TemporaryDirectory(prefix="lastro-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.geteuid():
            yield folder, []
            return
        folder.chmod(0o755)
        home = folder / "home"
        home.mkdir()
        shutil.chown(home, user)
        yield home, ["runuser", "-u", user, "--"]


@contextmanager
def _running(
    command: list[str], log: Path, port: int, stop: signal.Signals, ready: bytes = b""
) -> Iterator[None]:
    """A server, from when it answers (and says that it is ready) until it has stopped."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, stdout=said, stderr=said, cwd=log.parent, start_new_session=True
        )
    try:
        _await(process, port, log, ready)
        yield
    finally:
        if process.poll() is None:
            os.killpg(process.pid, stop)
            process.wait(_PATIENCE)


def _await(process: subprocess.Popen[bytes], port: int, log: Path, ready: bytes) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0 and ready in log.read_bytes():
                return
        time.sleep(0.05)
    pytest.fail(f"a server did not start:\n{log.read_text(errors='replace')[-2000:]}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """PostgreSQL with passwords on, and its crash safety off."""
    import psycopg

    initdb, server = _program("initdb"), _program("postgres")
    with _folder("postgres") as (home, as_user):
        secret = home / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        subprocess.run(
            [*as_user, initdb, "-D", str(home / "data"), "-U", "lastro", "--auth=scram-sha-256",
             f"--pwfile={secret}", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True, capture_output=True,
        )  # fmt: skip
        port = _free_port()
        log = home.parent / "log"
        command = [*as_user, server, "-D", str(home / "data"), "-p", str(port), "-h", "127.0.0.1",
                   "-k", str(home), "-c", "fsync=off", "-c", "max_wal_size=1GB"]  # fmt: skip

        def _make(name: str) -> None:
            with psycopg.connect(found.url("postgres"), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())

        found = Server("postgresql", port, _make)
        with _running(command, log, port, signal.SIGINT, b"ready to accept connections"):
            yield found


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    """MariaDB with a user who has a password."""
    import pymysql

    install, server = _program("mariadb-install-db"), _program("mariadbd")
    with _folder("mysql") as (home, as_user):
        data, port = home / "data", _free_port()
        subprocess.run(
            [*as_user, install, "--no-defaults", f"--datadir={data}", "--skip-test-db",
             "--auth-root-authentication-method=normal"],
            check=True, capture_output=True,
        )  # fmt: skip
        log = home.parent / "log"
        command = [*as_user, server, "--no-defaults", f"--datadir={data}", f"--port={port}",
                   "--bind-address=127.0.0.1", f"--socket={home}/s",
                   "--innodb-flush-log-at-trx-commit=0", "--pid-file=pid",
                   "--skip-name-resolve"]  # fmt: skip

        def _make(name: str) -> None:
            with pymysql.connect(
                host="127.0.0.1", port=port, user="lastro", password=PASSWORD
            ) as connection, connection.cursor() as cursor:  # fmt: skip
                cursor.execute(f"CREATE DATABASE {name}")

        with _running(command, log, port, signal.SIGTERM):
            with pymysql.connect(user="root", unix_socket=f"{home}/s") as root:
                for statement in (
                    "CREATE USER lastro@'%%' IDENTIFIED BY %s",
                    "GRANT ALL ON *.* TO lastro@'%%' IDENTIFIED BY %s WITH GRANT OPTION",
                ):
                    root.cursor().execute(statement, [PASSWORD])
            yield Server("mysql", port, _make)


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """An S3 server that checks signatures and conditional writes."""
    from tests.integration.s3_server import s3_server

    with s3_server() as found:
        yield found


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    """A lake with a table of every kind of column, empty."""
    return Sample(tmp_path / "lake")
