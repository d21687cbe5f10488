"""lastro demo: the whole way of the data over a simulated market, in one go."""

from pathlib import Path
from typing import Annotated

import typer

from lastro.cli.command import Command
from lastro.core.language import say
from lastro.simulator import CLASSES, MONTHS


def demo(
    directory: Annotated[
        Path, typer.Option("--dir", help=say("Where the demonstration's lake goes."))
    ] = Path("demo"),
    funds: Annotated[int, typer.Option("--funds", help=say("How many fund classes."))] = CLASSES,
    months: Annotated[int, typer.Option("--months", help=say("How many months."))] = MONTHS,
    serve: Annotated[
        bool,
        typer.Option("--serve/--no-serve", help=say("Leave a server running for the browser.")),
    ] = True,
    stop: Annotated[
        bool, typer.Option("--stop", help=say("End that server and do nothing else."))
    ] = False,
) -> None:
    """Simulate, ingest, build, query and serve; a second time it finds nothing new."""
    from lastro.cli.tour import farewell, open_door, tour

    if stop:
        farewell(directory)
        return
    tour(directory, funds, months)
    if serve:
        open_door(directory)


COMMAND = Command(demo, say("See it all at work on simulated data."), "try")
