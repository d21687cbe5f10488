"""Files of the simulated world, had over HTTP as a user's are, and bronze typed from them."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from pydantic import SecretStr

from lastro.core.clock import FrozenClock
from lastro.core.settings import changed
from lastro.lake.contract import STANDING
from lastro.pipeline.refine import Text, gather, number, read
from lastro.simulator.houses import ADDRESSES
from lastro.simulator.market import SimulatedMarket
from lastro.simulator.server import SimulatorServer
from lastro.simulator.shares import ShareMarket
from lastro.wiring import Platform, platform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lastro.sources import Source

FIRST, LAST = dt.date(2024, 1, 2), dt.date(2024, 2, 29)
DAYS = (dt.date(2024, 1, 31), dt.date(2024, 2, 28), LAST)  # on which all is asked for
_LATE = ("b3_instruments", "b3_instruments", "b3_corporate_actions")
_FEW = {"b3_price_report": dt.timedelta(days=2)}
_TICKERS = '["SIMU4", "SIMU3"]'
_QUOTES = ("yahoo_quotes", "brapi_quotes", "alpha_vantage_quotes")


@dataclass(frozen=True)
class World:
    """What came in.

    Attributes:
        files: Landed files by source: name and bytes, the newest of each name.
        bronze: Typed rows by bronze table, as builds get them, each under a number of its own.
    """

    files: dict[str, list[tuple[str, bytes]]]
    bronze: dict[str, pl.DataFrame]


@cache
def world() -> World:
    """Two months of twenty companies, once a session."""
    with tempfile.TemporaryDirectory() as folder, _tickers():
        lake = _fill(Path(folder) / "lake")
        names = [name for name in lake.sources if not name.startswith("cvm_")]
        return World(
            {name: _files(lake, name) for name in names},
            {f"bronze.{name}": typed(lake, lake.sources[name]) for name in names},
        )


@contextmanager
def _tickers() -> Iterator[None]:
    names = [f"LASTRO_SOURCES__{name.upper()}__TICKERS" for name in _QUOTES]
    os.environ.update(dict.fromkeys(names, _TICKERS))
    try:
        yield
    finally:
        for name in names:
            del os.environ[name]


def _fill(folder: Path) -> Platform:
    market = SimulatedMarket(13, 50, FIRST.replace(day=1), 2)
    shares = ShareMarket(seed=13, first=FIRST, last=LAST, companies=20)
    with SimulatorServer(market, shares=shares) as server:
        values: dict[str, object] = {name: f"{server.url}{path}" for name, path in ADDRESSES}
        values |= {"LASTRO_HTTP__INTERVAL": 0.0, "LASTRO_BRAPI__TOKEN": SecretStr("t"),
                   "LASTRO_ALPHA_VANTAGE__KEY": SecretStr("k")}  # fmt: skip
        settings = changed(platform(str(folder)).settings, values)
        for day in DAYS:
            server.control.publication.move_registry(day)
            clock = FrozenClock(dt.datetime.combine(day, dt.time(23, 50), dt.UTC))
            lake = Platform(settings, clock)
            names = [n for n in lake.sources if not n.startswith("cvm_") and n not in _LATE]
            with lake.run() as run:
                for name in (*names, *_LATE):
                    first = day - _FEW[name] if name in _FEW else FIRST
                    run.ingest(name, first, build=True, tables=("silver.instruments",))
    return lake


def _files(lake: Platform, name: str) -> list[tuple[str, bytes]]:
    newest = lake.landing.newest(name).values()
    return [(landed.name, lake.landing.read(landed)) for landed in newest]


def typed(lake: Platform, source: Source) -> pl.DataFrame:
    """All of a source's bronze, month by month as the machine hands it over."""
    months: dict[dt.date, list[pl.DataFrame]] = {}
    for partition in lake.lake.partitions(source.bronze):
        dated = partition[:4].isdigit() and partition[4] == "-"
        month = dt.date.fromisoformat(f"{partition[:7]}-01") if dated else STANDING
        rows = lake.lake.scan_as_written(source.bronze, partition).collect()
        months.setdefault(month, []).append(rows)
    texts = [Text(source, gather(source, frames)) for frames in months.values()]
    numbered = number(texts, anew=True)
    return pl.concat(read(text, month).rows for text, month in zip(numbered, months, strict=True))
