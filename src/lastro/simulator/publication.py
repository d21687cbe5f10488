"""What the simulated server publishes at a moment: which paths exist, in which version.

The state that a control call moves: revisions of months, the year up to which months lie in HIST,
the day of the registry. Bytes are made on the first demand and kept for a few files.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lastro.core.errors import NotFoundError, RequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.simulator.market import SimulatedMarket

DAILY = "/dados/FI/DOC/INF_DIARIO/DADOS/"
REGISTRY = "/dados/FI/CAD/DADOS/registro_fundo_classe.zip"
_FILE = re.compile(re.escape(DAILY) + r"(HIST/)?inf_diario_fi_(\d{4})(\d{2})?\.zip")
_KEPT_FILES = 16


@dataclass(frozen=True)
class Resource:
    """A published file: its version, when it was published (UTC) and how to make it."""

    etag: str
    last_modified: dt.datetime
    make: Callable[[], bytes]


class Publication:
    """The published state of a market.

    Args:
        market: Where files come from.
        hist_until_year: Months of that year and before are in HIST, later ones by themselves.
    """

    def __init__(self, market: SimulatedMarket, hist_until_year: int) -> None:
        self.market = market
        self.hist_until_year = hist_until_year
        self.as_of = market.business_days(market.months[-1])[-1]
        self.revisions = dict.fromkeys(market.months, 0)
        self._kept: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def resource(self, path: str) -> Resource | None:
        """The file at a path, or ``None`` where nothing is published."""
        if path == REGISTRY:
            return self._registry()
        found = _FILE.fullmatch(path)
        if found is None:
            return None
        hist, year, month = found.groups()
        if hist:
            return None if month else self._hist(int(year))
        return self._monthly(int(year), int(month)) if month else None

    def content(self, resource: Resource) -> bytes:
        """The bytes of a file, made once while it is among the last few asked for."""
        with self._lock:
            if resource.etag not in self._kept:
                self._kept[resource.etag] = resource.make()
            content = self._kept.pop(resource.etag)
            self._kept[resource.etag] = content
            while len(self._kept) > _KEPT_FILES:
                del self._kept[next(iter(self._kept))]
        return content

    def republish(self, month: dt.date) -> int:
        """Publish a month again, restated.

        Returns:
            Its new revision.

        Raises:
            NotFoundError: The market has no such month.
        """
        first = month.replace(day=1)
        if first not in self.revisions:
            raise NotFoundError(
                "The simulated market has no {month:%Y-%m}.",
                hint="Its months are listed at /_simulator/.",
                month=first,
            )
        with self._lock:
            self.revisions[first] += 1
            return self.revisions[first]

    def move_registry(self, as_of: dt.date) -> None:
        """Publish the registry as it stood on a day.

        Raises:
            RequestError: The day comes before the market.
        """
        if as_of < self.market.months[0]:
            raise RequestError(
                "The simulated registry begins on {first}.",
                hint="Choose that day or a later one.",
                first=self.market.months[0],
            )
        self.as_of = as_of

    def _monthly(self, year: int, month: int) -> Resource | None:
        if year <= self.hist_until_year or (year, month) not in self._listed():
            return None
        first = dt.date(year, month, 1)
        revision = self.revisions[first]
        return Resource(
            self._etag(f"{first:%Y%m}-r{revision}"),
            _published(first, revision),
            lambda: self.market.month_zip(first, revision),
        )

    def _hist(self, year: int) -> Resource | None:
        revisions = {month: r for month, r in self.revisions.items() if month.year == year}
        if year > self.hist_until_year or not revisions:
            return None
        version = ".".join(str(revision) for revision in revisions.values())
        return Resource(
            self._etag(f"{year}-r{version}"),
            _published(max(revisions), sum(revisions.values())),
            lambda: self.market.hist_zip(year, revisions),
        )

    def _registry(self) -> Resource:
        as_of = self.as_of
        return Resource(
            self._etag(f"registry-{as_of}"),
            dt.datetime.combine(as_of, dt.time(11), dt.UTC),
            lambda: self.market.registry_zip(as_of),
        )

    def _listed(self) -> set[tuple[int, int]]:
        return {(month.year, month.month) for month in self.revisions}

    def _etag(self, version: str) -> str:
        return f'"{self.market.fingerprint}-{version}"'


def _published(month: dt.date, revision: int) -> dt.datetime:
    """A month comes out on the first of the next at 11:00 UTC, each revision a day later."""
    following = (month + dt.timedelta(days=31)).replace(day=1)
    return dt.datetime.combine(following, dt.time(11), dt.UTC) + dt.timedelta(days=revision)
