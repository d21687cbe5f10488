"""The provider chain: asks fallback providers for quotes in turn until one has them.

A provider that fails is passed over, one that failed several times in a row is left alone for a
while, and one that does not know the ticker is followed by the next. What was had is landed as any
source's files are; each row says its provider.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from pydantic import Field, SecretStr

from lastro.core.breaker import Breaker
from lastro.core.clock import BRASILIA
from lastro.core.errors import ConfigError, DataError, NoDataError, RequestError, UpstreamError
from lastro.core.http import HttpClient
from lastro.core.settings import Section
from lastro.pipeline.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lastro.core.errors import LastroError
    from lastro.core.http import Answer
    from lastro.lake.landing import Landing
    from lastro.pipeline.ingest import Ingest
    from lastro.sources import Period, Source

Provider = Literal["yahoo", "brapi", "alpha_vantage"]
_TICKER = re.compile(r"[A-Z0-9]{4,12}")
Outcome = Literal["answered", "nothing", "failed", "left alone", "not set up"]
_TOLD = ("ticker", "provider", "rows", "newest", "age")


class QuotesSettings(Section):
    """Where quotes come from where B3's files have none."""

    providers: list[Provider] = Field(
        ["yahoo", "brapi", "alpha_vantage"],
        description="Fallback providers in the order in which they are asked, as a JSON list.",
    )
    breaker_failures: int = Field(
        5, description="Failures in a row after which a provider is left alone.", ge=1
    )
    breaker_seconds: float = Field(
        60.0, description="Seconds for which it is left alone before it is tried again.", ge=0
    )
    tickers: list[str] = Field(
        [], description="Tickers that `lastro quotes` asks for where none is named; a JSON list."
    )


@dataclass(frozen=True)
class Had:
    """What a provider had.

    Attributes:
        rows: Sessions with a price, within the days asked for.
        newest: The last of them; None where there is none.
    """

    rows: int
    newest: dt.date | None


@dataclass(frozen=True)
class Attempt:
    """How one provider was asked and what came of it; ``error`` says why it had nothing."""

    provider: str
    outcome: Outcome
    error: LastroError | None = None


@dataclass(frozen=True)
class Found:
    """What the chain found for one ticker.

    Attributes:
        ticker: Which.
        provider: Who answered; None where nobody did.
        rows: Sessions with a price.
        newest: The last of them.
        age: Days from the last of them to the day of asking.
        attempts: Every provider it came to, in turn.
    """

    ticker: str
    provider: str | None
    rows: int
    newest: dt.date | None
    age: int | None
    attempts: tuple[Attempt, ...]

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        tried = [
            {
                "provider": a.provider,
                "outcome": a.outcome,
                "why": a.error.message if a.error else "",
            }
            for a in self.attempts
        ]
        return {field: getattr(self, field) for field in _TOLD} | {"attempts": tried}


Ask: TypeAlias = "Callable[[str, dt.date, dt.date], Had]"


class Chain:
    """Providers in order, each behind its breaker.

    Args:
        providers: How to ask each: (ticker, first day, last day) -> what it had. It raises an
            UpstreamError where the provider failed, NoDataError where it does not know the ticker,
            ConfigError where it is not set up, DataError where its answer cannot be read.
        breakers: A breaker for each.
        today: The day of asking.
    """

    def __init__(
        self, providers: Mapping[str, Ask], breakers: Mapping[str, Breaker], today: dt.date
    ) -> None:
        self._providers = dict(providers)
        self._breakers = breakers
        self._today = today

    def find(self, ticker: str, first: dt.date, last: dt.date) -> Found:
        """Ask for a ticker's days until a provider has some."""
        attempts: list[Attempt] = []
        for provider in self._providers:
            attempt, had = self._try(provider, ticker, first, last)
            attempts.append(attempt)
            if had.newest:
                age = (self._today - had.newest).days
                return Found(ticker, provider, had.rows, had.newest, age, tuple(attempts))
        return Found(ticker, None, 0, None, None, tuple(attempts))

    def find_all(self, tickers: Iterable[str], first: dt.date, last: dt.date) -> list[Found]:
        """Ask for several tickers, each once."""
        return [self.find(ticker, first, last) for ticker in dict.fromkeys(tickers)]

    def _try(
        self, provider: str, ticker: str, first: dt.date, last: dt.date
    ) -> tuple[Attempt, Had]:
        breaker, nothing = self._breakers[provider], Had(0, None)
        if not breaker.allows():
            return Attempt(provider, "left alone"), nothing
        try:
            had = self._providers[provider](ticker, first, last)
        except NoDataError as error:  # an answer, and a sound one
            breaker.succeeded()
            return Attempt(provider, "nothing", error), nothing
        except ConfigError as error:
            breaker.succeeded()
            return Attempt(provider, "not set up", error), nothing
        except (UpstreamError, DataError) as error:
            breaker.failed()
            return Attempt(provider, "failed", error), nothing
        except BaseException:
            breaker.failed()  # a trial must not stay without an end
            raise
        breaker.succeeded()
        return Attempt(provider, "answered" if had.rows else "nothing"), had


class Desk:
    """Asks one provider by its source: plan, fetch and land, as any ingest.

    Args:
        source: The provider's source; its options have ``tickers``.
        ingest: Makes an ingest of the source by its options, and the report it tells.
        landing: Where files land.
        client: How to ask.
        base: The provider's address.
    """

    def __init__(
        self,
        source: Source,
        ingest: Callable[[Section], tuple[Ingest, Report]],
        landing: Landing,
        client: HttpClient,
        base: str,
    ) -> None:
        self._source = source
        self._ingest = ingest
        self._landing = landing
        self._client = client
        self._base = base

    def ask(self, ticker: str, first: dt.date, last: dt.date) -> Had:
        """Ask, land what came, and look how much of what was wanted it holds.

        Raises:
            LastroError: As ``Chain`` says.
        """
        kind = cast("type[Section]", self._source.options)
        ingest, report = self._ingest(kind.model_validate({"tickers": [ticker]}))
        landed, unchanged = len(report.landed), len(report.unchanged)  # of those asked before
        failure = ingest.download(self._client, self._base, first, last)
        names = [*report.landed[landed:], *report.unchanged[unchanged:]]
        had = _held(
            (period for name in names for period in self._periods(name)), ticker, first, last
        )
        if failure and not had.rows:
            raise failure
        return had

    def _periods(self, name: str) -> Iterable[Period]:
        landed = self._landing.newest(self._source.name)[name]
        day = landed.landed_at.astimezone(BRASILIA).date()
        return self._source.parse(name, self._landing.read(landed), day)


def _held(periods: Iterable[Period], ticker: str, first: dt.date, last: dt.date) -> Had:
    """Days within a span that have a price and are over."""
    days: set[str] = set()
    for period in periods:
        rows = period.text
        good = (
            (rows["ticker"] == ticker)
            & rows["date"].is_between(first.isoformat(), last.isoformat())
            & (rows["close"].str.len_bytes() > 0)
            & (rows["session"] != "open")
        )
        days.update(rows.filter(good.fill_null(value=False))["date"])
    return Had(len(days), dt.date.fromisoformat(max(days)) if days else None)


def with_secret(source: Source, settings: Section) -> Source:
    """The source whose ``fetch`` is also given its section, where that holds a secret."""
    secret = any(isinstance(value, SecretStr) for _name, value in settings)
    if not secret:
        return source
    fetch = source.fetch

    def fetch_with(*args: Any, **context: Any) -> Answer:
        return fetch(*args, **context, settings=settings)

    return dataclasses.replace(source, fetch=fetch_with)


class Counter:
    """Where the chain's desks stand: made from the settings, for one run.

    Args:
        settings: All sections.
        addressed: A source by name, and its base address.
        ingest: Makes an ingest: (source, report, context).
        report: The run's; it is told of every file that landed.
    """

    table = "silver.provider_quotes"
    reach = dt.timedelta(days=10)

    def __init__(
        self,
        settings: Any,
        addressed: Callable[[str], tuple[Source, str]],
        ingest: Callable[[Source, Report, dict[str, Any]], Ingest],
        report: Report,
    ) -> None:
        self._settings = settings
        self._addressed = addressed
        self._make = ingest
        self._report = report

    @property
    def sources(self) -> list[str]:
        """Sources of the providers, in the order in which they are asked."""
        return [f"{provider}_quotes" for provider in self._settings.quotes.providers]

    def chain(self, landing: Landing, breakers: Mapping[str, Breaker], today: dt.date) -> Chain:
        """The chain of the settings' providers; it would rather ask the next than wait."""
        http = self._settings.http
        client = HttpClient(http.model_copy(update={"attempts": min(2, http.attempts)}))
        asks: dict[str, Ask] = {}
        for provider, name in zip(self._settings.quotes.providers, self.sources, strict=True):
            source, base = self._addressed(name)
            asks[provider] = Desk(source, partial(self._open, source), landing, client, base).ask
        return Chain(asks, breakers, today)

    def _open(self, source: Source, options: Section) -> tuple[Ingest, Report]:
        """An ingest whose failures are the chain's own, and whose files are the run's."""
        own = Report(self._report.run_id, self._report.landed, self._report.unchanged)
        return self._make(source, own, {"options": options}), own


def make_breakers(settings: QuotesSettings) -> dict[str, Breaker]:
    """A closed breaker for every provider of the settings."""
    return {
        provider: Breaker(settings.breaker_failures, settings.breaker_seconds)
        for provider in settings.providers
    }


def asked_of(tickers: Iterable[str], settings: QuotesSettings) -> list[str]:
    """The tickers to ask for: those named, else those of the settings.

    Raises:
        RequestError: There is none, or one is no ticker.
    """
    wanted = [ticker.strip().upper() for ticker in tickers] or settings.tickers
    if not wanted:
        raise RequestError(
            "No ticker was named.",
            hint="Name some, as PETR4, or set LASTRO_QUOTES__TICKERS.",
        )
    odd = [ticker for ticker in wanted if not _TICKER.fullmatch(ticker)]
    if odd:
        raise RequestError(
            "'{ticker}' is no ticker of B3.",
            hint="Write it as PETR4, without suffix; IBOV is the index.",
            ticker=odd[0],
        )
    return list(dict.fromkeys(wanted))
