"""Users: who they are, how they prove it, and what they are to each other."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy reads annotations at run time
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lastro.store.base import Base, Instant, Sealed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement


class User(Base):
    """A person who may come in.

    E-mail and name lie sealed; ``email_digest`` is a keyed hash of the e-mail, to find it by.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(
            "role IN ('admin', 'analyst', 'adviser', 'client', 'service')", name="role"
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    email: Mapped[str] = mapped_column(Sealed("users.email"))
    email_digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(Sealed("users.name"))
    role: Mapped[str] = mapped_column(String(16))
    client: Mapped[str] = mapped_column(String(64), default="", index=True)
    adviser_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"), index=True)
    language: Mapped[str] = mapped_column(String(8), default="pt-BR")
    password: Mapped[str | None] = mapped_column(String(256))
    subject: Mapped[str | None] = mapped_column(String(64), unique=True)
    totp_secret: Mapped[str | None] = mapped_column(Sealed("users.totp_secret"))
    totp_since: Mapped[dt.datetime | None] = mapped_column(Instant)
    totp_last: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    disabled_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class RecoveryCode(Base):
    """One of the codes that stand in for a lost second factor, as its keyed hash."""

    __tablename__ = "recovery_codes"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    used_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Attempts(Base):
    """Failed sign-ins in a row, of one account or from one address, as its keyed hash."""

    __tablename__ = "attempts"

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[dt.datetime] = mapped_column(Instant)
    locked_until: Mapped[dt.datetime | None] = mapped_column(Instant)


def count(session: Session) -> int:
    """How many users there are."""
    return session.scalar(select(func.count()).select_from(User)) or 0


def admins(session: Session) -> int:
    """How many users with the role of admin are not disabled."""
    chosen = select(func.count()).select_from(User)
    chosen = chosen.where(User.role == "admin", User.disabled_at.is_(None))
    return session.scalar(chosen) or 0


def by_email(session: Session, digest: str) -> User | None:
    """A user by the keyed hash of the e-mail."""
    return session.scalar(select(User).where(User.email_digest == digest))


def by_subject(session: Session, digest: str) -> User | None:
    """A user by the keyed hash of who they are at the firm's provider."""
    return session.scalar(select(User).where(User.subject == digest))


def everyone(session: Session, *where: ColumnElement[bool]) -> list[User]:
    """Users, the oldest first.

    Args:
        session: Any.
        where: Conditions on ``User``.
    """
    return list(session.scalars(select(User).where(*where).order_by(User.created_at, User.id)))


def take_step(session: Session, user: User, step: int) -> bool:
    """Take a code's time step for used; False where it, or a later one, was used already."""
    taken = session.execute(
        update(User).where(User.id == user.id, User.totp_last < step).values(totp_last=step)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def replace_recovery(session: Session, user_id: str, digests: Iterable[str]) -> None:
    """Give a user these recovery codes instead of all others."""
    session.query(RecoveryCode).filter_by(user_id=user_id).delete()
    session.add_all(RecoveryCode(digest=digest, user_id=user_id) for digest in digests)


def use_recovery(session: Session, user_id: str, digest: str, now: dt.datetime) -> bool:
    """Use a recovery code up; False where there is none such, or it was used."""
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.digest == digest,
            RecoveryCode.user_id == user_id,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def recovery_left(session: Session, user_id: str) -> int:
    """How many recovery codes a user has not used."""
    chosen = select(func.count()).select_from(RecoveryCode)
    chosen = chosen.where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(chosen) or 0
