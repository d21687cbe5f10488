"""Runs: what was done to the lake, by the scheduler or for a person, and how it ended."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - the mapper reads annotations
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import BigInteger, Index, Integer, String, Text, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from lastro.core.errors import ConflictError, NotFoundError
from lastro.store.base import Base, Document, Instant

if TYPE_CHECKING:
    from sqlalchemy import CursorResult, Select
    from sqlalchemy.orm import Session

Starter = Literal["schedule", "person"]
RUNNING = "running"

_RUNNING = text(f"status = '{RUNNING}'")


class RunRecord(Base):
    """One run.

    Attributes:
        number: Counts up; a later run has a higher one.
        starter: ``schedule``: its hour had come; ``person``: somebody asked.
        kind: What: ``ingest``, ``build``, ``retry``, ``due``, and the scheduler's other verbs.
        job: The scheduler's name for it; blank where a person asked.
        source: The source it asks; blank where it asks none or all.
        asked: How it was asked for: first and last day.
        asked_by: A principal's id; blank for the scheduler.
        due_at: The occurrence it ran for; when it was asked for, where a person did.
        started_at: When it began.
        ended_at: When it ended; None while it runs.
        status: ``running``, or how it ended in one word, as ``scheduler.runs.Status`` has them.
        error_class: Name of the error's class; blank without an error.
        error: What went wrong, or why nothing was done.
        run_id: Its id in the lake; blank where it did not come so far.
        rows: Rows written to all tables; None where none were counted.
        report: What the run itself told at its end; None without.
    """

    __tablename__ = "runs"
    __table_args__ = (
        Index("ix_runs_job_due_at", "job", "due_at"),
        Index("ix_runs_source", "source", "number"),
        Index(
            "uq_runs_one_at_a_time", "starter", unique=True,
            sqlite_where=_RUNNING, postgresql_where=_RUNNING,
        ),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True
    )
    starter: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(40))
    job: Mapped[str] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(String(100))
    asked: Mapped[dict[str, Any]] = mapped_column(Document)
    asked_by: Mapped[str] = mapped_column(String(200))
    due_at: Mapped[dt.datetime] = mapped_column(Instant)
    started_at: Mapped[dt.datetime] = mapped_column(Instant)
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(String(20))
    error_class: Mapped[str] = mapped_column(String(100))
    error: Mapped[str] = mapped_column(Text)
    run_id: Mapped[str] = mapped_column(String(60))
    rows: Mapped[int | None] = mapped_column(BigInteger)
    report: Mapped[dict[str, Any] | None] = mapped_column(Document)


@dataclass(frozen=True)
class Start:
    """How a run begins; ``RunRecord`` says what each word means."""

    starter: Starter
    kind: str
    due_at: dt.datetime
    job: str = ""
    source: str = ""
    asked_by: str = ""


@dataclass(frozen=True)
class End:
    """How a run ended; ``RunRecord`` says what each word means."""

    status: str
    error_class: str = ""
    error: str = ""
    run_id: str = ""
    rows: int | None = None


# writing


def begin(
    session: Session, start: Start, now: dt.datetime, asked: dict[str, Any] | None = None
) -> int:
    """Note that a run starts; returns its number.

    Raises:
        ConflictError: Another one of the same starter is running.
    """
    found = RunRecord(
        **asdict(start), asked=asked or {}, started_at=now, status=RUNNING, error_class="",
        error="", run_id="",
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(found)
    except IntegrityError:
        raise ConflictError(
            "Another run is under way.",
            hint="Wait until it ends, then ask again; nothing was changed.",
        ) from None
    return found.number


def end(
    session: Session, number: int, now: dt.datetime, how: End, report: dict[str, Any] | None = None
) -> None:
    """Note how a run ended."""
    session.execute(
        update(RunRecord)
        .where(RunRecord.number == number)
        .values(**asdict(how), ended_at=now, report=report)
    )


def settle(session: Session, starter: Starter, now: dt.datetime, reason: str) -> int:
    """Note as killed what nobody saw the end of; returns how many.

    Only for whoever knows that nothing of this starter runs.
    """
    done: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(RunRecord)
        .where(RunRecord.starter == starter, RunRecord.status == RUNNING)
        .values(ended_at=now, status="killed", error=reason)
    )
    return done.rowcount


# reading


def one(session: Session, number: int) -> RunRecord:
    """A run by its number.

    Raises:
        NotFoundError: There is none.
    """
    found = session.get(RunRecord, number)
    if found is None:
        raise NotFoundError(
            "There is no run number {number}.",
            hint="The list of runs shows those there are.",
            number=number,
        )
    return found


def latest(
    session: Session,
    limit: int,
    *,
    before: int | None = None,
    **equal: str | None,
) -> list[RunRecord]:
    """Runs, the newest first.

    Args:
        session: A transaction.
        limit: How many at most.
        before: Only runs with a smaller number: where the last page ended.
        equal: What columns must be (``source="cvm_funds"``); None asks for nothing.
    """
    asked = select(RunRecord).order_by(RunRecord.number.desc()).limit(limit)
    if before is not None:
        asked = asked.where(RunRecord.number < before)
    return list(session.scalars(_where(asked, equal)))


def running(session: Session) -> list[RunRecord]:
    """What runs now, the oldest first."""
    asked = select(RunRecord).where(RunRecord.status == RUNNING).order_by(RunRecord.number)
    return list(session.scalars(asked))


def tries(session: Session, starter: Starter, now: dt.datetime) -> list[RunRecord]:
    """Every run for the newest occurrence of each job up to now, by job, the oldest first."""
    newest = (
        select(RunRecord.job, func.max(RunRecord.due_at).label("due_at"))
        .where(RunRecord.starter == starter, RunRecord.due_at <= now)
        .group_by(RunRecord.job)
        .subquery()
    )
    asked = (
        select(RunRecord)
        .join(newest, (RunRecord.job == newest.c.job) & (RunRecord.due_at == newest.c.due_at))
        .where(RunRecord.starter == starter)
        .order_by(RunRecord.job, RunRecord.number)
    )
    return list(session.scalars(asked))


def news(session: Session, starter: Starter, now: dt.datetime) -> dict[str, dt.datetime]:
    """When a run of each job last brought something new."""
    asked = (
        select(RunRecord.job, func.max(RunRecord.ended_at))
        .where(RunRecord.starter == starter, RunRecord.status == "ok", RunRecord.ended_at <= now)
        .group_by(RunRecord.job)
    )
    return {job: at for job, at in session.execute(asked) if at is not None}


def last(session: Session, starter: Starter) -> list[RunRecord]:
    """The last run of each job, by job."""
    newest = (
        select(func.max(RunRecord.number))
        .where(RunRecord.starter == starter)
        .group_by(RunRecord.job)
    )
    asked = select(RunRecord).where(RunRecord.number.in_(newest)).order_by(RunRecord.job)
    return list(session.scalars(asked))


def _where(asked: Select[RunRecord], equal: dict[str, str | None]) -> Any:
    for column, value in equal.items():
        if value is not None:
            asked = asked.where(getattr(RunRecord, column) == value)
    return asked
