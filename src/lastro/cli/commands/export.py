"""lastro export: tables to files and databases."""

from dataclasses import asdict
from typing import Annotated, Literal

import typer

from lastro.cli.arguments import first_day
from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.cli.numbers import show
from lastro.core.language import say


def export(
    ctx: typer.Context,
    sink: Annotated[
        str,
        typer.Argument(
            metavar="SINK", help=say("excel, parquet, csv, postgres, mysql or redshift.")
        ),
    ],
    tables: Annotated[
        list[str], typer.Argument(metavar="TABLE...", help=say("`lastro tables` lists them."))
    ],
    where: Annotated[
        str, typer.Option("--where", help=say("A SQL condition over the columns."))
    ] = "",
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="YYYY-MM", help=say("First day or month wanted.")),
    ] = None,
    out: Annotated[
        str, typer.Option("--out", metavar="PATH", help=say("The file, or the folder of files."))
    ] = "",
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="URL",
            help=say("The database; better set in LASTRO_EXPORTS__POSTGRES_URL and its like."),
        ),
    ] = "",
    dialect: Annotated[
        Literal["br", "international"],
        typer.Option("--dialect", help=say("CSV as a Brazilian Excel opens it, or as others do.")),
    ] = "br",
    as_json: AsJson = False,
) -> None:
    """Write tables to a file or a database; a database gets only what changed."""
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    done = platform.export(
        sink, tables, target=to or out, where=where, since=first_day(since), dialect=dialect
    )
    if as_json:
        screen.json(sink=sink, tables=[asdict(written) for written in done])
        return
    screen.table(
        [say("table"), say("rows"), say("version"), say("partitions"), say("removed"), say("to")],
        [(w.table, w.rows, w.version, len(w.partitions), len(w.removed), w.target) for w in done],
    )
    rows = sum(written.rows for written in done)
    if rows or any(written.removed for written in done):
        screen.note(say("{rows} rows exported.", rows=show(rows)))
    else:
        screen.note(say("Nothing new to export."))


COMMAND = Command(export, say("Write tables to Excel, Parquet, CSV or a database."), "read")
