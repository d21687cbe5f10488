"""The HTTP client against a small real server that misbehaves on demand."""

from __future__ import annotations

import datetime as dt
import email.utils
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from lastro.core.errors import NoDataError, TemporaryError, UpstreamError
from lastro.core.http import HttpClient, HttpSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Reply = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers with the next reply of its server's script; the last one repeats."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(
            {"path": self.path, **{k.lower(): v for k, v in self.headers.items()}}
        )
        script = self.server.script
        (script.pop(0) if len(script) > 1 else script[0])(self)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's own name
        """Say nothing."""

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        headers = {"Content_Length": str(len(body)), **headers}
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """A server on a free port of this machine."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[Reply] = []
        self.asked: list[dict[str, str]] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/file"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.over.set()
        running.shutdown()
        thread.join()


class Client(HttpClient):
    """A client that remembers its waits instead of waiting."""

    def __init__(self, **settings: Any) -> None:
        self.waits: list[float] = []
        kept = HttpSettings(**{"interval": 0, "attempts": 3, "first_wait": 0.5, **settings})
        super().__init__(kept, sleep=self.waits.append)


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client()
    yield made
    made._pool.clear()


def reply(status: int, body: bytes = b"", **headers: str) -> Reply:
    return lambda handler: handler.answer(status, body, **headers)


def reset(handler: Handler) -> None:
    """Cut the connection as a failing network does."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.close_connection = True
    handler.connection.close()


def truncated(handler: Handler) -> None:
    """Promise more bytes than come."""
    handler.answer(200, b"half", Content_Length="8", Connection="close")
    handler.close_connection = True


def torn_chunks(handler: Handler) -> None:
    """Leave a chunked answer before its end."""
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"4\r\nhalf\r\n8\r\nless")
    handler.close_connection = True


def dripping(handler: Handler) -> None:
    """Send a byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    while not handler.server.over.wait(0.02):
        handler.wfile.write(b".")
        handler.wfile.flush()


def silent(handler: Handler) -> None:
    """Say nothing at all."""
    handler.server.over.wait(5)
    handler.close_connection = True


def test_an_answer_is_read_to_the_end(server: Server, client: Client) -> None:
    body = bytes(range(256)) * 20_000
    server.script = [reply(200, body, ETag='"v1"', Last_Modified="Fri, 02 Jan 2026 03:04:05 GMT")]
    answer = client.get(server.url)
    assert (answer.status, answer.body, answer.url) == (200, body, server.url)
    assert (answer.etag, answer.last_modified) == ('"v1"', "Fri, 02 Jan 2026 03:04:05 GMT")
    assert server.asked[0]["user-agent"].startswith("lastro")
    assert "if-none-match" not in server.asked[0]
    assert client.waits == []


def test_connections_are_used_again(server: Server, client: Client) -> None:
    ports = set()

    def note(handler: Handler) -> None:
        ports.add(handler.client_address[1])
        handler.answer(200, b"x")

    server.script = [note]
    for _ in range(3):
        client.get(server.url)
    assert len(ports) == 1


def test_chunked_answers_are_read(server: Server, client: Client) -> None:
    def chunked(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"4\r\nhalf\r\n4\r\nhalf\r\n0\r\n\r\n")

    server.script = [chunked]
    assert client.get(server.url).body == b"halfhalf"


def test_unchanged_files_are_not_sent_again(server: Server, client: Client) -> None:
    server.script = [reply(304, ETag='"v1"')]
    answer = client.get(server.url, etag='"v1"', last_modified="Fri, 02 Jan 2026 03:04:05 GMT")
    assert (answer.status, answer.body, answer.etag) == (304, b"", '"v1"')
    assert server.asked[0]["if-none-match"] == '"v1"'
    assert server.asked[0]["if-modified-since"] == "Fri, 02 Jan 2026 03:04:05 GMT"


@pytest.mark.parametrize("status", [404, 410])
def test_absent_files_are_no_failure_and_not_retried(
    server: Server, client: Client, status: int
) -> None:
    server.script = [reply(status, b"<html>")]
    with pytest.raises(NoDataError, match=str(status)):
        client.get(server.url)
    assert len(server.asked) == 1


def test_refusals_are_not_retried(server: Server, client: Client) -> None:
    server.script = [reply(403)]
    with pytest.raises(UpstreamError, match="403") as caught:
        client.get(server.url)
    assert not caught.value.retryable
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(reply(500), id="500"),
        pytest.param(reply(429), id="429"),
        reset,
        truncated,
        torn_chunks,
    ],
)
def test_what_passes_is_tried_again(server: Server, client: Client, failure: Reply) -> None:
    server.script = [failure, reply(200, b"whole")]
    assert client.get(server.url).body == b"whole"
    assert len(server.asked) == 2
    assert len(client.waits) == 1


@pytest.mark.parametrize(
    "failure", [pytest.param(reply(503, Retry_After="3600"), id="503"), reset, truncated]
)
def test_it_gives_up_after_its_attempts_and_no_more(
    server: Server, client: Client, failure: Reply
) -> None:
    server.script = [failure]
    with pytest.raises(TemporaryError, match="file") as caught:
        client.get(server.url)
    assert "try again later" in caught.value.hint
    assert len(server.asked) == 3


def test_retry_after_in_seconds_is_honoured(server: Server, client: Client) -> None:
    server.script = [reply(429, Retry_After="17"), reply(503, Retry_After="soon"), reply(200)]
    client.get(server.url)
    assert client.waits[0] == 17
    assert client.waits[1] < 2


def test_retry_after_as_a_date_is_honoured(server: Server, client: Client) -> None:
    when = email.utils.format_datetime(
        dt.datetime.now(dt.UTC) + dt.timedelta(seconds=20), usegmt=True
    )
    server.script = [reply(503, Retry_After=when), reply(200)]
    client.get(server.url)
    assert 15 < client.waits[0] <= 20


def test_redirects_are_followed_but_not_for_ever(server: Server, client: Client) -> None:
    server.script = [reply(302, Location="/other"), reply(200, b"there")]
    assert client.get(server.url).body == b"there"
    assert [asked["path"] for asked in server.asked] == ["/file", "/other"]
    server.script = [reply(302, Location="/file")]
    with pytest.raises(TemporaryError, match="ResponseError"):
        client.get(server.url)


def test_bytes_that_come_too_slowly_meet_the_deadline(server: Server) -> None:
    server.script = [dripping]
    client = Client(total_timeout=0.2, attempts=1)
    started = time.monotonic()
    with pytest.raises(TemporaryError, match="too slowly"):
        client.get(server.url)
    assert time.monotonic() - started < 2


def test_silence_meets_the_read_timeout(server: Server) -> None:
    server.script = [silent]
    with pytest.raises(TemporaryError, match="ReadTimeoutError"):
        Client(read_timeout=0.1, attempts=1).get(server.url)


def test_closed_ports_are_temporary(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    client = Client(attempts=2)
    with pytest.raises(TemporaryError, match="NewConnectionError"):
        client.get(f"http://127.0.0.1:{port}/")
    assert len(client.waits) == 1


def test_too_large_an_answer_is_refused_for_good(server: Server) -> None:
    server.script = [reply(200, b"x" * 2000)]
    with pytest.raises(UpstreamError, match="more than 1000 bytes") as caught:
        Client(max_bytes=1000).get(server.url)
    assert not caught.value.retryable
    assert len(server.asked) == 1


def test_one_host_is_asked_no_more_often_than_the_interval(server: Server) -> None:
    server.script = [reply(200)]
    client = Client(interval=60)
    for _ in range(3):
        client.get(server.url)
    assert [round(wait) for wait in client.waits] == [60, 120]


def test_threads_share_a_client(server: Server, client: Client) -> None:
    server.script = [reply(200, b"x" * 100_000)]
    sizes: list[int] = []

    def ask() -> None:
        sizes.append(len(client.get(server.url).body))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sizes == [100_000] * 8
