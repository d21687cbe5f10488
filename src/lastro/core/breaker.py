"""A circuit breaker: who failed several times in a row is left alone for a while.

Closed, calls pass. After so many failures in a row it opens, and none pass. After a pause it is
half open: one trial passes; its success closes the breaker, its failure opens it for another pause.
A trial whose end nobody tells counts as lost after the same pause.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

State = Literal["closed", "open", "half-open"]


class Breaker:
    """One breaker, for one service. Safe to share between threads.

    Args:
        failures: How many in a row open it; 1 or more.
        seconds: The pause before a trial.
        clock: Seconds that only go forward.
    """

    def __init__(
        self,
        failures: int = 5,
        seconds: float = 60.0,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if failures < 1 or seconds < 0:
            raise ValueError("a breaker needs a failure to open, and a pause that is not negative")
        self._most = failures
        self._pause = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._since: float | None = None  # when it opened, or its trial began
        self._trying = False

    @property
    def state(self) -> State:
        """How it stands now."""
        with self._lock:
            return self._state()

    def allows(self) -> bool:
        """Whether a call may be made now; a yes must be followed by how it went."""
        with self._lock:
            match self._state():
                case "closed":
                    return True
                case "half-open":
                    self._trying, self._since = True, self._clock()
                    return True
                case _:
                    return False

    def succeeded(self) -> None:
        """A call was answered."""
        with self._lock:
            self._failures, self._since, self._trying = 0, None, False

    def failed(self) -> None:
        """A call was not answered."""
        with self._lock:
            self._failures += 1
            if self._trying or (self._since is None and self._failures >= self._most):
                self._since, self._trying = self._clock(), False

    def _state(self) -> State:
        if self._since is None:
            return "closed"
        return "half-open" if self._clock() - self._since >= self._pause else "open"
