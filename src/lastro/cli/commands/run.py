"""lastro run: everything that is due."""

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.cli.reporting import reported
from lastro.core.language import say


def run(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Ask every source for what is due, then build."""
    door = Door.of(ctx)
    platform = door.platform()
    screen = door.screen(platform, as_json=as_json)
    with reported(door, platform, screen) as work:
        work.due()


COMMAND = Command(run, say("Fetch what is due from every source, then build."), "bring")
