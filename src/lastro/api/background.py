"""Runs that people ask for, one at a time, each in a child process; and the live feed of them all.

A run's beginning and end are rows of the store, whoever started it: a watcher compares them, and
the tables' versions, every two seconds while somebody listens. How far our own child is, it tells
itself. A lock of the store is held while runs go on: a row that is still open when the lock is free
belongs to a process that died.
"""

from __future__ import annotations

import contextlib
import json
import logging
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from lastro.api.feed import Feed
from lastro.api.watcher import Watcher
from lastro.core.clock import SystemClock
from lastro.core.errors import ConflictError, LakeBusyError, NotFoundError
from lastro.core.language import say
from lastro.store import audit, runs

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from lastro.api.house import House
    from lastro.api.work import Order
    from lastro.identity.principal import Principal
    from lastro.store.session import Store

COMMAND = (sys.executable, "-m", "lastro.api.work")
"""How a child is called."""

_LOG = logging.getLogger(__name__)
_GRACE = 30.0  # seconds from asking a child to end to ending it
_LONGEST = 2_000  # characters of an error that are kept
_LOCK = "background"
_CALM = {"LakeBusyError": "held", "NoDataError": "nothing_new"}


@dataclass
class Child:
    """The run that is going on.

    Attributes:
        number: Its number in the store.
        order: What it does.
        progress: What it last told of itself.
        cancelled: Who ended it; blank while nobody did.
        process: Its process; None before it has started.
    """

    number: int
    order: Order
    progress: dict[str, Any]
    cancelled: str = ""
    process: subprocess.Popen[str] | None = None


class Background:
    """Starts and ends runs, and tells of them.

    Args:
        house: Whose lake and store.
        command: How a child is called.
        every: Seconds between two looks of the watcher.
    """

    def __init__(self, house: House, command: Sequence[str] = COMMAND, every: float = 2.0) -> None:
        self.house = house
        self._clock = SystemClock()  # of this world: a simulated lake's day stands still
        self._command = command
        self._lock = threading.Lock()
        self._waiting: deque[Order] = deque()
        self._by: Principal | None = None
        self._child: Child | None = None
        self._thread: threading.Thread | None = None
        self.feed = Feed()
        self._watcher = Watcher(house, self.feed, every)
        with self._store.alone(_LOCK) as free:
            if free:
                self._settle()

    @property
    def _store(self) -> Store:
        found: Store = self.house.store
        return found

    def watch(self) -> None:
        """Look for changes, which are told from now on; for whoever has joined the feed."""
        self._watcher.wake()

    # what goes on

    @property
    def current(self) -> Child | None:
        """The run that is going on in this process."""
        return self._child

    @property
    def waiting(self) -> list[Order]:
        """Orders that follow it."""
        return list(self._waiting)

    # starting and ending

    def start(self, orders: Sequence[Order], by: Principal) -> int:
        """Do some orders, one after another; returns the number of the first one's run.

        Raises:
            ConflictError: Runs that somebody asked for are going on already.
            LakeBusyError: Another process writes to the lake.
        """
        with self._lock, contextlib.ExitStack() as held:
            if self._child is not None or not held.enter_context(self._store.alone(_LOCK)):
                raise ConflictError(
                    "Another run is under way.",
                    hint="Wait until it ends, or cancel it; then ask again.",
                )
            if self.house.platform.is_busy:
                raise LakeBusyError(
                    "Another run is writing to the lake.",
                    hint="It may be the scheduler's: wait until it ends, then ask again.",
                )
            self._settle()
            self._by, self._waiting = by, deque(orders[1:])
            self._child = child = self._begin(orders[0], by)
            self._thread = threading.Thread(
                target=self._work, args=[held.pop_all()], name="lastro-run"
            )
            self._thread.start()
        return child.number

    def cancel(self, number: int, by: Principal) -> None:
        """End a run of ours, and drop what would have followed; the lake stays whole.

        Raises:
            NotFoundError: There is no such run.
            ConflictError: It has ended, or another process does it.
        """
        with self._store.reading() as session:
            runs.one(session, number)
        with self._lock:
            child = self._child
            if child is None or child.number != number:
                raise ConflictError(
                    "Run {number} cannot be cancelled here.",
                    hint="It has ended, or the scheduler does it: `lastro schedule` ends its own.",
                    number=number,
                )
            self._waiting.clear()
            child.cancelled = by.name
            if child.process is not None:
                child.process.send_signal(signal.SIGTERM)
        threading.Timer(_GRACE, self._kill, [child]).start()
        self._note("run.cancelled", number, by, {})

    def close(self) -> None:
        """End what goes on, and everybody's feed; returns when it has ended."""
        self.feed.close()
        self._watcher.close()
        with self._lock:
            self._waiting.clear()
            child, thread = self._child, self._thread
            if child is not None:
                child.cancelled = child.cancelled or "lastro"
                if child.process is not None:
                    child.process.send_signal(signal.SIGTERM)
        if thread is not None:
            thread.join(_GRACE)
            if thread.is_alive() and child is not None:
                self._kill(child)

    # the child

    def _work(self, held: contextlib.ExitStack) -> None:
        """Run the child, and then what waits; what fails here leaves the rest undone."""
        with held:
            try:
                while self._child is not None:
                    self._attend(self._child)
                    with self._lock:
                        following = self._waiting.popleft() if self._waiting else None
                        self._child = self._begin(following, self._by) if following else None
            finally:
                self._child = None
                self._waiting.clear()
                self._watcher.nudge()

    def _begin(self, order: Order, by: Principal | None) -> Child:
        now = self._now()
        asked = {"first": order.first or None, "last": order.last or None}
        who, name = (f"{by.kind}:{by.id}", by.name) if by else ("", "")
        start = runs.Start("person", order.kind, now, source=order.source, asked_by=who)
        with self._store.session() as session:
            number = runs.begin(session, start, now, {**asked, "by": name})
        if by:
            self._note("run.started", number, by, {"kind": order.kind, "source": order.source})
        self._watcher.nudge()
        return Child(number, order, {})

    def _attend(self, child: Child) -> None:
        """Run a child to its end and note how it went, whatever happens."""
        said: dict[str, Any] = {}
        code = -1
        with tempfile.TemporaryFile() as errors:
            try:
                with subprocess.Popen(  # noqa: S603 - our own program
                    self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                    text=True, encoding="utf-8", start_new_session=True,
                ) as process:  # fmt: skip
                    child.process = process
                    if child.cancelled:
                        process.send_signal(signal.SIGTERM)
                    self._listen(child, process, said)
                    code = process.wait()
            except OSError as error:
                said["error"] = {"class": type(error).__name__, "message": str(error)}
            said["tail"] = _tail(errors)
        end = _end(child, code, said)
        _LOG.info("run %d: %s %s %s", child.number, child.order.kind, end.status, end.error)
        with self._store.session() as session:
            runs.end(session, child.number, self._now(), end, said.get("report"))

    def _listen(self, child: Child, process: subprocess.Popen[str], said: dict[str, Any]) -> None:
        if process.stdin is None or process.stdout is None:
            return
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(child.order.as_json() + "\n")
            process.stdin.flush()
        for line in process.stdout:
            told: dict[str, Any] = {}
            with contextlib.suppress(ValueError):
                told = json.loads(line)
            said.update(told)
            if "progress" in told:
                child.progress = told["progress"]
                self.feed.tell("progress", {"number": child.number, **child.progress})

    def _kill(self, child: Child) -> None:
        process = child.process
        if process is not None and process.poll() is None:
            process.kill()

    # the store

    def _settle(self) -> None:
        """Whoever holds the lock knows that no run goes on."""
        with self._store.session() as session:
            runs.settle(
                session, "person", self._now(),
                say("The process that started it ended without seeing its end."),
            )  # fmt: skip

    def _note(self, action: str, number: int, by: Principal, detail: dict[str, Any]) -> None:
        with self._store.session() as session:
            audit.append(
                session, self._now(), action, actor_kind=by.kind, actor=by.id,
                target=f"run:{number}", outcome="done", detail=detail,
            )  # fmt: skip

    def _now(self) -> dt.datetime:
        return self._clock.now()


def known(house: House, source: str) -> str:
    """A source's name, where there is such a source.

    Raises:
        NotFoundError: There is none.
    """
    if source not in house.platform.sources:
        raise NotFoundError(
            "There is no source called '{name}'.",
            hint="Known ones: {known}.",
            name=source,
            known=", ".join(house.platform.sources),
        )
    return source


def _end(child: Child, code: int, said: dict[str, Any]) -> runs.End:
    """How a child ended, from what it said and its exit code."""
    report: dict[str, Any] = said.get("report") or {}
    error: dict[str, Any] = said.get("error") or {}
    tables = report.get("tables") or {}
    counts = [table["rows"] for table in tables.values()]
    rows, run_id = sum(counts) if counts else None, str(report.get("run_id", ""))
    if child.cancelled and code != 0:
        return runs.End("killed", "", say("{name} ended it.", name=child.cancelled), run_id, rows)
    if error:
        kind = str(error["class"])
        message = " ".join(filter(None, (error.get("message"), error.get("hint"))))[:_LONGEST]
        return runs.End(_CALM.get(kind, "failed"), kind, message, run_id, rows)
    if code != 0:
        message = said.get("tail") or say("It ended with exit code {code}.", code=code)
        status = "killed" if code < 0 else "failed"
        return runs.End(status, "", message[-_LONGEST:], run_id, rows)
    if report.get("failed"):
        message = "; ".join(f"{name}: {why}" for name, why in report["failed"].items())
        return runs.End("failed", "DataError", message[:_LONGEST], run_id, rows)
    return runs.End("ok" if report.get("landed") or tables else "nothing_new", "", "", run_id, rows)


def _tail(errors: IO[bytes]) -> str:
    """The last line a child wrote on standard error."""
    size = errors.seek(0, 2)
    errors.seek(max(0, size - 4_000))
    lines = [line for line in errors.read().decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1] if lines else ""
