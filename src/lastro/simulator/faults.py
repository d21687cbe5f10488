"""Faults an operator orders: the next answers for some path go wrong, in one of seven ways."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from lastro.core.errors import RequestError

FAULTS = ("status500", "status404", "html", "truncate", "slow", "reset", "empty")
"""What can go wrong: an error status, a page in place of the file, a body cut in half under its
full length, a body in slow pieces, a connection reset, an empty body."""


@dataclass
class Fault:
    """An order.

    Attributes:
        path: Part of the paths it falls on.
        kind: One of ``FAULTS``.
        times: Answers left to spoil.
        seconds: How long a ``slow`` body takes.
    """

    path: str
    kind: str
    times: int
    seconds: float


class FaultBook:
    """Faults still to come, in the order they were given."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def order(self, fault: Fault) -> None:
        """Add an order.

        Raises:
            RequestError: The kind is unknown, or the numbers make no sense.
        """
        if fault.kind not in FAULTS or fault.times < 1 or not 0 <= fault.seconds <= 600:
            raise RequestError(
                "There is no fault {kind!r} {times} times over {seconds} seconds.",
                hint="Kinds are {kinds}; times is 1 or more, seconds 0 to 600.",
                kind=fault.kind,
                times=fault.times,
                seconds=fault.seconds,
                kinds=", ".join(FAULTS),
            )
        with self._lock:
            self._faults.append(fault)

    def take(self, path: str) -> Fault | None:
        """The fault that falls on an answer, used up once."""
        with self._lock:
            for fault in self._faults:
                if fault.times > 0 and fault.path in path:
                    fault.times -= 1
                    return fault
        return None
