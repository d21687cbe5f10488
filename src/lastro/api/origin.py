"""Where an answer comes from and how old it is: every answer carries it, in body and headers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
from pydantic import BaseModel, Field

from lastro.core.clock import BRASILIA

if TYPE_CHECKING:
    from lastro.api.house import House
    from lastro.lake.contract import Contract

_DAY = "ref_date"
_KNOWN = "available_at"
_MOST = 500


class TableOrigin(BaseModel):
    """A table that an answer was made from."""

    name: str = Field(description="Its full name.")
    version: int = Field(description="Its Delta version; -1 where it was never written.")
    changed_at: dt.datetime | None = Field(description="When that version was written (UTC).")


class Origin(BaseModel):
    """Where an answer comes from, and how old it is."""

    tables: list[TableOrigin] = Field(description="What it was made from.")
    ref_date: dt.date | None = Field(
        description="Newest day (or month) of the first table, today at the latest: rates are "
        "announced ahead."
    )
    available_at: dt.datetime | None = Field(
        description="When its newest row could be known by anybody (UTC)."
    )
    publishers: list[str] = Field(
        description="Who published the files behind it; the first table's come first."
    )
    age_seconds: int = Field(
        description="Age of the first table when this body was made, at most a minute ago; "
        "the Age header is exact."
    )
    stale: bool = Field(description="Whether its newest day is older than its sources usually are.")
    simulated: bool = Field(description="Whether the data are simulated.")


class Origins:
    """Knows origins by table versions; what it reads of a version it reads once.

    Args:
        house: Whose tables.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._facts: dict[tuple[str, int], _Facts] = {}
        self._publishers: dict[str, list[str]] = {}

    def of(self, names: tuple[str, ...], versions: tuple[int, ...]) -> Origin:
        """The origin of an answer from some tables at some versions."""
        facts = [self._of(name, version) for name, version in zip(names, versions, strict=True)]
        first = facts[0] if facts else _Facts(None, None, None)
        now = self._house.now()
        return Origin(
            tables=[
                TableOrigin(name=name, version=version, changed_at=fact.changed_at)
                for name, version, fact in zip(names, versions, facts, strict=True)
            ],
            ref_date=_reached(first.ref_date, now),
            available_at=first.available_at,
            publishers=list(dict.fromkeys(p for name in names for p in self._published(name))),
            age_seconds=first.age(now, simulated=self._house.simulated),
            stale=any(self._is_stale(name, now) for name in names),
            simulated=self._house.simulated,
        )

    def age(self, name: str, version: int) -> int:
        """Seconds since a version of a table was written."""
        facts = self._of(name, version)
        return facts.age(self._house.now(), simulated=self._house.simulated)

    def _of(self, name: str, version: int) -> _Facts:
        found = self._facts.get((name, version))
        if found is None:
            if len(self._facts) > _MOST:
                self._facts.clear()
            found = self._facts[name, version] = self._read(name, version)
        return found

    def _read(self, name: str, version: int) -> _Facts:
        platform = self._house.platform
        if version < 0:
            return _Facts(None, None, None)
        table = platform.lake.delta(name)
        written = dt.datetime.fromtimestamp(table.history(1)[0]["timestamp"] / 1000, dt.UTC)
        contract = platform.contract(name)
        rows = pl.DataFrame(table.get_add_actions(flatten=True))
        if rows.is_empty():
            return _Facts(written, None, None)
        return _Facts(
            written,
            _day(_newest(rows, contract, _DAY), _newest(rows, contract, contract.partition)),
            self._available(contract),
        )

    def _available(self, contract: Contract) -> dt.datetime | None:
        """When the newest row of the newest partition could be known."""
        lake = self._house.platform.lake
        partitions = lake.partitions(contract)
        if _KNOWN not in contract.names or not partitions:
            return None
        rows = lake.scan(contract, partitions=partitions[-1:]).select(pl.col(_KNOWN).max())
        found: dt.datetime | None = rows.collect().item()
        return found

    def _published(self, name: str) -> list[str]:
        if name not in self._publishers:
            platform = self._house.platform
            said = platform.publishers(platform.contract(name))
            self._publishers[name] = [part for part in said.split(", ") if part]
        return self._publishers[name]

    def _is_stale(self, name: str, now: dt.datetime) -> bool:
        """Whether the table, or one that it is built from, is older than it usually is.

        A simulated market stands still: it cannot be late.
        """
        if self._house.simulated:
            return False
        catalog = self._house.platform.catalog
        built = catalog.with_inputs([name]) if name in catalog.tables else []
        today = now.astimezone(BRASILIA).date()
        for contract in (table.contract for table in built):
            if contract.freshness is None:
                continue
            (version,) = self._house.versions((contract.name,))
            newest = self._of(contract.name, version).ref_date
            if newest is not None and today - newest > contract.freshness:
                return True
        return False


class _Facts:
    """What is read of one version of a table."""

    def __init__(
        self,
        changed_at: dt.datetime | None,
        ref_date: dt.date | None,
        available_at: dt.datetime | None,
    ) -> None:
        self.changed_at = changed_at
        self.ref_date = ref_date
        self.available_at = available_at

    def age(self, now: dt.datetime, *, simulated: bool) -> int:
        """Seconds since it was written; a simulated past is not younger than it could be known."""
        since = self.changed_at
        if simulated and self.available_at is not None and since is not None:
            since = min(since, self.available_at)
        return max(0, int((now - since).total_seconds())) if since is not None else 0


def _reached(newest: dt.date | None, now: dt.datetime) -> dt.date | None:
    """The newest day, but none to come: a policy rate is set for the weeks ahead."""
    return min(newest, now.astimezone(BRASILIA).date()) if newest else None


def _newest(rows: pl.DataFrame, contract: Contract, column: str) -> object:
    """The greatest value of a column, from the log's statistics alone."""
    name = f"partition.{column}" if column == contract.partition else f"max.{column}"
    return rows[name].max() if name in rows.columns else None


def _day(newest: object, partition: object) -> dt.date | None:
    """The newest day, else the newest month; none of a table that speaks of no time."""
    for value in (newest, partition):
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date) and value.year > 1970:
            return value
    return None
