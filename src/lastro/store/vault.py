"""Secrets of the house that no person chose: kept sealed, by name."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from lastro.store.base import Base, Sealed, one_at_a_time


class Secret(Base):
    """One secret."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Sealed("secrets.value"))


def secret(session: Session, name: str) -> str | None:
    """A secret by its name; None where there is none."""
    found = session.get(Secret, name)
    return found.value if found else None


def secret_or(session: Session, name: str, fresh: str) -> str:
    """A secret by its name, which is kept now where there was none.

    Args:
        session: In a writing transaction.
        name: Its name.
        fresh: What it shall be if there is none yet.
    """
    one_at_a_time(session, "secrets")
    found = session.get(Secret, name)
    if found is None:
        found = Secret(name=name, value=fresh)
        session.add(found)
        session.flush()
    return found.value
