"""Counts what a command and all its processes take: ``python bench/tree.py OUT COMMAND...``.

Spark is a Python process, a JVM and the JVM's own Python workers, which outlive each other as they
like. So this process adopts the orphans among them (``PR_SET_CHILD_SUBREAPER``), waits for every
one, and reads from the kernel how long they kept the processors. Memory has no such sum: it is
looked at five times a second, as proportional set size (a page that two share counts once).
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_POLL = 0.2
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Taken:
    """What a command took.

    Attributes:
        seconds: Wall time, until its last process ended.
        cpu: Seconds of processors, of all processes.
        peak: Megabytes (10**6) of all processes together, at the highest of the looks.
        processes: The most that were seen at a time.
    """

    seconds: float
    cpu: float
    peak: float
    processes: int


def run(command: Sequence[str], log: Path, env: dict[str, str] | None = None) -> Taken:
    """Run a command below a process of this file.

    Args:
        command: What to run.
        log: Where its words go.
        env: Added to the environment.

    Raises:
        RuntimeError: It failed; with the end of what it said.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    found = log.with_suffix(".json")
    with log.open("wb") as said:
        done = subprocess.run(
            [sys.executable, __file__, str(found), *command],
            stdout=said, stderr=subprocess.STDOUT, env={**os.environ, **(env or {})}, check=False,
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} failed:\n{log.read_text()[-3000:]}")
    taken = Taken(**json.loads(found.read_text()))
    found.unlink()
    return taken


class _Looker(threading.Thread):
    """Looks at the memory of this process's descendants until it is told to end."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.peak = 0.0
        self.processes = 0

    def run(self) -> None:
        while not self.ended.wait(_POLL):
            found = _below(os.getpid())
            self.peak = max(self.peak, sum(map(_memory, found)))
            self.processes = max(self.processes, len(found))


def _below(parent: int) -> list[int]:
    """Descendants; a child belongs to the thread that started it."""
    found: list[int] = []
    with suppress(OSError):
        for thread in Path(f"/proc/{parent}/task").iterdir():
            with suppress(OSError):
                listed = (thread / "children").read_text().split()
                found += [one for pid in map(int, listed) for one in (pid, *_below(pid))]
    return found


def _memory(pid: int) -> float:
    """Proportional set size (MB); nothing of a process that is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024 / 1e6
    return 0


def _watch(command: Sequence[str]) -> tuple[int, Taken]:
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    looker = _Looker()
    looker.start()
    start = time.perf_counter()
    first = subprocess.Popen(command)
    code = first.wait()
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    seconds = time.perf_counter() - start
    looker.ended.set()
    looker.join()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return code, Taken(
        seconds=seconds,
        cpu=usage.ru_utime + usage.ru_stime,
        peak=looker.peak,
        processes=looker.processes,
    )


if __name__ == "__main__":
    code, taken = _watch(sys.argv[2:])
    Path(sys.argv[1]).write_text(json.dumps(asdict(taken)) + "\n")
    sys.exit(code)
