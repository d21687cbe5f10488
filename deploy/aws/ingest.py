"""AWS Lambda: one ``lastro ingest`` for an event of the scheduler; whatever fails, fails it.

An event names a job of ``lastro.scheduler.jobs`` that asks a source: ``{"job": "cvm_funds"}``. With
``from`` and ``to`` it asks for months; with ``scheduled``, the instant at which it was due, it asks
on the job's own days alone, for cron knows no holidays. See docs/how-to/aws.md.
"""  # noqa: INP001 - a folder of handlers is no package

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from typing import Any

from lastro.core.clock import BRASILIA
from lastro.core.registry import load
from lastro.scheduler import jobs
from lastro.scheduler.days import CALENDARS
from lastro.scheduler.jobs import Job

_ASKING = {name: job for name, job in load(jobs, "JOB", Job).items() if job.source}


class IngestFailed(Exception):  # noqa: N818 - the name stands in alarms and logs
    """What Lambda counts as an error, and the alarm watches."""


def handler(event: dict[str, str], _context: object) -> dict[str, Any]:
    """Run a job.

    Args:
        event: ``job``, and where wanted ``scheduled`` (ISO instant), ``from`` and ``to`` (months).

    Returns:
        ``ran``, and what ``lastro ingest --json`` told.

    Raises:
        IngestFailed: There is no such job, or it ended with an exit code.
    """
    job = _ASKING.get(event.get("job", ""))
    if job is None:
        raise IngestFailed(f"There is no job {event.get('job')!r}; known: {', '.join(_ASKING)}.")
    if "scheduled" in event and not CALENDARS[job.on](_day(event["scheduled"])):
        return {"job": job.name, "ran": False}
    months = [f"--{word}={event[word]}" for word in ("from", "to") if word in event]
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "lastro.cli", *job.words, *months, "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    sys.stderr.write(done.stderr)
    if done.returncode:
        told = done.stderr.strip().rpartition("\n")[2]
        raise IngestFailed(f"lastro {' '.join(job.words)}: exit code {done.returncode}: {told}")
    return {"job": job.name, "ran": True, "report": json.loads(done.stdout)}


def _day(instant: str) -> dt.date:
    return dt.datetime.fromisoformat(instant).astimezone(BRASILIA).date()
