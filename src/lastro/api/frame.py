"""The frame around every request: its id, its time, its limits, and what every answer carries.

One pure ASGI middleware rather than several: each layer costs every request. It accepts or gives
the request's id, answers HEAD, bounds bodies and time, turns what nobody caught into a problem,
adds the headers that keep browsers safe, counts, and writes the access log where asked.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import sys
import time
from functools import cache
from typing import TYPE_CHECKING, Any

from lastro.api import problems
from lastro.api.bodies import guarded, has_body
from lastro.api.metrics import template_of
from lastro.core.errors import LastroError, RequestError
from lastro.core.log import REQUEST_ID, JsonFormatter

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from lastro.api.limits import Rate
    from lastro.api.metrics import Metrics
    from lastro.core.serving import ApiSettings

ACCESS = logging.getLogger("lastro.access")
_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_NOTHING_ELSE = (
    b"content-security-policy",
    b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
)
_SAFE = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
]
_HSTS = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
_STALLED = 60.0  # seconds in which a client must take some bytes


class MisdirectedError(RequestError):
    """The request names a host that this server does not answer for."""

    status = 421


class Frame:
    """Middleware around everything.

    Args:
        app: What it is around.
        settings: Of the API.
        metrics: Counts requests.
    """

    def __init__(self, app: ASGIApp, settings: ApiSettings, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._timeout = settings.timeout
        self._most = int(settings.max_body_mb * 1e6)
        self._depth = settings.max_json_depth
        self._log = access_log() if settings.access_log else None
        self._hosts = frozenset(re.findall(r"[^\s,]+", settings.hosts.lower()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Frame one request; anything else passes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        exchange = _Exchange(scope, send)
        token = REQUEST_ID.set(exchange.request_id)
        self._metrics.begin()
        try:
            await self._bounded(scope, receive, exchange)
        finally:
            seconds = time.perf_counter() - started
            self._metrics.end(exchange.scope, exchange.status, seconds, exchange.sent)
            if self._log is not None:
                self._log.info("request", extra={"details": _line(exchange, seconds)})
            REQUEST_ID.reset(token)

    async def _bounded(self, scope: Scope, receive: Receive, exchange: _Exchange) -> None:
        """Run the application within its time; whatever goes wrong becomes an answer."""
        try:
            async with asyncio.timeout(self._timeout) as limit:
                exchange.limit = limit
                if self._hosts:
                    self._expect_host(scope)
                if has_body(scope):
                    receive = guarded(scope, receive, self._most, self._depth)
                if scope["method"] == "HEAD":
                    scope = exchange.scope = {**scope, "method": "GET"}
                await self._app(scope, receive, exchange.send)
        except Exception as error:  # noqa: BLE001 - the last one who can answer
            await exchange.recover(error)

    def _expect_host(self, scope: Scope) -> None:
        host = next((v for n, v in scope["headers"] if n == b"host"), b"").decode("latin-1")
        name = host.rpartition(":")[0] if re.search(r":\d*$", host) else host
        if name.lower() not in self._hosts:
            raise MisdirectedError(
                "This server does not answer to that name.",
                hint="The operator sets LASTRO_API__HOSTS.",
            )


class _Exchange:
    """One request and what is sent back."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope = scope
        self.asked = scope  # the server's own, which it looks at when it shuts down
        self.limit: asyncio.Timeout | None = None
        self.status = 0
        self.sent = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._send = send
        self._is_head = scope["method"] == "HEAD"
        self._is_safe = scope["scheme"] == "https"
        self.request_id = _id_of(scope)
        scope["lastro.request_id"] = self.request_id

    async def send(self, message: Message) -> None:
        """Pass a message on; the first one gets its headers."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._headers = message["headers"] = self._dressed(message["headers"])
            await self._send(message)
            return
        body = message.get("body", b"")
        self.sent += len(body)
        if self._is_head:
            message = {**message, "body": b""}
        if message.get("more_body", False):
            await self._send_part(message)
            return
        if self.limit is not None:
            self.limit.reschedule(None)
        await self._send(message)

    async def _send_part(self, message: Message) -> None:
        """Send part of a stream, to a client that takes some of it within its time."""
        if self._headers:
            self.asked["lastro.endless"] = any(
                name == b"content-type" and value.startswith(b"text/event-stream")
                for name, value in self._headers
            )
            self._headers = []
        limit = self.limit
        if limit is not None:
            limit.reschedule(asyncio.get_running_loop().time() + _STALLED)
        await self._send(message)
        if limit is not None:
            limit.reschedule(None)

    def _dressed(self, headers: Any) -> list[tuple[bytes, bytes]]:
        scope = self.scope
        dressed = [*headers, (b"x-request-id", self.request_id.encode()), *_SAFE]
        if "lastro.policy" not in scope:  # who answers with a page has a policy of its own
            dressed.append(_NOTHING_ELSE)
        if self._is_safe:
            dressed.append(_HSTS)
        rate = scope.get("lastro.rate")
        if rate is not None:
            allowed, left = rate
            wait = 0 if left >= 1 else round((1 - left) / allowed.per_second + 0.5)
            dressed.append(_policy(allowed))
            dressed.append((b"ratelimit", b'"default";r=%d;t=%d' % (left, wait)))
        return dressed

    async def recover(self, error: Exception) -> None:
        """Answer with what went wrong; where an answer is under way it is cut off."""
        if self.status:
            problems.LOG.error(
                "cut off: %s %s", self.scope["method"], template_of(self.scope), exc_info=error
            )
            raise ConnectionAbortedError("the answer was cut off") from error
        language = problems.language_of(None, self.scope)
        if isinstance(error, TimeoutError) and self.limit is not None and self.limit.expired():
            found = _late(language, self.request_id)
        elif isinstance(error, LastroError):
            found = problems.problem_of(error, language, self.request_id)
        else:
            found = problems.failed(self.scope, error)
        self.limit = None
        await found(self.scope, _nothing, self.send)


@cache
def _policy(allowed: Rate) -> tuple[bytes, bytes]:
    seconds = max(1, round(allowed.burst / allowed.per_second))
    return b"ratelimit-policy", b'"default";q=%d;w=%d' % (allowed.burst, seconds)


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def _late(language: str, request_id: str) -> Response:
    return problems.plain(
        504,
        "The answer took too long.",
        "Ask for less: fewer days, rows or columns; or ask again later.",
        language,
        request_id,
    )


def _id_of(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _SANE_ID.fullmatch(value):
            return str(value.decode("ascii"))
    return secrets.token_hex(8)


def access_log() -> logging.Logger:
    """The access log, on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    ACCESS.handlers[:] = [handler]
    ACCESS.setLevel(logging.INFO)
    ACCESS.propagate = False
    return ACCESS


def _line(exchange: _Exchange, seconds: float) -> dict[str, object]:
    scope = exchange.scope
    principal = scope.get("lastro.principal")
    client = scope.get("client")
    return {
        "method": scope["method"],
        "route": template_of(scope),
        "path": scope["path"][:300],
        "status": exchange.status,
        "ms": round(seconds * 1000, 2),
        "bytes": exchange.sent,
        "address": client[0] if client else None,
        "who": f"{principal.kind}:{principal.id}" if principal else None,
    }
