"""lastro dead-letters: files that could not be read."""

from dataclasses import asdict
from typing import Annotated, Literal

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.cli.reporting import reported
from lastro.core.language import say


def dead_letters(
    ctx: typer.Context,
    action: Annotated[
        Literal["retry"] | None, typer.Argument(help=say("retry reads them all again."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List them with the reason, or read them again."""
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    if action == "retry":
        with reported(door, platform, screen) as run:
            run.retry()
        return
    letters = platform.dead_letters.all()
    if as_json:
        screen.json(dead_letters=[asdict(letter) for letter in letters])
        return
    if not letters:
        screen.say(say("Every file could be read."))
        return
    for letter in letters:
        screen.say(f"{letter.source}: {letter.name} ({letter.at})", strong=True)
        screen.say(f"  {letter.error}")
        screen.say(f"  {letter.hint}")
        if letter.key:
            screen.say(f"  {platform.storage.at(letter.key)}")


COMMAND = Command(dead_letters, say("List files that could not be read, or retry them."), "tend")
