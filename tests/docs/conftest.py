"""A terminal for the tutorial: commands run as a person types them, one after the other."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PORT = "8765"


class Terminal:
    """A person at a terminal of 120 columns in a folder, reading English.

    ``export`` lasts; a command that ends with ``&`` runs until the end. The tutorial's port is
    replaced by a free one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {k: v for k, v in os.environ.items() if not k.startswith("LASTRO_")}
        here = os.path.dirname(sys.executable)  # noqa: PTH120 - a link must not be resolved
        self.environment = {
            **kept,
            "PATH": f"{here}{os.pathsep}{kept['PATH']}",
            "LANGUAGE": "en",
            "LC_ALL": "C.UTF-8",
            "TERM": "dumb",
            "COLUMNS": "120",
        }
        self._port = str(_free_port())
        self._background: list[subprocess.Popen[bytes]] = []

    def run(self, command: str) -> tuple[int, str]:
        """Run a command line; returns its exit code and everything it printed."""
        command = command.replace(_PORT, self._port)
        if command.startswith("export "):
            name, _, value = command.removeprefix("export ").partition("=")
            self.environment[name] = value
            return 0, ""
        if command.endswith("&"):
            self._start(command.removesuffix("&"))
            return 0, ""
        master, slave = pty.openpty()
        try:
            process = self._popen(command, slave)
        finally:
            os.close(slave)
        printed = b"".join(_chunks(master))
        os.close(master)
        return process.wait(timeout=60), printed.decode().replace("\r\n", "\n")

    def python(self, session: str) -> tuple[int, str]:
        """Check a session of Python prompts in an interpreter of its own."""
        file = self.folder / "session.txt"
        file.write_text(session, encoding="utf-8")
        flags = ["-o", "ELLIPSIS", "-o", "NORMALIZE_WHITESPACE"]
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "doctest", *flags, file],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def _popen(self, command: str, out: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["bash", "-c", command], cwd=self.folder, env=self.environment,
            stdin=subprocess.DEVNULL, stdout=out, stderr=out,
        )  # fmt: skip

    def _start(self, command: str) -> None:
        self._background.append(self._popen(f"exec {command}", subprocess.DEVNULL))
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", int(self._port)), timeout=1),
            ):
                return
            time.sleep(0.1)
        pytest.fail(f"{command} did not answer")

    def close(self) -> None:
        """End what runs in the background."""
        for process in self._background:
            process.terminate()
            process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _chunks(master: int) -> Iterator[bytes]:
    with contextlib.suppress(OSError):  # Linux's way to say that the other end is closed
        while chunk := os.read(master, 1 << 16):
            yield chunk


def printed_as(expected: str, got: str) -> bool:
    """Whether output is as shown; ``...`` stands for anything or nothing, and spaces are alike."""
    parts = [" ".join(part.split()) for part in expected.split("...")]
    pattern = r"\s*.*?\s*".join(map(re.escape, parts))
    return re.fullmatch(pattern, " ".join(got.split()), re.DOTALL) is not None


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A terminal in an empty folder."""
    found = Terminal(tmp_path)
    yield found
    found.close()
