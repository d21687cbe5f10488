"""One run's verbs over a platform: bring in, build, export, tend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import lastro
from lastro.core.clock import today_in_brasilia
from lastro.core.errors import ConfigError, UpstreamError
from lastro.core.http import HttpClient

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from lastro.core.clock import Clock
    from lastro.lake.lineage import Lineage
    from lastro.lake.retention import Retirement
    from lastro.pipeline.builder import Builder
    from lastro.pipeline.chain import Found
    from lastro.pipeline.ingest import Ingest
    from lastro.pipeline.report import Progress, Report
    from lastro.sources import Source
    from lastro.wiring import Platform


class Run:
    """One run's verbs over a platform."""

    def __init__(self, platform: Platform, run_id: str, clock: Clock, progress: Progress) -> None:
        from lastro.pipeline.builder import Builder
        from lastro.pipeline.report import Report

        self._platform = platform
        self._clock = clock
        self.report: Report = Report(run_id)
        parts = (platform.lake, platform.catalog, platform.sources, self.report,
                 lastro.__version__, progress)  # fmt: skip
        engine = platform.engine
        self._builder: Builder
        if engine is None:
            self._builder = Builder(*parts)
        else:
            from lastro.pipeline.cluster import ClusterBuilder

            self._builder = ClusterBuilder(*parts, engine)

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
        sections = vars(self._platform.settings).values()
        section = next(found for found in sections if isinstance(found, source.section))
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
            ConfigError: Some source is not set up, as one without its key; likewise.
        """
        failures: list[UpstreamError | ConfigError] = []
        sources, tables = self._platform.sources, self._platform.catalog.tables
        monthly = [name for name, table in tables.items() if table.pace == "month"]
        asking = [name for name, source in sources.items() if source.knows]
        others = [name for name in sources if name not in asking]
        for name in (*others, *asking, *asking):  # twice: they ask about what they have brought
            try:
                self.ingest(name, build=True, tables=monthly)
            except (UpstreamError, ConfigError) as error:
                failures.append(error)
        self.build()
        if failures:
            raise failures[0]

    def optimize(self, names: Sequence[str] = ()) -> dict[str, dict[str, int]]:
        """Compact and cluster these tables, by default all: files and new version of each."""
        from lastro.lake.upkeep import optimize

        lake, lineage = self._platform.lake, self._lineage()
        wanted = [self._platform.contract(name) for name in names] or self._platform.contracts()
        engine = self._platform.engine
        done = {c.name: optimize(lake, c, lineage, engine) for c in wanted if lake.exists(c.name)}
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
