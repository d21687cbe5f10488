"""lastro vacuum: remove data files that no recent version needs."""

from typing import Annotated

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.cli.numbers import show
from lastro.core.language import say


def vacuum(
    ctx: typer.Context,
    keep_days: Annotated[
        int, typer.Option("--keep-days", min=0, help=say("Versions so old stay readable."))
    ] = 400,
    yes: Annotated[
        bool, typer.Option("--yes/--dry-run", help=say("Delete, or only show (the default)."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show, or delete, files older than the period that nothing within it needs."""
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    with door.running(platform, screen) as run:
        found = run.vacuum(keep_days, delete=yes)
    count = sum(len(paths) for paths in found.values())
    if as_json:
        screen.json(deleted=yes, keep_days=keep_days, files=found)
        return
    for name, paths in found.items():
        for path in paths:
            screen.say(f"{name}/{path}")
    if not count:
        screen.say(say("Nothing to remove."))
    elif yes:
        screen.say(say("{count} files removed.", count=show(count)))
    else:
        screen.say(say("{count} files would be removed: --yes removes them.", count=show(count)))


COMMAND = Command(vacuum, say("Remove files that no recent version needs."), "tend")
