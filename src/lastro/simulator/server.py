"""The simulated server: real HTTP on the loopback interface, and nowhere else.

It serves what ``publication`` has of CVM with ETag, Last-Modified and conditional answers, and what
the ``houses`` of the other institutions answer below a path of their own. It spoils answers as
``faults`` orders, and obeys ``control``. Every answer carries ``X-Lastro-Simulated``.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import signal
import socket
import struct
import sys
import threading
import time
from dataclasses import dataclass
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from lastro.core.errors import LastroError, RequestError
from lastro.simulator.control import PREFIX, Control
from lastro.simulator.houses import open_houses
from lastro.simulator.publication import Publication

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

    from lastro.simulator.faults import Fault
    from lastro.simulator.house import House
    from lastro.simulator.market import SimulatedMarket
    from lastro.simulator.shares import ShareMarket

_LOOPBACK = ("127.0.0.1", "localhost")
_PIECES = 20
_ABORT = struct.pack("ii", 1, 0)
_PAGE = (
    b"<!DOCTYPE html><html><body><h1>SIMULATED: site em manuten&ccedil;&atilde;o</h1></body></html>"
)


@dataclass(frozen=True)
class _Served:
    """What lies at a path: how it is told, which version it is, and how to make its bytes."""

    status: int
    kind: str
    make: Callable[[], bytes]
    etag: str | None = None
    last_modified: dt.datetime | None = None


class SimulatorServer:
    """A simulated server, as a context manager.

    Args:
        market: What it serves as CVM.
        port: Port to listen on; 0 takes a free one.
        host: The loopback interface; no other is accepted.
        hist_until_year: Months of that year and before are served in HIST files.
        shares: What it serves as B3 and as quotes, beside a central bank; none leaves them out.
            Their day is that of the registry.

    Raises:
        RequestError: The host is not the loopback interface, or the port is taken.
    """

    def __init__(
        self,
        market: SimulatedMarket,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        hist_until_year: int = 2020,
        shares: ShareMarket | None = None,
    ) -> None:
        if host not in _LOOPBACK:
            raise RequestError(
                "The simulator does not listen on {host}: it is for this computer alone.",
                hint="Leave the host out, or use 127.0.0.1.",
                host=host,
            )
        self.control = Control(Publication(market, hist_until_year))
        publication = self.control.publication
        houses = open_houses(shares, lambda: publication.as_of) if shares else {}
        try:
            self._http = _Listener(self.control, houses, port)
        except (OSError, OverflowError) as error:
            raise RequestError(
                "The simulator cannot listen on port {port}: {reason}.",
                hint="Choose another port, or 0 for a free one.",
                port=port,
                reason=str(error),
            ) from error
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def url(self) -> str:
        """Where it answers, without a final slash."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def start(self) -> None:
        """Answer from a thread of its own."""
        self._thread.start()

    def close(self) -> None:
        """Stop answering and free the port."""
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def serve(
    market: SimulatedMarket,
    *,
    ready: Callable[[str], None],
    port: int = 0,
    hist_until_year: int = 2020,
    shares: ShareMarket | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; to be called from the main thread.

    Args:
        market: What to serve.
        ready: Called once with the URL when the server answers.
        port: Port to listen on; 0 takes a free one.
        hist_until_year: Months of that year and before are served in HIST files.
        shares: The exchange to serve besides, if any.

    Raises:
        RequestError: The port is taken.
    """
    stop = threading.Event()

    def _stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signals = (signal.SIGINT, signal.SIGTERM)
    with SimulatorServer(market, port, hist_until_year=hist_until_year, shares=shares) as server:
        before = [signal.signal(each, _stop) for each in signals]
        try:
            ready(server.url)
            stop.wait()
        finally:
            for each, handler in zip(signals, before, strict=True):
                signal.signal(each, handler)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, control: Control, houses: dict[str, House], port: int) -> None:
        self.control = control
        self.houses = houses
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that go away in the middle of an answer."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "LastroSimulator"
    disable_nagle_algorithm = True
    timeout = 60
    server: _Listener

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited name
        """Print nothing; the log is a control call."""

    def end_headers(self) -> None:
        """Label every answer, errors of the base class included."""
        seed = self.server.control.publication.market.seed
        self.send_header("X-Lastro-Simulated", f"seed={seed}")
        super().end_headers()

    def _answer(self) -> None:
        url = urlsplit(self.path)
        if url.path.startswith(PREFIX):
            self._obey(url.path, url.query)
            return
        fault = self.server.control.faults.take(unquote(url.path))
        served = None if self.command == "POST" else self._served(url)
        if fault:
            self._spoil(fault, served)
        else:
            self._publish(served)

    def _served(self, url: SplitResult) -> _Served | None:
        """What lies at a path: of a house, or of CVM."""
        first, _, rest = url.path.removeprefix("/").partition("/")
        house = self.server.houses.get(first)
        if house is not None:
            reply = house.answer(f"/{unquote(rest)}", url.query)
            tag = None
            if reply.status == HTTPStatus.OK and reply.body.startswith(b"PK"):
                tag = f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"'
            return _Served(reply.status, reply.content_type, lambda: reply.body, tag)
        publication = self.server.control.publication
        resource = publication.resource(url.path)
        if resource is None:
            return None
        return _Served(
            HTTPStatus.OK,
            "application/zip",
            lambda: publication.content(resource),
            resource.etag,
            resource.last_modified,
        )

    def _obey(self, path: str, query: str) -> None:
        try:
            answer: object = self.server.control.answer(
                self.command, path, dict(parse_qsl(query, keep_blank_values=True))
            )
            status = 200
        except LastroError as error:
            answer = {"error": error.message, "hint": error.hint}
            status = error.status
        self._send(status, json.dumps(answer).encode(), "application/json")

    def _publish(self, served: _Served | None) -> None:
        if served is None:
            self._send(404, b"SIMULATED: nothing is published here\n", "text/plain")
        elif self._unchanged(served):
            self._send(304, b"", None, served)
        else:
            self._send(served.status, served.make(), served.kind, served)

    def _unchanged(self, served: _Served) -> bool:
        """Whether the client already has the file; an ETag decides before a date does."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return served.etag is not None and bool(known & {served.etag, "*"})
        with contextlib.suppress(TypeError, ValueError):
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
            since = since.replace(tzinfo=since.tzinfo or dt.UTC)
            return served.last_modified is not None and served.last_modified <= since
        return False

    def _spoil(self, fault: Fault, served: _Served | None) -> None:
        plain = {
            "status500": (500, b"SIMULATED: internal error\n", "text/plain"),
            "status404": (404, b"SIMULATED: not found\n", "text/plain"),
            "html": (200, _PAGE, "text/html; charset=utf-8"),
            "empty": (200, b"", "application/zip"),
        }
        if fault.kind in plain:
            self._send(*plain[fault.kind])
        elif fault.kind == "reset":
            self._reset()
        elif served is None:
            self._publish(None)
        else:
            self._cripple(fault, served)

    def _cripple(self, fault: Fault, served: _Served) -> None:
        """Send a file in part, or in drops."""
        content = served.make()
        self._head(served.status, len(content), served.kind, served)
        if fault.kind == "truncate":
            self._write(content[: len(content) // 2])
            self.close_connection = True
        else:
            self._trickle(content, fault.seconds)

    def _trickle(self, content: bytes, seconds: float) -> None:
        size = max(1, -(-len(content) // _PIECES))
        for start in range(0, len(content), size):
            time.sleep(seconds / _PIECES)
            self._write(content[start : start + size])

    def _reset(self) -> None:
        """Close so that the client sees a reset; 0 stands for no status at all."""
        self._note(0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        socket.close(self.connection.detach())
        self.close_connection = True

    def _send(
        self, status: int, body: bytes, kind: str | None, served: _Served | None = None
    ) -> None:
        self._head(status, len(body), kind, served)
        self._write(body)

    def _note(self, status: int) -> None:
        """Log a request before its answer is out, so that whoever got one finds it logged."""
        if not self.path.startswith(PREFIX):
            entry = {"method": self.command, "path": self.path, "status": status}
            self.server.control.log.append(entry)

    def _head(self, status: int, length: int, kind: str | None, served: _Served | None) -> None:
        self._note(status)
        self.send_response(status)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(length))
        if kind:
            self.send_header("Content-Type", kind)
        if served and served.etag:
            self.send_header("ETag", served.etag)
        if served and served.last_modified:
            published = format_datetime(served.last_modified, usegmt=True)
            self.send_header("Last-Modified", published)
        self.end_headers()

    def _write(self, body: bytes) -> None:
        if self.command != "HEAD":
            self.wfile.write(body)
