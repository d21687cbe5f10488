"""Which version each table has now, without reading its log at each request.

A Delta commit is a new file whose name is the next number. Looking whether that one file is there
takes microseconds; it is looked at most once in ``seconds`` a table. Where it is there, the
platform opens its tables anew, and every reader that holds an older one keeps it: nothing changes
below a computation that is under way.
"""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.wiring import Platform


class Versions:
    """Newest versions of a lake's tables, as of at most ``seconds`` ago.

    Args:
        platform: Whose lake.
        seconds: How long a look is believed.
        tick: Monotonic seconds.
    """

    def __init__(
        self, platform: Platform, seconds: float, tick: Callable[[], float] = time.monotonic
    ) -> None:
        self._platform = platform
        self._seconds = seconds
        self._tick = tick
        self._known: dict[str, int] = {}
        self._looked: dict[tuple[str, ...], tuple[float, tuple[int, ...]]] = {}
        self._lock = Lock()

    @property
    def is_quick(self) -> bool:
        """Whether a look costs microseconds: at a folder it does, at a bucket it does not."""
        return self._platform.storage.is_local

    def known(self, names: tuple[str, ...]) -> tuple[int, ...] | None:
        """Versions that are still believed; None where a look is due."""
        found = self._looked.get(names)
        if found is None or self._tick() - found[0] >= self._seconds:
            return None
        return found[1]

    def of(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """Version of each table; -1 where it was never written."""
        believed = self.known(names)
        if believed is not None:
            return believed
        at = self._tick()
        with self._lock:
            if any(self._has_moved(name) for name in names):
                self._platform.reopen()
                self._known.clear()
                self._looked.clear()
            found = tuple(self._version(name) for name in names)
            if len(self._looked) > 1000:
                self._looked.clear()
            self._looked[names] = (at, found)
        return found

    def _has_moved(self, name: str) -> bool:
        version = self._known.get(name)
        if version is None:
            return False
        log = f"{name.replace('.', '/')}/_delta_log/{version + 1:020d}.json"
        return self._platform.storage.exists(log)

    def _version(self, name: str) -> int:
        if name not in self._known:
            self._known[name] = self._platform.lake.version(name)
        return self._known[name]
