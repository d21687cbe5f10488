"""Dagster: one job a job of ``lastro.scheduler.jobs``, each calling one command line of ``lastro``.

Jobs, hours and holidays are read from the package; nothing of them is written here. Dagster's own
environment needs ``pip install --no-deps lastro`` and ``pip install python-dateutil`` besides: this
file reads the shelf of jobs, which needs no more. ``LASTRO_COMMAND`` names the ``lastro`` of an
environment of its own, because the pins of the two would not agree. See docs/how-to/schedule.md.
"""  # noqa: INP001 - a code location is no package

import os
import subprocess

import dagster as dg

from lastro.core.clock import BRASILIA
from lastro.core.registry import load
from lastro.scheduler import jobs
from lastro.scheduler.days import CALENDARS
from lastro.scheduler.jobs import Job

_COMMAND = os.environ.get("LASTRO_COMMAND", "lastro")
_AGAIN = dg.RetryPolicy(max_retries=3, delay=300, backoff=dg.Backoff.EXPONENTIAL)


def _job(job: Job) -> dg.JobDefinition:
    @dg.op(name=job.name, description=job.title, retry_policy=_AGAIN, pool="lastro")
    def work(context: dg.OpExecutionContext) -> None:
        try:
            done = subprocess.run(  # noqa: S603 - our own program
                [_COMMAND, *job.words, "--json"],
                capture_output=True, text=True, check=False, timeout=job.timeout.total_seconds(),
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise dg.Failure(f"It took longer than {job.timeout}.") from error
        context.log.info(done.stdout)
        if done.returncode:
            raise dg.Failure(f"Exit code {done.returncode}: {done.stderr.strip()}")

    @dg.job(name=f"lastro_{job.name}", description=job.title)
    def whole() -> None:
        work()

    return whole


def _schedule(job: Job, whole: dg.JobDefinition) -> dg.ScheduleDefinition:
    def runs_today(context: dg.ScheduleEvaluationContext) -> bool:
        return CALENDARS[job.on](context.scheduled_execution_time.astimezone(BRASILIA).date())

    return dg.ScheduleDefinition(
        job=whole,
        cron_schedule=job.crons,
        execution_timezone=str(BRASILIA),
        should_execute=runs_today,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )


def _after_news(
    follower: dg.JobDefinition, sources: list[dg.JobDefinition]
) -> dg.RunStatusSensorDefinition:
    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name=f"{follower.name}_after_news",
        monitored_jobs=sources,
        request_job=follower,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def follow(context: dg.RunStatusSensorContext) -> dg.RunRequest:
        return dg.RunRequest(run_key=context.dagster_run.run_id)

    return follow


_SHELF = load(jobs, "JOB", Job)
_JOBS = {name: _job(job) for name, job in _SHELF.items()}
_SOURCES = [_JOBS[name] for name, job in _SHELF.items() if job.source]

defs = dg.Definitions(
    jobs=list(_JOBS.values()),
    schedules=[_schedule(job, _JOBS[name]) for name, job in _SHELF.items()],
    sensors=[_after_news(_JOBS[n], _SOURCES) for n, job in _SHELF.items() if job.after_news],
)
