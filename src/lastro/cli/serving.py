"""Serving: one HTTP server over one platform, until it is told to stop.

The API stands beside the command line, so it is named here and not imported: the server loads it as
any ASGI server loads an application.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import signal
import socket
from typing import TYPE_CHECKING, Any

from lastro.core.errors import ConfigError
from lastro.core.language import say
from lastro.core.serving import LOOPBACK
from lastro.core.settings import changed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from lastro.cli.screen import Screen
    from lastro.core.serving import ApiSettings
    from lastro.wiring import Platform

_APPLICATION = "lastro.api.app:app_over"
_WIRE = "lastro.api.wire:wire"


def told(
    platform: Platform,
    host: str | None,
    port: int | None,
    tls_cert: Path | None,
    tls_key: Path | None,
) -> Platform:
    """The platform with what the command line says of the address; None leaves the settings."""
    given = {
        "LASTRO_API__HOST": host,
        "LASTRO_API__PORT": port,
        "LASTRO_API__TLS_CERT": tls_cert and str(tls_cert),
        "LASTRO_API__TLS_KEY": tls_key and str(tls_key),
    }
    values = {name: value for name, value in given.items() if value is not None}
    if values:
        platform.settings = changed(platform.settings, values)
    return platform


def serve(
    platform: Platform,
    screen: Screen,
    probes: Mapping[str, Callable[[], str]] | None = None,
    beside: Callable[[], AbstractContextManager[object]] = contextlib.nullcontext,
) -> None:
    """Answer requests until SIGTERM or Ctrl-C; running ones get their time to finish.

    Args:
        platform: What is served.
        screen: Where the address is said.
        probes: Parts that run beside it, for the readiness probe.
        beside: What runs for as long as we listen.

    Raises:
        ConfigError: The address is taken or not ours, or a certificate cannot be read.
    """
    import uvicorn
    from uvicorn.importer import import_from_string

    settings: ApiSettings = platform.settings.api
    check_tls(settings)
    platform.identity  # noqa: B018 - a secret too weak for its environment refuses here
    with _bound(settings) as listening, _ends_on_sigterm():
        app = import_from_string(_APPLICATION)(platform, probes=probes)
        config = uvicorn.Config(
            app,
            http=import_from_string(_WIRE)(settings.header_timeout),
            **options(settings),
        )
        _announce(platform, screen, _address(settings, listening))
        with beside():
            uvicorn.Server(config).run([listening])


def options(settings: ApiSettings) -> dict[str, Any]:
    """What the server is told, as ``uvicorn.Config`` names it."""
    return {
        "loop": "auto",
        "ws": "none",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "lifespan": "on",
        "timeout_keep_alive": settings.keep_alive,
        "timeout_graceful_shutdown": int(settings.grace),
        "limit_concurrency": settings.connections,
        "proxy_headers": bool(settings.trusted_proxies),
        "forwarded_allow_ips": settings.trusted_proxies or None,
        "ssl_certfile": settings.tls_cert or None,
        "ssl_keyfile": settings.tls_key or None,
    }


def check_tls(settings: ApiSettings) -> None:
    """See that certificate and key belong together and can be read.

    Raises:
        ConfigError: They do not, or cannot.
    """
    if bool(settings.tls_cert) != bool(settings.tls_key):
        raise ConfigError(
            "TLS needs a certificate and its key, and one is missing.",
            hint="Give both: --tls-cert and --tls-key, or LASTRO_API__TLS_CERT and "
            "LASTRO_API__TLS_KEY.",
        )
    if not settings.tls_cert:
        return
    import ssl

    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            "The certificate {certificate} cannot be used: {problem}.",
            hint="Both files must be PEM, readable, and belong together.",
            certificate=settings.tls_cert,
            problem=str(error),
        ) from error


@contextlib.contextmanager
def _bound(settings: ApiSettings) -> Iterator[socket.socket]:
    """The socket, bound before anything is loaded: a taken port is said at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((settings.host, settings.port))
        except OSError as error:
            raise _unbound(settings, error) from error
        listening.listen(2048)
        listening.settimeout(0)
        yield listening


def _unbound(settings: ApiSettings, error: OSError) -> ConfigError:
    if error.errno == errno.EADDRINUSE:
        return ConfigError(
            "Port {port} is taken by another program.",
            hint="Perhaps Lastro runs already; otherwise choose another with --port.",
            port=settings.port,
        )
    return ConfigError(
        "It is not possible to listen on {host}, port {port}: {problem}.",
        hint="Choose an address of this machine with --host, and a port above 1023 with --port.",
        host=settings.host,
        port=settings.port,
        problem=error.strerror or str(error),
    )


@contextlib.contextmanager
def _ends_on_sigterm() -> Iterator[None]:
    """The server raises the signal again once it has shut down; that then means a clean end."""

    def end(_signal: int, _frame: object) -> None:
        raise SystemExit(0)

    former = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


def _address(settings: ApiSettings, listening: socket.socket) -> str:
    scheme = "https" if settings.tls_cert else "http"
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::", "localhost"} else settings.host  # noqa: S104 - said, not bound
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}:{listening.getsockname()[1]}"


def _announce(platform: Platform, screen: Screen, address: str) -> None:
    settings: ApiSettings = platform.settings.api
    screen.say(say("Lastro is at {address}", address=address))
    if screen.simulated and platform.settings.identity.environment == "development":
        email, password = platform.identity.demo_user(simulated=True)
        screen.say(say("Demo login: {email}, password {password}", email=email, password=password))
    elif (link := platform.identity.first_link()) is not None:
        screen.say(say("First administrator, once: {address}", address=f"{address}{link}"))
    if not _is_local(settings.host) and not settings.tls_cert and not settings.trusted_proxies:
        screen.note(
            say("Anybody on the network can listen in: use --tls-cert and --tls-key, or put it "
                "behind a proxy and name that in LASTRO_API__TRUSTED_PROXIES."),
            style="warn",
        )  # fmt: skip
    screen.note(say("Ctrl-C ends it."))
    screen.out.file.flush()


def _is_local(host: str) -> bool:
    if host in LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
