"""lastro up: everything in one command: the API, the web app, the scheduler."""

import sys
from typing import Annotated

import typer

from lastro.cli.arguments import Host, Port, TlsCert, TlsKey
from lastro.cli.command import Command
from lastro.cli.door import Door
from lastro.core.language import say


def up(
    ctx: typer.Context,
    host: Host = None,
    port: Port = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    no_schedule: Annotated[
        bool, typer.Option("--no-schedule", help=say("Leave the scheduler out."))
    ] = False,
) -> None:
    """Serve the API and the web app, and run every job at its hour, until it is stopped."""
    from lastro.cli.child import Child
    from lastro.cli.serving import serve, told

    door = Door.of(ctx)
    platform = told(door.platform(), host, port, tls_cert, tls_key)
    screen = door.screen(platform)
    if no_schedule or screen.simulated:
        if screen.simulated:
            screen.note(say("The data are simulated: no job asks the official sources for more."))
        serve(platform, screen, {"scheduler": lambda: "absent"})
        return
    words = ["--lake", platform.storage.url, "schedule", "--followed"]
    grace = platform.settings.api.grace

    def is_set_up() -> bool:  # before the set-up nobody has said what to download
        return platform.landing.simulated is False

    child = Child(
        [sys.executable, "-m", "lastro.cli", *words], screen.note, is_set_up, patience=grace + 15,
        environment={"LASTRO_SCHEDULER__GRACE": f"{grace:g}"},
    )  # fmt: skip
    serve(platform, screen, {"scheduler": child.state}, beside=child.running)


COMMAND = Command(up, say("Start everything: API, web app, scheduler."), "try")
