"""A source day by day: which days are complete, thin, missing, set aside, or none at all."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from lastro.answers.data_house import DAY
from lastro.core.calendar import is_b3_session, is_bank_day
from lastro.core.clock import BRASILIA, add_months
from lastro.lake.quality import quarantine_contract
from lastro.lake.upkeep import rows_by_partition

if TYPE_CHECKING:
    from lastro.answers.data_house import Inventory
    from lastro.lake.contract import Contract
    from lastro.lake.lake import Lake
    from lastro.sources import Source

DayState = Literal["complete", "partial", "missing", "quarantined", "closed", "pending", "outside"]
_THIN = 0.5  # of the usual rows of the days around: a day below it is partial
_AROUND = 10
_MUCH_ASIDE = 0.02
_FEW = 5  # rows in quarantine that say nothing of a day
_ONE_DAY = dt.timedelta(days=1)
_FORMS = {"": "%Y-%m-%d", "dd/mm/yyyy": "%d/%m/%Y", "yyyymmdd": "%Y%m%d", "dd/mm/yy": "%d/%m/%y",
          "mm-dd-yyyy": "%m-%d-%Y", "bare": "%Y-%m-%d"}  # fmt: skip


@dataclass(frozen=True)
class Calendar:
    """A source day by day, the oldest first; arrays of equal length.

    Attributes:
        source: Its name.
        table: Table whose rows are counted; blank where files are.
        basis: ``ref_date`` where days are those that rows speak of, ``landed`` where a day is one
            on which files came in.
        sessions: The days it should have: ``bank``, ``b3``, or null where none can be told.
        days: Days.
        states: ``complete``; ``partial``, fewer than half of the usual rows; ``missing``;
            ``quarantined``, more than 2 % set aside; ``closed``, not a session; ``pending``, not
            published yet; ``outside`` of what was ever asked for.
        rows: Rows, or files.
        quarantined: Rows set aside whose day can be read.
    """

    source: str
    table: str
    basis: Literal["ref_date", "landed"]
    sessions: Literal["bank", "b3"] | None
    days: list[dt.date]
    states: list[DayState]
    rows: list[int]
    quarantined: list[int]


def calendar(held: Inventory, name: str, months: int) -> Calendar:
    """A source's days.

    Args:
        held: What is looked at.
        name: The source.
        months: How many months back, this one included.

    Raises:
        NotFoundError: There is no such source.
    """
    source = held.source(name)
    table = _counted(held, source)
    if table is None:
        return _by_landing(held, source, months)
    days = _days(held.today(source), months)
    first = days[0]
    kept = _by_day(held.lake, table, first)
    aside = _aside_by_day(held, source, table, first)
    return Calendar(
        source=name, table=table.name, basis="ref_date", sessions=source.calendar, days=days,
        states=_states(held, source, table, days, kept, aside),
        rows=[kept[day] for day in days], quarantined=[aside[day] for day in days],
    )  # fmt: skip


def _counted(held: Inventory, source: Source) -> Contract | None:
    """The table whose rows tell a source's days: the biggest of those that speak of days."""
    if not source.published or not held.landing.ledger(source.name):
        return None
    rows = {
        each.name: (sum(rows_by_partition(held.lake, each).values()), each)
        for each in held.fed_by(source)
        if DAY in each.names and held.lake.exists(each.name)
    }
    return rows[max(rows, key=lambda name: rows[name][0])][1] if rows else None


def _days(last: dt.date, months: int) -> list[dt.date]:
    first = add_months(last.replace(day=1), 1 - months)
    return [first + n * _ONE_DAY for n in range((last - first).days + 1)]


def _by_landing(held: Inventory, source: Source, months: int) -> Calendar:
    came = Counter(
        landed.landed_at.astimezone(BRASILIA).date() for landed in held.landing.ledger(source.name)
    )
    last = max(came, default=held.today(source))
    days = _days(last if held.simulated else held.today(source), months)
    states: list[DayState] = ["complete" if came[day] else "closed" for day in days]
    return Calendar(
        source.name, "", "landed", None, days, states, [came[d] for d in days], [0] * len(days)
    )


def _by_day(lake: Lake, table: Contract, first: dt.date) -> Counter[dt.date]:
    rows = lake.scan(table).filter(pl.col(DAY) >= first).group_by(DAY).len().collect()
    return Counter(dict(rows.rows()))


def _aside_by_day(
    held: Inventory, source: Source, table: Contract, first: dt.date
) -> Counter[dt.date]:
    """Rows in quarantine by the day that their text gives; others count nowhere."""
    aside = quarantine_contract(table)
    column = next((c for c in source.columns if c.name == DAY and c.reads), None)
    if column is None or not held.lake.exists(aside.name):
        return Counter()
    rows = held.lake.scan(aside).select("file", "row", "reason").collect()
    text = held.lake.scan(source.bronze)
    names = [name for name in column.reads if name in text.collect_schema()]
    pattern = _FORMS.get(column.form)
    if not names or pattern is None:
        return Counter()
    day = pl.coalesce(names).str.strip_chars().str.to_date(pattern, strict=False).alias("day")
    found = (
        text.filter(pl.col("_file").is_in(rows["file"].unique().implode()))
        .select(pl.col("_file").alias("file"), pl.col("_row").alias("row"), day)
        .join(rows.lazy(), on=["file", "row"], how="inner")
        .filter(pl.col("day") >= first)
        .group_by("day")
        .len()
        .collect()
    )
    return Counter(dict(found.rows()))


def _states(
    held: Inventory,
    source: Source,
    table: Contract,
    days: list[dt.date],
    kept: Counter[dt.date],
    aside: Counter[dt.date],
) -> list[DayState]:
    earliest = _earliest(held.lake, table)
    usual = _usual(days, kept)
    return [
        _state(held, source, day, kept[day], aside[day], usual[day])
        if earliest is not None and day >= earliest
        else "outside"
        for day in days
    ]


def _earliest(lake: Lake, table: Contract) -> dt.date | None:
    """The first day that a table has at all."""
    partitions = lake.partitions(table)
    if not partitions:
        return None
    rows = lake.scan(table, partitions=partitions[:1]).select(pl.col(DAY).min())
    found: dt.date | None = rows.collect().item()
    return found


def _usual(days: list[dt.date], kept: Counter[dt.date]) -> dict[dt.date, float]:
    """The median of rows of the days around each that have any."""
    full = [day for day in days if kept[day]]
    place = {day: n for n, day in enumerate(full)}
    found: dict[dt.date, float] = {}
    for day in days:
        n = place.get(day)
        near = [] if n is None else full[max(0, n - _AROUND) : n + _AROUND + 1]
        rows = sorted(kept[other] for other in near)
        found[day] = rows[len(rows) // 2] if rows else 0.0
    return found


def _state(
    held: Inventory, source: Source, day: dt.date, rows: int, aside: int, usual: float
) -> DayState:
    if not _is_session(source, day) and (source.calendar or not rows):
        return "closed"
    if not rows:
        due = source.published(day) if source.published else held.now
        return "pending" if due > held.now else "missing"
    if rows < usual * _THIN:
        return "partial"
    return "quarantined" if aside >= _FEW and aside > (rows + aside) * _MUCH_ASIDE else "complete"


def _is_session(source: Source, day: dt.date) -> bool:
    if source.calendar is None:
        return False
    return is_bank_day(day) if source.calendar == "bank" else is_b3_session(day)
