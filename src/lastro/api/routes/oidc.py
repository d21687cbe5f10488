"""routes/oidc: login by the firm's own OpenID Connect provider."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from lastro.api.guard import open_to_all
from lastro.api.house import HouseDep
from lastro.api.problems import language_of, speaking
from lastro.api.visiting import cookie_of, is_secure, keep, privately, strictly, visitor_of
from lastro.core.errors import LastroError, NotFoundError
from lastro.core.language import explain
from lastro.identity.oidc import Oidc
from lastro.identity.service import Identity

router = APIRouter(prefix="/auth/oidc", tags=["auth"], dependencies=[privately()])

_COOKIE = "lastro_oidc"
_PATH = "/api/v1/auth/oidc"


def _oidc(identity: Identity) -> Oidc:
    if identity.oidc is None:
        raise NotFoundError(
            "There is no login provider here.",
            hint="The operator sets LASTRO_IDENTITY__OIDC_ISSUER, or sign in with a password.",
        )
    return identity.oidc


@router.get(
    "/begin", dependencies=[open_to_all(), strictly()], status_code=303,
    response_class=RedirectResponse,
)  # fmt: skip
def begin_oidc(
    request: Request,
    house: HouseDep,
    to: Annotated[str, Query(max_length=500, description="Path to come back to.")] = "/",
) -> RedirectResponse:
    """Send the browser to the firm's provider."""
    begun = _oidc(house.platform.identity).begin(to)
    answer = RedirectResponse(begun.url, 303)
    answer.set_cookie(
        _COOKIE, begun.cookie, max_age=begun.seconds, path=_PATH,
        secure=is_secure(request), httponly=True, samesite="lax",
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.get(
    "/callback", dependencies=[open_to_all(), strictly()], status_code=303,
    response_class=RedirectResponse,
)  # fmt: skip
def finish_oidc(
    request: Request,
    house: HouseDep,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
) -> RedirectResponse:
    """Where the provider sends the browser back; failures are told on the sign-in page."""
    cookie = cookie_of(request, _COOKIE)
    try:
        oidc = _oidc(house.platform.identity)
        tokens, back = oidc.finish(cookie, state, "" if error else code, visitor_of(request))
    except LastroError as failure:
        with speaking(language_of(request.headers)):
            said = " ".join(explain(failure))
        answer = RedirectResponse(f"/sign-in?problem={quote(said)}", 303)
    else:
        answer = RedirectResponse(back, 303)
        keep(request, answer, tokens)
    answer.delete_cookie(_COOKIE, path=_PATH, secure=is_secure(request), httponly=True)
    answer.headers["Cache-Control"] = "no-store"
    return answer
