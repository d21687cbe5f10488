"""The shelf of jobs: each file binds its own, and orchestrators can read it."""

from __future__ import annotations

import datetime as dt
import itertools
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.main import get_command

from lastro import sources
from lastro.cli.main import build
from lastro.core.registry import load, names
from lastro.scheduler import jobs
from lastro.scheduler.days import CALENDARS
from lastro.scheduler.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Callable

SHELF: dict[str, Job] = load(jobs, "JOB", Job)

each_job = pytest.mark.parametrize("job", SHELF.values(), ids=list(SHELF))


def test_every_file_binds_its_job_under_its_own_name() -> None:
    assert {name: job.name for name, job in SHELF.items()} == {name: name for name in SHELF}


@each_job
def test_a_job_names_a_verb_that_exists_and_is_told_in_both_languages(job: Job) -> None:
    assert job.words[0] in get_command(build()).commands  # type: ignore[attr-defined]
    assert job.title
    assert job.pt
    assert job.title != job.pt
    assert job.on in CALENDARS


@each_job
def test_jitter_ends_before_the_next_hour_comes(job: Job) -> None:
    minutes = [time.hour * 60 + time.minute for time in job.at]
    minutes.append(minutes[0] + 24 * 60)
    gaps = [later - earlier for earlier, later in itertools.pairwise(minutes)]
    assert job.jitter < dt.timedelta(minutes=min(gaps)) / 2


def test_every_source_has_a_job() -> None:
    assert set(names(sources)) <= {job.source for job in SHELF.values()}


def test_a_source_is_ingested_and_a_verb_is_itself() -> None:
    assert SHELF["cvm_funds"].words == ("ingest", "cvm_funds")
    assert SHELF["dead_letters"].words == ("dead-letters", "retry")


def test_hours_as_cron_writes_them() -> None:
    assert SHELF["b3_cotahist"].crons == ["0 21 * * 1-5", "15 22 * * 1-5"]
    assert SHELF["optimize"].crons == ["0 5 * * 0"]


def test_a_job_has_a_source_or_a_verb_and_hours_in_order(job: Callable[..., Job]) -> None:
    with pytest.raises(ValueError, match="a source or a verb"):
        job("neither", source="")
    with pytest.raises(ValueError, match="a source or a verb"):
        job("both", source="both", verb=("build",))
    for hours in ((), (dt.time(9), dt.time(8)), (dt.time(9), dt.time(9))):
        with pytest.raises(ValueError, match="in order"):
            job(at=hours)


def test_the_shelf_needs_nothing_but_core() -> None:
    """Airflow and Dagster read it in their own environment, without our dependencies."""
    heavy = ("polars", "pydantic", "deltalake", "narwhals", "typer", "urllib3", "obstore")
    code = (
        "import sys; from lastro.core.registry import load; from lastro.scheduler import days, "
        f"jobs; load(jobs, 'JOB', jobs.Job); print(*(set({heavy}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
