"""The first set-up: which sources there are to choose from, who can be reached, and in what order.

What a person chooses becomes orders for the background: one run a source, the small ones first, so
that first charts are there while the large ones still come.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lastro.api.work import Order
from lastro.core.clock import add_months, month_of
from lastro.core.errors import ConflictError, NotFoundError, RequestError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from lastro.core.clock import Clock
    from lastro.sources import Source
    from lastro.wiring import Platform

_PATIENCE = 3.0  # seconds an institution has to answer
_BELIEVED = 30.0  # seconds for which its answer is believed
_LARGE = 1.0  # megabytes a month: a source below it comes with the whole history it begins with
_HEAVY = 50.0  # megabytes a month: not chosen unless a person does


@dataclass(frozen=True)
class Choice:
    """A source to choose.

    Attributes:
        source: Which.
        megabytes: To download once; None where nobody knows.
        megabytes_a_month: To download for each month of history; None where nobody knows.
    """

    source: Source
    megabytes: float | None
    megabytes_a_month: float | None

    @property
    def is_recommended(self) -> bool:
        """Whether it is chosen unless a person does otherwise."""
        return (self.megabytes_a_month or 0.0) < _HEAVY

    @property
    def default_months(self) -> int | None:
        """How far back it goes unless told; None where it speaks of the present alone."""
        return round(self.source.history.days / 30.4) or None

    def first(self, today: dt.date, months: int) -> dt.date | None:
        """First day to ask for; None asks for what is there now."""
        if not self.source.history:
            return None
        wanted = add_months(month_of(today), -months)
        if self.megabytes_a_month is not None and self.megabytes_a_month < _LARGE:
            return min(wanted, month_of(today - self.source.history))
        return wanted


def choices(platform: Platform, today: dt.date) -> list[Choice]:
    """Every source that can be asked without naming a paper, in the order to ask them.

    The small ones come first; those that ask about what others have brought, last.
    """
    found = [
        Choice(source, *(source.megabytes or (None, None)))
        for source in platform.sources.values()
        if _asks(platform, source, today)
    ]
    return sorted(found, key=lambda choice: _place(platform, choice))


def _asks(platform: Platform, source: Source, today: dt.date) -> bool:
    """Whether it has anything to ask for by itself: fallback quotes have not."""
    if source.knows:
        return True
    return bool(source.plan(add_months(today, -1), today, today, **platform.context(source)))


def _place(platform: Platform, choice: Choice) -> tuple[int, float, str]:
    """Who asks about what others brought comes last, and of those, who feeds it first."""
    source = choice.source
    size = (choice.megabytes or 0.0) + 12 * (choice.megabytes_a_month or 0.0)
    if source.knows is None:
        return (0, size, source.name)
    made_of = {needed.table for needed in platform.catalog.tables[source.knows[0]].inputs}
    return (1 if source.bronze.name in made_of else 2, size, source.name)


def orders(
    platform: Platform, clock: Clock, wanted: Sequence[str], months: int, language: str
) -> list[Order]:
    """What to do for a choice of official sources.

    Raises:
        NotFoundError: A source is none that can be chosen.
        RequestError: None was chosen.
        ConflictError: The lake holds a simulated market.
    """
    if not wanted:
        raise RequestError(
            "No source was chosen.", hint="Choose at least one; each says what it brings."
        )
    if platform.landing.simulated:
        raise ConflictError(
            "This lake holds a simulated market, which official data may not be mixed with.",
            hint="Start Lastro over an empty folder: `lastro --lake official up`.",
        )
    today = clock.now().date()
    known = {choice.source.name: choice for choice in choices(platform, today)}
    for name in wanted:
        if name not in known:
            raise NotFoundError(
                "There is no source called '{name}' to begin with.",
                hint="Known ones: {known}.",
                name=name,
                known=", ".join(known),
            )
    return [
        Order(
            platform.storage.url, "ingest", name,
            first.isoformat() if (first := choice.first(today, months)) else "", "", language,
        )
        for name, choice in known.items()
        if name in wanted
    ]  # fmt: skip


def simulation(platform: Platform, language: str, *, again: bool) -> list[Order]:
    """What to do for a simulated market.

    Args:
        platform: Whose lake.
        language: In which errors are told.
        again: Whether the lake's market was begun by a set-up: the same may be brought in again.

    Raises:
        ConflictError: The lake holds official data, or another simulated market.
        RequestError: The lake is in a bucket.
    """
    if platform.landing.simulated is False:
        raise ConflictError(
            "This lake holds official data, which a simulated market may not be mixed with.",
            hint="Start Lastro over an empty folder: `lastro --lake simulated up`.",
        )
    if platform.landing.simulated and not again:
        raise ConflictError(
            "This lake holds another simulated market already.",
            hint="Use it as it is, or start Lastro over an empty folder.",
        )
    if not platform.storage.is_local:
        raise RequestError(
            "A simulated market needs a lake in a folder, and this one is in a bucket.",
            hint="Start Lastro over a folder of this machine: `lastro --lake simulated up`.",
        )
    return [Order(platform.storage.url, "simulate", language=language)]


class Reach:
    """Which institutions answer; asked at once, and believed for half a minute.

    Args:
        platform: Whose sources, and whose settings say where they are.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._lock = threading.Lock()
        self._known: tuple[float, dict[str, bool]] | None = None

    def __call__(self, asked: Sequence[Source]) -> dict[str, bool]:
        """Whether each source's address answers, with whatever, by publisher."""
        with self._lock:
            now = time.monotonic()
            if self._known is None or now - self._known[0] > _BELIEVED:
                self._known = (time.monotonic(), self._ask(asked))
            return self._known[1]

    def _ask(self, asked: Sequence[Source]) -> dict[str, bool]:
        addresses = sorted({(source.publisher, self._address(source)) for source in asked})
        with ThreadPoolExecutor(max(1, len(addresses))) as workers:
            answers = list(workers.map(_answers, [address for _, address in addresses]))
        found: dict[str, bool] = {}
        for (publisher, _), answer in zip(addresses, answers, strict=True):
            found[publisher] = found.get(publisher, True) and answer
        return found

    def _address(self, source: Source) -> str:
        sections = vars(self._platform.settings).values()
        section = next(found for found in sections if isinstance(found, source.section))
        return str(getattr(section, source.address))


def _answers(address: str) -> bool:
    import urllib3  # noqa: PLC0415 - only a set-up asks

    with urllib3.PoolManager(retries=False, timeout=_PATIENCE) as pool:
        try:
            pool.request("HEAD", address, redirect=False)
        except urllib3.exceptions.HTTPError:
            return False
    return True
