"""Runs a contender as a whole process and says what it took."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.data import OUT

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).resolve().parent
LAKES = OUT / "lakes"
_POLL = 0.5  # seconds between looks at child processes


@dataclass
class Contender:
    """A way to do the job.

    Attributes:
        name: As the table says it.
        script: Below ``bench/``.
        flags: Arguments before the folder.
        cents: Whether its sums are floats.
        seconds: Wall time of each run.
        peaks: Megabytes of each run at its highest.
    """

    name: str
    script: str
    flags: tuple[str, ...] = ()
    cents: bool = False
    seconds: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)

    @property
    def lake(self) -> Path:
        """The folder it writes to."""
        return LAKES / self.name.replace(" ", "_")

    @property
    def median(self) -> float:
        """Median seconds."""
        return median(self.seconds)

    @property
    def peak(self) -> float:
        """Highest megabytes of any run."""
        return max(self.peaks)

    def forget(self) -> None:
        """Start counting anew."""
        self.seconds.clear()
        self.peaks.clear()

    def run(
        self, files: Sequence[Path], *, fresh: bool = True, counts: bool = True
    ) -> tuple[float, float]:
        """One whole process; seconds and peak megabytes, which are noted as well.

        Args:
            files: Months to read.
            fresh: Into an empty folder.
            counts: Whether they are noted.
        """
        if fresh:
            shutil.rmtree(self.lake, ignore_errors=True)
        self.lake.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, str(HERE / self.script), *self.flags, str(self.lake)]
        seconds, peak = timed([*command, *map(str, files)])
        if counts:
            self.seconds.append(seconds)
            self.peaks.append(peak)
        return seconds, peak


JOB = Contender("lastro", "job.py")
FLOOR = Contender("floor", "floor.py")
PANDAS = Contender("pandas", "peers/pandas_job.py", cents=True)
PYSPARK = Contender("pyspark", "peers/pyspark_job.py")


def timed(command: Sequence[str]) -> tuple[float, float]:
    """Run a command to its end: seconds, and the most megabytes it and its children ever held.

    A JVM is no child that anybody waits for, so the process group is looked at while it runs; the
    first process's own peak is the kernel's count.

    Raises:
        RuntimeError: It failed; with what it said.
    """
    log = OUT / "last_run.log"
    log.parent.mkdir(exist_ok=True)
    os.sync()  # what another wrote before is not written to disk at this one's cost
    with log.open("wb") as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
        watcher = _Watcher(process.pid)
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        watcher.ended.set()
        watcher.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} failed:\n{log.read_text()[-3000:]}")
    return seconds, usage.ru_maxrss / 1024 + watcher.others / 1024


class _Watcher(threading.Thread):
    """Looks at the other processes of a session, where there are any."""

    def __init__(self, leader: int) -> None:
        super().__init__(daemon=True)
        self._leader = leader
        self.ended = threading.Event()
        self.others = 0.0

    def run(self) -> None:
        """Until the leader ends: the sum of the others' peaks, at its highest."""
        while not self.ended.wait(_POLL):
            self.others = max(self.others, sum(map(_peak, self._children(self._leader))))

    def _children(self, parent: int) -> list[int]:
        try:
            listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        except OSError:
            return []
        return [one for pid in map(int, listed) for one in (pid, *self._children(pid))]


def _peak(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((float(line.split()[1]) for line in status.splitlines() if "VmHWM" in line), 0)


def warm(files: Sequence[Path]) -> None:
    """Read the files once, so that all contenders find them in memory alike."""
    for file in files:
        file.read_bytes()


def machine() -> dict[str, str | int]:
    """What this ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    packages = ("polars", "deltalake", "narwhals", "pandas", "pyarrow", "pyspark")
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory / 2**30),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        **{name: version(name) for name in packages if _installed(name)},
    }


def _installed(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is not None
