"""Saved views: a page as somebody arranged it (filters, columns, order), with a link to it."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - the mapper reads annotations
import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, String, UniqueConstraint, delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from lastro.core.errors import ConflictError, NotFoundError
from lastro.store.base import Base, Document, Instant

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_LINK = 12  # random bytes of a link: nobody guesses one


class SavedView(Base):
    """One view.

    Attributes:
        link: Its slug: random, never reused.
        owner: Id of the principal who saved it.
        page: Which page it arranges, as ``funds``.
        name: What its owner calls it; one of a name for a page.
        state: Whatever the page keeps of itself.
        shared: Whether others who know the link may open it, and see it in their list.
        created_at: When it was first saved.
        changed_at: When it was last saved.
    """

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("owner", "page", "name"),)

    link: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner: Mapped[str] = mapped_column(String(200))
    page: Mapped[str] = mapped_column(String(100), index=True)
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[dict[str, Any]] = mapped_column(Document)
    shared: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)


def add(
    session: Session,
    owner: str,
    page: str,
    name: str,
    state: dict[str, Any],
    now: dt.datetime,
    *,
    shared: bool = False,
) -> SavedView:
    """Save a new view.

    Raises:
        ConflictError: Its owner has one of that name for the page.
    """
    found = SavedView(
        link=secrets.token_urlsafe(_LINK), owner=owner, page=page, name=name, state=state,
        shared=shared, created_at=now, changed_at=now,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(found)
    except IntegrityError:
        raise _taken(name) from None
    return found


def change(session: Session, owner: str, link: str, now: dt.datetime, **values: Any) -> SavedView:
    """Change a view of one's own.

    Args:
        session: In a writing transaction.
        owner: Who asks.
        link: Which.
        now: When.
        values: ``name``, ``state``, ``shared``: those that change.

    Raises:
        NotFoundError: There is none, or it is somebody else's.
        ConflictError: Its owner has another one of that name for the page.
    """
    found = _own(session, owner, link)
    try:
        with session.begin_nested():
            for field in ("name", "state", "shared"):
                if field in values:
                    setattr(found, field, values[field])
            found.changed_at = now
    except IntegrityError:
        raise _taken(values.get("name", "")) from None
    return found


def remove(session: Session, owner: str, link: str) -> None:
    """Delete a view of one's own.

    Raises:
        NotFoundError: There is none, or it is somebody else's.
    """
    session.delete(_own(session, owner, link))


def forget(session: Session, owner: str) -> None:
    """Delete every view of somebody who is gone."""
    session.execute(delete(SavedView).where(SavedView.owner == owner))


def opened(session: Session, reader: str, link: str) -> SavedView:
    """A view by its link: one's own, or one that is shared.

    Raises:
        NotFoundError: There is none that the reader may open.
    """
    found = session.get(SavedView, link)
    if found is None or not (found.shared or found.owner == reader):
        raise _unknown()
    return found


def listed(session: Session, reader: str, page: str | None = None) -> list[SavedView]:
    """One's own views and those that are shared, by name; of one page or of all."""
    asked = select(SavedView).where(or_(SavedView.owner == reader, SavedView.shared))
    if page is not None:
        asked = asked.where(SavedView.page == page)
    return list(session.scalars(asked.order_by(SavedView.page, SavedView.name, SavedView.link)))


def _own(session: Session, owner: str, link: str) -> SavedView:
    found = session.get(SavedView, link)
    if found is None or found.owner != owner:
        raise _unknown()
    return found


def _unknown() -> NotFoundError:
    return NotFoundError(
        "There is no such saved view.",
        hint="It was deleted, or whoever saved it does not share it: ask for a new link.",
    )


def _taken(name: str) -> ConflictError:
    return ConflictError(
        "You have a view called '{name}' on this page already.",
        hint="Choose another name, or save over that one.",
        name=name,
    )
