"""routes/api_keys: keys by which machines come in."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from lastro.api.guard import PrincipalDep, needs
from lastro.api.house import HouseDep
from lastro.api.visiting import privately, visitor_of
from lastro.identity.scopes import ROLES
from lastro.identity.sessions import only_people
from lastro.store.api_keys import ApiKey

router = APIRouter(prefix="/api-keys", tags=["api keys"], dependencies=[privately()])


class ApiKeyEntry(BaseModel):
    """One key, without what is secret of it."""

    id: str
    name: str
    owner: str = Field(description="Id of the user it acts for.")
    scopes: list[str]
    created_at: dt.datetime
    expires_at: dt.datetime
    last_used_at: dt.datetime | None = Field(description="To the minute; null: never.")
    revoked: bool


class ApiKeys(BaseModel):
    """ApiKeys, and what a new one of one's own may be allowed."""

    keys: list[ApiKeyEntry]
    allowed: list[str]


class ApiKeyWish(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=80, description="What it is for.")
    scopes: list[str] = Field(max_length=30, description="What it may do.")
    days: int = Field(90, ge=1, le=366, description="Until it expires.")
    owner: str = Field("", max_length=32, description="Id of another user, for administrators.")


class NewApiKey(BaseModel):
    """A new key; the key itself is shown this once."""

    key: ApiKeyEntry
    secret: str = Field(description="Send it as `Authorization: Bearer lastro_...`.")


@router.get("", dependencies=[needs("account")])
def list_keys(principal: PrincipalDep, house: HouseDep, *, everybody: bool = False) -> ApiKeys:
    """One's own keys, or everybody's for an administrator; the newest first."""
    only_people(principal)
    found = house.platform.identity.keys.listing(principal, everybody=everybody)
    allowed = sorted(principal.scopes & ROLES["service"])
    return ApiKeys(keys=[_key(key) for key in found], allowed=allowed)


@router.post("", dependencies=[needs("account")], status_code=201)
def make_key(
    body: ApiKeyWish, principal: PrincipalDep, request: Request, house: HouseDep
) -> NewApiKey:
    """Make a key, which may do part of what its maker may."""
    only_people(principal)
    key, secret = house.platform.identity.keys.create(
        principal, body.name, body.scopes, body.days, visitor_of(request), owner=body.owner
    )
    return NewApiKey(key=_key(key), secret=secret)


@router.delete("/{key_id}", dependencies=[needs("account")], status_code=204)
def revoke_key(key_id: str, principal: PrincipalDep, request: Request, house: HouseDep) -> None:
    """Make a key worthless at once: one's own, or anybody's for an administrator."""
    only_people(principal)
    house.platform.identity.keys.revoke(principal, key_id, visitor_of(request))


def _key(key: ApiKey) -> ApiKeyEntry:
    return ApiKeyEntry(
        id=key.id, name=key.name, owner=key.user_id, scopes=key.scopes,
        created_at=key.created_at, expires_at=key.expires_at, last_used_at=key.last_used_at,
        revoked=key.revoked_at is not None,
    )  # fmt: skip
