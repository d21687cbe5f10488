"""Compression of what is not a kept answer: those are compressed once and kept so.

Streams of events are left alone, for each event must leave at once; so is all that signs somebody
in, whose length would tell of secrets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette_compress import CompressMiddleware, add_compress_type, remove_compress_type

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_SECRET = ("/api/v1/auth", "/api/v1/oauth", "/api/v1/api-keys", "/api/v1/users")
_LEAST = 1000  # bytes


class Compression:
    """Middleware that compresses with zstd or gzip.

    Args:
        app: What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        add_compress_type("text/csv")
        remove_compress_type("text/event-stream")
        self._app = app
        self._packing = CompressMiddleware(
            app, minimum_size=_LEAST, brotli=False, gzip_level=6, zstd_level=6
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compress an answer where that is asked for."""
        if scope["type"] == "http" and _is_wanted(scope):
            await self._packing(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_wanted(scope: Scope) -> bool:
    if scope["path"].startswith(_SECRET):
        return False
    return any(name == b"accept-encoding" and value != b"identity"
               for name, value in scope["headers"])  # fmt: skip
