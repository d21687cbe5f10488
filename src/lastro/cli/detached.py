"""A server that outlives the command that started it: the demonstration's."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from lastro.core.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

_NOTE, _LOG = "server.json", "server.log"
_PATIENCE, _LOOK = 60.0, 0.1  # seconds


@dataclass(frozen=True)
class Server:
    """A server in the background.

    Attributes:
        pid: Its process.
        port: Where it listens, on this machine alone.
    """

    pid: int
    port: int

    @property
    def address(self) -> str:
        """Its address for a browser."""
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        """Whether it is there and ready."""
        import urllib3

        try:
            os.kill(self.pid, 0)
            url = f"{self.address}/health/ready"
            return urllib3.request("GET", url, timeout=2.0, retries=False).status == 200
        except (OSError, urllib3.exceptions.HTTPError):
            return False


def running(folder: Path) -> Server | None:
    """The server that was started for a folder, where it still answers."""
    try:
        found = Server(**json.loads((folder / _NOTE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return found if found.answers() else None


def start(folder: Path, lake: Path, port: int) -> Server:
    """Serve a lake from a process of its own, unless one does already.

    Args:
        folder: Where its note and its log go.
        lake: What it serves.
        port: Where it listens; another where that one is taken.

    Raises:
        ConfigError: It does not come up.
    """
    if found := running(folder):
        return found
    port = _free(port)
    command = [sys.executable, "-m", "lastro.cli", "--lake", str(lake), "up", "--port", str(port)]
    log = folder / _LOG
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - our own program and words
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
    server = Server(process.pid, port)
    given_up = time.monotonic() + _PATIENCE
    while not server.answers():
        if process.poll() is not None or time.monotonic() > given_up:
            process.kill()
            raise ConfigError(
                "The server of the demonstration does not come up.",
                hint="{log} says why; the lake itself is whole.",
                log=log,
            )
        time.sleep(_LOOK)
    (folder / _NOTE).write_text(json.dumps(asdict(server)), encoding="utf-8")
    return server


def stop(folder: Path) -> bool:
    """End the server of a folder; returns whether there was one."""
    found = running(folder)
    if found:
        os.kill(found.pid, signal.SIGTERM)
        (folder / _NOTE).unlink()
    return found is not None


def _free(port: int) -> int:
    """The port, or any other where it is taken."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
