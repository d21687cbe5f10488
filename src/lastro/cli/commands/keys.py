"""lastro keys: the master key that seals secrets and personal data."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.cli.numbers import show
from lastro.core.language import say

if TYPE_CHECKING:
    from lastro.cli.screen import Screen
    from lastro.pipeline.rotation import KeyUse, Rotation
    from lastro.wiring import Platform


def keys(
    ctx: typer.Context,
    action: Annotated[
        Literal["status", "new", "rotate", "forget"],
        typer.Argument(
            help=say(
                "status shows the keys and what they open; new writes a fresh key; rotate wraps "
                "everything by a new key; forget drops former keys from the key file."
            )
        ),
    ] = "status",
    as_json: AsJson = False,
) -> None:
    """Show, make or rotate the master key."""
    if action == "new":
        from lastro.core.keys import new_key

        sys.stdout.write(f"{new_key()}\n")
        return
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    if action == "status":
        _show(screen, platform, _rotation(platform).uses())
    elif action == "rotate":
        _rotate(door, platform, screen)
    else:
        with door.running(platform, screen):
            gone = _rotation(platform).forget()
        if as_json:
            screen.json(forgotten=gone)
        for key in gone:
            screen.say(say("The key {key} is forgotten.", key=key))


def _rotation(platform: "Platform") -> "Rotation":
    from lastro.pipeline.rotation import Rotation

    store = platform.store if platform.store_at.exists else None
    return Rotation(platform.settings.lake, store, platform.keys)


def _rotate(door: Door, platform: "Platform", screen: "Screen") -> None:
    done: dict[str, int] = {}
    with door.running(platform, screen):
        uses = _rotation(platform).rotate(lambda what, count: done.update({what: count}))
    _show(screen, platform, uses)
    screen.note(
        say(
            "Rewrapped: {values} values of the store, {files} files. The former key is kept, for "
            "backups want it; `lastro keys forget` drops it.",
            values=show(done.get("store", 0)),
            files=show(done.get("files", 0)),
        )
    )


def _show(screen: "Screen", platform: "Platform", uses: "list[KeyUse]") -> None:
    if screen.as_json:
        screen.json(origin=platform.keys.origin, keys=[asdict(use) for use in uses])
        return
    states = {"current": say("current"), "former": say("former"), "missing": say("missing")}
    screen.table(
        [say("key"), say("state"), say("files"), say("values")],
        [(use.key, states[use.state], use.files, use.values) for use in uses],
    )
    if platform.keys.origin == "generated":
        path = platform.keys.path
        screen.note(
            say("This key was generated for development: {path}. Keep a copy elsewhere.", path=path)
        )


COMMAND = Command(keys, say("Show, make or rotate the master key."), "tend")
