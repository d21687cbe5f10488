"""lastro config: the settings in force."""

from typing import Annotated, Literal

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.core.language import say


def config(
    ctx: typer.Context,
    action: Annotated[  # noqa: ARG001 - there is one, said in full
        Literal["show"], typer.Argument(help=say("show lists every setting; secrets stay masked."))
    ] = "show",
    as_json: AsJson = False,
) -> None:
    """Every setting by its environment variable, with its value and meaning."""
    from lastro.core.settings import describe

    door = Door.of(ctx)
    platform = door.platform()
    screen = door.screen(platform, as_json=as_json)
    own = ((f"sources__{name}", section) for name, section in platform.options.items())
    found = [*describe(platform.settings), *describe(own)]
    if as_json:
        screen.json(
            settings=[
                {"name": name, "value": value, "meaning": meaning} for name, value, meaning in found
            ]
        )
        return
    screen.table(
        [say("setting"), say("value"), say("meaning")],
        [(name, str(value), meaning) for name, value, meaning in found],
    )


COMMAND = Command(config, say("Show the settings in force."), "tend")
