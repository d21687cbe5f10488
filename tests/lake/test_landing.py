"""Bytes as they came, the ledger of where they came from, and the letters nobody could read."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from lastro.core.errors import ConflictError
from lastro.lake.lake import Lake
from lastro.lake.landing import LEDGER, DeadLetter, DeadLetters, Landed, Landing
from lastro.lake.lineage import Lineage

if TYPE_CHECKING:
    from lastro.lake.storage import Storage

AT = dt.datetime(2024, 2, 10, 15, 30, tzinfo=dt.UTC)
RUN = Lineage("run", "0")


@pytest.fixture
def landing(lake: Lake) -> Landing:
    return Landing(lake)


def put(
    landing: Landing,
    name: str,
    body: bytes,
    minutes: int = 0,
    *,
    simulated: bool = False,
    **origin: Any,
) -> Landed:
    at = AT + dt.timedelta(minutes=minutes)
    kept = landing.keep("source", name, body, simulated=simulated)
    return landing.note("source", name, kept, at, f"run{minutes}", **origin)


def test_bytes_are_kept_as_they_came(landing: Landing, storage: Storage) -> None:
    body = bytes(range(256)) * 9
    landed = put(landing, "a.zip", body, url="http://x", etag='"1"', last_modified="Sat")
    assert landing.read(landed) == storage.get(landed.key) == body
    assert landed.sha256 == hashlib.sha256(body).hexdigest()
    assert (landed.size, landed.landed_at) == (len(body), AT)


def test_the_ledger_is_written_once_and_read_back(landing: Landing, lake: Lake) -> None:
    rows = [put(landing, name, name.encode(), n) for n, name in enumerate("ab")]
    assert landing.ledger("source") == rows  # noted is as good as written, within a run
    assert not lake.exists(LEDGER.name)
    landing.settle(RUN)
    assert landing.ledger("source") == rows
    assert Landing(Lake(lake.storage)).ledger("source") == rows
    version = lake.version(LEDGER.name)
    landing.settle(RUN)
    assert lake.version(LEDGER.name) == version
    assert landing.ledger("other") == []


def test_the_same_bytes_again_are_no_news(landing: Landing) -> None:
    first = put(landing, "a", b"1")
    landing.settle(RUN)
    assert put(landing, "a", b"1", 5) == first
    assert put(landing, "b", b"1", 6) != first
    landing.settle(RUN)
    assert [row.name for row in landing.ledger("source")] == ["a", "b"]


def test_the_file_landed_last_counts_even_where_it_was_there_before(landing: Landing) -> None:
    for minutes, body in enumerate((b"1", b"2", b"1")):
        put(landing, "a", body, minutes)
        put(landing, "b", b"b")
        landing.settle(RUN)
    newest = landing.newest("source")
    assert landing.read(newest["a"]) == b"1"
    assert newest["a"].landed_at == AT + dt.timedelta(minutes=2)
    assert list(newest) == ["b", "a"]
    assert len(landing.ledger("source")) == 4


@pytest.mark.parametrize("first", [True, False])
def test_simulated_and_real_never_mix(landing: Landing, storage: Storage, *, first: bool) -> None:
    held = [landing.simulated]
    put(landing, "a", b"1", simulated=first)
    assert [*held, landing.simulated] == [None, first]
    with pytest.raises(ConflictError, match="never mix"):
        put(landing, "b", b"2", simulated=not first)
    assert not list(storage.list("landing/source/b"))


def test_when_files_were_asked_for_is_remembered(landing: Landing) -> None:
    assert landing.checks("source") == {}
    landing.note_checks("source", ["a", "b"], AT)
    later = AT + dt.timedelta(hours=1)
    landing.note_checks("source", ["b", "ç"], later)
    assert landing.checks("source") == {"a": AT, "b": later, "ç": later}
    assert landing.checks("other") == {}


def test_dead_letters_are_kept_replaced_and_settled(storage: Storage) -> None:
    letters = DeadLetters(Lake(storage))
    assert letters.all() == []
    first = DeadLetter("s", "b.zip", "k1", "torn", "mend it", "2024-01-01")
    second = DeadLetter("s", "a (1) ç.zip", "k2", "vazio: açúcar", "", "2024-01-02")
    for letter in (first, second):
        letters.put(letter)
    assert letters.all() == [second, first]
    again = DeadLetter("s", "b.zip", "k3", "torn again", "mend it", "2024-01-03")
    letters.put(again)
    assert letters.all() == [second, again]
    letters.settle("s", "b.zip")
    letters.settle("s", "never.zip")
    assert letters.all() == [second]
