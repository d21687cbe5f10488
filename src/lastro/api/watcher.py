"""Looks at the store's runs and the tables' versions while somebody listens, and tells of changes.

Whoever changed them: this process, the scheduler in its own, a command line.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from lastro.core.errors import LastroError
from lastro.store import runs

if TYPE_CHECKING:
    import datetime as dt

    from lastro.api.feed import Feed
    from lastro.api.house import House

_LOG = logging.getLogger(__name__)
_LATEST = 30  # runs that one look compares


class Watcher:
    """A thread that lives while somebody listens.

    Args:
        house: Whose store and tables.
        feed: Whom to tell.
        every: Seconds between two looks.
    """

    def __init__(self, house: House, feed: Feed, every: float) -> None:
        self._house = house
        self._feed = feed
        self._every = every
        self._lock = threading.Lock()
        self._nudged = threading.Event()
        self._thread: threading.Thread | None = None
        self._closed = False

    def wake(self) -> None:
        """Begin to look, where it does not already: what changes after this, is told."""
        with self._lock:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(
                    target=self._watch, args=[self._runs(), self._tables()],
                    name="lastro-watcher", daemon=True,
                )  # fmt: skip
                self._thread.start()

    def nudge(self) -> None:
        """Look at once."""
        self._nudged.set()

    def close(self) -> None:
        """Look no more."""
        with self._lock:
            self._closed = True
        self._nudged.set()

    def _watch(self, known: dict[int, dict[str, Any]], versions: dict[str, int]) -> None:
        while True:
            self._nudged.wait(self._every)
            self._nudged.clear()
            with self._lock:
                if self._closed or not self._feed.is_heard:
                    self._thread = None
                    return
            try:
                known, versions = self._compare(known, versions)
            except LastroError as error:  # the next look may go better
                _LOG.warning("the live feed could not look: %s", error)

    def _compare(
        self, known: dict[int, dict[str, Any]], versions: dict[str, int]
    ) -> tuple[dict[int, dict[str, Any]], dict[str, int]]:
        found = self._runs()
        for number in sorted(found):
            if found[number] != known.get(number):
                self._feed.tell("run", found[number])
        tables = self._tables()
        changed = [
            {"name": name, "version": version}
            for name, version in tables.items()
            if version != versions.get(name)
        ]
        if changed:
            self._feed.tell("tables", changed)
        return found, tables

    def _runs(self) -> dict[int, dict[str, Any]]:
        with self._house.store.reading() as session:
            return {run.number: told(run) for run in runs.latest(session, _LATEST)}

    def _tables(self) -> dict[str, int]:
        names = tuple(contract.name for contract in self._house.platform.contracts())
        found = zip(names, self._house.versions(names), strict=True)
        return {name: version for name, version in found if version >= 0}


def told(run: runs.RunRecord) -> dict[str, Any]:
    """A run as the API tells it."""
    seconds = (run.ended_at - run.started_at).total_seconds() if run.ended_at else None
    return {
        "number": run.number,
        "starter": run.starter,
        "kind": run.kind,
        "job": run.job or None,
        "source": run.source or None,
        "first": run.asked.get("first"),
        "last": run.asked.get("last"),
        "asked_by": run.asked.get("by"),
        "started_at": _utc(run.started_at),
        "ended_at": _utc(run.ended_at) if run.ended_at else None,
        "seconds": seconds,
        "status": run.status,
        "error_class": run.error_class or None,
        "error": run.error or None,
        "run_id": run.run_id or None,
        "rows": run.rows,
    }


def _utc(instant: dt.datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
