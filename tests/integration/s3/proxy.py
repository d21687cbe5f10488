"""A proxy before the S3 server that is busy, forgetful or strict where a test says so."""

from __future__ import annotations

import http.client
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True)
class Asked:
    """One request that came by."""

    method: str
    path: str
    headers: dict[str, str]
    refused: bool


@dataclass
class Proxy:
    """Forwards to a server, but what ``rule`` answers: a status and S3's code."""

    upstream: int
    port: int = 0
    rule: Callable[[str, str, dict[str, str]], tuple[int, str] | None] = lambda *_: None
    seen: list[Asked] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def judge(self, method: str, path: str, headers: dict[str, str]) -> tuple[int, str] | None:
        with self.lock:
            found = self.rule(method, path, headers)
            self.seen.append(Asked(method, path, headers, found is not None))
        return found


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # an answer leaves in one piece

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(_Answering):
        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answered = proxy.judge(self.command, self.path, headers)
            if answered:
                status, code = answered
                told = f"<Error><Code>{code}</Code><Message>said by the test</Message></Error>"
                self.answer(status, {"ETag": '"made-up"'}, told.encode() if code else b"")
                return
            server = http.client.HTTPConnection("127.0.0.1", proxy.upstream, timeout=30)
            server.request(self.command, self.path, body or None, dict(self.headers.items()))
            found = server.getresponse()
            content = found.read()
            passed = {n: v for n, v in found.getheaders() if n.lower() not in _OWN}
            if self.command == "HEAD":
                passed["Content-Length"] = found.headers.get("Content-Length", "0")
            self.answer(found.status, passed, content)
            server.close()

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _any  # noqa: N815 - the library's names

    return Handler


_OWN = {"content-length", "transfer-encoding", "connection", "date", "server"}


@contextmanager
def proxy_before(port: int) -> Iterator[Proxy]:
    """A proxy, until the end of the block."""
    found = Proxy(port)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(found))
    server.daemon_threads = True
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
