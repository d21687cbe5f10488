"""lastro head: the first rows of a table."""

from typing import Annotated

import typer

from lastro.cli.arguments import as_of as read_as_of
from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.core.language import say


def head(
    ctx: typer.Context,
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help=say("A table; `lastro tables` lists them."))
    ],
    count: Annotated[int, typer.Option("-n", min=1, help=say("How many rows."))] = 10,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help=say("A version, or an instant as 2024-06-30."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Rows of a table, or of the state it had."""
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    contract = platform.contract(table)
    rows = platform.table(contract.name, read_as_of(as_of)).head(count).collect()
    if as_json:
        screen.json(table=contract.name, columns=rows.columns, rows=rows.to_dicts())
        return
    screen.frame(rows)
    screen.notice(contract)


COMMAND = Command(head, say("Show the first rows of a table, now or as of then."), "read")
