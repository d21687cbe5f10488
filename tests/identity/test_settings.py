"""Weak secrets refuse to start outside development."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from lastro.core.errors import ConfigError
from lastro.identity.service import Identity
from lastro.identity.settings import IdentitySettings, check

from .conftest import SECRET

if TYPE_CHECKING:
    from lastro.core.clock import FrozenClock
    from lastro.store.session import Store


@pytest.mark.parametrize("environment", ["development", "production"])
@pytest.mark.parametrize(
    "secret",
    ["changeme", "short", "x" * 31, "secret" + "1" * 40, "abababababababababababababababababab"],
)
def test_a_weak_secret_is_refused_wherever_it_is_set(environment: Any, secret: str) -> None:
    with pytest.raises(ConfigError, match="SECRET"):
        check(IdentitySettings(environment=environment, secret=SecretStr(secret)))


def test_production_needs_a_secret() -> None:
    with pytest.raises(ConfigError, match="missing"):
        check(IdentitySettings(environment="production"))
    check(IdentitySettings(environment="production", secret=SecretStr(SECRET)))


def test_production_needs_costly_hashes() -> None:
    cheap = IdentitySettings(
        environment="production", secret=SecretStr(SECRET), argon2_memory_kib=64
    )
    with pytest.raises(ConfigError, match="MEMORY"):
        check(cheap)


def test_development_makes_a_secret_once_and_keeps_it_sealed(
    store: Store, clock: FrozenClock
) -> None:
    settings = IdentitySettings(argon2_memory_kib=8, argon2_passes=1)
    first, second = Identity(store, settings, clock), Identity(store, settings, clock)
    link = first.first_link()
    assert link is not None
    tokens = first.people.claim_first(
        link.partition("#")[2], "a@example.com", "A", "quatro palavras soltas", _visitor()
    )
    assert second.principal(tokens.access).role == "admin"
    with store.reading() as session:
        raw = session.connection().exec_driver_sql("SELECT value FROM secrets").scalars().all()
    assert raw
    assert all(bytes(value).startswith(b"\x8eLST") for value in raw)


def _visitor() -> Any:
    from lastro.identity.desk import Visitor

    return Visitor("127.0.0.1", "test")
