"""API keys: what machines show instead of a password. The key itself is not kept, only its hash."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy reads annotations at run time

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lastro.store.base import Base, Document, Instant


class ApiKey(Base):
    """One key of a user."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(80))
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(Document)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    expires_at: Mapped[dt.datetime] = mapped_column(Instant)
    last_used_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)


def of_user(session: Session, user_id: str | None) -> list[ApiKey]:
    """The keys of a user, or of everybody; the newest first."""
    chosen = select(ApiKey).order_by(ApiKey.created_at.desc(), ApiKey.id)
    if user_id is not None:
        chosen = chosen.where(ApiKey.user_id == user_id)
    return list(session.scalars(chosen))


def touch(session: Session, key_id: str, now: dt.datetime) -> None:
    """Note when a key was last used."""
    session.execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=now))


def revoke_all(session: Session, user_id: str, now: dt.datetime) -> None:
    """Revoke every key of a user."""
    session.execute(
        update(ApiKey)
        .where(ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None))
        .values(revoked_at=now)
    )
