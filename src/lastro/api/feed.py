"""The live feed: events for whoever listens, each with a queue of their own in their own loop."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import Any

import orjson

_MOST = 1_000  # events a listener may be behind before it is let go


@dataclass(frozen=True)
class Event:
    """Something that happened: its kind, and what is to be known of it, as JSON can hold it."""

    kind: str
    data: Any

    def as_bytes(self) -> bytes:
        """As a server-sent event."""
        return b"event: %b\ndata: %b\n\n" % (self.kind.encode(), orjson.dumps(self.data))


@dataclass(eq=False)
class Listener:
    """Whoever listens; ``None`` in the queue is the end."""

    queue: asyncio.Queue[Event | None] = field(default_factory=lambda: asyncio.Queue(_MOST))
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    def _put(self, event: Event | None) -> None:
        if self.queue.full():  # it does not read: it starts anew when it does
            while not self.queue.empty():
                self.queue.get_nowait()
            event = None
        self.queue.put_nowait(event)

    def send(self, event: Event | None) -> None:
        """Hand an event over; from any thread."""
        try:
            self.loop.call_soon_threadsafe(self._put, event)
        except RuntimeError:  # its loop has ended, and it with it
            return


class Feed:
    """Events to everybody who listens. Safe among threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[Listener] = set()

    @property
    def is_heard(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    def join(self) -> Listener:
        """Begin to listen, in the running event loop."""
        listener = Listener()
        with self._lock:
            self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Listen no more."""
        with self._lock:
            self._listeners.discard(listener)

    def tell(self, kind: str, data: Any) -> None:
        """Tell everybody; from any thread."""
        event = Event(kind, data)
        for listener in tuple(self._listeners):
            listener.send(event)

    def close(self) -> None:
        """End every listener's stream."""
        for listener in tuple(self._listeners):
            listener.send(None)
