"""Progress of long work: rows and rows a second, on standard error, on a terminal alone."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lastro.cli.numbers import show
from lastro.core.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from lastro.pipeline.report import Progress


def _silent(step: str, rows: int) -> None:
    """Nobody looks."""


@contextlib.contextmanager
def progress(console: Console, doing: str) -> Iterator[Progress]:
    """Show a moving line while work is done.

    Args:
        console: Standard error.
        doing: What is being done.

    Yields:
        What to call with a step's name and its rows; it does nothing where nobody looks.
    """
    if not console.is_terminal:
        yield _silent
        return
    from rich import progress as rich

    bar = rich.Progress(
        rich.SpinnerColumn(),
        rich.TextColumn("{task.description}"),
        rich.TextColumn("{task.fields[rows]}"),
        rich.TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task(doing, total=None, rows="")
        done = 0

        def advance(step: str, rows: int) -> None:
            nonlocal done
            done += rows
            speed = done / max(bar.tasks[0].elapsed or 0.0, 0.001)
            said = say("{rows} rows, {speed} rows/s", rows=show(done), speed=show(int(speed)))
            bar.update(task, description=step, rows=said)

        yield advance
