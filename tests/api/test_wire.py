"""The wire: clients that are slow, large or wrong, over real sockets."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import pytest

from .serving import Served, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


pytestmark = pytest.mark.slow  # it waits for patience to end


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of little patience."""
    lake: Path = tmp_path_factory.mktemp("wire") / "lake"
    with serving(
        lake, LASTRO_API__HEADER_TIMEOUT="1", LASTRO_API__KEEP_ALIVE="1", LASTRO_API__TIMEOUT="2",
        LASTRO_API__ADDRESS_BURST="10000", LASTRO_API__MAX_BODY_MB="0.1",
    ) as found:  # fmt: skip
        yield found


def answer(served: Served, sent: bytes, *, then: bytes = b"", wait: float = 0.0) -> bytes:
    """All that comes back until the server hangs up."""
    with served.socket() as connection:
        connection.sendall(sent)
        if then:
            time.sleep(wait)
            with contextlib.suppress(OSError):
                connection.sendall(then)
        parts = []
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(65536):
                parts.append(part)
        return b"".join(parts)


def test_a_request_is_answered(served: Served) -> None:
    sent = b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert answer(served, sent).startswith(b"HTTP/1.1 200")


def test_a_head_that_never_ends_is_given_up(served: Served) -> None:
    """Slowloris: a connection that sends a byte now and then is not kept for ever."""
    started = time.monotonic()
    with served.socket() as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\n")
        with contextlib.suppress(OSError):
            for _ in range(40):
                connection.sendall(b"X-a: b\r\n")
                time.sleep(0.1)
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(1000).startswith((b"HTTP/1.1 408", b""))
    assert time.monotonic() - started < 10
    assert answer(served, b"GET /x HTTP/1.1\r\nHost: x\r\n").startswith(b"HTTP/1.1 408")


def test_a_connection_that_says_nothing_is_closed(served: Served) -> None:
    assert answer(served, b"").startswith(b"HTTP/1.1 408")


def test_an_idle_connection_is_closed(served: Served) -> None:
    started = time.monotonic()
    found = answer(served, b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
    assert found.startswith(b"HTTP/1.1 200")
    assert time.monotonic() - started < 5


def test_a_second_head_is_waited_for_no_longer_than_the_first(served: Served) -> None:
    whole = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    found = answer(served, whole, then=b"GET /health/live HT", wait=0.2)
    assert found.count(b"HTTP/1.1 200") == 1
    assert b"HTTP/1.1 408" in found


def test_many_slow_connections_leave_the_server_answering(served: Served) -> None:
    slow = [served.socket() for _ in range(100)]
    try:
        for connection in slow:
            connection.sendall(b"POST /api/v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Le")
        sent = b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        assert answer(served, sent).startswith(b"HTTP/1.1 200")
    finally:
        for connection in slow:
            connection.close()


def test_a_body_that_never_comes_is_given_up(served: Served) -> None:
    started = time.monotonic()
    sent = (
        b"POST /api/v1/auth/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\ngrant"
    )
    found = answer(served, sent)
    assert b" 504 " in found.splitlines()[0]
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-a: " + b"b" * 300_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-a: b\r\n" * 40_000 + b"\r\n",
    ],
)
def test_a_head_that_is_too_large_is_refused(served: Served, sent: bytes) -> None:
    found = answer(served, sent)
    assert found == b"" or found.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",  # noqa: E501
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_http_is_refused(served: Served, sent: bytes) -> None:
    found = answer(served, sent)
    assert b" 200 " not in found
    assert found.count(b"HTTP/1.1 ") <= 1


def test_a_body_longer_than_it_says_is_cut(served: Served) -> None:
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    sent = (
        b"POST /api/v1/auth/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 4
        + b"0\r\n\r\n"
    )  # fmt: skip
    assert b" 413 " in answer(served, sent).splitlines()[0]
