"""One suite, two engines: SQLite in a file, and a real PostgreSQL."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from typing import TYPE_CHECKING

import psycopg
import pytest
from tests.integration.conftest import Server, postgres

from lastro.store.session import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["postgres"]

NOW = dt.datetime(2024, 1, 31, 11, 20, tzinfo=dt.UTC)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)],
)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a store that does not exist yet."""
    if request.param == "sqlite":
        return str(tmp_path / "folder" / "store.db")
    server: Server = request.getfixturevalue("postgres")
    _await(server)
    return server.fresh()


def _await(server: Server) -> None:
    """Its port answers before the server does."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(server.url("postgres"), connect_timeout=5),
        ):
            return
    pytest.fail("PostgreSQL did not come up")


@pytest.fixture
def opening(address: str) -> Iterator[Callable[[], Store]]:
    """Opens the store, again and again, as other processes would."""
    opened: list[Store] = []

    def _open() -> Store:
        opened.append(Store(address, None))
        return opened[-1]

    yield _open
    for store in opened:
        store.close()


@pytest.fixture
def store(opening: Callable[[], Store]) -> Store:
    """A store, new and up to date."""
    found = opening()
    found.migrate()
    return found


@pytest.fixture
def now() -> dt.datetime:
    """An instant."""
    return NOW
