"""Sealed columns under a new master key, on both engines."""

from __future__ import annotations

import pytest

from lastro.core.errors import ConfigError
from lastro.core.keys import LocalMaster
from lastro.core.sealing import Sealer
from lastro.store import sealed_columns
from lastro.store.session import Store
from lastro.store.vault import secret, secret_or

OLD, NEW = LocalMaster(b"o" * 32), LocalMaster(b"n" * 32)
MANY = 1203


@pytest.fixture
def filled(address: str) -> str:
    """A store with many secrets under the old key."""
    store = Store(address, Sealer(OLD))
    store.migrate()
    with store.session() as session:
        for number in range(MANY):
            secret_or(session, f"s{number}", f"value {number} ç")
    store.close()
    return address


def test_every_value_is_rewrapped_and_killed_in_between_it_goes_on(filled: str) -> None:
    both = Store(filled, Sealer(NEW, [OLD]))
    assert sealed_columns.count(both) == {OLD.id.hex(): MANY}
    steps = sealed_columns.rewrap(both, Sealer(NEW, [OLD]))
    first = next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert 0 < first < MANY
    assert sealed_columns.count(both) == {OLD.id.hex(): MANY - first, NEW.id.hex(): first}
    with both.reading() as session:  # meanwhile both kinds are read
        assert [secret(session, f"s{n}") for n in range(MANY)] == [
            f"value {n} ç" for n in range(MANY)
        ]
    assert sum(sealed_columns.rewrap(both, Sealer(NEW, [OLD]))) == MANY - first
    assert list(sealed_columns.rewrap(both, Sealer(NEW, [OLD]))) == []
    both.close()
    new = Store(filled, Sealer(NEW))
    with new.reading() as session:
        assert secret(session, "s1202") == "value 1202 ç"
    new.close()


def test_without_the_former_key_nothing_is_changed(filled: str) -> None:
    store = Store(filled, Sealer(NEW))
    with pytest.raises(ConfigError, match=OLD.id.hex()):
        list(sealed_columns.rewrap(store, Sealer(NEW)))
    assert sealed_columns.count(store) == {OLD.id.hex(): MANY}
    with pytest.raises(ConfigError, match=OLD.id.hex()), store.reading() as session:
        secret(session, "s1")
    store.close()
