"""The audit chain, on both engines: nothing is changed, lost or moved unseen."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from lastro.core.errors import LastroError
from lastro.core.keys import LocalMaster
from lastro.core.sealing import Sealer
from lastro.store import audit
from lastro.store.session import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

SEALER = Sealer(LocalMaster(b"k" * 32))


@pytest.fixture
def log(address: str, now: dt.datetime) -> Iterator[Store]:
    """A store with ten rows in its log."""
    store = Store(address, SEALER)
    store.migrate()
    with store.session() as session:
        for number in range(10):
            audit.append(
                session, now + dt.timedelta(seconds=number, microseconds=number),
                "users.change" if number % 2 else "session.sign_in",
                actor_kind="user", actor=f"u{number % 3}", target="ção", outcome="done",
                address="203.0.113.0", detail={"role": "admin", "n": number},
            )  # fmt: skip
    yield store
    store.close()


def _verdict(store: Store) -> audit.Verdict:
    with store.reading() as session:
        return audit.verify(session)


def _unguarded(session: Session) -> None:
    """What somebody with the database's own password could do."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    names = (
        ["audit_no_change", "audit_no_truncate"]
        if on_postgresql
        else ["audit_no_update", "audit_no_delete"]
    )
    for name in names:
        session.execute(text(f"DROP TRIGGER {name}" + (" ON audit" if on_postgresql else "")))


def test_an_untouched_log_is_whole(log: Store) -> None:
    found = _verdict(log)
    assert (found.rows, found.faults) == (10, [])
    assert len(found.head) == 64


def test_an_empty_log_is_whole(address: str) -> None:
    store = Store(address, SEALER)
    store.migrate()
    assert _verdict(store) == audit.Verdict(0, "0" * 64, [])
    store.close()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET outcome = 'refused' WHERE number = 3", "DELETE FROM audit WHERE number = 3",
     "DELETE FROM audit"],
)  # fmt: skip
def test_the_database_refuses_changes(log: Store, statement: str) -> None:
    with pytest.raises((DBAPIError, LastroError)), log.session() as session:
        session.execute(text(statement))
    assert _verdict(log).rows == 10


@pytest.mark.parametrize(
    "field", ["actor", "action", "target", "outcome", "address", "detail", "actor_kind"]
)
def test_a_changed_field_is_found(log: Store, field: str) -> None:
    with log.session() as session:
        _unguarded(session)
        session.execute(update(audit.Entry).where(audit.Entry.number == 4).values({field: "{}"}))
    assert _verdict(log).faults == [(4, "changed")]


def test_a_changed_instant_is_found(log: Store, now: dt.datetime) -> None:
    with log.session() as session:
        _unguarded(session)
        session.execute(
            update(audit.Entry).where(audit.Entry.number == 1).values(at=now - dt.timedelta(days=1))
        )
    assert _verdict(log).faults == [(1, "changed")]


def test_a_missing_row_is_found(log: Store) -> None:
    with log.session() as session:
        _unguarded(session)
        session.execute(delete(audit.Entry).where(audit.Entry.number.in_([1, 6])))
    assert _verdict(log).faults == [(1, "missing"), (6, "missing")]


def test_a_cut_off_end_is_found(log: Store) -> None:
    with log.session() as session:
        _unguarded(session)
        session.execute(delete(audit.Entry).where(audit.Entry.number > 8))
    assert _verdict(log).faults == [(9, "missing"), (10, "missing")]


def test_rows_in_each_others_place_are_found(log: Store) -> None:
    with log.session() as session:
        _unguarded(session)
        for old, new in ((3, 300), (7, 3), (300, 7)):
            session.execute(update(audit.Entry).where(audit.Entry.number == old).values(number=new))
    assert [fault for fault in _verdict(log).faults if fault[1] == "reordered"] == [
        (3, "reordered"), (7, "reordered"),
    ]  # fmt: skip


def test_a_chain_written_anew_does_not_fit_the_sealed_head(log: Store) -> None:
    with log.session() as session:
        _unguarded(session)
        previous = "0" * 64
        for number in range(1, 11):
            entry = session.get(audit.Entry, number)
            assert entry is not None
            entry.actor, entry.previous = "eve", previous
            entry.hash = previous = audit.hash_of(entry)
    assert _verdict(log).faults == [(10, "head")]


def test_rows_are_filtered_and_paged(log: Store, now: dt.datetime) -> None:
    with log.reading() as session:

        def _numbers(**wanted: object) -> list[int]:
            return [entry.number for entry in audit.entries(session, **wanted)]  # type: ignore[arg-type]

        assert _numbers(limit=3) == [10, 9, 8]
        assert _numbers(limit=3, before=8) == [7, 6, 5]
        assert _numbers(actor="u0") == [10, 7, 4, 1]
        assert _numbers(action="users.") == [10, 8, 6, 4, 2]
        assert _numbers(action="users") == []
        assert _numbers(action="%.") == []
        assert _numbers(outcome="refused") == []
        span = {"first": now + dt.timedelta(seconds=2), "last": now + dt.timedelta(seconds=4)}
        assert _numbers(**span) == [4, 3]


def test_many_who_write_at_once_make_one_chain(log: Store, now: dt.datetime) -> None:
    def _write() -> None:
        for _ in range(5):
            with log.session() as session:
                audit.append(session, now, "runs.start", detail={})

    threads = [threading.Thread(target=_write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = _verdict(log)
    assert (found.rows, found.faults) == (30, [])


def test_what_was_undone_leaves_no_gap(log: Store, now: dt.datetime) -> None:
    def _undone() -> None:
        with log.session() as session:
            audit.append(session, now, "runs.start", detail={})
            raise LookupError

    with pytest.raises(LookupError):
        _undone()
    with log.session() as session:
        assert audit.append(session, now, "runs.start", detail={}).number == 11
    assert _verdict(log).faults == []
