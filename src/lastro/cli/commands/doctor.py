"""lastro doctor: what is not as it should be, and what mends it."""

from typing import TYPE_CHECKING, Annotated

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.core.language import say

if TYPE_CHECKING:
    from lastro.cli.screen import Screen
    from lastro.pipeline.doctor import Finding


def doctor(
    ctx: typer.Context,
    mend: Annotated[
        bool, typer.Option("--mend", help=say("Let the next build make lost data files again."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look the lake over; the exit code is 1 where something was found."""
    from lastro.cli.screen import Screen
    from lastro.pipeline.access import access
    from lastro.pipeline.doctor import examine

    door = Door.of(ctx)
    platform = door.platform()
    if refused := list(access(platform.storage)):
        _tell(Screen(as_json=as_json, simulated=False), refused, as_json=as_json)
        raise typer.Exit(1)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    if mend:
        with door.running(platform, screen) as run:
            mended = run.mend()
        for table, partitions in mended.items():
            screen.say(say("{table} will be built again for: {partitions}.", table=table,
                           partitions=", ".join(partitions)))  # fmt: skip
    if platform.engine and not as_json:
        screen.say(say("Tables are built by Spark: master {master}, Java {java}, jars {jars}.",
                       **platform.engine.describe()))  # fmt: skip
    found = list(examine(platform.patient()))
    _tell(screen, found, as_json=as_json)
    if found:
        raise typer.Exit(1)
    screen.say(say("All is well."))


def _tell(screen: "Screen", found: "list[Finding]", *, as_json: bool) -> None:
    if as_json:
        screen.json(
            findings=[
                {"kind": f.kind, **f.context, "message": say(f.template, **f.context),
                 "remedy": say(f.remedy, **f.context)}
                for f in found
            ]
        )  # fmt: skip
    for finding in () if as_json else found:
        screen.say("• " + say(finding.template, **finding.context))
        screen.say("  → " + say(finding.remedy, **finding.context))


COMMAND = Command(doctor, say("Look the lake over and say what mends what is wrong."), "tend")
