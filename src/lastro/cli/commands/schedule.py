"""lastro schedule: run every job at its hour."""

import datetime as dt
import sys
from collections import deque
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.cli.numbers import show
from lastro.cli.screen import Screen
from lastro.core.clock import BRASILIA
from lastro.core.language import is_portuguese, say
from lastro.core.lifeline import follow

if TYPE_CHECKING:
    from lastro.scheduler.runs import Run
    from lastro.scheduler.service import Entry, Scheduler

_REMEMBERED = 1000  # runs of a scheduler that works for months


def schedule(
    ctx: typer.Context,
    action: Annotated[
        Literal["list", "history"] | None,
        typer.Argument(help=say("list shows the jobs, history what they did; neither runs any.")),
    ] = None,
    job: Annotated[str | None, typer.Argument(help=say("The history of one job."))] = None,
    once: Annotated[
        bool, typer.Option("--once", help=say("Run what is due now, and end."))
    ] = False,
    limit: Annotated[
        int, typer.Option("-n", "--limit", min=1, help=say("How many runs of the history."))
    ] = 20,
    followed: Annotated[bool, typer.Option("--followed", hidden=True)] = False,
    as_json: AsJson = False,
) -> None:
    """Run every job at its hour until it is stopped (SIGTERM, Ctrl-C)."""
    from lastro.scheduler.service import Scheduler

    if followed:  # by `lastro up`, whose end is ours
        follow(sys.stdin)
    door = Door.of(ctx)
    platform = door.platform()
    screen = door.screen(platform, as_json=as_json)
    scheduler = Scheduler(platform)
    if action == "list":
        _list(scheduler, screen)
    elif action == "history":
        _history(scheduler, screen, job, limit)
    else:
        _work(scheduler, screen, once=once)


def _work(scheduler: "Scheduler", screen: Screen, *, once: bool) -> None:
    done: deque[Run] = deque(maxlen=_REMEMBERED)

    def tell(run: "Run") -> None:
        done.append(run)
        screen.say(_line(run))
        screen.out.file.flush()

    with scheduler.working(tell) as loop:
        if once:
            loop.once()
        else:
            count = show(len(scheduler.jobs))
            screen.note(say("Jobs switched on: {count}. Ctrl-C ends it.", count=count))
            loop.forever()
    if screen.as_json:
        screen.json(runs=[_run(run) for run in done])
    elif not done:
        screen.say(say("Nothing was due. `lastro schedule list` shows what comes next."))
    code = next((run.outcome.exit_code for run in done if run.outcome.is_failure), 0)
    if once and code:
        raise typer.Exit(code)


def _list(scheduler: "Scheduler", screen: Screen) -> None:
    agenda = scheduler.agenda()
    if screen.as_json:
        screen.json(jobs=[_entry(entry) for entry in agenda])
        return
    screen.table(
        [say("job"), say("next run (Brasília)"), say("last run"), say("how it ended"),
         say("what it does")],
        [
            (
                entry.job.name,
                say("no such source yet") if entry.missing else _next(entry),
                _local(entry.last.started_at) if entry.last else None,
                _status(entry.last) if entry.last else None,
                entry.job.pt if is_portuguese() else entry.job.title,
            )
            for entry in agenda
        ],
    )  # fmt: skip


def _history(scheduler: "Scheduler", screen: Screen, job: str | None, limit: int) -> None:
    from lastro.core.errors import NotFoundError

    if job is not None and job not in scheduler.jobs:
        raise NotFoundError(
            "There is no job called '{name}'.",
            hint="Known ones: {known}.",
            name=job,
            known=", ".join(scheduler.jobs),
        )
    runs = scheduler.history(job, limit)
    if screen.as_json:
        screen.json(runs=[_run(run) for run in runs])
    elif runs:
        screen.table(
            [say("job"), say("started (Brasília)"), say("seconds"), say("how it ended"),
             say("rows"), say("run"), say("reason")],
            [
                (run.job, _local(run.started_at), _seconds(run), _status(run),
                 run.outcome.rows, run.outcome.run_id or None, run.outcome.error or None)
                for run in runs
            ],
        )  # fmt: skip
    else:
        screen.say(say("Nothing has run yet."))


def _line(run: "Run") -> str:
    told = f"{_local(run.started_at)} {run.job}: {_status(run)}"
    rows = say("{rows} rows", rows=show(run.outcome.rows)) if run.outcome.rows else ""
    return ". ".join(part for part in (told, rows, run.outcome.error) if part)


def _status(run: "Run") -> str:
    return {
        "running": say("running"),
        "ok": say("done"),
        "nothing_new": say("nothing new"),
        "skipped": say("skipped"),
        "held": say("the lake was held, waits"),
        "failed": say("failed"),
        "timed_out": say("took too long"),
        "killed": say("killed"),
    }[run.outcome.status]


def _next(entry: "Entry") -> str | None:
    if entry.next is None:
        return None
    return say("due now") if entry.is_due else _local(entry.next.start_at)


def _local(instant: dt.datetime) -> str:
    return f"{instant.astimezone(BRASILIA):%Y-%m-%d %H:%M}"


def _seconds(run: "Run") -> float | None:
    return round((run.ended_at - run.started_at).total_seconds(), 1) if run.ended_at else None


def _entry(entry: "Entry") -> dict[str, Any]:
    job, due = entry.job, entry.next
    return {
        "job": job.name,
        "title": job.title,
        "command": " ".join(job.words),
        "on": job.on,
        "at": [f"{time:%H:%M}" for time in job.at],
        "next": {
            "due_at": due.due_at, "start_at": due.start_at, "missed": due.missed,
            "attempt": due.attempt,
        } if due else None,
        "last": _run(entry.last) if entry.last else None,
        "missing_source": entry.missing,
    }  # fmt: skip


def _run(run: "Run") -> dict[str, Any]:
    return {
        "job": run.job,
        "due_at": run.due_at,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "status": run.outcome.status,
        "error_class": run.outcome.error_class or None,
        "error": run.outcome.error or None,
        "run_id": run.outcome.run_id or None,
        "rows": run.outcome.rows,
    }


COMMAND = Command(schedule, say("Run every job at its hour."), "bring")
