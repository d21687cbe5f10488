"""Transactions: all or nothing, one writer after another, readers who wait for nobody."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lastro.core.errors import ConfigError, InvariantError, MissingExtraError, TemporaryError
from lastro.store import house
from lastro.store.session import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Opening = Callable[[], Store]

KILLED = """\
import datetime as dt, os, signal, sys
from lastro.store import house
from lastro.store.session import Store
store, now = Store(sys.argv[1], None), dt.datetime.now(dt.UTC)
with store.session() as session:
    house.put(session, "first", 1, "test", now)
with store.session() as session:
    house.put(session, "first", 2, "test", now)
    house.put(session, "second", 2, "test", now)
    session.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), inner,
        max_size=4),
    max_leaves=20,
)  # fmt: skip


def kept(store: Store, key: str = "x") -> Any:
    with store.reading() as session:
        return house.get(session, key)


def put(store: Store, value: Any, at: dt.datetime, key: str = "x") -> None:
    with store.session() as session:
        house.put(session, key, value, "test", at)


@given(value=JSON)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_what_is_written_is_read(store: Store, now: dt.datetime, value: Any) -> None:
    put(store, value, now)
    assert kept(store) == value


@pytest.mark.parametrize("value", ["Olá, ação 🪙 ﷽ '; DROP TABLE runs; --", "x" * 3_000_000])
def test_odd_and_long_text(store: Store, now: dt.datetime, value: str) -> None:
    put(store, {"text": value, value[:40]: [value[:5]]}, now)
    assert kept(store) == {"text": value, value[:40]: [value[:5]]}


@pytest.mark.parametrize("zone", ["UTC", "America/Sao_Paulo", "Asia/Kathmandu"])
def test_an_instant_comes_back_in_utc(store: Store, zone: str) -> None:
    at = dt.datetime(2024, 7, 1, 23, 59, 59, 123456, tzinfo=ZoneInfo(zone))
    put(store, 1, at)
    with store.reading() as session:
        (found,) = house.every(session)
    assert found.changed_at == at
    assert found.changed_at.utcoffset() == dt.timedelta(0)


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="without a time zone"):
        put(store, 1, dt.datetime(2024, 7, 1))  # noqa: DTZ001 - that is the point


def test_an_error_undoes_everything(store: Store, now: dt.datetime) -> None:
    put(store, "before", now)
    with pytest.raises(ZeroDivisionError), store.session() as session:  # noqa: PT012 - the point
        house.put(session, "x", "after", "test", now)
        session.flush()
        _ = 1 / 0
    assert kept(store) == "before"


def test_a_kill_in_the_middle_undoes_everything(store: Store, address: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, address], check=False)
    assert done.returncode == -signal.SIGKILL
    assert kept(store, "first") == 1
    assert kept(store, "second") is None


def test_writers_queue_and_lose_nothing(opening: Opening, store: Store, now: dt.datetime) -> None:
    """Each reads, adds one, writes; threads over two stores stand for processes."""
    put(store, 0, now)
    failures: list[BaseException] = []

    def add(own: Store) -> None:
        try:
            for _ in range(5):
                with own.session() as session:
                    house.change(session, "x", lambda value: value + 1, "test", now)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failures.append(error)

    stores = [store, opening()]
    threads = [threading.Thread(target=add, args=[stores[n % 2]]) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    assert kept(store) == 30


def test_a_reader_does_not_wait_for_a_writer(
    opening: Opening, store: Store, now: dt.datetime
) -> None:
    put(store, "before", now)
    with store.session() as session:
        house.put(session, "x", "after", "test", now)
        session.flush()
        assert kept(opening()) == "before"
    assert kept(opening()) == "after"


def test_a_reading_transaction_that_changes_something_is_a_bug(
    store: Store, now: dt.datetime
) -> None:
    put(store, "before", now)
    with pytest.raises(InvariantError, match="only reads"), store.reading() as session:
        house.every(session)[0].value = "after"
    assert kept(store) == "before"


# addresses and trouble


@pytest.mark.parametrize(
    "url", ["mysql://a/b", "sqlite://", "sqlite:///:memory:", "://", "postgresql+asyncpg://a/b"]
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="LASTRO_STORE__URL"):
        Store(url, None)


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    store = Store("postgresql://ana:hunter2@127.0.0.1:9/x", None)
    with pytest.raises(TemporaryError, match=r"127\.0\.0\.1:9/x does not answer") as caught:
        store.migrate()
    assert "hunter2" not in str(caught.value)
    assert store.name == "postgresql+psycopg://ana:***@127.0.0.1:9/x"


def test_a_missing_driver_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtraError) as caught:
        Store("postgresql://127.0.0.1/x", None)
    assert "lastro[postgres]" in caught.value.hint


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"no database, but long enough to be looked at" * 100)
    store = Store(str(tmp_path / "store.db"), None)
    with pytest.raises(ConfigError, match="is not a database"):
        store.migrate()
    store.close()


def test_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/a/b.db", None)
    store.migrate()
    put(store, 1, dt.datetime.now(dt.UTC))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "a").iterdir()}
    store.close()
    assert set(modes.values()) == {0o600}
    file = sqlite3.connect(tmp_path / "a" / "b.db")
    assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    file.close()


def test_a_folder_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        (tmp_path / "in the way").write_text("")
        with pytest.raises(OSError, match="in the way"):
            Store(str(tmp_path / "in the way" / "store.db"), None).migrate()
        return
    tmp_path.chmod(0o500)
    with pytest.raises(OSError, match="ermission"):
        Store(str(tmp_path / "store.db"), None).migrate()
