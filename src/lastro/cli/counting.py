"""Progress of work on files: how many were done, on standard error, on a terminal alone."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lastro.cli.numbers import show
from lastro.core.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from lastro.pipeline.report import Progress

_EVERY = 50


@contextlib.contextmanager
def counting(console: Console) -> Iterator[Progress]:
    """Show how many files were done.

    Args:
        console: Standard error.

    Yields:
        What to call with a step's name and the files done since.
    """
    done = 0
    with console.status(say("Starting")) as line:

        def advance(step: str, rows: int) -> None:
            nonlocal done
            del step
            done += rows
            if done % _EVERY == 0:
                line.update(say("{count} files", count=show(done)))

        yield advance
