"""Runs: one of a starter at a time, in order, findable."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import ConflictError, NotFoundError
from lastro.store import runs
from lastro.store.runs import End, Start

if TYPE_CHECKING:
    from lastro.store.session import Store

MINUTE = dt.timedelta(minutes=1)
DONE = End("ok", run_id="20240131T112000-abcdef", rows=3_000_000_000)


def note(store: Store, start: Start, how: End = DONE) -> int:
    with store.session() as session:
        number = runs.begin(session, start, start.due_at, {"first": "2024-01-01"})
        runs.end(session, number, start.due_at + MINUTE, how, {"landed": ["a.zip"]})
    return number


def test_what_is_written_is_read(store: Store, now: dt.datetime) -> None:
    number = note(store, Start("person", "ingest", now, source="cvm_funds", asked_by="u1"))
    with store.reading() as session:
        found = runs.one(session, number)
    assert (found.starter, found.kind, found.source, found.asked_by) == (
        "person", "ingest", "cvm_funds", "u1")  # fmt: skip
    assert (found.started_at, found.ended_at) == (now, now + MINUTE)
    assert (found.status, found.rows, found.run_id) == ("ok", DONE.rows, DONE.run_id)
    assert (found.asked, found.report) == ({"first": "2024-01-01"}, {"landed": ["a.zip"]})


def test_one_of_a_starter_at_a_time(store: Store, now: dt.datetime) -> None:
    with store.session() as session:
        first = runs.begin(session, Start("person", "build", now), now)
    with pytest.raises(ConflictError, match="under way"), store.session() as session:
        runs.begin(session, Start("person", "ingest", now), now)
    with store.session() as session:
        second = runs.begin(session, Start("schedule", "ingest", now), now)
    with store.reading() as session:
        assert [run.number for run in runs.running(session)] == [first, second]
    with store.session() as session:
        assert runs.settle(session, "person", now + MINUTE, "gone") == 1
        assert runs.settle(session, "person", now + MINUTE, "gone") == 0
    with store.reading() as session:
        assert [run.number for run in runs.running(session)] == [second]
        assert (runs.one(session, first).status, runs.one(session, first).error) == (
            "killed", "gone")  # fmt: skip


def test_the_newest_first_page_by_page(store: Store, now: dt.datetime) -> None:
    for step in range(6):
        source = ("bcb_fx", "cvm_funds")[step % 2]
        failed = End("failed", "TemporaryError", "No answer.")
        note(store, Start("person", "ingest", now, source=source), DONE if step < 3 else failed)
    with store.reading() as session:
        first = runs.latest(session, 4)
        rest = runs.latest(session, 4, before=first[-1].number)
        assert [run.source for run in first] == ["cvm_funds", "bcb_fx"] * 2
        assert len(rest) == 2
        numbers = [run.number for run in first + rest]
        assert numbers == sorted(numbers, reverse=True)
        assert len(runs.latest(session, 9, source="bcb_fx", status="failed")) == 1
        assert runs.latest(session, 9, source="nothing") == []


def test_numbers_are_not_used_again(store: Store, now: dt.datetime) -> None:
    first = note(store, Start("person", "build", now))
    with store.session() as session:
        session.delete(runs.one(session, first))
    assert note(store, Start("person", "build", now)) > first


def test_a_number_that_is_none(store: Store) -> None:
    with store.reading() as session, pytest.raises(NotFoundError, match="number 99"):
        runs.one(session, 99)
