"""Identity over a store in a file, with a clock that stands still and hashes that are cheap."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from lastro.core.clock import FrozenClock
from lastro.core.keys import LocalMaster
from lastro.core.sealing import Sealer
from lastro.identity.desk import Visitor
from lastro.identity.service import Identity
from lastro.identity.settings import IdentitySettings
from lastro.store.session import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lastro.identity.principal import Principal

PASSWORD = "quatro palavras bem soltas"  # noqa: S105 - of users that live for one test
NOW = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
HOME = Visitor("203.0.113.7", "Firefox")
SECRET = "k3J9-zQ81mXw_T7vRb2LdE5sYh4Nc0PaGf6U"  # noqa: S105


class House:
    """An identity with its parts at hand, and people made in one line."""

    def __init__(self, store: Store, clock: FrozenClock, **settings: Any) -> None:
        self.store = store
        self.clock = clock
        cheap = {"secret": SecretStr(SECRET), "argon2_memory_kib": 8, "argon2_passes": 1}
        self.settings = IdentitySettings(**{**cheap, **settings})
        self.identity = Identity(store, self.settings, clock)

    def user(self, role: str, email: str = "", **more: str) -> Principal:
        """A user of a role who has signed in."""
        email = email or f"{role}@example.com"
        _, link = self.identity.people.invite(None, email, role.title(), role, HOME, **more)
        tokens = self.identity.people.choose(link.partition("#")[2], PASSWORD, HOME)
        return self.identity.principal(tokens.access)

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.clock.advance(dt.timedelta(**span))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with a key."""
    found = Store(str(tmp_path / "store.db"), Sealer(LocalMaster(b"k" * 32)))
    found.migrate()
    yield found
    found.close()


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that the test moves."""
    return FrozenClock(NOW)


@pytest.fixture
def house_of(store: Store, clock: FrozenClock) -> Callable[..., House]:
    """Makes an identity with other settings."""
    return lambda **settings: House(store, clock, **settings)


@pytest.fixture
def house(house_of: Callable[..., House]) -> House:
    """An identity."""
    return house_of()
