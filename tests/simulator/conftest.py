"""Markets the simulator's tests share, and a reader of its zips that uses none of its code."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from lastro.simulator.market import SimulatedMarket
from lastro.simulator.server import SimulatorServer
from lastro.simulator.shares import ShareMarket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLASSES = 200


@pytest.fixture(scope="session")
def market() -> SimulatedMarket:
    """Three months of 2024, dirtier than usual so that every kind shows."""
    return SimulatedMarket(7, CLASSES, dt.date(2024, 1, 1), 3, dirt=0.02)


@pytest.fixture(scope="session")
def eras() -> SimulatedMarket:
    """December 2020 to January 2021: the last month in HIST and the first by itself."""
    return SimulatedMarket(7, CLASSES, dt.date(2020, 11, 1), 3, dirt=0.02)


@pytest.fixture(scope="session")
def shares() -> ShareMarket:
    """An exchange of forty companies over the first half of 2024."""
    return ShareMarket(seed=7, first=dt.date(2024, 1, 1), last=dt.date(2024, 6, 30), companies=40)


@pytest.fixture
def server(eras: SimulatedMarket) -> Iterator[SimulatorServer]:
    """A server over ``eras``."""
    with SimulatorServer(eras) as running:
        yield running


@pytest.fixture(scope="session")
def unzip() -> Callable[[bytes], dict[str, bytes]]:
    """Members of a zip by name, their checksums verified."""

    def _members(content: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name) for name in archive.namelist()}

    return _members
