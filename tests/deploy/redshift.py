"""What Redshift does that PostgreSQL does not, between a client and a real PostgreSQL.

A proxy for one connection at a time. It speaks the wire protocol's simple queries, takes Redshift's
words out of CREATE TABLE, and carries COPY out as Redshift says it does: the manifest is read from
S3, then each file that it names, with the rights of the role and no others.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import socket
import struct
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SSL = 80877103
_ALIEN = re.compile(r" DISTSTYLE AUTO SORTKEY \([^)]*\)")
_COPY = re.compile(
    r"COPY (?P<target>\S+ \([^)]*\)) FROM '(?P<manifest>s3://[^']+)' IAM_ROLE '(?P<role>[^']+)' "
    r"MANIFEST FORMAT AS CSV GZIP NULL AS '(?P<null>[^']*)' DATEFORMAT 'auto' TIMEFORMAT 'auto'"
)


class Redshift:
    """A stand-in for Redshift.

    Args:
        port: Of the PostgreSQL behind it.
        fetch: Gives an object's bytes: role, address.
    """

    def __init__(self, port: int, fetch: Callable[[str, str], bytes]) -> None:
        self._behind = port
        self._fetch = fetch
        self.copied: list[str] = []  # manifests
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]

    @contextlib.contextmanager
    def running(self) -> Iterator[Redshift]:
        """Have it answer for as long as the block lasts."""
        threading.Thread(target=self._serve, daemon=True).start()
        try:
            yield self
        finally:
            self._door.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._door.accept()
                behind = socket.create_connection(("127.0.0.1", self._behind))
                with client, behind as server, contextlib.suppress(EOFError):
                    self._talk(client, server)

    def _talk(self, client: socket.socket, server: socket.socket) -> None:
        opening = _counted(client)
        if struct.unpack("!I", opening[4:8])[0] == _SSL:
            client.sendall(b"N")
            opening = _counted(client)
        server.sendall(opening)
        while (asked := self._answer(client, server)) != b"Z":
            if asked in {b"R", b"E"}:
                kind, body = _message(client)
                server.sendall(kind + body)
        while True:
            kind, body = _message(client)
            if kind == b"Q":
                self._ask(body[4:-1].decode(), client, server)
            else:
                server.sendall(kind + body)
            if kind == b"X":
                return

    @staticmethod
    def _answer(client: socket.socket, server: socket.socket) -> bytes:
        """Pass one answer on; what the client must say something to, or how it ends."""
        kind, body = _message(server)
        client.sendall(kind + body)
        needs_word = kind == b"R" and struct.unpack("!I", body[4:8])[0] in {3, 5, 10, 11}
        return kind if kind != b"R" or needs_word else b""

    def _ask(self, query: str, client: socket.socket, server: socket.socket) -> None:
        found = _COPY.match(query)
        body = b""
        if found:
            query = f"COPY {found['target']} FROM STDIN (FORMAT csv, NULL '{found['null']}')"
            body = self._staged(found["role"], found["manifest"])
        _send(server, b"Q", _ALIEN.sub("", query).encode() + b"\0")
        while True:
            kind, answer = _message(server)
            if kind == b"G":
                _send(server, b"d", body)
                _send(server, b"c", b"")
                continue
            client.sendall(kind + answer)
            if kind == b"Z":
                return

    def _staged(self, role: str, manifest: str) -> bytes:
        self.copied.append(manifest)
        entries = json.loads(self._fetch(role, manifest))["entries"]
        return b"".join(gzip.decompress(self._fetch(role, entry["url"])) for entry in entries)


def _send(server: socket.socket, kind: bytes, body: bytes) -> None:
    server.sendall(kind + struct.pack("!I", len(body) + 4) + body)


def _exactly(source: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        piece = source.recv(count - len(found))
        if not piece:
            raise EOFError
        found += piece
    return found


def _counted(source: socket.socket) -> bytes:
    """A length, and what it counts."""
    length = _exactly(source, 4)
    return length + _exactly(source, struct.unpack("!I", length)[0] - 4)


def _message(source: socket.socket) -> tuple[bytes, bytes]:
    return _exactly(source, 1), _counted(source)
