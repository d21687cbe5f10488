"""A simulated economy: Copom's target and what follows from it, price indexes, currencies.

Every number follows from the seed and the day alone. Nothing here is data of the central bank.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cache

from lastro.core.calendar import add_bank_days, is_bank_day
from lastro.core.clock import add_months

BEGINNING = dt.date(1995, 1, 2)
FIRST_TARGET = dt.date(1999, 3, 5)
FIRST_FX = dt.date(2000, 1, 3)
_ONE_DAY = dt.timedelta(days=1)
_MEETING_MONTHS = (1, 3, 5, 6, 8, 9, 11, 12)
_STEPS = (-0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75)
_LOWEST, _HIGHEST, _USUAL = 2.0, 26.5, 11.0
_BELOW_TARGET = 0.10  # percent a year that the market's overnight rate stays below the target

CURRENCIES = {  # name, kind (A: units a dollar; B: dollars a unit), usual parity
    "AUD": ("Dólar australiano", "B", 0.70),
    "CAD": ("Dólar canadense", "A", 1.35),
    "CHF": ("Franco suíço", "A", 0.92),
    "DKK": ("Coroa dinamarquesa", "A", 6.80),
    "EUR": ("Euro", "B", 1.12),
    "GBP": ("Libra Esterlina", "B", 1.30),
    "JPY": ("Iene", "A", 130.0),
    "NOK": ("Coroa norueguesa", "A", 9.80),
    "SEK": ("Coroa sueca", "A", 9.90),
    "USD": ("Dólar dos Estados Unidos", "A", 1.0),
}


@cache
def meetings(year: int) -> tuple[dt.date, ...]:
    """Copom's eight meetings of a year: a third Wednesday each."""
    firsts = (dt.date(year, month, 1) for month in _MEETING_MONTHS)
    return tuple(day + dt.timedelta(days=(2 - day.weekday()) % 7 + 14) for day in firsts)


def next_meeting(day: dt.date) -> dt.date:
    """The first meeting on that day or after it."""
    return next(found for year in (day.year, day.year + 1) for found in meetings(year)
                if found >= day)  # fmt: skip


@dataclass
class _Walk:
    """A walk over bank days that returns to where it is drawn, made as far as it is asked for."""

    chance: random.Random
    step: float
    days: list[dt.date] = field(default_factory=list)
    places: list[float] = field(default_factory=list)

    def at(self, day: dt.date) -> float:
        """Where it stands on a bank day, from ``FIRST_FX`` on."""
        while not self.days or self.days[-1] < day:
            start = add_bank_days(self.days[-1] + _ONE_DAY, 0) if self.days else FIRST_FX
            former = self.places[-1] if self.places else 0.0
            self.days.append(start)
            self.places.append(0.995 * former + self.chance.gauss(0, self.step))
        return self.places[bisect_left(self.days, day)]


class BcbNumbers:
    """The economy of one seed. Not to be shared between threads."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._since: list[dt.date] = [FIRST_TARGET]
        self._targets: list[float] = [25.0]
        self._copom = self.chance("copom")
        self._walks: dict[str, _Walk] = {}

    def chance(self, *of: object) -> random.Random:
        """Chance that belongs to a name alone."""
        return random.Random(f"{self.seed}:{':'.join(map(str, of))}")  # noqa: S311 - a simulation

    def target(self, day: dt.date) -> float:
        """Selic's target in percent a year; each meeting's decision holds from the next day on."""
        while self._since[-1] <= day:
            meeting = next_meeting(self._since[-1])
            former = self._targets[-1]
            pull = 1.5 * (_USUAL - former) / _USUAL
            weights = [math.exp(pull * step - step * step) for step in _STEPS]
            (step,) = self._copom.choices(_STEPS, weights)
            self._since.append(meeting + _ONE_DAY)
            self._targets.append(min(max(former + step, _LOWEST), _HIGHEST))
        place = bisect_left(self._since, day + _ONE_DAY) - 1
        return self._targets[max(place, 0)]

    def overnight(self, day: dt.date) -> float:
        """Selic and CDI in percent a day, over 252 bank days a year."""
        growth: float = (1 + (self.target(day) - _BELOW_TARGET) / 100) ** (1 / 252)
        return (growth - 1) * 100

    def reference_rate(self, day: dt.date) -> float:
        """TR in percent for the month that begins on that day."""
        noise = self.chance("tr", day).uniform(0, 0.03)
        return max(0.0, self.target(day) / 12 * 0.12 - 0.05 + noise)

    def prices(self, index: str, month: dt.date) -> float:
        """Change of a price index in percent; some Augusts are negative for sure."""
        wide = {"IPCA": 0.22, "IPCA-15": 0.22, "IPCA-E": 0.22}.get(index, 0.7)
        season = 0.15 * math.cos((month.month - 1) / 6 * math.pi)
        change = 0.38 + season + self.chance(index, month).gauss(0, wide)
        return -abs(change) / 3 - 0.01 if month.month == 8 and month.year % 3 == 1 else change

    def parity(self, currency: str, day: dt.date) -> float:
        """A currency against the dollar, as it is quoted."""
        usual = CURRENCIES[currency][2]
        return 1.0 if currency == "USD" else usual * math.exp(self._walk(currency, 0.004).at(day))

    def price(self, currency: str, day: dt.date) -> float:
        """Reais for one unit of a currency on a bank day, from ``FIRST_FX`` on."""
        years = (day - FIRST_FX).days / 365.25
        dollar = 1.8 * math.exp(0.042 * years + self._walk("USD", 0.008).at(day))
        parity = self.parity(currency, day)
        return dollar * parity if CURRENCIES[currency][1] == "B" else dollar / parity

    def _walk(self, name: str, step: float) -> _Walk:
        if name not in self._walks:
            self._walks[name] = _Walk(self.chance("walk", name), step)
        return self._walks[name]


def known_on(index: str, month: dt.date) -> dt.date:
    """The day on which a price index is published: within its month, or about the 10th after."""
    late = add_months(month, 1).replace(day=10)
    day = month.replace(day=28) if index in {"IGP-M", "IPCA-15", "IPCA-E"} else late
    while not is_bank_day(day):
        day -= _ONE_DAY
    return day
