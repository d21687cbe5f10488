"""Grants: sessions and their refresh tokens, one-time links, third-party apps and their codes.

Whatever opens a door is kept as its hash alone.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, Text, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lastro.store.base import Base, Document, Instant, Sealed


class App(Base):
    """A third-party application that may ask users for access."""

    __tablename__ = "apps"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    redirects: Mapped[list[str]] = mapped_column(Document)
    scopes: Mapped[list[str]] = mapped_column(Document)
    secret_digest: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    disabled_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class SignedIn(Base):
    """A session: one sign-in of a user, with every token that came of it."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    app_id: Mapped[str | None] = mapped_column(ForeignKey("apps.id"), index=True)
    scopes: Mapped[list[str] | None] = mapped_column(Document)
    agent: Mapped[str] = mapped_column(Sealed("sessions.agent"))
    address: Mapped[str] = mapped_column(Sealed("sessions.address"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    used_at: Mapped[dt.datetime] = mapped_column(Instant)
    expires_at: Mapped[dt.datetime] = mapped_column(Instant)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class RefreshToken(Base):
    """One refresh token of a session; good for one use."""

    __tablename__ = "refresh_tokens"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[str] = mapped_column(
        ForeignKey("sessions.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    used_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    successor: Mapped[str | None] = mapped_column(String(64))


class Code(Base):
    """An authorization code of an app; good for one use within a minute."""

    __tablename__ = "authorization_codes"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id"))
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    redirect: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(Document)
    challenge: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[dt.datetime] = mapped_column(Instant)
    used_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    session_id: Mapped[str | None] = mapped_column(String(32))


class Link(Base):
    """A one-time link: to become the first admin, or to choose a password."""

    __tablename__ = "links"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"), index=True)
    expires_at: Mapped[dt.datetime] = mapped_column(Instant)
    used_at: Mapped[dt.datetime | None] = mapped_column(Instant)


def lock_session_of(session: Session, digest: str) -> SignedIn | None:
    """The session of a refresh token; others who ask for it wait for this transaction's end."""
    chosen = (
        select(SignedIn)
        .join(RefreshToken, RefreshToken.session_id == SignedIn.id)
        .where(RefreshToken.digest == digest)
        .with_for_update(of=SignedIn)
    )
    return session.scalar(chosen)


def use_token(session: Session, digest: str, successor: str, now: dt.datetime) -> bool:
    """Use a refresh token up; False where somebody else was quicker."""
    used = session.execute(
        update(RefreshToken)
        .where(RefreshToken.digest == digest, RefreshToken.used_at.is_(None))
        .values(used_at=now, successor=successor)
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def use_code(session: Session, digest: str, session_id: str, now: dt.datetime) -> bool:
    """Use an authorization code up; False where it was used."""
    used = session.execute(
        update(Code)
        .where(Code.digest == digest, Code.used_at.is_(None))
        .values(used_at=now, session_id=session_id)
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def use_link(session: Session, digest: str, now: dt.datetime) -> Link | None:
    """Use a link up; None where there is none such, or it is used or expired."""
    used = session.execute(
        update(Link)
        .where(Link.digest == digest, Link.used_at.is_(None), Link.expires_at > now)
        .values(used_at=now)
    )
    return session.get(Link, digest) if used.rowcount else None  # type: ignore[attr-defined]


def drop_links(session: Session, purpose: str, user_id: str | None, now: dt.datetime) -> None:
    """Make a user's open links of a purpose worthless."""
    session.execute(
        update(Link)
        .where(Link.purpose == purpose, Link.user_id == user_id, Link.used_at.is_(None))
        .values(used_at=now)
    )


def sessions_of(session: Session, user_id: str, now: dt.datetime) -> list[SignedIn]:
    """A user's open sessions, the one used last first."""
    chosen = select(SignedIn).where(
        SignedIn.user_id == user_id, SignedIn.revoked_at.is_(None), SignedIn.expires_at > now
    )
    return list(session.scalars(chosen.order_by(SignedIn.used_at.desc(), SignedIn.id)))


def end_sessions(session: Session, user_id: str, now: dt.datetime, *, but: str = "") -> int:
    """End every session of a user, but one; says how many."""
    ended = session.execute(
        update(SignedIn)
        .where(SignedIn.user_id == user_id, SignedIn.id != but, SignedIn.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]


def apps(session: Session) -> list[App]:
    """Every app, the oldest first."""
    return list(session.scalars(select(App).order_by(App.created_at, App.id)))


def sweep(session: Session, now: dt.datetime) -> None:
    """Drop what has been worthless for a month; reuse of older tokens is refused all the same."""
    old = now - dt.timedelta(days=30)
    session.execute(delete(RefreshToken).where(RefreshToken.used_at < old))
    session.execute(
        delete(SignedIn).where(or_(SignedIn.expires_at < old, SignedIn.revoked_at < old))
    )
    session.execute(delete(Code).where(Code.expires_at < old))
    session.execute(delete(Link).where(Link.expires_at < old))
