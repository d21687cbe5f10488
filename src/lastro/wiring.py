"""The root: reads settings, builds everything, and returns the Platform that every door uses."""

from __future__ import annotations

import contextlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lastro
from lastro.core import settings as core_settings
from lastro.core.clock import Clock, SystemClock, today_in_brasilia
from lastro.core.errors import ConflictError, UpstreamError
from lastro.core.http import HttpClient, HttpSettings
from lastro.core.log import RUN_ID, LogSettings, configure, new_run_id
from lastro.core.registry import load
from lastro.core.schedule import SchedulerSettings
from lastro.exports import ExportSettings
from lastro.lake.lake import AsOf, Lake
from lastro.lake.retention import RetentionSettings
from lastro.lake.storage import LakeSettings, Storage
from lastro.pipeline.chain import QuotesSettings
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
    from lastro.lake.landing import DeadLetters, Landing
    from lastro.lake.lineage import Lineage
    from lastro.lake.retention import Retirement
    from lastro.lake.upkeep import TableState
    from lastro.pipeline.builder import Builder
    from lastro.pipeline.chain import Found
    from lastro.pipeline.doctor import Patient
    from lastro.pipeline.ingest import Ingest
    from lastro.pipeline.report import Progress, Report
    from lastro.sources import Source

SECTIONS: dict[str, type[Section]] = {
    "lake": LakeSettings,
    "http": HttpSettings,
    "log": LogSettings,
    "cvm": CvmSettings,
    "b3": B3Settings,
    "bcb": BcbSettings,
    "yahoo": YahooSettings,
    "brapi": BrapiSettings,
    "alpha_vantage": AlphaVantageSettings,
    "quotes": QuotesSettings,
    "scheduler": SchedulerSettings,
    "exports": ExportSettings,
    "retention": RetentionSettings,
}


def _silent(step: str, rows: int) -> None:
    """Progress for whoever does not look."""


class Platform:
    """A lake and all that can be done with it.

    Args:
        settings: Every section, as ``SECTIONS`` names them.
        clock: What time it is.
    """

    def __init__(self, settings: Any, clock: Clock) -> None:
        self.settings = settings
        self._clock = clock
        self.storage = Storage(settings.lake)
        self.lake = Lake(self.storage)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every source on the shelf, by name."""
        from lastro import sources

        return load(sources, "SOURCE", sources.Source)

    def context(self, source: Source) -> dict[str, Any]:
        """What a source's ``plan`` is given besides days: its own settings, and what we know."""
        found: dict[str, Any] = {}
        if source.options:
            own = core_settings.load(
                {"sources": core_settings.group({source.name: source.options})}
            )
            found["options"] = getattr(own.sources, source.name)  # type: ignore[attr-defined]
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
        from lastro.lake.catalog import Catalog, Table
        from lastro.tables import gold, silver

        tables = [*load(silver, "TABLE", Table).values(), *load(gold, "TABLE", Table).values()]
        return Catalog(tables, [source.bronze for source in self.sources.values()])

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
            sink, self.lake, [(c, self._publishers(c)) for c in contracts],
            settings=self.settings.exports, stored=self.settings.lake, simulated=self.simulated,
            at=self._clock.now(), **wanted,
        )  # fmt: skip

    def _publishers(self, contract: Contract) -> str:
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

        return ticker_card(self._held, code)

    def common_window(self, tickers: Sequence[str]) -> CommonWindow:
        """The longest window of days in which all of some tickers have prices.

        Raises:
            NotFoundError: A ticker has none.
            RequestError: No ticker was named.
        """
        from lastro.answers.history import common_window

        wanted = [ticker.strip().upper() for ticker in tickers]
        return common_window(self.table("gold.common_history").collect(), wanted)

    def _held(self, name: str) -> pl.LazyFrame | None:
        return self.table(name) if self.lake.exists(name) else None

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
        run_id = new_run_id(self._clock.now())
        token = RUN_ID.set(run_id)
        try:
            with self._alone():
                self.lake = Lake(self.storage)
                self.__dict__.pop("landing", None)
                yield Run(self, run_id, self._clock, progress)
        finally:
            RUN_ID.reset(token)

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
                raise ConflictError(
                    "Another run is writing to {lake}.",
                    hint="Wait until it ends, then run this again; nothing was changed.",
                    lake=self.storage.url,
                ) from None
            yield


class Run:
    """One run's verbs over a platform."""

    def __init__(self, platform: Platform, run_id: str, clock: Clock, progress: Progress) -> None:
        from lastro.pipeline.builder import Builder
        from lastro.pipeline.report import Report

        self._platform = platform
        self._clock = clock
        self.report: Report = Report(run_id)
        self._builder: Builder = Builder(
            platform.lake, platform.catalog, platform.sources, self.report,
            lastro.__version__, progress,
        )  # fmt: skip

    def _ingest(
        self, source: Source, report: Report | None = None, context: dict[str, Any] | None = None
    ) -> Ingest:
        from lastro.pipeline.ingest import Ingest

        return Ingest(
            source, self._platform.landing, self._platform.dead_letters, self._builder,
            report or self.report, self._clock, lastro.__version__,
            context or self._platform.context(source),
        )  # fmt: skip

    def _source(self, name: str) -> Source:
        from lastro import sources
        from lastro.core.registry import one

        found: Source = one(sources, name, "SOURCE", sources.Source)
        return found

    def _addressed(self, name: str) -> tuple[Source, str]:
        """A source that knows its secrets, and its base address."""
        from lastro.pipeline.chain import with_secret

        source = self._source(name)
        section = next(
            getattr(self._platform.settings, section)
            for section, kind in SECTIONS.items()
            if kind is source.section
        )
        return with_secret(source, section), getattr(section, source.address)

    def ingest(
        self,
        name: str,
        first: dt.date | None = None,
        last: dt.date | None = None,
        *,
        build: bool = False,
        tables: Sequence[str] = (),
    ) -> None:
        """Ask a source for files and take what is new into bronze (and beyond).

        Args:
            name: The source.
            first: First day wanted; None asks for what is due.
            last: Last day wanted; None is today.
            build: Build tables as well.
            tables: Only these and what they are built from; by default all.

        Raises:
            UpstreamError: Some file could not be had; all others were taken in.
        """
        source, base = self._addressed(name)
        ingest = self._ingest(source)
        client = HttpClient(self._platform.settings.http)
        failure = ingest.download(client, base, first, last)
        self._take_in(ingest, tables if build else None)
        if failure:
            raise failure

    def fallback_quotes(
        self,
        tickers: Sequence[str] = (),
        first: dt.date | None = None,
        last: dt.date | None = None,
    ) -> list[Found]:
        """Ask the fallback providers in turn for quotes, and build what they say.

        Args:
            tickers: Which; none asks for those of the settings.
            first: First day wanted; None is ten days ago.
            last: Last day wanted; None is today.

        Returns:
            For each ticker who answered, and with what; also where nobody did.

        Raises:
            RequestError: No ticker was named, or one is none.
        """
        from lastro.pipeline.chain import Counter, asked_of

        settings, today = self._platform.settings, today_in_brasilia(self._clock)
        wanted = asked_of(tickers, settings.quotes)
        counter = Counter(settings, self._addressed, self._ingest, self.report)
        try:
            chain = counter.chain(self._platform.landing, self._platform.breakers, today)
            return chain.find_all(wanted, first or today - counter.reach, last or today)
        finally:
            for name in counter.sources:
                self._take_in(self._ingest(self._source(name)), None)
            self._builder.build([counter.table])

    def take(
        self, name: str, paths: Sequence[Path], *, build: bool = False, tables: Sequence[str] = ()
    ) -> None:
        """Take a person's own files the way downloads go.

        Args:
            name: The source.
            paths: The files.
            build: Build tables as well.
            tables: Only these and what they are built from; by default all.

        Raises:
            RequestError: A path cannot be read; nothing was imported.
        """
        ingest = self._ingest(self._source(name))
        ingest.take(paths)
        self._take_in(ingest, tables if build else None)

    def _take_in(
        self, ingest: Ingest, tables: Sequence[str] | None, *, retry: bool = False
    ) -> None:
        try:
            ingest.read(tables=tables, retry=retry)
            if tables is not None:
                self._builder.build(tables)
        finally:  # what was read and built before a failure is whole: keep it
            self._builder.commit()

    def build(self, names: Sequence[str] = ()) -> None:
        """Build what is stale of these tables and their inputs; by default of all.

        Landed files that an earlier run did not come to read are read first.
        """
        wanted = [self._platform.contract(name).name for name in names]
        for source in self._platform.sources.values():
            self._take_in(self._ingest(source), None)
        self._builder.build(wanted)

    def retry(self) -> None:
        """Try every dead letter again."""
        for name in sorted({letter.source for letter in self._platform.dead_letters.all()}):
            self._take_in(self._ingest(self._source(name)), None, retry=True)

    def due(self) -> None:
        """Fetch what is due from every source, and build.

        Raises:
            UpstreamError: Some source failed; all others were taken in and built.
        """
        failures: list[UpstreamError] = []
        for name in self._in_order():
            try:
                self.ingest(name, build=True)
            except UpstreamError as error:
                failures.append(error)
        self.build()
        if failures:
            raise failures[0]

    def _in_order(self) -> list[str]:
        """Sources, those that ask for what others have brought after them."""
        sources = self._platform.sources
        return sorted(sources, key=lambda name: (sources[name].knows is not None, name))

    def optimize(self, names: Sequence[str] = ()) -> dict[str, dict[str, int]]:
        """Compact and cluster these tables, by default all: files and new version of each."""
        from lastro.lake.upkeep import optimize

        lake, lineage = self._platform.lake, self._lineage()
        wanted = [self._platform.contract(name) for name in names] or self._platform.contracts()
        done = {c.name: optimize(lake, c, lineage) for c in wanted if lake.exists(c.name)}
        return {name: counts for name, counts in done.items() if counts}

    def vacuum(self, keep_days: int, *, delete: bool) -> dict[str, list[str]]:
        """Name, or delete, the data files that nothing of so many days back needs."""
        from lastro.lake.upkeep import vacuum

        return vacuum(
            self._platform.lake, self._platform.contracts(), keep_days=keep_days, delete=delete,
            lineage=self._lineage(),
        )  # fmt: skip

    def retain(
        self, names: Sequence[str] = (), *, years: int | None = None, cold: str = "",
        delete: bool = False,
    ) -> list[Retirement]:  # fmt: skip
        """Name, or take out, the months that tables no longer keep.

        Args:
            names: Tables; none is those of the settings.
            years: Whole years to keep; None leaves it to the settings.
            cold: Where to copy what goes; blank leaves it to the settings.
            delete: Take it out; otherwise it is only named.

        Raises:
            RequestError: Nothing says for how long, or a table is not kept by months.
        """
        from lastro.lake.retention import cold_storage, policy, retain

        settings, contract = self._platform.settings, self._platform.contract
        kept = policy(names, years, settings.retention)
        return retain(
            self._platform.lake, [(contract(name), count) for name, count in kept.items()],
            today_in_brasilia(self._clock), self._lineage(), delete=delete,
            cold=cold_storage(cold or settings.retention.cold, settings.lake),
        )  # fmt: skip

    def mend(self) -> dict[str, list[str]]:
        """Strike lost data files out of the logs; the next build makes their partitions again."""
        from lastro.pipeline.doctor import mend

        return mend(self._platform.patient(), self._lineage())

    def _lineage(self) -> Lineage:
        from lastro.lake.lineage import Lineage

        return Lineage(self.report.run_id, lastro.__version__)


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
