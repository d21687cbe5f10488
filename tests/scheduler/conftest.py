"""Jobs of one's own, and a bell that moves a frozen clock instead of sleeping."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from lastro.core.clock import BRASILIA, FrozenClock
from lastro.scheduler.history import History
from lastro.scheduler.jobs import Job
from lastro.store.session import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@dataclass
class MovingBell:
    """Waits by moving the clock on; says stop when its time has come."""

    clock: FrozenClock
    until: dt.datetime
    slept: list[float] = field(default_factory=list)

    @property
    def stopping(self) -> bool:
        return self.clock.now() >= self.until

    def wait(self, seconds: float | None) -> None:
        assert seconds
        assert seconds > 0, "a loop that does not sleep is a busy loop"
        self.slept.append(seconds)
        self.clock.advance(dt.timedelta(seconds=seconds))


def _brasilia(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BRASILIA).astimezone(dt.UTC)


@pytest.fixture(scope="session")
def _empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store's file with its schema: made once, copied for each test."""
    path = tmp_path_factory.mktemp("store") / "store.db"
    store = Store(str(path), None)
    store.migrate()
    store.close()
    return path


@pytest.fixture(scope="session")
def passing_history(
    _empty_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], contextlib.AbstractContextManager[History]]:
    """Makes empty histories, each forgotten after its block."""
    path = tmp_path_factory.mktemp("passing") / "store.db"

    @contextlib.contextmanager
    def _passing() -> Iterator[History]:
        shutil.copy(_empty_store, path)
        store = Store(str(path), None)
        yield History(store)
        store.close()

    return _passing


@pytest.fixture
def new_history(_empty_store: Path, tmp_path: Path) -> Iterator[Callable[..., History]]:
    """Opens a history: of a file that one names, or of one that nobody else has."""
    opened: list[Store] = []

    def _open(name: str = "", before: Path | None = None) -> History:
        path = tmp_path / (name or f"{len(opened)}-store.db")
        if not path.exists():
            shutil.copy(_empty_store, path)
        opened.append(Store(str(path), None))
        return History(opened[-1], before)

    yield _open
    for store in opened:
        store.close()


@pytest.fixture(scope="session")
def at() -> Callable[[str], dt.datetime]:
    """An instant by Brasília's clock: ``at("2024-01-31 08:20")``."""
    return _brasilia


@pytest.fixture(scope="session")
def job() -> Callable[..., Job]:
    """A job that ingests at 08:20 and 12:00 of bank days, unless told otherwise."""

    def _job(name: str = "morning", **settings: Any) -> Job:
        own = {"at": (dt.time(8, 20), dt.time(12))}
        if "verb" not in settings:
            own["source"] = name  # type: ignore[assignment]
        return Job(name=name, title=name, pt=name, **{**own, **settings})

    return _job


@pytest.fixture(scope="session")
def moving_bell() -> type[MovingBell]:
    return MovingBell
