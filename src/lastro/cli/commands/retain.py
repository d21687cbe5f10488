"""lastro retain: keep some years of a table and let the rest go."""

import datetime as dt
from dataclasses import asdict
from typing import Annotated

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.cli.numbers import show
from lastro.core.language import say


def retain(
    ctx: typer.Context,
    tables: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TABLE]...", help=say("By default those that settings name.")),
    ] = None,
    years: Annotated[
        int | None, typer.Option("--years", min=1, help=say("Whole years to keep."))
    ] = None,
    cold: Annotated[
        str,
        typer.Option(
            "--cold", metavar="DIR", help=say("Folder or s3:// that what goes is copied to first.")
        ),
    ] = "",
    delete: Annotated[
        bool, typer.Option("--delete/--dry-run", help=say("Let go, or only show (the default)."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show, or take out, months older than a table is kept for."""
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    with door.running(platform, screen) as run:
        found = run.retain(tables or [], years=years, cold=cold, delete=delete)
    if as_json:
        screen.json(deleted=delete, tables=[asdict(retirement) for retirement in found])
        return
    screen.table(
        [say("table"), say("keeps from"), say("partitions"), say("rows"), say("copied to")],
        [
            (
                one.table,
                None if one.keeps_from == dt.date.min else f"{one.keeps_from:%Y-%m}",
                " … ".join(dict.fromkeys((*one.partitions[:1], *one.partitions[-1:]))),
                one.rows,
                one.cold,
            )
            for one in found
        ],
    )
    for one in found:
        if one.returning:
            months = ", ".join(one.returning)
            screen.note(say("{table} keeps again: {months}.", table=one.table, months=months))
    rows = sum(one.rows for one in found)
    if not rows and not any(one.returning for one in found):
        screen.note(say("Nothing is older than its table is kept for."))
    elif delete:
        screen.note(say("{rows} rows let go; `lastro vacuum` frees their space.", rows=show(rows)))
    else:
        screen.note(say("{rows} rows would go: --delete lets them.", rows=show(rows)))


COMMAND = Command(retain, say("Keep some years of a table and let the rest go."), "tend")
