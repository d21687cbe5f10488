"""Who may call a route: each declares its scope, or that it is open to all.

``needs`` and ``open_to_all`` are the only two ways in; a test walks every route and refuses one
that declares neither. Both count against a rate: of the user or key once known, of the address
before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import anyio
from fastapi import Depends, Request

from lastro.core.errors import ForbiddenError, UnauthenticatedError
from lastro.identity.principal import Principal
from lastro.identity.scopes import SCOPES

if TYPE_CHECKING:
    from lastro.api.house import House
    from lastro.api.limits import Limits


class Open:
    """The declaration that anybody may call a route."""

    scope = ""

    async def __call__(self, request: Request) -> None:
        """Count the call against its address."""
        await _limits(request).admit(request.scope, f"address:{address_of(request)}", known=False)


class Needs:
    """The declaration that a route needs a scope."""

    def __init__(self, scope: str) -> None:
        if scope not in SCOPES:
            raise ValueError(f"there is no scope {scope!r}")
        self.scope = scope

    async def __call__(self, request: Request) -> Principal:
        """The principal of the request.

        Raises:
            UnauthenticatedError: Nobody is signed in, or the token is not valid.
            ForbiddenError: They may not.
            RateLimitedError: They ask too often.
        """
        principal = await principal_of(request)
        if not principal.may(self.scope):
            raise ForbiddenError(
                "This needs the permission {scope}, which {name} does not have.",
                hint="Ask an administrator for it, or use a key that carries it.",
                scope=self.scope,
                name=principal.name,
            )
        return principal


def needs(scope: str) -> Any:
    """The dependency of a route that needs a scope.

    Raises:
        ValueError: There is no such scope.
    """
    return Depends(Needs(scope))


def open_to_all() -> Any:
    """The dependency of a route that anybody may call."""
    return Depends(Open())


class Doorman:
    """Asks identity, without holding the event loop up where identity must look.

    Args:
        house: Whose identity is asked.
    """

    def __init__(self, house: House) -> None:
        self._house = house

    async def principal(self, bearer: str | None) -> Principal:
        """Whom a token or key stands for.

        Raises:
            UnauthenticatedError: It stands for nobody, or there is none.
        """
        if bearer is None:
            raise UnauthenticatedError(
                "Nobody is signed in.",
                hint="Sign in, or send a token or an API key: `Authorization: Bearer ...`.",
            )
        identity = self._house.opened_identity
        if identity is not None:
            seen = identity.seen(bearer)
            if seen is not None:
                return seen
        return await anyio.to_thread.run_sync(self._look, bearer)

    def _look(self, bearer: str) -> Principal:
        return self._house.identity.principal(bearer)


async def principal_of(request: Request) -> Principal:
    """Who asks; found out once a request.

    Raises:
        UnauthenticatedError: Nobody is signed in, or the token is not valid.
        RateLimitedError: They ask too often.
    """
    found: Principal | None = request.scope.get("lastro.principal")
    if found is not None:
        return found
    limits = _limits(request)
    doorman: Doorman = request.app.state.doorman
    try:
        principal = await doorman.principal(bearer_of(request))
    except UnauthenticatedError:
        await limits.admit(request.scope, f"address:{address_of(request)}", known=False)
        raise
    await limits.admit(request.scope, f"{principal.kind}:{principal.id}", known=True)
    request.scope["lastro.principal"] = principal
    return principal


def bearer_of(request: Request) -> str | None:
    """The token of the ``Authorization`` header, where there is one."""
    for name, value in request.scope["headers"]:
        if name == b"authorization":
            kind, _, token = value.decode("latin-1").partition(" ")
            return token.strip() if kind.lower() == "bearer" and token.strip() else None
    return None


def address_of(request: Request) -> str:
    """The caller's address, as a trusted proxy or the socket says; a /64 for IPv6."""
    client = request.scope.get("client")
    host = client[0] if client else "-"
    return ":".join(host.split(":")[:4]) if host.count(":") > 1 else str(host)


def _limits(request: Request) -> Limits:
    found: Limits = request.app.state.limits
    return found


PrincipalDep = Annotated[Principal, Depends(principal_of)]
