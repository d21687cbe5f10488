"""lastro history: every version of a table."""

from dataclasses import asdict
from typing import Annotated

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.core.language import say


def history(
    ctx: typer.Context,
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help=say("A table; `lastro tables` lists them."))
    ],
    as_json: AsJson = False,
) -> None:
    """Versions, the newest first, with the run that wrote each."""
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    versions = platform.history(table)
    if as_json:
        screen.json(
            table=platform.contract(table).name,
            versions=[
                {**version, "lineage": asdict(version["lineage"]) if version["lineage"] else None}
                for version in versions
            ],
        )
        return
    screen.table(
        [say("version"), say("at"), say("operation"), say("rows"), say("partitions"), say("run")],
        [
            (v["version"], v["at"], v["operation"], v["lineage"].rows if v["lineage"] else None,
             len(v["lineage"].partitions) if v["lineage"] else None,
             v["lineage"].run_id if v["lineage"] else None)
            for v in versions
        ],
    )  # fmt: skip
    screen.note(say("--as-of VERSION shows a table as it was."), style="dim")


COMMAND = Command(history, say("List every version of a table."), "trust")
