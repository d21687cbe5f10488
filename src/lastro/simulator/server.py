"""The simulated CVM server: real HTTP on the loopback interface, and nowhere else.

It serves what ``publication`` has with ETag, Last-Modified and conditional answers, spoils answers
as ``faults`` orders, and obeys ``control``. Every answer carries ``X-Lastro-Simulated``.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import signal
import socket
import struct
import sys
import threading
import time
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qsl, urlsplit

from lastro.core.errors import LastroError, RequestError
from lastro.simulator.control import PREFIX, Control
from lastro.simulator.publication import Publication, Resource

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

    from lastro.simulator.faults import Fault
    from lastro.simulator.market import SimulatedMarket

_LOOPBACK = ("127.0.0.1", "localhost")
_PIECES = 20
_ABORT = struct.pack("ii", 1, 0)
_PAGE = (
    b"<!DOCTYPE html><html><body><h1>SIMULATED: site em manuten&ccedil;&atilde;o</h1></body></html>"
)


class SimulatorServer:
    """A simulated CVM server, as a context manager.

    Args:
        market: What it serves.
        port: Port to listen on; 0 takes a free one.
        host: The loopback interface; no other is accepted.
        hist_until_year: Months of that year and before are served in HIST files.

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
    ) -> None:
        if host not in _LOOPBACK:
            raise RequestError(
                "The simulator does not listen on {host}: it is for this computer alone.",
                hint="Leave the host out, or use 127.0.0.1.",
                host=host,
            )
        self.control = Control(Publication(market, hist_until_year))
        try:
            self._http = _Listener(self.control, port)
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
) -> None:
    """Serve until SIGINT or SIGTERM; to be called from the main thread.

    Args:
        market: What to serve.
        ready: Called once with the URL when the server answers.
        port: Port to listen on; 0 takes a free one.
        hist_until_year: Months of that year and before are served in HIST files.

    Raises:
        RequestError: The port is taken.
    """
    stop = threading.Event()

    def _stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signals = (signal.SIGINT, signal.SIGTERM)
    with SimulatorServer(market, port, hist_until_year=hist_until_year) as server:
        before = [signal.signal(each, _stop) for each in signals]
        try:
            ready(server.url)
            stop.wait()
        finally:
            for each, handler in zip(signals, before, strict=True):
                signal.signal(each, handler)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, control: Control, port: int) -> None:
        self.control = control
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
        fault = self.server.control.faults.take(url.path)
        resource = None
        if self.command != "POST":
            resource = self.server.control.publication.resource(url.path)
        if fault:
            self._spoil(fault, resource)
        else:
            self._publish(resource)

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

    def _publish(self, resource: Resource | None) -> None:
        if resource is None:
            self._send(404, b"SIMULATED: nothing is published here\n", "text/plain")
        elif self._unchanged(resource):
            self._send(304, b"", None, resource)
        else:
            content = self.server.control.publication.content(resource)
            self._send(200, content, "application/zip", resource)

    def _unchanged(self, resource: Resource) -> bool:
        """Whether the client already has the file; an ETag decides before a date does."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return bool(known & {resource.etag, "*"})
        with contextlib.suppress(TypeError, ValueError):
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
            return resource.last_modified <= since.replace(tzinfo=since.tzinfo or dt.UTC)
        return False

    def _spoil(self, fault: Fault, resource: Resource | None) -> None:
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
        elif resource is None:
            self._publish(None)
        else:
            self._cripple(fault, resource)

    def _cripple(self, fault: Fault, resource: Resource) -> None:
        """Send a file in part, or in drops."""
        content = self.server.control.publication.content(resource)
        self._head(200, len(content), "application/zip", resource)
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
        self, status: int, body: bytes, kind: str | None, resource: Resource | None = None
    ) -> None:
        self._head(status, len(body), kind, resource)
        self._write(body)

    def _note(self, status: int) -> None:
        """Log a request before its answer is out, so that whoever got one finds it logged."""
        if not self.path.startswith(PREFIX):
            entry = {"method": self.command, "path": self.path, "status": status}
            self.server.control.log.append(entry)

    def _head(self, status: int, length: int, kind: str | None, resource: Resource | None) -> None:
        self._note(status)
        self.send_response(status)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(length))
        if kind:
            self.send_header("Content-Type", kind)
        if resource:
            self.send_header("ETag", resource.etag)
            published = format_datetime(resource.last_modified, usegmt=True)
            self.send_header("Last-Modified", published)
        self.end_headers()

    def _write(self, body: bytes) -> None:
        if self.command != "HEAD":
            self.wfile.write(body)
