"""Visiting: from where a request comes, and the cookie by which a browser stays signed in.

The cookie alone opens nothing but the two addresses that renew and end a session, and these ask
for proof that a page of ours sends the request: a header that other origins cannot set, or an
``Origin`` that is ours.
"""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from lastro.api.guard import address_of
from lastro.api.limits import Rate
from lastro.core.errors import ForbiddenError, UnauthenticatedError
from lastro.identity.desk import Visitor

if TYPE_CHECKING:
    from lastro.api.limits import Limits
    from lastro.identity.sessions import Tokens

COOKIE = "lastro_refresh"
_PATH = "/api/v1/auth"
_HEADER = "x-requested-with"
_DAY = 86_400


def visitor_of(request: Request) -> Visitor:
    """From where a request comes."""
    return Visitor(address_of(request), request.headers.get("user-agent", "")[:300])


def is_secure(request: Request) -> bool:
    """Whether the browser reaches us by TLS, ended here or at a proxy."""
    public = request.app.state.house.platform.settings.identity.public_url
    return request.url.scheme == "https" or public.startswith("https:")


def keep(request: Request, response: Response, tokens: Tokens) -> None:
    """Give the browser the refresh token, in a cookie that no script can read."""
    response.set_cookie(
        COOKIE, tokens.refresh, max_age=tokens.days * _DAY, path=_PATH,
        secure=is_secure(request), httponly=True, samesite="strict",
    )  # fmt: skip


def drop(request: Request, response: Response) -> None:
    """Take the cookie away."""
    response.delete_cookie(
        COOKIE, path=_PATH, secure=is_secure(request), httponly=True, samesite="strict"
    )


def kept(request: Request) -> str:
    """The refresh token of the cookie, from a page of ours.

    Raises:
        ForbiddenError: Another site's page sends the request.
        UnauthenticatedError: There is no cookie.
    """
    check_origin(request)
    found = cookie_of(request, COOKIE)
    if not found:
        raise UnauthenticatedError("Nobody is signed in.", hint="Sign in again.")
    return found


def cookie_of(request: Request, name: str) -> str:
    """A cookie of the request; blank where there is none."""
    found: SimpleCookie = SimpleCookie(request.headers.get("cookie", ""))
    return found[name].value if name in found else ""


def check_origin(request: Request) -> None:
    """Refuse what another site's page sends with our cookie.

    The header is proof enough: a page elsewhere sends it only once we allowed that to its origin.

    Raises:
        ForbiddenError: Nothing says that a page of ours asks.
    """
    public = urlsplit(request.app.state.house.platform.settings.identity.public_url).netloc
    ours = {request.headers.get("host", ""), public} - {""}
    origin = urlsplit(request.headers.get("origin", "")).netloc
    if origin in ours or request.headers.get(_HEADER):
        return
    raise ForbiddenError(
        "This was not sent by a page of Lastro.",
        hint="Programs use tokens and API keys instead of the cookie.",
    )


async def _strictly(request: Request) -> None:
    limits: Limits = request.app.state.limits
    most = request.app.state.house.platform.settings.identity.attempts_per_minute
    await limits.admit(
        request.scope, f"attempts:{address_of(request)}", known=False, rate=Rate(most / 60, most)
    )


def _privately(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


def strictly() -> Any:
    """The dependency of a route at which somebody might guess: few attempts an address."""
    return Depends(_strictly)


def privately() -> Any:
    """The dependency of routes whose answers nobody keeps."""
    return Depends(_privately)
