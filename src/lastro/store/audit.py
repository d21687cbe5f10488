"""The audit log: rows that are only ever added, each bound to the one before by its hash.

The database refuses to change or delete a row (triggers, made by a migration). Who gets around
that breaks the chain: ``verify`` says where. The newest hash is kept sealed beside the log, so that
cutting off the end, or writing the whole chain anew, shows as well to whoever holds the key.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lastro.store.base import Base, Instant, one_at_a_time
from lastro.store.vault import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement

_HEAD = "audit_head"
_BEGINNING = "0" * 64
_BATCH = 2_000
_CANDIDATES = 200
FIELDS = ("at", "actor_kind", "actor", "action", "target", "outcome", "address", "detail")


class Entry(Base):
    """One thing that happened."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime] = mapped_column(Instant, index=True)
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(64), index=True)
    action: Mapped[str] = mapped_column(String(64), index=True)
    target: Mapped[str] = mapped_column(String(200))
    outcome: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(64))
    detail: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True)
class Verdict:
    """What a look at the whole chain found.

    Attributes:
        rows: How many rows there are.
        head: Hash of the newest; 64 zeros where there is none.
        faults: (number of the row, what is wrong with it: ``changed``, ``missing``,
            ``reordered``, ``unbound``, ``head``), in order.
    """

    rows: int
    head: str
    faults: list[tuple[int, str]]


def append(session: Session, at: dt.datetime, action: str, **fields: Any) -> Entry:
    """Add a row at the end of the chain.

    Args:
        session: In a writing transaction.
        at: When it happened.
        action: What happened, as ``users.disable``.
        fields: ``actor_kind``, ``actor``, ``target``, ``outcome``, ``address`` as text, and
            ``detail`` as an object of plain values. Personal fields come masked.
    """
    one_at_a_time(session, "audit")
    last = session.scalar(select(Entry).order_by(Entry.number.desc()).limit(1))
    texts = {name: str(fields.get(name) or "") for name in FIELDS[1:-1] if name != "action"}
    entry = Entry(
        number=last.number + 1 if last else 1,
        at=at.replace(microsecond=at.microsecond // 1000 * 1000),
        action=action,
        detail=_canonical(fields.get("detail") or {}),
        previous=last.hash if last else _BEGINNING,
        **{name: text[: Entry.__table__.c[name].type.length] for name, text in texts.items()},  # type: ignore[attr-defined]
    )
    entry.hash = hash_of(entry)
    session.add(entry)
    _keep_head(session, entry)
    session.flush()
    return entry


def hash_of(entry: Entry, number: int | None = None) -> str:
    """SHA-256 over a row's number, the hash before it, and its canonical content.

    Args:
        entry: The row.
        number: Another number it might have had; None is its own.
    """
    place = entry.number if number is None else number
    content = {name: getattr(entry, name) for name in FIELDS}
    content["at"] = entry.at.astimezone(dt.UTC).isoformat(timespec="milliseconds")
    return hashlib.sha256(_canonical([place, entry.previous, content]).encode()).hexdigest()


def verify(session: Session) -> Verdict:
    """Walk the whole chain."""
    faults: list[tuple[int, str]] = []
    changed: list[Entry] = []
    rows, expected, previous = 0, 1, _BEGINNING
    for entry in _all(session):
        missing = range(expected, entry.number)
        faults += [(number, "missing") for number in missing[:1_000]]
        if hash_of(entry) != entry.hash:
            changed.append(entry)
        elif entry.previous != previous and not missing:
            faults.append((entry.number, "unbound"))
        rows, expected, previous = rows + 1, entry.number + 1, entry.hash
    kept = session.get(Secret, _HEAD)
    number, _, head = (kept.value if kept else f"0 {_BEGINNING}").partition(" ")
    if int(number) >= expected:
        faults += [(lost, "missing") for lost in range(expected, int(number) + 1)][:1_000]
    elif head != previous:
        faults.append((expected - 1, "head"))
    return Verdict(rows, previous, sorted(faults + _told(changed)))


def entries(
    session: Session,
    *,
    before: int | None = None,
    limit: int = 100,
    actor: str = "",
    action: str = "",
    outcome: str = "",
    first: dt.datetime | None = None,
    last: dt.datetime | None = None,
) -> list[Entry]:
    """Rows, the newest first.

    Args:
        session: Any.
        before: Only rows with a smaller number: the page after the last.
        limit: At most so many.
        actor: Of this actor only.
        action: This action, or all that begin so where it ends in a dot: ``users.``.
        outcome: ``done`` or ``refused``.
        first: From this instant on.
        last: Before this instant.
    """
    where: list[ColumnElement[bool]] = []
    if before is not None:
        where.append(Entry.number < before)
    if action:
        starts = Entry.action.startswith(action, autoescape=True)
        where.append(starts if action.endswith(".") else Entry.action == action)
    if first is not None:
        where.append(Entry.at >= first)
    if last is not None:
        where.append(Entry.at < last)
    equal = ((Entry.actor, actor), (Entry.outcome, outcome))
    where += [column == value for column, value in equal if value]
    chosen = select(Entry).where(*where).order_by(Entry.number.desc()).limit(limit)
    return list(session.scalars(chosen))


def _all(session: Session) -> Iterator[Entry]:
    """Every row in order, a batch at a time."""
    last = -(2**31)
    while True:
        chosen = select(Entry).where(Entry.number > last).order_by(Entry.number).limit(_BATCH)
        batch = list(session.scalars(chosen))
        yield from batch
        if len(batch) < _BATCH:
            return
        last = batch[-1].number
        session.expunge_all()


def _told(changed: list[Entry]) -> list[tuple[int, str]]:
    """A row that is whole under another's number was reordered, not changed."""
    places = [entry.number for entry in changed[:_CANDIDATES]]
    return [
        (
            entry.number,
            "reordered"
            if any(hash_of(entry, number) == entry.hash for number in places)
            else "changed",
        )
        for entry in changed
    ]


def _keep_head(session: Session, entry: Entry) -> None:
    head = session.get(Secret, _HEAD)
    if head is None:
        head = Secret(name=_HEAD, value="")
        session.add(head)
    head.value = f"{entry.number} {entry.hash}"


def _canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
