"""lastro audit: who did what, and whether the record of it is whole."""

import datetime as dt
from typing import Annotated, Literal

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.cli.numbers import show
from lastro.core.errors import DataError
from lastro.core.language import say

_SHOWN = 20

FAULTS = {
    "changed": say("its content was changed"),
    "missing": say("it is missing"),
    "reordered": say("it stands in another row's place"),
    "unbound": say("it does not follow from the row before"),
    "head": say("the chain was written anew: it does not end in the sealed hash"),
}


def audit(
    ctx: typer.Context,
    action: Annotated[
        Literal["verify", "list"],
        typer.Argument(
            help=say("verify walks the chain of hashes and names every fault; list shows rows.")
        ),
    ] = "verify",
    limit: Annotated[int, typer.Option("--limit", min=1, help=say("Rows to list."))] = 50,
    as_json: AsJson = False,
) -> None:
    """Verify or list the audit log; a fault ends with exit code 65."""
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    record = platform.identity.record
    if action == "list":
        names = ("number", "at", "actor", "action", "target", "outcome", "address", "detail")
        rows = [
            {name: getattr(entry, name) for name in names} for entry in record.page(limit=limit)
        ]
        if as_json:
            screen.json(rows=rows)
        else:
            screen.table(names, [_line(row) for row in rows])
        return
    found = record.verify()
    if as_json:
        screen.json(rows=found.rows, head=found.head, faults=[list(f) for f in found.faults])
    elif not found.faults:
        screen.say(say("The audit log is whole: {rows} rows.", rows=show(found.rows)))
        screen.say(say("Hash of the newest row: {head}", head=found.head))
    for number, what in found.faults[:_SHOWN]:
        screen.note(say("Row {number}: {why}.", number=number, why=FAULTS[what]))
    if found.faults:
        raise DataError(
            "The audit log is not whole: {count} rows of it are not as they were written.",
            hint="Keep the store as it is, find out who could write to it, and compare it with a "
            "backup.",
            count=len(found.faults),
        )


def _line(row: dict[str, object]) -> list[object]:
    at = row["at"]
    when = f"{at:%Y-%m-%d %H:%M:%S}" if isinstance(at, dt.datetime) else at
    return [when if name == "at" else value for name, value in row.items()]


COMMAND = Command(audit, say("Verify the audit log."), "trust")
