"""The control calls under ``/_simulator/``: look at the server, and order what happens next."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from lastro.core.errors import NotFoundError, RequestError
from lastro.simulator.faults import Fault, FaultBook

if TYPE_CHECKING:
    from lastro.simulator.publication import Publication

PREFIX = "/_simulator/"
_LONGEST_LOG = 10_000

Query = Mapping[str, str]
T = TypeVar("T")
Answer = dict[str, Any] | list[dict[str, Any]]


class Control:
    """What the control calls act upon.

    Args:
        publication: The published state.

    Attributes:
        faults: Faults still to come.
        log: The last ten thousand answers to ordinary requests.
    """

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.faults = FaultBook()
        self.log: deque[dict[str, Any]] = deque(maxlen=_LONGEST_LOG)
        self._calls: dict[tuple[str, str], Callable[[Query], Answer]] = {
            ("GET", ""): lambda _: self._about(),
            ("GET", "log"): lambda _: list(self.log),
            ("POST", "republish"): self._republish,
            ("POST", "boundary"): self._boundary,
            ("POST", "date"): self._date,
            ("POST", "fault"): self._fault,
        }

    def answer(self, method: str, path: str, query: Query) -> Answer:
        """Carry out a call.

        Args:
            method: ``GET`` or ``POST``.
            path: Path below ``PREFIX`` included.
            query: Arguments.

        Returns:
            What to answer, as JSON.

        Raises:
            NotFoundError: There is no such call.
            RequestError: An argument is missing or cannot be read.
        """
        call = self._calls.get((method, path.removeprefix(PREFIX)))
        if call is None:
            raise NotFoundError(
                "There is no {method} {path}.",
                hint="There are GET log, and POST republish, boundary, date and fault.",
                method=method,
                path=path,
            )
        return call(query)

    def _about(self) -> dict[str, Any]:
        market = self.publication.market
        return {
            "simulated": True,
            "seed": market.seed,
            "classes": market.classes,
            "dirt": market.dirt,
            "months": [f"{month:%Y%m}" for month in market.months],
            "revisions": {f"{m:%Y%m}": r for m, r in self.publication.revisions.items() if r},
            "hist_until_year": self.publication.hist_until_year,
            "as_of": self.publication.as_of.isoformat(),
        }

    def _republish(self, query: Query) -> Answer:
        month = _read(query, "month", lambda text: dt.date(int(text[:4]), int(text[4:]), 1))
        self.publication.republish(month)
        return self._about()

    def _boundary(self, query: Query) -> Answer:
        self.publication.hist_until_year = _read(query, "year", int)
        return self._about()

    def _date(self, query: Query) -> Answer:
        self.publication.move_registry(_read(query, "as_of", dt.date.fromisoformat))
        return self._about()

    def _fault(self, query: Query) -> Answer:
        fault = Fault(
            path=_read(query, "path", str),
            kind=_read(query, "kind", str),
            times=_read({"times": "1", **query}, "times", int),
            seconds=_read({"seconds": "2", **query}, "seconds", float),
        )
        self.faults.order(fault)
        return vars(fault)


def _read(query: Query, name: str, convert: Callable[[str], T]) -> T:
    try:
        return convert(query[name])
    except (KeyError, ValueError):
        raise RequestError(
            "The argument {name} is missing or cannot be read: {value!r}.",
            hint="Months are YYYYMM, days YYYY-MM-DD, the rest numbers or names.",
            name=name,
            value=query.get(name),
        ) from None
