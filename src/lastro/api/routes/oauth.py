"""routes/oauth: OAuth2 for third-party apps: authorization code with PKCE, refresh, revocation."""

from __future__ import annotations

import base64
from typing import Annotated, Literal
from urllib.parse import unquote

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from lastro.api.guard import PrincipalDep, needs, open_to_all
from lastro.api.house import HouseDep
from lastro.api.visiting import privately, strictly, visitor_of
from lastro.identity.apps import OauthError
from lastro.identity.scopes import SCOPES
from lastro.identity.sessions import Tokens, only_people
from lastro.store.grants import App

router = APIRouter(tags=["oauth"], dependencies=[privately()])
root = APIRouter(tags=["oauth"])

_Text = Annotated[str, Form(max_length=4000)]


class Authorization(BaseModel):
    """An app's authorization request, as it came in the address of the consent page."""

    model_config = ConfigDict(extra="ignore")  # RFC 6749: what is not known is ignored

    response_type: str = Field("", max_length=40)
    client_id: str = Field("", max_length=64)
    redirect_uri: str = Field("", max_length=2000)
    scope: str = Field("", max_length=500)
    state: str = Field("", max_length=500)
    code_challenge: str = Field("", max_length=200)
    code_challenge_method: str = Field("", max_length=20)


class ConsentDecision(BaseModel):
    """What the user decided."""

    model_config = ConfigDict(extra="forbid")

    request: Authorization
    allow: bool


class AppRequest(BaseModel):
    """What an app asks for; with ``redirect``, the page goes there at once."""

    app: str
    scopes: dict[str, str] = Field(description="Scope and what it allows.")
    redirect: str


class RedirectTo(BaseModel):
    """Where the page goes now."""

    redirect: str


class AppTokens(BaseModel):
    """Tokens of an app (RFC 6749)."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - its kind
    expires_in: int
    refresh_token: str
    scope: str


class OauthProblem(BaseModel):
    """Why an app gets no tokens (RFC 6749, 5.2)."""

    error: str
    error_description: str


class UserInfo(BaseModel):
    """Who let the app in."""

    sub: str
    name: str
    email: str


class AppEntry(BaseModel):
    """A third-party app."""

    id: str
    name: str
    redirects: list[str]
    scopes: list[str]
    confidential: bool
    disabled: bool


class Registration(BaseModel):
    """An app to be."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=80)
    redirects: list[str] = Field(max_length=10)
    scopes: list[str] = Field(max_length=30)
    confidential: bool = Field(default=False, description="Whether it can keep a secret.")


class Registered(BaseModel):
    """A new app; its secret is shown this once."""

    app: AppEntry
    secret: str


class Metadata(BaseModel):
    """What this authorization server can do (RFC 8414)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    userinfo_endpoint: str
    scopes_supported: list[str]
    response_types_supported: list[str]
    grant_types_supported: list[str]
    code_challenge_methods_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    authorization_response_iss_parameter_supported: bool


@root.get("/.well-known/oauth-authorization-server", dependencies=[open_to_all()])
def oauth_metadata(house: HouseDep) -> Metadata:
    """What this authorization server can do."""
    public = house.platform.settings.identity.public_url
    base = f"{public}/api/v1/oauth"
    return Metadata(
        issuer=public,
        authorization_endpoint=f"{public}/consent",
        token_endpoint=f"{base}/token",
        revocation_endpoint=f"{base}/revoke",
        userinfo_endpoint=f"{base}/userinfo",
        scopes_supported=list(SCOPES),
        response_types_supported=["code"],
        grant_types_supported=["authorization_code", "refresh_token"],
        code_challenge_methods_supported=["S256"],
        token_endpoint_auth_methods_supported=["none", "client_secret_post", "client_secret_basic"],
        authorization_response_iss_parameter_supported=True,
    )


@router.post("/oauth/request", dependencies=[needs("account")])
def look_at_request(body: Authorization, principal: PrincipalDep, house: HouseDep) -> AppRequest:
    """What an app asks the user for: the consent page shows it."""
    only_people(principal)
    asked = house.platform.identity.apps.asked(principal, body.model_dump())
    scopes = {name: SCOPES[name] for name in asked.scopes}
    return AppRequest(app=asked.app, scopes=scopes, redirect=asked.redirect)


@router.post("/oauth/authorize", dependencies=[needs("account")])
def authorize_app(
    body: ConsentDecision, principal: PrincipalDep, request: Request, house: HouseDep
) -> RedirectTo:
    """Let an app in, or not; the address carries a code, or the refusal, to the app."""
    only_people(principal)
    apps = house.platform.identity.apps
    place = apps.answer(principal, body.request.model_dump(), visitor_of(request), allow=body.allow)
    return RedirectTo(redirect=place)


@router.post(
    "/oauth/token", dependencies=[open_to_all(), strictly()], response_model=AppTokens,
    responses={400: {"model": OauthProblem}, 401: {"model": OauthProblem}},
)  # fmt: skip
def oauth_token(
    request: Request, house: HouseDep,
    grant_type: _Text = "", code: _Text = "", redirect_uri: _Text = "", client_id: _Text = "",
    client_secret: _Text = "", code_verifier: _Text = "", refresh_token: _Text = "",
) -> AppTokens | JSONResponse:  # fmt: skip
    """Tokens for an authorization code or a refresh token."""
    apps, visitor = house.platform.identity.apps, visitor_of(request)
    form = {"code": code, "redirect_uri": redirect_uri, "code_verifier": code_verifier,
            "refresh_token": refresh_token,
            **_client(request, client_id, client_secret)}  # fmt: skip
    try:
        if grant_type == "authorization_code":
            return _tokens(apps.exchange(form, visitor))
        if grant_type == "refresh_token":
            return _tokens(apps.renew(form, visitor))
    except OauthError as error:
        return _problem(error)
    return JSONResponse(
        {"error": "unsupported_grant_type", "error_description": "Code and refresh alone."}, 400
    )


@router.post(
    "/oauth/revoke", dependencies=[open_to_all(), strictly()], response_model=None,
    responses={400: {"model": OauthProblem}, 401: {"model": OauthProblem}},
)  # fmt: skip
def oauth_revoke(
    request: Request, house: HouseDep,
    token: _Text = "", client_id: _Text = "", client_secret: _Text = "",
) -> JSONResponse:  # fmt: skip
    """End the session of an app's refresh token (RFC 7009); an unknown token is no error."""
    form = {"token": token, **_client(request, client_id, client_secret)}
    try:
        house.platform.identity.apps.revoke(form, visitor_of(request))
    except OauthError as error:
        return _problem(error)
    return JSONResponse({})


@router.get("/oauth/userinfo", dependencies=[needs("account")])
def userinfo(principal: PrincipalDep, house: HouseDep) -> UserInfo:
    """Who let the app in; it needs the scope ``account``."""
    user, _ = house.platform.identity.account.me(principal)
    return UserInfo(sub=user.id, name=user.name, email=user.email)


@router.get("/apps", dependencies=[needs("users:admin")], tags=["apps"])
def list_apps(house: HouseDep) -> list[AppEntry]:
    """Every third-party app, the oldest first."""
    return [_entry(app) for app in house.platform.identity.apps.listing()]


@router.post("/apps", dependencies=[needs("users:admin")], status_code=201, tags=["apps"])
def register_app(
    body: Registration, principal: PrincipalDep, request: Request, house: HouseDep
) -> Registered:
    """Register a third-party app."""
    app, secret = house.platform.identity.apps.register(
        principal, body.name, body.redirects, body.scopes, visitor_of(request),
        confidential=body.confidential,
    )  # fmt: skip
    return Registered(app=_entry(app), secret=secret)


@router.delete("/apps/{app_id}", dependencies=[needs("users:admin")], status_code=204,
               tags=["apps"])  # fmt: skip
def disable_app(app_id: str, principal: PrincipalDep, request: Request, house: HouseDep) -> None:
    """Let an app in no more; its tokens are worthless at once."""
    house.platform.identity.apps.disable(principal, app_id, visitor_of(request))


def _entry(app: App) -> AppEntry:
    return AppEntry(
        id=app.id, name=app.name, redirects=app.redirects, scopes=app.scopes,
        confidential=app.secret_digest is not None, disabled=app.disabled_at is not None,
    )  # fmt: skip


def _tokens(tokens: Tokens) -> AppTokens:
    return AppTokens(
        access_token=tokens.access, expires_in=tokens.seconds, refresh_token=tokens.refresh,
        scope=" ".join(sorted(tokens.scopes)),
    )  # fmt: skip


def _client(request: Request, client_id: str, client_secret: str) -> dict[str, str]:
    """An app's id and secret: of the form, or of HTTP Basic."""
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            text = base64.b64decode(given, validate=True).decode()
        except ValueError:
            text = ""
        name, _, secret = text.partition(":")
        return {"client_id": unquote(name), "client_secret": unquote(secret)}
    return {"client_id": client_id, "client_secret": client_secret}


def _problem(error: OauthError) -> JSONResponse:
    status = 401 if error.code == "invalid_client" else 400
    headers = {"WWW-Authenticate": 'Basic realm="lastro"'} if status == 401 else {}
    body = {"error": error.code, "error_description": error.message}
    return JSONResponse(body, status, {"Cache-Control": "no-store", **headers})
