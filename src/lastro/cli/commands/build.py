"""lastro build: build what is stale."""

from typing import Annotated

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.cli.reporting import reported
from lastro.core.language import say


def build(
    ctx: typer.Context,
    tables: Annotated[
        list[str] | None, typer.Argument(metavar="[TABLE]...", help=say("By default all of them."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Build tables, and whatever they are built from, where their inputs changed."""
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    with reported(door, platform, screen) as run:
        run.build(tables or [])


COMMAND = Command(build, say("Build the tables whose inputs changed."), "bring")
