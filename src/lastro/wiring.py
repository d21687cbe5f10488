"""The root: reads settings, builds everything, and returns the Platform that every door uses."""

from __future__ import annotations

import contextlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lastro.core import settings as core_settings
from lastro.core.clock import Clock, SystemClock, today_in_brasilia
from lastro.core.errors import LakeBusyError
from lastro.core.http import HttpSettings
from lastro.core.keys import KeySettings
from lastro.core.log import RUN_ID, LogSettings, configure, new_run_id
from lastro.core.registry import load
from lastro.core.schedule import SchedulerSettings
from lastro.core.serving import ApiSettings
from lastro.exports import ExportSettings
from lastro.fittings import Fittings
from lastro.identity.settings import IdentitySettings
from lastro.lake.engine import SparkSettings
from lastro.lake.glue import GlueSettings
from lastro.lake.lake import AsOf, Lake
from lastro.lake.retention import RetentionSettings
from lastro.lake.sql_house import SqlSettings
from lastro.lake.storage import LakeSettings, Storage
from lastro.pipeline.chain import QuotesSettings
from lastro.store.settings import StoreSettings
from lastro.vendors.alpha_vantage import AlphaVantageSettings
from lastro.vendors.b3 import B3Settings
from lastro.vendors.bcb import BcbSettings
from lastro.vendors.brapi import BrapiSettings
from lastro.vendors.cvm import CvmSettings
from lastro.vendors.yahoo import YahooSettings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    import polars as pl
    from pydantic import BaseModel

    from lastro.answers.history import CommonWindow
    from lastro.answers.ticker import TickerCard
    from lastro.core.breaker import Breaker
    from lastro.core.settings import Section
    from lastro.exports import Written
    from lastro.lake.catalog import Catalog, View
    from lastro.lake.contract import Contract
    from lastro.lake.glue import Registered
    from lastro.lake.landing import DeadLetters, Landing
    from lastro.lake.upkeep import TableState
    from lastro.pipeline.doctor import Patient
    from lastro.pipeline.report import Progress
    from lastro.run import Run
    from lastro.sources import Source

SECTIONS: dict[str, type[Section]] = {
    "lake": LakeSettings,
    "spark": SparkSettings,
    "keys": KeySettings,
    "http": HttpSettings,
    "log": LogSettings,
    "api": ApiSettings,
    "store": StoreSettings,
    "identity": IdentitySettings,
    "cvm": CvmSettings,
    "b3": B3Settings,
    "bcb": BcbSettings,
    "yahoo": YahooSettings,
    "brapi": BrapiSettings,
    "alpha_vantage": AlphaVantageSettings,
    "quotes": QuotesSettings,
    "scheduler": SchedulerSettings,
    "exports": ExportSettings,
    "glue": GlueSettings,
    "retention": RetentionSettings,
    "sql": SqlSettings,
}


def _silent(step: str, rows: int) -> None:
    """Progress for whoever does not look."""


class Platform(Fittings):
    """A lake and all that can be done with it.

    Args:
        settings: Every section, as ``SECTIONS`` names them.
        clock: What time it is.
    """

    def __init__(self, settings: Any, clock: Clock) -> None:
        self.settings = settings
        self._clock = clock
        self.storage = Storage(settings.lake, lambda: self.sealer)
        self.lake = Lake(self.storage)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every source on the shelf, by name."""
        from lastro.pipeline.shelves import all_sources

        return all_sources()

    @cached_property
    def options(self) -> dict[str, Section]:
        """The own settings of each source that has some: ``LASTRO_SOURCES__<NAME>__...``."""
        kinds = {name: found.options for name, found in self.sources.items() if found.options}
        own = core_settings.load({"sources": core_settings.group(kinds)})
        return dict(own.sources)  # type: ignore[attr-defined]

    def context(self, source: Source) -> dict[str, Any]:
        """What a source's ``plan`` is given besides days: its own settings, and what we know."""
        found: dict[str, Any] = {}
        if source.options:
            found["options"] = self.options[source.name]
        if source.knows:
            table, column = source.knows
            found["known"] = []
            if self.lake.exists(table):
                values = self.lake.scan(self.contract(table)).select(column).unique().collect()
                found["known"] = sorted(filter(None, values[column].to_list()))
        return found

    @cached_property
    def breakers(self) -> dict[str, Breaker]:
        """A circuit breaker for each fallback provider of quotes."""
        from lastro.pipeline.chain import make_breakers

        return make_breakers(self.settings.quotes)

    @cached_property
    def catalog(self) -> Catalog:
        """Every table on the shelves, in build order."""
        from lastro.pipeline.shelves import catalog_of

        return catalog_of(self.sources)

    @cached_property
    def views(self) -> list[View]:
        """Every view on the shelf."""
        from lastro.lake.catalog import View
        from lastro.tables import views

        return list(load(views, "VIEW", View).values())

    @cached_property
    def landing(self) -> Landing:
        """Landed bytes and their ledger."""
        from lastro.lake.landing import Landing

        return Landing(self.lake)

    @cached_property
    def dead_letters(self) -> DeadLetters:
        """Files that could not be read."""
        from lastro.lake.landing import DeadLetters

        return DeadLetters(self.lake)

    @property
    def simulated(self) -> bool:
        """Whether the lake holds simulated data."""
        return bool(self.landing.simulated)

    # reading

    def contracts(self) -> list[Contract]:
        """Contracts of every table that may be read: bronze to gold, quarantine, ledger."""
        from lastro.lake.landing import LEDGER
        from lastro.lake.quality import RESTATEMENTS, quarantine_contract

        found = [*self.catalog.bronze.values()]
        tables = self.catalog.tables.values()
        found += [table.contract for table in tables]
        found += [
            quarantine_contract(table.contract)
            for table in tables
            if table.inputs and table.inputs[0].table in self.catalog.bronze
        ]
        return [*found, LEDGER, RESTATEMENTS]

    def contract(self, name: str) -> Contract:
        """The contract of any table that may be read; ``gold.`` may be left out where clear.

        Raises:
            NotFoundError: There is no such table.
        """
        every = {contract.name: contract for contract in self.contracts()}
        short = [found for found in every if found.partition(".")[2] == name]
        if name not in every and short:
            name = next((f for f in short if not f.startswith("quarantine.")), short[0])
        return every[name] if name in every else self.catalog.contract(name)

    def table(self, name: str, as_of: AsOf = None) -> pl.LazyFrame:
        """A table's rows.

        Args:
            name: ``silver.fund_navs``.
            as_of: A version number, or an instant with a time zone; None is now.

        Raises:
            NotFoundError: There is no such table, or it had nothing then.
        """
        return self.lake.scan(self.contract(name), as_of=as_of)

    def sql(self, query: str, as_of: dt.datetime | None = None) -> pl.DataFrame:
        """Run one read-only SQL query (DuckDB's dialect) over every table and view.

        Raises:
            RequestError: The query is wrong, or reaches for what it may not.
        """
        from lastro.lake.query import run_query

        return run_query(self.lake, self.contracts(), self.views, query, as_of)

    def history(self, name: str) -> list[dict[str, Any]]:
        """Every version of a table with its lineage, the newest first."""
        return self.lake.history(self.contract(name).name)

    def export(self, sink: str, names: Sequence[str], **wanted: Any) -> list[Written]:
        """Write tables to files or into a database; ``exports._selection.export`` names the rest.

        Raises:
            LastroError: As it says there.
        """
        from lastro.exports._selection import export

        contracts = [self.contract(name) for name in names]
        return export(
            sink, self.lake, [(c, self.publishers(c)) for c in contracts],
            settings=self.settings.exports, stored=self.settings.lake, simulated=self.simulated,
            at=self._clock.now(), **wanted,
        )  # fmt: skip

    def register(self, names: Sequence[str] = ()) -> list[Registered]:
        """Tell the Glue Data Catalog of tables; by default of all that silver and gold hold.

        Raises:
            LastroError: As ``lake.glue.register`` says.
        """
        from lastro.lake.glue import register

        wanted = [self.contract(name) for name in names] or [
            table.contract for table in self.catalog.tables.values() if self.lake.exists(table.name)
        ]
        return register(
            self.lake, wanted, self.settings.glue, region=self.settings.lake.s3_region,
            simulated=self.simulated,
        )  # fmt: skip

    def publishers(self, contract: Contract) -> str:
        """Who published what a table is made from, by name."""
        known = {f"silver.{contract.table}", contract.name} & set(self.catalog.tables)
        inputs = {i.table for table in self.catalog.with_inputs(known) for i in table.inputs}
        found = {source.publisher for source in self.sources.values()
                 if source.bronze.name in inputs | {contract.name}}  # fmt: skip
        return ", ".join(sorted(found))

    def overview(self) -> list[TableState]:
        """What every table that was ever written holds now."""
        from lastro.lake.upkeep import state_of

        return [state_of(self.lake, c) for c in self.contracts() if self.lake.exists(c.name)]

    def ticker(self, code: str) -> TickerCard:
        """One ticker's card.

        Raises:
            NotFoundError: No price of it is in the lake.
        """
        from lastro.answers.ticker import ticker_card

        return ticker_card(self.held, code)

    def common_window(self, tickers: Sequence[str]) -> CommonWindow:
        """The longest window of days in which all of some tickers have prices.

        Raises:
            NotFoundError: A ticker has none.
            RequestError: No ticker was named.
        """
        from lastro.answers.history import common_window

        wanted = [ticker.strip().upper() for ticker in tickers]
        return common_window(self.table("gold.common_history").collect(), wanted)

    def held(self, name: str) -> pl.LazyFrame | None:
        """A table's rows by its full name; None where it was never written: what answers read."""
        return self.table(name) if self.lake.exists(name) else None

    def reopen(self) -> None:
        """Look at the lake afresh: what others committed since is seen from here on."""
        self.lake = Lake(self.storage)
        self.__dict__.pop("landing", None)

    def patient(self) -> Patient:
        """The lake as the doctor looks at it."""
        from lastro.pipeline.doctor import Patient

        return Patient(
            self.lake, self.catalog, self.sources, self.contracts(), self.landing,
            self.dead_letters, today_in_brasilia(self._clock),
        )  # fmt: skip

    # writing

    @contextlib.contextmanager
    def run(self, progress: Progress = _silent) -> Iterator[Run]:
        """One run: alone in the lake, with an id of its own.

        Raises:
            ConflictError: Another run holds the lake.
        """
        from lastro.run import Run

        run_id = new_run_id(self._clock.now())
        token = RUN_ID.set(run_id)
        try:
            with self._alone(), self.storage.asking():
                self.reopen()
                yield Run(self, run_id, self._clock, progress)
        finally:
            RUN_ID.reset(token)

    @property
    def is_busy(self) -> bool:
        """Whether a run holds the lake now; a look makes nothing."""
        if not self.storage.is_local or not (Path(self.storage.url) / ".lock").exists():
            return False
        try:
            with self._alone():
                return False
        except LakeBusyError:
            return True

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lake's lock; the system frees it however the process ends."""
        if not self.storage.is_local:
            yield  # concurrent commits to a bucket are refused by the tables' own logs
            return
        import fcntl

        folder = Path(self.storage.url)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LakeBusyError(
                    "Another run is writing to {lake}.",
                    hint="Wait until it ends, then run this again; nothing was changed.",
                    lake=self.storage.url,
                ) from None
            yield


def platform(url: str | None = None, *, clock: Clock | None = None) -> Platform:
    """Read the settings and build the platform.

    Args:
        url: The lake's folder or URL; None leaves it to the settings.
        clock: What time it is; the machine's by default.

    Raises:
        ConfigError: A setting is wrong.
    """
    settings: BaseModel = core_settings.load(SECTIONS)
    if url is not None:
        settings = settings.model_copy(
            update={"lake": settings.lake.model_copy(update={"url": url})}  # type: ignore[attr-defined]
        )
    configure(settings.log.level)  # type: ignore[attr-defined]
    return Platform(settings, clock or SystemClock())
