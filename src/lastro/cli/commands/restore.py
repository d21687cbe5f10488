"""lastro restore: a lake and its store from a backup, into an empty place."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lastro.cli.command import Command
from lastro.cli.counting import counting
from lastro.cli.door import AsJson, Door
from lastro.cli.numbers import show
from lastro.core.language import say

if TYPE_CHECKING:
    from lastro.cli.screen import Screen


def restore(
    ctx: typer.Context,
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            help=say("A backup, or a folder of backups, of which the newest counts."),
        ),
    ],
    only_check: Annotated[
        bool, typer.Option("--check", help=say("Only read the backup and compare every checksum."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a lake and its store from a backup; the place must be empty."""
    door = Door.of(ctx)
    platform = door.platform()
    screen = door.screen(platform, as_json=as_json)
    if only_check:
        _check(source, screen)
        return
    from lastro.core.keys import is_set
    from lastro.pipeline.restore import restore as write

    folder = Path(platform.storage.url) if platform.storage.is_local else None
    has_key = is_set(platform.settings.keys, folder)
    with counting(screen.err) as advance:
        done = write(
            source,
            platform.storage,
            lambda: platform.store_at,
            (lambda: platform.sealer) if has_key else None,
            advance,
        )
    if as_json:
        screen.json(**asdict(done) | {"place": str(done.place)})
        return
    screen.say(
        say(
            "{lake} is as it was at {made_at}: {files} files, {size} MB.",
            lake=platform.storage.url,
            made_at=done.made_at,
            files=show(done.files),
            size=show(round(done.size / 1e6, 1)),
        )
    )
    for key in done.lost:
        screen.note(say("Lost before the backup: {key}", key=key), style="warn")


def _check(source: Path, screen: "Screen") -> None:
    from lastro.pipeline.restore import check

    held, manifest = check(source)
    size = sum(kept.size for kept in manifest.files)
    if screen.as_json:
        screen.json(
            place=str(held.place), made_at=manifest.made_at, files=len(manifest.files),
            size=size, keys=manifest.keys, tables=manifest.tables,
        )  # fmt: skip
        return
    screen.say(
        say(
            "{place} is whole: {files} files, {size} MB, of {made_at}.",
            place=held.place,
            files=show(len(manifest.files)),
            size=show(round(size / 1e6, 1)),
            made_at=manifest.made_at,
        )
    )
    for key in manifest.keys:
        screen.note(say("It wants the master key {key}.", key=key))


COMMAND = Command(restore, say("Make a lake and its store from a backup."), "tend")
