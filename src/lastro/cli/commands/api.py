"""lastro api: the API and the web app, and nothing beside them."""

from pathlib import Path
from typing import Annotated

import typer

from lastro.cli.command import Command
from lastro.cli.door import Door
from lastro.core.language import say


def api(
    ctx: typer.Context,
    host: Annotated[
        str | None, typer.Option("--host", help=say("Address to listen on; 0.0.0.0 is every one."))
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", help=say("Port to listen on; 0 takes a free one."))
    ] = None,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", help=say("PEM file of the certificate chain."))
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option("--tls-key", help=say("PEM file of its private key."))
    ] = None,
) -> None:
    """Serve the API and the web app until it is stopped (SIGTERM, Ctrl-C)."""
    from lastro.cli.serving import serve, told

    door = Door.of(ctx)
    platform = told(door.platform(), host, port, tls_cert, tls_key)
    serve(platform, door.screen(platform))


COMMAND = Command(api, say("Serve the API and the web app."), "read")
