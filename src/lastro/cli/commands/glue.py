"""lastro glue: tell the AWS Glue Data Catalog of the tables."""

from dataclasses import asdict
from typing import Annotated

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.core.language import say


def glue(
    ctx: typer.Context,
    tables: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TABLE]...", help=say("By default all of silver and gold.")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Register tables of a lake in S3 in the Glue Data Catalog, which Athena reads."""
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    done = platform.register(tables or [])
    if as_json:
        screen.json(tables=[asdict(entry) for entry in done])
        return
    screen.table(
        [say("table"), say("in the catalog"), say("state")],
        [(entry.table, entry.name, say(entry.state)) for entry in done],
    )


COMMAND = Command(glue, say("Register tables in AWS Glue, for Athena."), "tend")
