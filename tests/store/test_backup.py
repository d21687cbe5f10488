"""A store copied while it is used, and another made from the copy, on both engines."""

from __future__ import annotations

import datetime as dt
import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.integration.conftest import Server, postgres

from lastro.core.errors import ConflictError, RequestError
from lastro.core.keys import LocalMaster
from lastro.core.sealing import Sealer
from lastro.store import audit, house, runs, views
from lastro.store.backup import copy_in, copy_name, copy_out
from lastro.store.runs import End, Start
from lastro.store.session import Store
from lastro.store.vault import secret, secret_or

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["postgres"]

KEY = Sealer(LocalMaster(b"k" * 32))
NOW = dt.datetime(2024, 1, 31, 11, 20, 30, 123456, tzinfo=dt.UTC)


@pytest.fixture
def other(request: pytest.FixtureRequest, address: str, tmp_path: Path) -> str:
    """A second place on the same engine."""
    if "://" not in address:
        return str(tmp_path / "other" / "store.db")
    server: Server = request.getfixturevalue("postgres")
    return server.fresh()


@pytest.fixture
def filled(address: str) -> Store:
    store = Store(address, KEY)
    store.migrate()
    with store.session() as session:
        for number in range(700):
            secret_or(session, f"s{number:04}", f"ação {number}")
        for number in range(3):
            begun = runs.begin(session, Start("person", "build", NOW), NOW)
            runs.end(session, begun, NOW, End("ok", rows=number), {"landed": ["ç.zip"], "n": [1]})
        house.put(session, "sources", ["cvm_funds", {"deep": [None, 1.5, True]}], "u1", NOW)
        audit.append(session, NOW, "users.first", actor_kind="user", actor="u1", detail={"a": 1})
        audit.append(session, NOW, "users.role", actor_kind="user", actor="u1")
    return store


def test_every_row_comes_back_as_it_was(filled: Store, other: str, tmp_path: Path) -> None:
    copy = tmp_path / copy_name(filled)
    copy_out(filled, copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert "ação 5".encode() not in copy.read_bytes()  # what is sealed stays sealed
    with filled.session() as session:  # what came later is not in it
        secret_or(session, "later", "x")
    again = Store(other, KEY)
    copy_in(again, copy, copy.name)
    with again.reading() as session:
        assert secret(session, "later") is None
        assert secret(session, "s0699") == "ação 699"
        found = runs.one(session, 3)
        assert (found.started_at, found.rows, found.report) == (
            NOW, 2, {"landed": ["ç.zip"], "n": [1]},
        )  # fmt: skip
        assert house.get(session, "sources") == ["cvm_funds", {"deep": [None, 1.5, True]}]
        assert audit.verify(session).faults == []
    second = tmp_path / f"second-{copy.name}"
    copy_out(again, second)
    third = Store(other, KEY)
    if again.file is None:
        assert second.read_bytes() == copy.read_bytes()
    with again.session() as session:  # numbers go on where they were
        assert runs.begin(session, Start("person", "build", NOW), NOW) == 4
        views.listed(session, "u1")
    for store in (filled, again, third):
        store.close()


def test_it_is_of_one_instant(filled: Store, other: str, tmp_path: Path) -> None:
    """A writer in the middle of its transaction is not half in the copy."""
    copy = tmp_path / copy_name(filled)
    with filled.session() as session:
        secret_or(session, "a", "x")
        copy_out(filled, copy)
        secret_or(session, "b", "x")
    again = Store(other, KEY)
    copy_in(again, copy, copy.name)
    with again.reading() as session:
        assert [secret(session, name) for name in "ab"] == [None, None]
    filled.close()
    again.close()


def test_a_store_that_is_there_is_not_touched(filled: Store, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy_out(filled, copy)
    with pytest.raises(ConflictError, match="already"):
        copy_in(filled, copy, copy_name(filled))
    wrong = "store.jsonl" if copy_name(filled) == "store.db" else "store.db"
    with pytest.raises(RequestError, match="holds a store of"):
        copy_in(filled, copy, wrong)
    filled.close()


def test_a_torn_copy_leaves_no_store(filled: Store, other: str, tmp_path: Path) -> None:
    copy = tmp_path / copy_name(filled)
    copy_out(filled, copy)
    body = copy.read_bytes()
    copy.write_bytes(body[: len(body) * 2 // 3])
    again = Store(other, KEY)
    if again.file is None:
        with pytest.raises(ValueError, match=r"Unterminated|Expecting|delimiter"):
            copy_in(again, copy, copy.name)
        assert not again.exists
    else:  # a torn file of SQLite's is caught by the checksum of the backup; SQLite knows as well
        with closing(sqlite3.connect(copy)) as torn, pytest.raises(sqlite3.DatabaseError):
            torn.execute("SELECT count(*) FROM secrets").fetchone()
    filled.close()
    again.close()
