"""The web app's built files, on the API's own origin.

Files whose names hold a hash of their bytes are kept by browsers for a year; the page that names
them is asked for each time. Where the build made compressed forms they are sent as they are. An
address that no file has is one of the app's own pages, and gets its first page.
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from lastro.api import problems
from lastro.core.language import say

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

FOLDER = Path(__file__).parent / "static"
_PAGE = "index.html"
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK = "no-cache"
_HASHED = re.compile(r"-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$")
_CODINGS = (("zstd", ".zst"), ("br", ".br"), ("gzip", ".gz"))
_SCRIPT = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
_OURS = ("api/", "health/", "metrics", ".well-known/")
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
          ".woff2": "font/woff2", ".json": "application/json", ".html": "text/html",
          ".webmanifest": "application/manifest+json", ".wasm": "application/wasm"}  # fmt: skip


class WebFiles:
    """Serves the web app.

    Args:
        folder: Where its build lies; it need not be there.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._built = 0  # when the build that was listed was made
        self._listed: dict[str, Path] = {}
        self._first: tuple[bytes, str, str] = (b"", "", "")

    @property
    def _files(self) -> dict[str, Path]:
        """Every file by its path below the folder: nothing else can be asked for."""
        try:
            built = (self._folder / _PAGE).stat().st_mtime_ns
        except OSError:
            return {}
        if built != self._built:
            found = (path for path in self._folder.rglob("*") if path.is_file())
            self._listed = {path.relative_to(self._folder).as_posix(): path for path in found}
            body = (self._folder / _PAGE).read_bytes()
            tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            self._first, self._built = (body, tag, policy_of(body)), built
        return self._listed

    @property
    def is_built(self) -> bool:
        """Whether there is a web app to serve."""
        return _PAGE in self._files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file, or with the app's first page.

        Raises:
            HTTPException: The address is the API's, or a file that is not there.
        """
        if scope["type"] != "http":
            return
        response = self._answer(Request(scope, receive))
        await response(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        scope = request.scope
        name = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        if scope["method"] != "GET":
            raise HTTPException(404)
        scope["lastro.template"] = "web"
        if name.startswith(_OURS) or name == "api":
            raise HTTPException(404)
        if not self.is_built:
            return self._unbuilt(request)
        path = self._files.get(name)
        page = "text/html" in request.headers.get("accept", "")  # /data/tables/gold.cdi is one
        if path is None and not page and "." in name.rpartition("/")[2]:
            raise HTTPException(404)
        if path is None or name == _PAGE:
            return self._page(request)
        return self._file(request, name, path)

    def _file(self, request: Request, name: str, path: Path) -> Response:
        headers = {"Cache-Control": _FOR_EVER if _HASHED.search(name) else _ASK,
                   "Vary": "Accept-Encoding"}  # fmt: skip
        media = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0]
        accepted = request.headers.get("accept-encoding", "")
        for coding, suffix in _CODINGS:
            packed = self._files.get(name + suffix)
            if packed is not None and re.search(rf"\b{coding}\b(?!\s*;\s*q=0(\.0*)?\b)", accepted):
                headers["Content-Encoding"] = coding
                return FileResponse(packed, headers=headers, media_type=media)
        return FileResponse(path, headers=headers, media_type=media)

    def _page(self, request: Request) -> Response:
        request.scope["lastro.policy"] = True
        body, etag, policy = self._first
        headers = {"Cache-Control": _ASK, "ETag": etag, "Content-Security-Policy": policy}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return HTMLResponse(body, headers=headers)

    def _unbuilt(self, request: Request) -> Response:
        request.scope["lastro.policy"] = True
        with problems.speaking(problems.language_of(request.headers)):
            title = say("The web app is not built")
            text = say("The API answers. To see pages here, build the web app: `make web`.")
        body = (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
            f"<h1>{title}</h1><p>{text}</p>"
            '<p><a href="/api/v1/openapi.json">OpenAPI</a></p></html>'
        )
        return HTMLResponse(
            body, headers={"Cache-Control": "no-store", "Content-Security-Policy": policy_of(b"")}
        )


def policy_of(page: bytes) -> str:
    """The content security policy of a page: its own origin, and its inline scripts by hash."""
    hashes = (base64.b64encode(hashlib.sha256(s).digest()).decode() for s in _SCRIPT.findall(page))
    scripts = " ".join(["'self'", *(f"'sha256-{found}'" for found in hashes)])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
