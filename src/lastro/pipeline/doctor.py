"""The doctor: looks a lake over and says what is not as it should be, and what mends it.

It reads and never writes, except ``mend``, which prepares lost files to be built again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lastro.core.calendar import bank_days, is_b3_session
from lastro.core.clock import add_months, months_between
from lastro.core.errors import DataError
from lastro.lake.contract import STANDING
from lastro.lake.quality import quarantine_contract
from lastro.lake.upkeep import forget, lost_files, repair, rows_by_partition
from lastro.pipeline.builder import file_state_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lastro.lake.catalog import Catalog, Table
    from lastro.lake.contract import Contract
    from lastro.lake.lake import Lake
    from lastro.lake.landing import DeadLetters, Landing
    from lastro.lake.lineage import Lineage
    from lastro.sources import Source

_DAY = "ref_date"
_MOST_QUARANTINED = 0.02
_FEW = 20  # rows in quarantine that say nothing of their source
_LEAST_OF_NEIGHBOURS = 0.5
_AGAIN = "`lastro ingest {subject} --from {month} --to {month}`, then `lastro build`."


class Finding:
    """One thing that is not as it should be.

    Attributes:
        kind: gap, month_missing, stale, landing, lost_file, drift, quarantine or dead_letter.
        subject: The source or table it is about.
        template: What it is and what it means, over ``context``.
        remedy: The command or act that mends it, over ``context``.
        context: Values of both.
    """

    def __init__(
        self, template: str, *, remedy: str, kind: str, subject: str, **context: object
    ) -> None:
        self.kind = kind
        self.subject = subject
        self.template = template
        self.remedy = remedy
        self.context = {"subject": subject, **context}

    def __repr__(self) -> str:
        return f"Finding({self.kind}: {self.template.format(**self.context)})"


@dataclass(frozen=True)
class Patient:
    """What the doctor looks at."""

    lake: Lake
    catalog: Catalog
    sources: Mapping[str, Source]
    contracts: list[Contract]
    landing: Landing
    dead_letters: DeadLetters
    today: dt.date

    def fed_by(self, source: Source) -> list[Table]:
        """Tables built straight from a source, that were ever written."""
        return [
            table
            for table in self.catalog.tables.values()
            if table.inputs[0].table == source.bronze.name and self.lake.exists(table.name)
        ]


def examine(patient: Patient) -> Iterator[Finding]:
    """Look everything over: cheap looks at the logs first, every landed byte last."""
    yield from _lost(patient)
    for source in patient.sources.values():
        for table in patient.fed_by(source):
            if source.published and source.calendar and _DAY in table.contract.names:
                yield from _coverage(patient, source, table.contract)
            yield from _quarantined(patient, table.contract)
    if not patient.landing.simulated:  # a simulated market stands still: it cannot be late
        yield from _stale(patient)
    for letter in patient.dead_letters.all():
        yield Finding(
            "A file of {subject} could not be read: {error}",
            remedy="{hint} Or, when lastro was mended: `lastro dead-letters retry`.",
            kind="dead_letter",
            subject=letter.source,
            file=letter.name,
            error=letter.error,
            hint=letter.hint,
        )
    yield from _landing(patient)


def _lost(patient: Patient) -> Iterator[Finding]:
    for contract in patient.contracts:
        lost = (
            lost_files(patient.lake, contract.name) if (patient.lake.exists(contract.name)) else []
        )
        if lost:
            yield Finding(
                "{count} data files of {subject} are gone, the first {file}: their rows cannot be "
                "read.",
                remedy="Restore them from a backup, or `lastro doctor --mend` and then "
                "`lastro build`: they are made again from the landed files.",
                kind="lost_file",
                subject=contract.name,
                count=len(lost),
                file=lost[0],
            )


def _coverage(patient: Patient, source: Source, contract: Contract) -> Iterator[Finding]:
    """Days and months without rows inside the covered span, and months that are too thin."""
    lost = set(lost_files(patient.lake, contract.name))
    if lost:
        return  # already told, and its rows cannot be counted
    days = _days(patient.lake, contract)
    if not days or patient.lake.partitions(contract) == [STANDING.isoformat()]:
        return
    by_month = Counter(day.replace(day=1) for day in days)
    expected: dict[dt.date, list[dt.date]] = {}
    within = bank_days(min(days), max(days))
    for day in within if source.calendar == "bank" else filter(is_b3_session, within):
        expected.setdefault(day.replace(day=1), []).append(day)
    for month in months_between(min(days), max(days)):
        absent = [day for day in expected.get(month, []) if day not in days]
        if month not in by_month:
            yield Finding(
                "{subject} has no rows at all for {month}, between months that have.",
                remedy=_AGAIN,
                kind="month_missing",
                subject=source.name,
                month=f"{month:%Y-%m}",
            )
        elif absent:
            yield Finding(
                "{subject} has no rows for {count} days of {month}: {days}.",
                remedy="`lastro ingest {subject} --from {month} --to {month}`, then "
                "`lastro build`; a day that stays empty is missing at the source.",
                kind="gap",
                subject=source.name,
                month=f"{month:%Y-%m}",
                count=len(absent),
                days=", ".join(day.isoformat() for day in absent),
            )
    yield from _thin(patient, source, contract, by_month)


def _days(lake: Lake, contract: Contract) -> set[dt.date]:
    rows = lake.scan(contract).select(pl.col(_DAY).unique()).collect()
    return set(rows[_DAY].drop_nulls())


def _thin(
    patient: Patient, source: Source, contract: Contract, days: Mapping[dt.date, int]
) -> Iterator[Finding]:
    rows = {
        dt.date.fromisoformat(partition): count
        for partition, count in rows_by_partition(patient.lake, contract).items()
    }
    a_day = {month: rows.get(month, 0) / count for month, count in days.items()}
    for month, mine in sorted(a_day.items()):
        near = [a_day[m] for m in (add_months(month, -1), add_months(month, 1)) if m in a_day]
        usual = sum(near) / len(near) if near else 0.0
        if mine < usual * _LEAST_OF_NEIGHBOURS:
            yield Finding(
                "{subject} has {rows} rows a day in {month}, less than half of the months beside "
                "it ({usual}): the file was probably cut short.",
                remedy=_AGAIN,
                kind="drift",
                subject=source.name,
                month=f"{month:%Y-%m}",
                rows=round(mine),
                usual=round(usual),
            )


def _quarantined(patient: Patient, contract: Contract) -> Iterator[Finding]:
    aside = rows_by_partition(patient.lake, quarantine_contract(contract))
    kept = rows_by_partition(patient.lake, contract)
    for partition, count in aside.items():
        share = count / (count + kept.get(partition, 0))
        if share > _MOST_QUARANTINED and count >= _FEW:
            whole = partition == STANDING.isoformat()
            yield Finding(
                "{share} % of {subject} went to quarantine ({count} rows): the source may have "
                "changed."
                if whole
                else "{share} % of {subject} in {month} went to quarantine ({count} rows): the "
                "source may have changed.",
                remedy="`lastro quarantine {subject}` shows the reasons, with an example of each.",
                kind="quarantine",
                subject=contract.name,
                count=count,
                share=round(share * 100, 1),
                **({} if whole else {"month": partition[:7]}),
            )


def _stale(patient: Patient) -> Iterator[Finding]:
    for contract in patient.contracts:
        newest = _newest_day(patient.lake, contract) if contract.freshness else None
        if contract.freshness and newest and patient.today - newest > contract.freshness:
            yield Finding(
                "{subject} is stale: its newest day is {newest}, {age} days ago; "
                "{limit} are usual.",
                remedy="`lastro run` asks every source for what is due and builds it.",
                kind="stale",
                subject=contract.name,
                newest=newest.isoformat(),
                age=(patient.today - newest).days,
                limit=contract.freshness.days,
            )


def _newest_day(lake: Lake, contract: Contract) -> dt.date | None:
    partitions = lake.partitions(contract)
    if not partitions or _DAY not in contract.names or lost_files(lake, contract.name):
        return None
    rows = lake.scan(contract, partitions=partitions[-1:]).select(pl.col(_DAY).max()).collect()
    found: dt.date | None = rows.item()
    return found


def _landing(patient: Patient) -> Iterator[Finding]:
    for source in patient.sources:
        seen = set()
        for landed in patient.landing.ledger(source):
            if landed.key in seen:
                continue
            seen.add(landed.key)
            try:
                digest = hashlib.sha256(patient.landing.read(landed)).hexdigest()
            except FileNotFoundError:
                digest = ""
            except DataError:  # sealed, and changed since
                digest = "changed"
            if digest != landed.sha256:
                yield _damaged(source, landed.name, landed.key, there=bool(digest))


def _damaged(source: str, name: str, key: str, *, there: bool) -> Finding:
    if there:
        return Finding(
            "The landed file {key} no longer has the bytes that came in (its sha256 differs).",
            remedy="Restore it from a backup, or remove it and `lastro import {subject} {file}` "
            "with the original.",
            kind="landing",
            subject=source,
            file=name,
            key=key,
        )
    return Finding(
        "The landed file {key} is gone: tables cannot be made again from it.",
        remedy="Restore it from a backup, or `lastro import {subject} {file}` with the original.",
        kind="landing",
        subject=source,
        file=name,
        key=key,
    )


def mend(patient: Patient, lineage: Lineage) -> dict[str, list[str]]:
    """Strike lost data files out of the logs; the next build makes their partitions again.

    Returns:
        The partitions that lost a file, by table.
    """
    mended: dict[str, list[str]] = {}
    for contract in patient.contracts:
        if not patient.lake.exists(contract.name):
            continue
        partitions = repair(patient.lake, contract, lineage, _file_states(patient, contract))
        if partitions:
            mended[contract.name] = partitions
    for table in patient.catalog.tables.values():
        aside = mended.get(f"quarantine.{table.contract.table}")
        if aside:  # a quarantine is made with its table
            forget(patient.lake, table.contract, aside, lineage)
    return mended


def _file_states(patient: Patient, contract: Contract) -> Iterable[str]:
    if contract.layer != "bronze":
        return ()
    return [file_state_key(name) for name in patient.landing.newest(contract.table)]
