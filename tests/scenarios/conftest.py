"""A lake on disk that stories happen to: opened anew for every run, as a person's commands do."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import polars as pl
import pytest

from lastro.core.clock import FrozenClock
from lastro.core.http import HttpSettings
from lastro.core.log import LogSettings
from lastro.lake.storage import LakeSettings
from lastro.vendors.cvm import CvmSettings
from lastro.wiring import Platform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from lastro.pipeline.report import Report

NOW = dt.datetime(2024, 2, 10, 15, tzinfo=dt.UTC)
LAYOUT_C = (
    "TP_FUNDO_CLASSE;CNPJ_FUNDO_CLASSE;ID_SUBCLASSE;DT_COMPTC;VL_TOTAL;VL_QUOTA;VL_PATRIM_LIQ;"
    "CAPTC_DIA;RESG_DIA;NR_COTST"
)
PASSING = {"run_id", "_run_id"}  # what differs between two runs that did the same


@dataclass
class Site:
    """One lake's folder, the clock it lives by and the server it asks."""

    folder: Path
    clock: FrozenClock
    server: str = "http://127.0.0.1:9"
    http: HttpSettings = HttpSettings(  # noqa: RUF009 - frozen
        attempts=3, first_wait=0, interval=0, connect_timeout=5, read_timeout=5, total_timeout=20
    )

    def open(self) -> Platform:
        """A fresh platform, as a new process would have it."""
        settings = SimpleNamespace(
            lake=LakeSettings(url=str(self.folder)),
            http=self.http,
            log=LogSettings(),
            cvm=CvmSettings(url=f"{self.server}/dados"),
        )
        return Platform(settings, self.clock)

    def take(
        self,
        paths: Iterable[Path],
        source: str = "cvm_funds",
        *,
        build: bool = True,
        tables: tuple[str, ...] = (),
    ) -> Report:
        """Import files."""
        with self.open().run() as run:
            run.take(source, list(paths), build=build, tables=tables)
        return run.report

    def ingest(
        self,
        first: dt.date | None = None,
        last: dt.date | None = None,
        source: str = "cvm_funds",
        *,
        build: bool = True,
    ) -> Report:
        """Ask the server."""
        with self.open().run() as run:
            run.ingest(source, first, last, build=build)
        return run.report

    def build(self) -> Report:
        """Build whatever is stale."""
        with self.open().run() as run:
            run.build()
        return run.report

    def retry(self) -> Report:
        """Try the dead letters again, and build."""
        with self.open().run() as run:
            run.retry()
            run.build()
        return run.report

    def table(self, name: str, platform: Platform | None = None) -> pl.DataFrame:
        """A table's rows; none where it was never written."""
        rows = (platform or self.open()).held(name)
        return pl.DataFrame() if rows is None else rows.collect()

    def versions(self) -> dict[str, int]:
        """Version of every table; -1 where it was never written."""
        platform = self.open()
        return {contract.name: platform.lake.version(contract.name)
                for contract in platform.contracts()}  # fmt: skip

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every table's rows in one order, without what tells runs apart."""
        found, platform = {}, self.open()
        for contract in platform.contracts():
            rows = self.table(contract.name, platform)
            kept = rows.select(sorted(name for name in rows.columns if name not in PASSING))
            found[contract.name] = sorted(kept.cast(pl.String).fill_null("-").rows())
        return found

    def dead(self) -> dict[str, str]:
        """Error of each dead letter by file name."""
        return {letter.name: letter.error for letter in self.open().dead_letters.all()}


def make_site(folder: Path, *, now: dt.datetime = NOW, **settings: Any) -> Site:
    """A lake that is not there yet."""
    return Site(folder, FrozenClock(now), **settings)


@pytest.fixture
def new_site(tmp_path: Path) -> Callable[..., Site]:
    """Makes lakes, each in a folder of its own."""

    def _site(name: str = "lake", **settings: Any) -> Site:
        return make_site(tmp_path / name, **settings)

    return _site


@pytest.fixture
def site(new_site: Callable[..., Site]) -> Site:
    """One empty lake."""
    return new_site()


@pytest.fixture(scope="session")
def order() -> Callable[..., None]:
    """Gives the simulated server an order: ``order(server.url, "fault", path=..., kind=...)``."""

    def _order(url: str, call: str, **arguments: object) -> None:
        request = Request(f"{url}/_simulator/{call}?{urlencode(arguments)}", method="POST")  # noqa: S310
        with urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
            assert answer.status == 200

    return _order


@pytest.fixture(scope="session")
def zipped() -> Callable[..., bytes]:
    """Packs members into a zip."""

    def _zip(members: dict[str, bytes]) -> bytes:
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return body.getvalue()

    return _zip


@pytest.fixture(scope="session")
def layout_c() -> str:
    """Header of the present layout."""
    return LAYOUT_C
