"""routes/account: what people see and change of themselves."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from lastro.api.guard import PrincipalDep, needs
from lastro.api.house import HouseDep
from lastro.api.visiting import privately, strictly, visitor_of
from lastro.identity.sessions import only_people

router = APIRouter(prefix="/auth", tags=["account"], dependencies=[privately()])


class Me(BaseModel):
    """Who is signed in."""

    id: str
    name: str
    email: str
    role: str
    scopes: list[str]
    language: str
    totp: bool = Field(description="Whether there is a second factor.")
    recovery_codes: int = Field(description="Recovery codes that were not used.")
    password: bool = Field(description="Whether there is a password: not with the firm's login.")


class Profile(BaseModel):
    """What people may change of themselves, and nothing else."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, max_length=80)
    language: Literal["pt-BR", "en"] | None = None


class NewPassword(BaseModel):
    """A change of password."""

    model_config = ConfigDict(extra="forbid")

    present: str = Field(max_length=1000)
    wanted: str = Field(max_length=1000)


class FactorCode(BaseModel):
    """A code of the authenticator app, or a recovery code."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(max_length=40)


class Enrolment(BaseModel):
    """What an authenticator app needs."""

    secret: str
    address: str
    image: str = Field(description="The address as a QR code: an SVG document.")


class RecoveryCodes(BaseModel):
    """Codes for when the phone is lost; shown this once."""

    codes: list[str]


class OpenSession(BaseModel):
    """One sign-in that has not ended."""

    id: str
    agent: str = Field(description="What the browser called itself.")
    network: str = Field(description="Internet address without its last part.")
    app: str = Field(description="Id of the third-party app that uses it; blank: the user.")
    created_at: dt.datetime
    used_at: dt.datetime
    this: bool = Field(description="Whether it is the one that asks.")


class SessionsEnded(BaseModel):
    """How many sessions ended."""

    ended: int


@router.get("/me", dependencies=[needs("account")])
def me(principal: PrincipalDep, house: HouseDep) -> Me:
    """Who is signed in, and what they may."""
    user, left = house.platform.identity.account.me(principal)
    return Me(
        id=user.id, name=user.name, email=user.email, role=user.role,
        scopes=sorted(principal.scopes), language=user.language,
        totp=user.totp_since is not None, recovery_codes=left,
        password=user.password is not None,
    )  # fmt: skip


@router.patch("/me", dependencies=[needs("account")])
def change_me(body: Profile, principal: PrincipalDep, request: Request, house: HouseDep) -> Me:
    """Change one's own name or language; what is left out stays."""
    only_people(principal)
    account = house.platform.identity.account
    account.profile(principal, body.name, body.language, visitor_of(request))
    return me(principal, house)


@router.post("/password", dependencies=[needs("account"), strictly()], status_code=204)
def change_password(
    body: NewPassword, principal: PrincipalDep, request: Request, house: HouseDep
) -> None:
    """Change one's own password; every other session ends."""
    only_people(principal)
    house.platform.identity.account.change_password(
        principal, body.present, body.wanted, visitor_of(request)
    )


@router.get("/sessions", dependencies=[needs("account")])
def my_sessions(principal: PrincipalDep, house: HouseDep) -> list[OpenSession]:
    """One's own open sessions, the one used last first."""
    only_people(principal)
    return [
        OpenSession(
            id=found.id, agent=found.agent, network=found.address, app=found.app_id or "",
            created_at=found.created_at, used_at=found.used_at,
            this=found.id == principal.session,
        )
        for found in house.platform.identity.sessions.mine(principal)
    ]  # fmt: skip


@router.delete("/sessions/{session_id}", dependencies=[needs("account")], status_code=204)
def end_session(
    session_id: str, principal: PrincipalDep, request: Request, house: HouseDep
) -> None:
    """End one of one's own sessions."""
    only_people(principal)
    house.platform.identity.sessions.end(principal, session_id, visitor_of(request))


@router.post("/sessions/end-others", dependencies=[needs("account")])
def end_other_sessions(principal: PrincipalDep, request: Request, house: HouseDep) -> SessionsEnded:
    """End every session of one's own but the one that asks."""
    only_people(principal)
    sessions = house.platform.identity.sessions
    return SessionsEnded(ended=sessions.end_others(principal, visitor_of(request)))


@router.post("/second-factor", dependencies=[needs("account")])
def begin_second_factor(principal: PrincipalDep, house: HouseDep) -> Enrolment:
    """Make a secret for an authenticator app; it counts once a code of it was confirmed."""
    only_people(principal)
    begun = house.platform.identity.factors.begin(principal)
    return Enrolment(secret=begun.secret, address=begun.address, image=begun.image)


@router.post("/second-factor/confirm", dependencies=[needs("account"), strictly()])
def confirm_second_factor(
    body: FactorCode, principal: PrincipalDep, request: Request, house: HouseDep
) -> RecoveryCodes:
    """Turn the second factor on, by a code of it."""
    only_people(principal)
    factors = house.platform.identity.factors
    return RecoveryCodes(codes=factors.confirm(principal, body.code, visitor_of(request)))


@router.post("/second-factor/end", dependencies=[needs("account"), strictly()], status_code=204)
def end_second_factor(
    body: FactorCode, principal: PrincipalDep, request: Request, house: HouseDep
) -> None:
    """Turn the second factor off, by a code of it."""
    only_people(principal)
    house.platform.identity.factors.end(principal, body.code, visitor_of(request))


@router.post("/second-factor/recovery-codes", dependencies=[needs("account"), strictly()])
def renew_recovery_codes(
    body: FactorCode, principal: PrincipalDep, request: Request, house: HouseDep
) -> RecoveryCodes:
    """New recovery codes instead of the old ones, by a code of the second factor."""
    only_people(principal)
    factors = house.platform.identity.factors
    return RecoveryCodes(codes=factors.renew(principal, body.code, visitor_of(request)))
