"""lastro demo: the whole way of the data over a simulated market, in one go."""

from pathlib import Path
from typing import Annotated

import typer

from lastro.cli.command import Command
from lastro.core.language import say


def demo(
    directory: Annotated[
        Path, typer.Option("--dir", help=say("Where the demonstration's lake goes."))
    ] = Path("demo"),
    funds: Annotated[int, typer.Option("--funds", help=say("How many fund classes."))] = 2000,
    months: Annotated[int, typer.Option("--months", help=say("How many months."))] = 12,
) -> None:
    """Simulate, ingest, build and query; a second time it finds nothing new."""
    from lastro.cli.tour import tour

    tour(directory, funds, months)


COMMAND = Command(demo, say("See it all at work on simulated data."), "try")
