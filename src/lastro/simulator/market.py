"""A simulated market of Brazilian funds: its months, its years and its registry, as CVM zips.

Everything follows from the seed and the size. Months may be asked in any order, from any thread.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lastro.core.errors import NotFoundError, RequestError
from lastro.simulator import dirt as dirt_kinds
from lastro.simulator.archive import zip_bytes
from lastro.simulator.edits import Edits, splice
from lastro.simulator.layout import CleanMonth, layout_of, list_units, write_month
from lastro.simulator.paths import Paths, State, advance, bank_days, opening_state
from lastro.simulator.registry import registry_files
from lastro.simulator.restatement import reserve, restate
from lastro.simulator.universe import draw_universe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_FEWEST_CLASSES = 50
_MOST_CLASSES = 1_000_000
_MOST_DIRT = 0.2
_START = dt.date(2024, 1, 1)


@dataclass(frozen=True)
class SimulatedMonth:
    """The daily report of a month, as published.

    Attributes:
        month: First day of the month.
        revision: 0 for the first publication.
        columns: Header of the file.
        csv: Latin-1 bytes.
        rows: Lines of data.
        dirt: Lines of each dirty or odd kind in the file; keys as in ``dirt.REFUSED``,
            ``dirt.REFUSED_SHAPES``, ``dirt.KEPT``, ``dirt.REPEATS`` and ``cnpj_alphanumeric``.
        restated: What this revision changed from the one before: lines by key, as in
            ``restatement.CHANGES``, ``withdrawn`` and ``late``; empty for revision 0.
    """

    month: dt.date
    revision: int
    columns: tuple[str, ...]
    csv: bytes
    rows: int
    dirt: dict[str, int]
    restated: dict[str, int]

    @property
    def stem(self) -> str:
        """Name of the file without extension, as CVM names it."""
        return f"inf_diario_fi_{self.month:%Y%m}"


class SimulatedMarket:
    """A market that never existed.

    Args:
        seed: Everything follows from it; 0 or more.
        classes: How many classes, 50 to 1,000,000; about 91 % live at a time. 26,000 give months
            of about 540 thousand lines.
        first_month: Any day of the first month, 1990 or later.
        months: How many months.
        dirt: Fraction of lines to spoil, 0 to 0.2.

    Raises:
        RequestError: An argument is out of its range.
    """

    def __init__(
        self,
        seed: int = 42,
        classes: int = 26_000,
        first_month: dt.date = _START,
        months: int = 12,
        *,
        dirt: float = 0.005,
    ) -> None:
        _check("classes", classes, _FEWEST_CLASSES, _MOST_CLASSES)
        _check("months", months, 1, 1200)
        _check("seed", seed, 0, 2**63)
        _check("dirt", dirt, 0, _MOST_DIRT)
        _check("year of the first month", first_month.year, 1990, 2100)
        self.seed = seed
        self.classes = classes
        self.dirt = dirt
        start = first_month.year * 12 + first_month.month - 1
        self.months = tuple(
            dt.date(number // 12, number % 12 + 1, 1) for number in range(start, start + months)
        )
        self._days = {month: bank_days(month) for month in self.months}
        self.universe = draw_universe(seed, classes, np.concatenate(list(self._days.values())))
        self._units = list_units(self.universe)
        opening = opening_state(self.universe, int(self._days[self.months[0]][0]))
        self._states: list[State] = [opening]
        self._lock = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """Eight characters telling markets of different arguments apart."""
        arguments = (self.seed, self.classes, self.months[0], len(self.months), self.dirt)
        return hashlib.sha256(repr(arguments).encode()).hexdigest()[:8]

    def business_days(self, month: dt.date) -> list[dt.date]:
        """Bank days of a month of the window."""
        return [dt.date.fromordinal(int(day)) for day in self._days[self._known(month)]]

    def month(self, year_month: dt.date, revision: int = 0) -> SimulatedMonth:
        """The daily report of a month.

        Args:
            year_month: Any day of the month.
            revision: 0 for the first publication; each further one restates some lines.

        Raises:
            NotFoundError: The market has no such month.
            RequestError: The revision is negative.
        """
        month = self._known(year_month)
        _check("revision", revision, 0, 1_000_000)
        clean = self._clean(month)
        rng = np.random.default_rng([self.seed, month.year, month.month, 3])
        pool = rng.permutation(np.flatnonzero(clean.plain))
        held, pool = np.split(pool, [reserve(len(clean.plain))])
        spoilt = dirt_kinds.plant(clean, month, pool, self.dirt, self.seed)
        free = pool[~np.isin(pool, list(spoilt.lines))]
        restated = restate(clean, month, held=held, free=free, revision=revision, seed=self.seed)
        csv = splice(clean, Edits(spoilt.lines | restated.lines, spoilt.tail))
        kinds = sorted(clean.oddities.keys() | spoilt.tally.keys())
        found = {k: clean.oddities.get(k, 0) + spoilt.tally.get(k, 0) for k in kinds}
        rows = csv.count(b"\n") - 1
        return SimulatedMonth(month, revision, clean.columns, csv, rows, found, restated.tally)

    def month_zip(self, year_month: dt.date, revision: int = 0) -> bytes:
        """The zip CVM would publish for a month; arguments and errors as in ``month``."""
        month = self._known(year_month)
        return zip_bytes(self._members([month], {month: revision}), seed=self.seed, stamp=month)

    def hist_zip(self, year: int, revisions: Mapping[dt.date, int] | None = None) -> bytes:
        """The zip CVM would publish for an old year: a CSV for each month of the window.

        Args:
            year: A calendar year.
            revisions: Revision of each month, by its first day; 0 where absent.

        Raises:
            NotFoundError: The market has no month of that year.
        """
        months = [month for month in self.months if month.year == year]
        if not months:
            raise NotFoundError(
                "The simulated market has no month of {year}.",
                hint="It has {first:%Y-%m} to {last:%Y-%m}.",
                year=year,
                first=self.months[0],
                last=self.months[-1],
            )
        stamp = dt.date(year, 12, 31)
        return zip_bytes(self._members(months, revisions or {}), seed=self.seed, stamp=stamp)

    def registry_zip(self, as_of: dt.date) -> bytes:
        """The registry as it stood on a day.

        Args:
            as_of: From the first day of the window on; after its end the registry stays still.

        Raises:
            RequestError: The day comes before the window.
        """
        if as_of < self.months[0]:
            raise RequestError(
                "The simulated registry begins on {first}, after {as_of}.",
                hint="Ask for a later day.",
                first=self.months[0],
                as_of=as_of,
            )
        closed = [days[-1] for days in self._days.values() if days[-1] <= as_of.toordinal()]
        worth = self._state(len(closed)).worth
        window = (self.months[0].toordinal(), int(self._days[self.months[-1]][-1]))
        worth_day = int(closed[-1]) if closed else None
        files = registry_files(
            self.universe,
            as_of,
            seed=self.seed,
            window=window,
            leaf_worth=worth,
            worth_day=worth_day,
        )
        return zip_bytes(files, seed=self.seed, stamp=as_of)

    def _known(self, day: dt.date) -> dt.date:
        month = day.replace(day=1)
        if month not in self._days:
            raise NotFoundError(
                "The simulated market has no {month:%Y-%m}.",
                hint="It has {first:%Y-%m} to {last:%Y-%m}.",
                month=month,
                first=self.months[0],
                last=self.months[-1],
            )
        return month

    def _members(
        self, months: list[dt.date], revisions: Mapping[dt.date, int]
    ) -> Iterator[tuple[str, bytes]]:
        for month in months:
            made = self.month(month, revisions.get(month, 0))
            yield f"{made.stem}.csv", made.csv

    def _clean(self, month: dt.date) -> CleanMonth:
        paths = self._walk(self.months.index(month))
        days = self._days[month]
        return write_month(self.universe, self._units, paths, days, layout_of(month))

    def _state(self, number: int) -> State:
        """The evening before a month, by its number in the window."""
        for earlier in range(len(self._states) - 1, number):
            self._walk(earlier)
        return self._states[number]

    def _walk(self, number: int) -> Paths:
        before = self._state(number)
        month = self.months[number]
        rng = np.random.default_rng([self.seed, month.year, month.month])
        paths, after = advance(self.universe, before, self._days[month], rng)
        with self._lock:
            if len(self._states) == number + 1:
                self._states.append(after)
        return paths


def write_months(market: SimulatedMarket, directory: Path, months: Iterable[dt.date]) -> list[Path]:
    """Write months as zips named as CVM names them.

    Args:
        market: Where they come from.
        directory: Made if absent.
        months: Any day of each month.

    Returns:
        The files, in the order of the months.
    """
    directory.mkdir(parents=True, exist_ok=True)
    files = []
    for month in months:
        file = directory / f"inf_diario_fi_{month:%Y%m}.zip"
        file.write_bytes(market.month_zip(month))
        files.append(file)
    return files


def _check(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise RequestError(
            "A simulated market cannot have {name} = {value}.",
            hint="Choose {least} to {most}.",
            name=name,
            value=value,
            least=least,
            most=most,
        )
