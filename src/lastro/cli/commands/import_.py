"""lastro import: take files that a person has."""

from pathlib import Path
from typing import Annotated

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.cli.reporting import reported
from lastro.core.language import say


def import_(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=say("A source, as cvm_funds."))],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=say("Files to take."))],
    build: Annotated[
        bool, typer.Option("--build", help=say("Build the tables from them at once."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take files the way downloads go."""
    door = Door.of(ctx)
    platform = door.platform()
    screen = door.screen(platform, as_json=as_json)
    with reported(door, platform, screen) as run:
        run.take(source, files, build=build)


COMMAND = Command(import_, say("Take files you already have."), "bring")
