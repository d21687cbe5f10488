"""One place to wait: for the time to pass, for a child to end, for the word to stop."""

from __future__ import annotations

import contextlib
import queue
import signal
import threading
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

News = Literal["stop", "ended"]


class Mailbox:
    """News in the order they come.

    A ``SimpleQueue``, because a signal may arrive in the middle of a wait: its ``put`` may be
    called then, where an ``Event``'s ``set`` may wait for a lock that the waiting thread holds.
    """

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[News] = queue.SimpleQueue()
        self.stopping = False

    def put(self, news: News) -> None:
        """Wake whoever waits; callable from any thread and from a signal handler."""
        self.stopping = self.stopping or news == "stop"
        self._queue.put(news)

    def wait(self, seconds: float | None) -> News | None:
        """Sleep until there is news; None where there is none for so many seconds."""
        limit = None if seconds is None else min(seconds, threading.TIMEOUT_MAX)
        try:
            return self._queue.get(timeout=limit)
        except queue.Empty:
            return None

    @contextlib.contextmanager
    def heeding_signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT (Ctrl-C) are the word to stop; main thread only."""

        def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
            self.put("stop")

        before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
