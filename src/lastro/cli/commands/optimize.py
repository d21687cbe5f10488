"""lastro optimize: fewer, better sorted files."""

from typing import Annotated

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.core.language import say


def optimize(
    ctx: typer.Context,
    tables: Annotated[
        list[str] | None, typer.Argument(metavar="[TABLE]...", help=say("By default all of them."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compact small files and cluster rows by CNPJ; no row changes."""
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    with door.running(platform, screen) as run:
        done = run.optimize(tables or [])
    if as_json:
        screen.json(tables=done)
    elif done:
        screen.table(
            [say("table"), say("files before"), say("files after"), say("version")],
            [(name, c["before"], c["after"], c["version"]) for name, c in done.items()],
        )
    else:
        screen.say(say("Nothing to do: every file is compact already."))


COMMAND = Command(optimize, say("Compact files and cluster them by CNPJ."), "tend")
