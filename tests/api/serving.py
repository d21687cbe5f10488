"""Lastro as a process of its own, on a port of its own."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@dataclass
class Served:
    """A running server.

    Attributes:
        process: Of it.
        said: What it said on standard output, line by line.
        port: Where it listens.
        scheme: http or https.
    """

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    port: int = 0
    scheme: str = "http"

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def socket(self) -> socket.socket:
        """A connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)


@contextlib.contextmanager
def serving(lake: Path, verb: str = "api", *words: str, **settings: str) -> Iterator[Served]:
    """Have ``lastro api`` run for as long as the block lasts.

    Args:
        lake: Over which lake.
        verb: ``api`` or ``up``.
        words: More words of the command line.
        settings: Variables of the environment.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "lastro.cli", "--lake", str(lake), verb, "--port", "0", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "LANGUAGE": "en", **settings},
    )  # fmt: skip
    found = Served(process)
    readers = [
        threading.Thread(target=_read, args=[process.stdout, found.said]),
        threading.Thread(target=_read, args=[process.stderr, found.errors]),
    ]  # both pipes are read, lest one fill up
    for reader in readers:
        reader.start()
    try:
        _await_address(found)
        yield found
    finally:
        process.terminate()
        try:
            process.wait(60)
        finally:
            process.kill()
            for reader in readers:
                reader.join()
            for pipe in (process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()


def _read(pipe: Iterable[str], lines: list[str]) -> None:
    lines.extend(line.rstrip("\n") for line in pipe)


def _await_address(found: Served) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and found.process.poll() is None:
        match = next((m for m in map(_ADDRESS.search, found.said) if m), None)
        if match and any("Ctrl-C" in line for line in found.errors):  # all is said
            found.scheme, found.port = match[1], int(match[2])
            with contextlib.suppress(OSError), found.socket():
                return
        time.sleep(0.02)
    raise AssertionError(f"it does not listen: {found.said} {found.errors}")


_ADDRESS = re.compile(r"(https?)://[^:/]+:(\d+)")
