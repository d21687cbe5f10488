"""lastro ingest: ask a source for files."""

from typing import Annotated

import typer

from lastro.cli.arguments import first_day, last_day
from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.cli.reporting import reported
from lastro.core.language import say


def ingest(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=say("A source, as cvm_funds."))],
    first: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM", help=say("First month wanted."))
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="YYYY-MM", help=say("Last month wanted."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Land what is new at a source and take it into bronze."""
    door = Door.of(ctx)
    platform = door.platform()
    begin, end = first_day(first), last_day(last)
    screen = door.screen(platform, as_json=as_json)
    with reported(door, platform, screen) as run:
        run.ingest(source, begin, end)


COMMAND = Command(ingest, say("Fetch what is new from a source."), "bring")
