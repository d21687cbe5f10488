"""lastro backup: the lake and the store as plain files, while others work."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from lastro.cli.command import Command
from lastro.cli.counting import counting
from lastro.cli.door import AsJson, Door
from lastro.cli.numbers import show
from lastro.core.language import say


def backup(
    ctx: typer.Context,
    target: Annotated[
        Path,
        typer.Argument(
            metavar="TARGET",
            help=say("A folder, in which backups share what did not change, or FILE.tar."),
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Copy landing, tables with their history, and the store; never the master key."""
    import lastro
    from lastro.core.clock import SystemClock
    from lastro.pipeline.backup import backup as write

    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    store = platform.store if platform.store_at.exists else None
    with counting(screen.err) as advance:
        made = write(
            platform.storage,
            store,
            target,
            at=SystemClock().now(),
            version=lastro.__version__,
            simulated=platform.simulated,
            tell=advance,
        )
    if as_json:
        screen.json(**asdict(made) | {"place": str(made.place)})
        return
    screen.say(str(made.place), strong=True)
    screen.say(
        say(
            "{files} files, {size} MB; {copied} MB of them copied, the rest as in the backup "
            "before.",
            files=show(made.files),
            size=show(round(made.size / 1e6, 1)),
            copied=show(round(made.copied / 1e6, 1)),
        )
    )
    for key in made.lost:
        screen.note(say("Lost before the backup: {key}", key=key), style="warn")
    if not platform.settings.keys.master.get_secret_value():
        screen.note(say("The master key is not in it: keep it elsewhere. `lastro keys` names it."))


COMMAND = Command(backup, say("Copy the lake and the store to another place."), "tend")
