"""routes/auth: coming in, staying in, going out."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from lastro.api.guard import open_to_all
from lastro.api.house import HouseDep
from lastro.api.visiting import drop, keep, kept, privately, strictly, visitor_of
from lastro.core.errors import UnauthenticatedError
from lastro.identity.scopes import SCOPES
from lastro.identity.sessions import Tokens

router = APIRouter(prefix="/auth", tags=["auth"], dependencies=[privately()])


class AccessToken(BaseModel):
    """An access token; the refresh token is in the cookie ``lastro_refresh``."""

    access_token: str = Field(description="Send it as `Authorization: Bearer ...`.")
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - its kind
    expires_in: int = Field(description="Its life in seconds.")


class SignInOptions(BaseModel):
    """By which ways one may come in."""

    first: bool = Field(description="Nobody has an account yet: the operator has a link.")
    simulated: bool = Field(description="Whether the data are simulated.")
    demo: str = Field(description="E-mail of the demo user; blank where there is none.")
    oidc: str = Field(description="What the firm's login provider is called; blank: none.")
    scopes: dict[str, str] = Field(description="Every scope and what it allows.")


class LinkToken(BaseModel):
    """What follows `#` in a one-time link."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(max_length=200)


class LinkPurpose(BaseModel):
    """What a one-time link is for."""

    purpose: Literal["first", "choose"]
    email: str = Field(description="Whose it is; blank for the first administrator's.")


class LinkClaim(LinkToken):
    """The use of a one-time link."""

    password: str = Field(max_length=1000)
    email: str = Field("", max_length=254, description="Only for the first administrator.")
    name: str = Field("", max_length=80, description="Only for the first administrator.")


@router.get("/options", dependencies=[open_to_all()])
def sign_in_options(house: HouseDep) -> SignInOptions:
    """By which ways one may come in."""
    identity, simulated = house.platform.identity, house.simulated
    return SignInOptions(
        first=identity.is_new(),
        simulated=simulated,
        demo=identity.demo_email() if simulated else "",
        oidc=identity.settings.oidc_name if identity.settings.oidc_issuer else "",
        scopes=SCOPES,
    )


@router.post("/token", dependencies=[open_to_all(), strictly()])
def sign_in(
    request: Request,
    response: Response,
    house: HouseDep,
    username: Annotated[str, Form(max_length=254, description="The e-mail.")],
    password: Annotated[str, Form(max_length=1000)],
    grant_type: Annotated[Literal["password"], Form()] = "password",  # noqa: ARG001 - checked above
    totp: Annotated[str, Form(max_length=40, description="Code of the second factor.")] = "",
) -> AccessToken:
    """Sign in by e-mail and password (OAuth2 password grant)."""
    identity = house.platform.identity
    return _given(
        request, response, identity.sign_in(username, password, totp, visitor_of(request))
    )


@router.post("/refresh", dependencies=[open_to_all()])
def refresh_session(request: Request, response: Response, house: HouseDep) -> AccessToken:
    """A new access token by the cookie, which changes with each use."""
    identity = house.platform.identity
    return _given(request, response, identity.sessions.refresh(kept(request), visitor_of(request)))


@router.post("/sign-out", dependencies=[open_to_all()], status_code=204)
def sign_out(request: Request, response: Response, house: HouseDep) -> None:
    """End the cookie's session; where there is none, nothing happens."""
    try:
        token = kept(request)
    except UnauthenticatedError:
        return
    house.platform.identity.sessions.sign_out(token, visitor_of(request))
    drop(request, response)


@router.post("/links/look", dependencies=[open_to_all(), strictly()])
def look_at_link(body: LinkToken, house: HouseDep) -> LinkPurpose:
    """What a one-time link is for; it stays good."""
    purpose, email = house.platform.identity.people.look(body.token)
    return LinkPurpose(purpose="first" if purpose == "first" else "choose", email=email)


@router.post("/links/claim", dependencies=[open_to_all(), strictly()])
def claim_link(
    body: LinkClaim, request: Request, response: Response, house: HouseDep
) -> AccessToken:
    """Use a one-time link: become the first administrator, or choose a password."""
    people, visitor = house.platform.identity.people, visitor_of(request)
    purpose, _ = people.look(body.token)
    if purpose == "first":
        tokens = people.claim_first(body.token, body.email, body.name, body.password, visitor)
    else:
        tokens = people.choose(body.token, body.password, visitor)
    return _given(request, response, tokens)


def _given(request: Request, response: Response, tokens: Tokens) -> AccessToken:
    keep(request, response, tokens)
    return AccessToken(access_token=tokens.access, expires_in=tokens.seconds)
