"""The data house: what every source brought, how complete it is, and what was set aside."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from lastro.core.clock import BRASILIA
from lastro.core.errors import NotFoundError
from lastro.lake.landing import LEDGER
from lastro.lake.quality import quarantine_contract
from lastro.lake.upkeep import rows_by_partition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lastro.lake.catalog import Catalog
    from lastro.lake.contract import Contract
    from lastro.lake.lake import Lake
    from lastro.lake.landing import DeadLetters, Landing
    from lastro.sources import Source
    from lastro.wiring import Platform

DAY = "ref_date"
SourceState = Literal["ok", "late", "failed", "never"]


@dataclass(frozen=True)
class Inventory:
    """What is looked at: a lake, its catalog and sources, at an instant."""

    lake: Lake
    catalog: Catalog
    sources: Mapping[str, Source]
    landing: Landing
    dead_letters: DeadLetters
    simulated: bool
    now: dt.datetime

    def source(self, name: str) -> Source:
        """A source by its name.

        Raises:
            NotFoundError: There is none.
        """
        if name not in self.sources:
            raise NotFoundError(
                "There is no source called '{name}'.",
                hint="Known ones: {known}.",
                name=name[:80],
                known=", ".join(self.sources),
            )
        return self.sources[name]

    def fed_by(self, source: Source) -> list[Contract]:
        """Contracts of the tables that are built straight from a source.

        Those that it is the first input of; of a source that is nowhere the first, all.
        """
        tables = [table for table in self.catalog.tables.values() if table.inputs]
        name = source.bronze.name
        first = [each.contract for each in tables if each.inputs[0].table == name]
        return first or [each.contract for each in tables if name in {i.table for i in each.inputs}]

    def today(self, source: Source) -> dt.date:
        """The day from which a source is judged; a simulated market stands still where it ended."""
        today = self.now.astimezone(BRASILIA).date()
        if not self.simulated:
            return today
        days = [newest_day(self.lake, each) for each in self.fed_by(source)]
        landed = [x.landed_at.astimezone(BRASILIA).date() for x in self.landing.ledger(source.name)]
        return max(filter(None, days), default=max(landed, default=today))


def inventory(platform: Platform, now: dt.datetime) -> Inventory:
    """A platform's inventory at an instant."""
    return Inventory(
        platform.lake, platform.catalog, platform.sources, platform.landing,
        platform.dead_letters, platform.simulated, now,
    )  # fmt: skip


@dataclass(frozen=True)
class SourceCard:
    """How a source stands.

    Attributes:
        name: Its name.
        title: What it is, in English.
        pt: The same in Portuguese.
        publisher: The institution.
        licence: Terms its data come under.
        state: ``never`` brought anything, ``failed`` to be read, ``late``, or ``ok``.
        table: Its bronze table.
        tables: Tables built straight from it.
        files: Files landed, every version of each.
        bytes: Their bytes.
        last_landed: When its newest file was first seen (UTC).
        last_asked: When it was last asked for anything (UTC).
        newest_day: Newest day that its tables speak of; null where they speak of none.
        late_days: Days by which it is later than usual; 0 where it is not.
        usual_days: Age of the newest day that is usual; null where none is.
        next_due: When it is asked for next (UTC); null where nothing is planned.
        dead_letters: Files that could not be read.
        quarantined: Rows set aside on the way to its tables.
        rows: Rows of its tables.
    """

    name: str
    title: str
    pt: str
    publisher: str
    licence: str
    state: SourceState
    table: str
    tables: list[str]
    files: int
    bytes: int
    last_landed: dt.datetime | None
    last_asked: dt.datetime | None
    newest_day: dt.date | None
    late_days: int
    usual_days: int | None
    next_due: dt.datetime | None
    dead_letters: int
    quarantined: int
    rows: int


def sources(held: Inventory, due: Mapping[str, dt.datetime]) -> list[SourceCard]:
    """Every source, those that need somebody first.

    Args:
        held: What is looked at.
        due: When each source is asked for next, by name.
    """
    letters = Counter(letter.source for letter in held.dead_letters.all())
    order = {"failed": 0, "late": 1, "ok": 2, "never": 3}
    found = [
        _card(held, source, due.get(name), letters[name]) for name, source in held.sources.items()
    ]
    return sorted(found, key=lambda card: (order[card.state], -card.late_days, card.name))


def source(held: Inventory, name: str, due: Mapping[str, dt.datetime]) -> SourceCard:
    """One source.

    Raises:
        NotFoundError: There is none of that name.
    """
    letters = [letter for letter in held.dead_letters.all() if letter.source == name]
    return _card(held, held.source(name), due.get(name), len(letters))


def _card(held: Inventory, source: Source, due: dt.datetime | None, letters: int) -> SourceCard:
    ledger = held.landing.ledger(source.name)
    asked = held.landing.checks(source.name).values()
    fed = held.fed_by(source)
    fed = fed if ledger else []  # what others brought into its tables is none of its doing
    newest = max(filter(None, (newest_day(held.lake, each) for each in fed)), default=None)
    usual = min((each.freshness for each in fed if each.freshness), default=None)
    late = _late(held, source, newest, usual)
    state: SourceState = "ok" if not late else "late"
    if letters or not ledger:
        state = "failed" if letters else "never"
    aside = [rows_by_partition(held.lake, quarantine_contract(each)) for each in fed]
    kept = [rows_by_partition(held.lake, each) for each in fed]
    return SourceCard(
        name=source.name, title=source.title, pt=source.pt, publisher=source.publisher,
        licence=source.licence, state=state, table=source.bronze.name,
        tables=[each.name for each in fed], files=len(ledger),
        bytes=sum(landed.size for landed in ledger),
        last_landed=max((landed.landed_at for landed in ledger), default=None),
        last_asked=max(asked, default=None), newest_day=newest, late_days=late,
        usual_days=usual.days if usual else None, next_due=due, dead_letters=letters,
        quarantined=sum(sum(rows.values()) for rows in aside),
        rows=sum(sum(rows.values()) for rows in kept),
    )  # fmt: skip


def _late(
    held: Inventory, source: Source, newest: dt.date | None, usual: dt.timedelta | None
) -> int:
    if newest is None or usual is None or held.simulated:
        return 0
    return max(0, (held.today(source) - newest - usual).days)


def newest_day(lake: Lake, contract: Contract) -> dt.date | None:
    """Newest day that a table speaks of, from its log where that says it; None where of none."""
    if DAY not in contract.names or not lake.exists(contract.name):
        return None
    actions = pl.DataFrame(lake.delta(contract.name).get_add_actions(flatten=True))
    found: object = actions[f"max.{DAY}"].max() if f"max.{DAY}" in actions.columns else None
    partitions = lake.partitions(contract)
    if found is None and partitions:
        rows = lake.scan(contract, partitions=partitions[-1:]).select(pl.col(DAY).max())
        found = rows.collect().item()
    return found if isinstance(found, dt.date) else None


# landed files


@dataclass(frozen=True)
class LandedFile:
    """A row of the ledger.

    Attributes:
        name: The file's own name.
        key: Where its bytes are, below the lake; names them.
        sha256: Hash of its bytes.
        size: Bytes.
        url: Where it came from; blank for a person's own file.
        landed_at: When we first saw these bytes (UTC).
        run_id: Run that landed it.
        current: Whether it is the newest of its name: the one that tables are made from.
    """

    name: str
    key: str
    sha256: str
    size: int
    url: str
    landed_at: dt.datetime
    run_id: str
    current: bool


@dataclass(frozen=True)
class LandedFiles:
    """Some of a source's files, the newest first, and how many there are."""

    files: list[LandedFile]
    total: int


def files(held: Inventory, name: str, search: str, start: int, limit: int) -> LandedFiles:
    """Files that a source brought, the newest first.

    Raises:
        NotFoundError: There is no such source.
    """
    held.source(name)
    current = {landed.key for landed in held.landing.newest(name).values()}
    ledger = [x for x in reversed(held.landing.ledger(name)) if search.lower() in x.name.lower()]
    chosen = [
        LandedFile(x.name, x.key, x.sha256, x.size, x.url, x.landed_at, x.run_id, x.key in current)
        for x in ledger[start : start + limit]
    ]
    return LandedFiles(chosen, len(ledger))


def landed_bytes(held: Inventory, name: str, key: str) -> tuple[str, bytes]:
    """A landed file's name and exact bytes; its key may leave out ``landing/<source>/``.

    Raises:
        NotFoundError: The ledger has no such file.
    """
    held.source(name)
    wanted = {key, f"landing/{name}/{key}"}
    for landed in held.landing.ledger(name):
        if landed.key in wanted:
            return landed.name, held.landing.read(landed)
    raise NotFoundError(
        "The ledger of {source} has no file {key}.",
        hint="Its files are listed at /api/v1/sources/{source}/files.",
        source=name,
        key=key[:200],
    )


TABLES = (LEDGER.name,)
"""What every answer here is made from besides the tables that it names."""
