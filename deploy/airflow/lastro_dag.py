"""Airflow: one DAG a job of ``lastro.scheduler.jobs``, each calling one command line of ``lastro``.

Jobs, hours and holidays are read from the package; nothing of them is written here. Airflow's own
environment needs ``pip install --no-deps lastro`` and ``pip install python-dateutil`` besides: this
file reads the shelf of jobs, which needs no more. ``LASTRO_COMMAND`` names the ``lastro`` of an
environment of its own, because the pins of the two would not agree. See docs/how-to/schedule.md.
"""  # noqa: INP001 - a folder of DAGs is no package

from __future__ import annotations

import datetime as dt
import os
import shlex
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import ShortCircuitOperator
from airflow.sdk import DAG, Asset
from airflow.timetables.assets import AssetOrTimeSchedule
from airflow.timetables.trigger import MultipleCronTriggerTimetable

from lastro.core.clock import BRASILIA
from lastro.core.registry import load
from lastro.scheduler import jobs
from lastro.scheduler.days import CALENDARS
from lastro.scheduler.jobs import Job

if TYPE_CHECKING:
    from lastro.scheduler.days import On

_COMMAND = os.environ.get("LASTRO_COMMAND", "lastro")
_NEWS = Asset("lastro_news")  # what a build that follows upon news waits for


def _runs_today(on: On, **context: Any) -> bool:
    """Whether a job's calendar has the day; what a person starts by hand always runs."""
    run = context["dag_run"]
    day = run.run_after.astimezone(BRASILIA).date()
    return str(run.run_type) == "manual" or CALENDARS[on](day)


def _schedule(job: Job) -> Any:
    hours = MultipleCronTriggerTimetable(*job.crons, timezone=str(BRASILIA))
    return AssetOrTimeSchedule(timetable=hours, assets=[_NEWS]) if job.after_news else hours


def _dag(job: Job) -> DAG:
    with DAG(
        f"lastro_{job.name}",
        description=job.title,
        schedule=_schedule(job),
        start_date=dt.datetime(2024, 1, 1, tzinfo=BRASILIA),
        catchup=False,  # one run makes up for all: what is due is the source's own matter
        max_active_runs=1,
        tags=["lastro"],
    ) as dag:
        work = BashOperator(
            task_id=job.name,
            bash_command=shlex.join([_COMMAND, *job.words, "--json"]),
            append_env=True,
            pool="lastro",  # of one slot: a lake has one writer
            execution_timeout=job.timeout,
            retries=3,
            retry_delay=dt.timedelta(minutes=5),
            outlets=[_NEWS] if job.source else [],
        )
        if job.on != "daily":
            day = ShortCircuitOperator(
                task_id="day", python_callable=_runs_today, op_kwargs={"on": job.on}
            )
            day >> work
    return dag


for _job in load(jobs, "JOB", Job).values():
    globals()[f"lastro_{_job.name}"] = _dag(_job)
