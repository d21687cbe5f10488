"""routes/users: people of the house, for its administrators; an adviser sees their own clients."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from lastro.api.guard import PrincipalDep, needs
from lastro.api.house import HouseDep
from lastro.api.visiting import privately, visitor_of
from lastro.identity.people import Wish
from lastro.identity.scopes import ROLES
from lastro.store.users import User

router = APIRouter(prefix="/users", tags=["users"], dependencies=[privately()])

RoleName = Literal["admin", "analyst", "adviser", "client", "service"]


class Person(BaseModel):
    """One user."""

    id: str
    name: str
    email: str
    role: RoleName
    client: str = Field(description="Id of the client they are; blank: none.")
    adviser: str = Field(description="Id of the user who advises them; blank: nobody.")
    totp: bool = Field(description="Whether there is a second factor.")
    active: bool = Field(description="Whether they have chosen a password or use the firm's login.")
    disabled: bool
    created_at: dt.datetime


class Users(BaseModel):
    """Every user, and what each role may."""

    users: list[Person]
    roles: dict[str, list[str]]


class Invitation(BaseModel):
    """A user to be."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=254)
    name: str = Field(max_length=80)
    role: RoleName
    client: str = Field("", max_length=64)
    adviser: str = Field("", max_length=32)


class UserChange(BaseModel):
    """What changes of a user; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, max_length=80)
    role: RoleName | None = None
    client: str | None = Field(None, max_length=64)
    adviser: str | None = Field(None, max_length=32)
    disabled: bool | None = None


class OneTimeLink(BaseModel):
    """A link by which a user chooses a password; shown this once."""

    user: Person
    path: str = Field(description="Put our address before it: `https://host/welcome#...`.")
    hours: int = Field(description="For how long it is good.")


class ClientUser(BaseModel):
    """A user who is a client."""

    id: str
    name: str
    client: str
    adviser: str


@router.get("", dependencies=[needs("users:admin")])
def list_users(house: HouseDep) -> Users:
    """Every user, the oldest first."""
    found = house.platform.identity.people.everyone()
    roles = {role: sorted(scopes) for role, scopes in ROLES.items()}
    return Users(users=[_person(user) for user in found], roles=roles)


@router.post("", dependencies=[needs("users:admin")], status_code=201)
def invite_user(
    body: Invitation, principal: PrincipalDep, request: Request, house: HouseDep
) -> OneTimeLink:
    """Add a user, who chooses a password by the link in the answer."""
    identity = house.platform.identity
    user, path = identity.people.invite(
        principal, body.email, body.name, body.role, visitor_of(request),
        client=body.client, adviser=body.adviser,
    )  # fmt: skip
    return OneTimeLink(user=_person(user), path=path, hours=identity.settings.link_hours)


@router.get("/clients", dependencies=[needs("clients:read")])
def list_client_users(principal: PrincipalDep, house: HouseDep) -> list[ClientUser]:
    """Users who are clients, as far as one reaches: an adviser's own, everybody for an admin."""
    found = house.platform.identity.people.clients(principal)
    return [_client(user) for user in found]


@router.get("/clients/{client}", dependencies=[needs("clients:read")])
def client_user(client: str, principal: PrincipalDep, house: HouseDep) -> ClientUser:
    """One of them; a client out of reach is answered like one that does not exist."""
    return _client(house.platform.identity.people.client(principal, client))


@router.patch("/{user_id}", dependencies=[needs("users:admin")])
def change_user(
    user_id: str, body: UserChange, principal: PrincipalDep, request: Request, house: HouseDep
) -> Person:
    """UserChange a user; with another role, or disabled, every session ends at once."""
    wish = Wish(**body.model_dump())
    people = house.platform.identity.people
    return _person(people.change(principal, user_id, wish, visitor_of(request)))


@router.post("/{user_id}/link", dependencies=[needs("users:admin")])
def new_link(
    user_id: str, principal: PrincipalDep, request: Request, house: HouseDep
) -> OneTimeLink:
    """A new link by which a user chooses a password; the former one is worthless."""
    identity = house.platform.identity
    path = identity.people.new_link(principal, user_id, visitor_of(request))
    user = identity.people.one(user_id)
    return OneTimeLink(user=_person(user), path=path, hours=identity.settings.link_hours)


@router.delete("/{user_id}/second-factor", dependencies=[needs("users:admin")], status_code=204)
def drop_second_factor(
    user_id: str, principal: PrincipalDep, request: Request, house: HouseDep
) -> None:
    """Take the second factor away from who lost it."""
    people = house.platform.identity.people
    people.drop_second_factor(principal, user_id, visitor_of(request))


def _person(user: User) -> Person:
    return Person.model_validate(
        {
            "id": user.id, "name": user.name, "email": user.email, "role": user.role,
            "client": user.client, "adviser": user.adviser_id or "",
            "totp": user.totp_since is not None,
            "active": user.password is not None or user.subject is not None,
            "disabled": user.disabled_at is not None, "created_at": user.created_at,
        }
    )  # fmt: skip


def _client(user: User) -> ClientUser:
    return ClientUser(id=user.id, name=user.name, client=user.client, adviser=user.adviser_id or "")
