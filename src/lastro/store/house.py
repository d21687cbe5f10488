"""Settings of the house that people change while it runs: a JSON value by key, who, and when."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - the mapper reads annotations
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from lastro.store.base import Base, Document, Instant, one_at_a_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session


class HouseSetting(Base):
    """One setting of the house."""

    __tablename__ = "house_settings"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    value: Mapped[Any] = mapped_column(Document)
    changed_by: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)


def get(session: Session, key: str, default: Any = None) -> Any:
    """A setting's value, or the default where nobody set it."""
    found = session.get(HouseSetting, key)
    return default if found is None else found.value


def put(session: Session, key: str, value: Any, by: str, at: dt.datetime) -> None:
    """Set a setting.

    Args:
        session: In a writing transaction.
        key: As ``setup.months``.
        value: Whatever JSON can hold.
        by: Who sets it: a principal's id, or ``lastro``.
        at: When.
    """
    one_at_a_time(session, f"house.{key}")
    session.merge(HouseSetting(key=key, value=value, changed_by=by, changed_at=at))


def change(session: Session, key: str, how: Callable[[Any], Any], by: str, at: dt.datetime) -> Any:
    """Set a setting to what follows from its present value (None where nobody set it); returns it.

    Others who change it meanwhile wait, so that no change is lost.
    """
    one_at_a_time(session, f"house.{key}")
    value = how(get(session, key))
    session.merge(HouseSetting(key=key, value=value, changed_by=by, changed_at=at))
    return value


def every(session: Session) -> list[HouseSetting]:
    """All that were ever set, by key."""
    return list(session.scalars(select(HouseSetting).order_by(HouseSetting.key)))
