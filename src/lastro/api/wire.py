"""The wire: uvicorn's HTTP/1.1 protocol, with an end to patience.

A client must send the head of a request within some seconds and within 64 KB. Without that a few
sockets that send a byte now and then would hold every connection there is (slowloris).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

_MOST_HEAD = 64 * 1024


class Wire(HttpToolsProtocol):
    """A connection."""

    header_timeout = 10.0
    """Seconds that a head may take; the server sets it before it starts."""

    _patience: asyncio.TimerHandle | None = None
    _head = 0  # bytes of a head that is still coming
    _is_begun = False  # whether part of a head is here

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._settle()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count the bytes of a head that comes in pieces; refuse one that is too large."""
        if self._patience is not None:
            self._head += len(data)
            if self._head > _MOST_HEAD + 2**16 and not self.transport.is_closing():
                self._refuse(431)
                return
        super().data_received(data)
        if self._is_begun and self._patience is None:
            self._wait()

    def on_message_begin(self) -> None:
        """A head begins; most are here whole, and nobody waits for them."""
        super().on_message_begin()
        self._is_begun = True

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._is_begun = False
        if self._patience is not None:
            self._settle()
        if len(self.url) > _MOST_HEAD:
            self._refuse(431)
        if not self.transport.is_closing():
            super().on_headers_complete()

    def shutdown(self) -> None:
        """Finish what goes on and close; a stream of events would go on for ever, and is left."""
        cycle: RequestResponseCycle | None = self.cycle
        super().shutdown()
        if cycle is not None and not cycle.response_complete and _is_endless(cycle.scope):
            if cycle.chunked_encoding:
                self.transport.write(b"0\r\n\r\n")  # a whole answer, which ends here
            self.transport.close()

    def _wait(self) -> None:
        self._head = 0
        self._patience = self.loop.call_later(self.header_timeout, self._refuse, 408)

    def _settle(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _refuse(self, status: int) -> None:
        """Say why and hang up."""
        self._settle()
        if self.transport.is_closing():
            return
        head = b"connection: close\r\ncontent-length: 0\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + head)
        self.transport.close()


def _is_endless(scope: Any) -> bool:
    """Whether the answer is a stream of events."""
    return bool(scope.get("lastro.endless"))


def wire(header_timeout: float) -> type[Wire]:
    """The protocol with its patience."""
    members: dict[str, Any] = {"header_timeout": header_timeout}
    return type("Wire", (Wire,), members)
