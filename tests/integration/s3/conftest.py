"""Lakes in a real bucket, fed with a simulated market's files."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from tests.scenarios.conftest import Site

from lastro.core.clock import FrozenClock
from lastro.core.log import LogSettings
from lastro.lake.storage import LakeSettings
from lastro.simulator.market import SimulatedMarket, write_months
from lastro.vendors.cvm import CvmSettings
from lastro.wiring import Platform

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.s3_server import S3Server

NOW = dt.datetime(2024, 2, 10, 15, tzinfo=dt.UTC)
LATER = dt.datetime(2024, 3, 10, 15, tzinfo=dt.UTC)


@dataclass
class BucketSite(Site):
    """A lake in a bucket."""

    settings: dict[str, str] = field(default_factory=dict)

    def open(self) -> Platform:
        """A fresh platform, as a new process would have it."""
        settings = SimpleNamespace(
            lake=LakeSettings.model_validate(self.settings),
            http=self.http,
            log=LogSettings(),
            cvm=CvmSettings(url=f"{self.server}/dados"),
        )
        return Platform(settings, self.clock)


@dataclass(frozen=True)
class Market:
    """Files of a simulated market: two months, then the second restated and a third."""

    registry: Path
    first: list[Path]
    second: list[Path]


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's own credentials are in reach."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    """What is brought in."""
    folder = tmp_path_factory.mktemp("market")
    made = SimulatedMarket(9, 50, dt.date(2023, 12, 1), 3, dirt=0.03)
    first = write_months(made, folder / "first", made.months[:2])
    second = write_months(made, folder / "second", made.months[1:])
    second[0].write_bytes(made.month_zip(made.months[1], 1))
    registry = folder / "registro_fundo_classe.zip"
    registry.write_bytes(made.registry_zip(NOW.date()))
    return Market(registry, first, second)


@pytest.fixture(scope="session")
def in_bucket(s3: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., BucketSite]:
    """Makes lakes, each in a bucket of its own."""
    unused = tmp_path_factory.mktemp("unused")

    def _site(*, now: dt.datetime = NOW, **changed: str) -> BucketSite:
        settings = s3.settings(s3.bucket()) | changed
        return BucketSite(unused, FrozenClock(now), settings=settings)

    return _site


@pytest.fixture(scope="session")
def done(in_bucket: Callable[..., BucketSite], market: Market) -> BucketSite:
    """A lake with the whole of the main job behind it, to be read alone."""
    site = in_bucket()
    work(site, market)
    return site


def work(site: Site, market: Market) -> None:
    """A first import, and one that restates a month and brings another."""
    site.clock = FrozenClock(NOW)
    site.take([market.registry], "cvm_registry", build=False)
    site.take(market.first)
    site.clock = FrozenClock(LATER)
    site.take(market.second)
