"""Where queries of people who are not at the machine run: processes with limits, kept warm.

A query gets a process for itself. One that takes too long, too much memory, or whose asker went
away is ended by ending its process; another takes its place. Nothing a query does outlives it.
"""

from __future__ import annotations

import atexit
import io
import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from lastro.core.errors import (
    ConfigError,
    LakeBusyError,
    LastroError,
    RequestError,
    TemporaryError,
)
from lastro.core.settings import Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from lastro.lake._sql_engine import Job

_MEGABYTE = 1 << 20
_HEADROOM = 256  # MB beyond DuckDB's own limit: stacks of threads, what allocators hold back
_KINDS: dict[str, type[LastroError]] = {
    kind.__name__: kind for kind in (RequestError, ConfigError, TemporaryError)
}
_REACH = ("AWS_", "SSL_CERT_", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")
"""What names of variables that a bucket may be reached by begin with."""
_LASTING = 200  # queries after which a process is replaced


class SqlSettings(Section):
    """Limits of queries asked over HTTP."""

    seconds: int = Field(30, gt=0, description="Longest time a query may take.")
    rows: int = Field(100_000, gt=0, description="Most rows a query answers on the screen.")
    export_rows: int = Field(1_000_000, gt=0, description="Most rows of a query written to a file.")
    result_mb: int = Field(256, gt=0, description="Biggest answer, in MB.")
    memory_mb: int = Field(1024, ge=128, description="Memory a query may take, in MB.")
    threads: int = Field(2, gt=0, description="Processors a query may use.")
    workers: int = Field(2, gt=0, description="Queries that may run at the same time.")
    wait: float = Field(10.0, ge=0, description="Seconds a query waits for its turn.")


@dataclass(frozen=True)
class Told:
    """What a query answered.

    Attributes:
        rows: Its rows.
        truncated: ``rows`` or ``bytes`` where a limit cut it short; blank where it is whole.
    """

    rows: pl.DataFrame
    truncated: str


class _Worker:
    """One process."""

    def __init__(self, memory: int, *, reaches: bool) -> None:
        passed = {
            name: value
            for name, value in os.environ.items()
            if name in {"PATH", "PYTHONPATH"} or (reaches and name.upper().startswith(_REACH))
        }
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", "lastro.lake._sql_worker", str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"POLARS_MAX_THREADS": "1", "TZ": "UTC", **passed},
            cwd="/" if os.name == "posix" else None,
            start_new_session=True,
        )
        self.asked = 0
        self._is_ready = False

    def ready(self) -> bool:
        """Wait until it can be asked: its beginning is not the query's time. False if it ended."""
        given = self._process.stdout
        if not self._is_ready and given is not None:
            self._is_ready = given.read(9)[:1] == b"!"
        return self._is_ready

    def ask(self, line: bytes) -> tuple[list[bytes], dict[str, Any]] | None:
        """Rows as Arrow streams and how they ended; None where the process ended instead."""
        taken, given = self._process.stdin, self._process.stdout
        if taken is None or given is None:
            return None
        self.asked += 1
        rows: list[bytes] = []
        try:
            taken.write(line)
            taken.flush()
            while len(head := given.read(9)) == 9:
                content = given.read(int.from_bytes(head[1:], "big"))
                if head[:1] == b"R":
                    rows.append(content)
                elif head[:1] in {b".", b"E"}:
                    end: dict[str, Any] = json.loads(content)
                    if _is_memory(end):  # what it took it may not give back
                        self.kill()
                    return rows, end
        except (OSError, ValueError):
            return None
        return None

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()
        self.asked = _LASTING

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()


class Query:
    """One query on its way: asked in one thread, cancelled from any."""

    def __init__(self, house: SqlHouse, job: Job, rows: int) -> None:
        self._house = house
        self._job = job
        self._rows = rows
        self._lock = threading.Lock()
        self._worker: _Worker | None = None
        self._end = ""

    def cancel(self, why: str = "cancelled") -> None:
        """End it, wherever it is; whoever waits for it is told so."""
        with self._lock:
            self._end = self._end or why
            if self._worker:
                self._worker.kill()

    def answer(self) -> Told:
        """Run it and wait for its rows.

        Raises:
            RequestError: It is wrong, took more time or memory than it may, or was cancelled.
            LakeBusyError: All places were taken.
        """
        settings = self._house.settings
        worker = self._house.take()
        timer = threading.Timer(settings.seconds, self.cancel, ("time",))
        timer.daemon = True
        try:
            with self._lock:
                if self._end:
                    raise self._ended()
                self._worker = worker
            found = None
            if worker.ready():
                timer.start()
                found = worker.ask(self._line())
        finally:
            timer.cancel()
            with self._lock:
                self._worker = None
            self._house.give_back(worker)
        if found is None:
            raise self._ended()
        rows, end = found
        if "truncated" not in end:
            raise self._told(end)
        return Told(_joined(rows), str(end["truncated"]))

    def _line(self) -> bytes:
        settings = self._house.settings
        bounds = {"seconds": settings.seconds, "rows": self._rows,
                  "bytes": settings.result_mb * _MEGABYTE}  # fmt: skip
        return json.dumps({**asdict(self._job), "bounds": bounds}).encode() + b"\n"

    def _told(self, end: dict[str, Any]) -> LastroError:
        if _is_memory(end):
            return self._too_big()
        kind = _KINDS.get(end.pop("kind"), RequestError)
        return kind(end.pop("message"), hint=end.pop("hint"), **end)

    def _ended(self) -> RequestError:
        if self._end == "time":
            return RequestError(
                "The query took longer than {seconds} seconds and was ended.",
                hint="Narrow it by a day or a month, or aggregate; `LASTRO_SQL__SECONDS` is set by "
                "whoever runs this installation.",
                seconds=self._house.settings.seconds,
            )
        if self._end:
            return RequestError("The query was cancelled.", hint="Run it again when you like.")
        return self._too_big()

    def _too_big(self) -> RequestError:
        return RequestError(
            "The query needs more memory than the {memory} MB it may take.",
            hint="Choose fewer columns or days, or aggregate before sorting and joining.",
            memory=self._house.settings.memory_mb,
        )


def _is_memory(end: dict[str, Any]) -> bool:
    """Whether an answer ended because it took too much memory."""
    return "memory" in end or "Out of Memory" in str(end.get("reason", ""))


def _joined(streams: Sequence[bytes]) -> pl.DataFrame:
    import polars as pl  # noqa: PLC0415

    return pl.concat([pl.read_ipc_stream(io.BytesIO(stream)) for stream in streams])


class SqlHouse:
    """Processes for queries, as many as the settings allow, started when first needed.

    Args:
        settings: Limits.
        reaches: Whether queries read from a bucket, with credentials of the machine.
    """

    def __init__(self, settings: SqlSettings, *, reaches: bool = False) -> None:
        self.settings = settings
        self._reaches = reaches
        self._places = threading.BoundedSemaphore(settings.workers)
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()
        self._closed = False
        atexit.register(self.close)

    @property
    def limits(self) -> dict[str, int]:
        """What DuckDB itself is told to keep to."""
        return {"memory": self.settings.memory_mb, "threads": self.settings.threads}

    def query(self, job: Job, rows: int | None = None) -> Query:
        """A query that is not running yet.

        Args:
            job: What, with this house's ``limits``.
            rows: Most rows wanted; None leaves it to the settings.
        """
        return Query(self, job, rows or self.settings.rows)

    def warm(self) -> None:
        """Have a process ready for the next query."""
        with self._lock:
            if not self._idle and not self._closed:
                self._idle.append(self._new())

    def take(self) -> _Worker:
        """A process of one's own, until ``give_back``.

        Raises:
            LakeBusyError: None came free in time.
        """
        if not self._places.acquire(timeout=self.settings.wait):
            raise LakeBusyError(
                "{count} queries are running already, and none ended in time.",
                hint="Wait a moment and run it again.",
                count=self.settings.workers,
            )
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                worker.close()
        return self._new()

    def give_back(self, worker: _Worker) -> None:
        """Keep a process for the next query, or end it where it is worn or was killed."""
        with self._lock:
            keep = worker.alive and worker.asked < _LASTING and not self._closed
            if keep:
                self._idle.append(worker)
        if not keep:
            worker.close()
        self._places.release()

    def close(self) -> None:
        """End every process that waits."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.close()
        atexit.unregister(self.close)

    def _new(self) -> _Worker:
        return _Worker(self.settings.memory_mb + _HEADROOM, reaches=self._reaches)
