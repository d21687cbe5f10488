"""How a run's report is shown."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import typer

from lastro.cli.numbers import show
from lastro.core.errors import ConfigError, DataError, UpstreamError
from lastro.core.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lastro.cli.door import Door
    from lastro.cli.screen import Screen
    from lastro.pipeline.report import Report
    from lastro.run import Run
    from lastro.wiring import Platform


@contextlib.contextmanager
def reported(door: Door, platform: Platform, screen: Screen) -> Iterator[Run]:
    """One run whose report is shown at its end, also where a source failed on the way.

    Raises:
        Exit: Some files became dead letters.
        UpstreamError: Some source failed; the rest was done and told.
        ConfigError: Some source is not set up; likewise.
    """
    failure: UpstreamError | ConfigError | None = None
    started = time.monotonic()
    with door.running(platform, screen) as run:
        try:
            yield run
        except (UpstreamError, ConfigError) as error:
            failure = error
    screen.mark(simulated=platform.simulated)
    show_report(screen, run.report, time.monotonic() - started, failed=failure is not None)
    if failure:
        raise failure


def show_report(screen: Screen, report: Report, seconds: float, *, failed: bool) -> None:
    """Say what a run did; a file that could not be read makes the command fail."""
    if screen.as_json:
        screen.json(**report.as_json(), seconds=round(seconds, 3))
    else:
        _tell(screen, report, seconds, dead=not failed)
    if report.failed and not failed:
        raise typer.Exit(DataError.exit_code)


def _tell(screen: Screen, report: Report, seconds: float, *, dead: bool) -> None:
    if report.landed or report.unchanged or report.missing:
        screen.say(
            say(
                "Files: {landed} new, {unchanged} unchanged, {missing} not at the source.",
                landed=show(len(report.landed)),
                unchanged=show(len(report.unchanged)),
                missing=show(len(report.missing)),
            )
        )
    for name, reason in report.failed.items():
        screen.note(say("Not read: {name}: {reason}", name=name, reason=reason))
    if report.failed and dead:
        screen.note(say("`lastro dead-letters` shows what to do about them."))
    if not report.written:
        screen.say(say("Nothing new: every table stands as it stood."))
        return
    columns = [say("table"), say("rows"), say("partitions"), say("version")]
    screen.table(
        columns,
        [
            (name, rows, report.partitions[name], version)
            for name, (rows, version) in report.written.items()
        ],
    )
    screen.say(counts(report))
    total = sum(rows for rows, _ in report.written.values())
    screen.say(
        say(
            "{rows} rows written in {seconds} s: {speed} rows/s.",
            rows=show(total),
            seconds=show(round(seconds, 1)),
            speed=show(int(total / max(seconds, 0.001))),
        )
    )


def counts(report: Report) -> str:
    """What quality did on the way, in one line."""
    return say(
        "Quarantined {quarantined}, repeated {collapsed}, restated {restated}, "
        "withdrawn {withdrawn}.",
        quarantined=show(report.counts["quarantined"]),
        collapsed=show(report.counts["collapsed"]),
        restated=show(report.counts["restated"]),
        withdrawn=show(report.counts["withdrawn"]),
    )
