"""A lake of several versions with a store, and a place for its backups."""

from __future__ import annotations

import datetime as dt
import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from lastro.simulator.market import SimulatedMarket, write_months
from lastro.store.vault import secret_or

from .backing_up import opened, store_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    market = SimulatedMarket(3, 60, dt.date(2023, 12, 1), 3, dirt=0.02)
    return write_months(market, tmp_path_factory.mktemp("files"), market.months)


@pytest.fixture(scope="session")
def made(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of several versions with a store, nobody's own."""
    folder = tmp_path_factory.mktemp("made") / "lake"
    for step in (files[:1], files[1:]):
        with opened(folder).run() as run:
            run.take("cvm_funds", step, build=True)
    with closing(store_of(folder)) as store:
        store.migrate()
        with store.session() as session:
            for number in range(30):
                secret_or(session, f"s{number}", f"segredo {number}")
    return folder


@pytest.fixture
def lake(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "lake")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "backups"
