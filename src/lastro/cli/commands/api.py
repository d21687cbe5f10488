"""lastro api: the API and the web app, and nothing beside them."""

import typer

from lastro.cli.arguments import Host, Port, TlsCert, TlsKey
from lastro.cli.command import Command
from lastro.cli.door import Door
from lastro.core.language import say


def api(
    ctx: typer.Context,
    host: Host = None,
    port: Port = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
) -> None:
    """Serve the API and the web app until it is stopped (SIGTERM, Ctrl-C)."""
    from lastro.cli.serving import serve, told

    door = Door.of(ctx)
    platform = told(door.platform(), host, port, tls_cert, tls_key)
    serve(platform, door.screen(platform))


COMMAND = Command(api, say("Serve the API and the web app."), "read")
