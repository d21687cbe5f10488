"""A process that runs queries for others: ``python -m lastro.lake._sql_worker``.

It is told jobs on standard input, a line of JSON each, and answers on standard output in frames:
a letter, the length (8 bytes) and the content. ``R`` is rows (an Arrow stream), ``E`` an error
(JSON), ``.`` the end of an answer (JSON), ``!`` says that it is ready.

The system bounds it, not good will: DuckDB does not count the text that functions make against its
own memory limit, so the whole process has one; it can write no file, and of the environment it has
at most what a bucket is reached by.
"""

from __future__ import annotations

import io
import json
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from lastro.core.errors import LastroError
from lastro.lake._sql_engine import Job, Shown, connect, rows_of

if TYPE_CHECKING:
    import polars as pl

_MEGABYTE = 1 << 20
_BATCH = 65_536
_GRACE = 5  # seconds beyond the limit after which it ends itself, should its parent be gone


def job_from(line: bytes) -> tuple[Job, dict[str, int]]:
    """A job and the bounds of its answer: ``seconds``, ``rows``, ``bytes``."""
    found: dict[str, Any] = json.loads(line)
    bounds: dict[str, int] = found.pop("bounds")
    found["tables"] = tuple(Shown(**table) for table in found["tables"])
    found["views"] = tuple((name, sql) for name, sql in found["views"])
    return Job(**found), bounds


def confine(memory: int) -> None:
    """Bound this process for the rest of its life.

    Args:
        memory: MB that it may take beyond what it has now.
    """
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[5])
        most = pages * resource.getpagesize() + memory * _MEGABYTE
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _send(out: BinaryIO, letter: bytes, content: bytes) -> None:
    out.write(letter + len(content).to_bytes(8, "big") + content)


def _stream(rows: pl.DataFrame) -> bytes:
    held = io.BytesIO()
    rows.write_ipc_stream(held)
    return held.getvalue()


def answer(out: BinaryIO, job: Job, bounds: dict[str, int]) -> None:
    """Run a job and send what comes of it, as far as the bounds allow."""
    sent, size, truncated = 0, 0, ""
    with connect(job) as connection:
        for batch in rows_of(connection, job):
            if sent + batch.height > bounds["rows"]:
                batch, truncated = batch.head(bounds["rows"] - sent), "rows"  # noqa: PLW2901
            content = _stream(batch)
            size += len(content)
            if size > bounds["bytes"]:
                truncated = "bytes"
                break
            sent += batch.height
            _send(out, b"R", content)
            if truncated:
                break
    _send(out, b".", json.dumps({"rows": sent, "truncated": truncated}).encode())


def serve(given: BinaryIO, out: BinaryIO) -> None:
    """Answer jobs until there are no more."""
    import duckdb  # noqa: F401, PLC0415 - before the limits, so that they bound queries alone
    import polars as pl  # noqa: F401, PLC0415

    memory = int(sys.argv[1])
    confine(memory)
    _send(out, b"!", b"")
    out.flush()
    for line in given:
        job, bounds = job_from(line)
        signal.alarm(bounds["seconds"] + _GRACE)
        try:
            answer(out, job, bounds)
        except LastroError as error:
            told = {"kind": type(error).__name__, "message": error.template,
                    "hint": error.hint_template, **error.context}  # fmt: skip
            _send(out, b"E", json.dumps(told, default=str).encode())
        except MemoryError:
            _send(out, b"E", b'{"memory": true}')
        signal.alarm(0)
        out.flush()


if __name__ == "__main__":
    with suppress(BrokenPipeError, KeyboardInterrupt):
        serve(sys.stdin.buffer, sys.stdout.buffer)
