"""Retention: months that a table no longer keeps, taken out of it in one commit.

Landing keeps the bytes they were made from, former versions keep the rows until ``vacuum``, and a
cold folder keeps a copy where one is named. The commit also notes before which month everything is
gone on purpose (the Delta ``txn`` "retired", in days since 1970), so that no build brings it back;
the fingerprints of the months that went stay, so that nothing built from them looks stale.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import Field

from lastro.core.clock import add_months, months_between
from lastro.core.errors import RequestError
from lastro.core.settings import Section
from lastro.lake.contract import STANDING
from lastro.lake.lake import PartitionFile
from lastro.lake.storage import Storage
from lastro.lake.upkeep import forget, rows_by_partition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lastro.lake.contract import Contract
    from lastro.lake.lake import Lake
    from lastro.lake.lineage import Lineage
    from lastro.lake.storage import LakeSettings

_MARK = "retired"
_MONTH = re.compile(r"\d{4}-\d{2}")
_MANIFEST = "manifest.json"
_EXAMPLE = '{"silver.fund_navs": 10}'


class RetentionSettings(Section):
    """How long tables keep their months; what is named nowhere is kept for ever."""

    years: dict[str, int] = Field(
        {}, description='Years a table keeps, as JSON: {"bronze.cvm_funds": 3, "fund_navs": 10}.'
    )
    cold: str = Field(
        "", description="Folder or s3://bucket/prefix that what goes is copied to; blank: nowhere."
    )


@dataclass(frozen=True)
class Retirement:
    """What a policy means for one table now.

    Attributes:
        table: Its full name.
        keeps_from: First month it keeps.
        partitions: Partitions that go, in order.
        rows: Rows in them.
        returning: Months that an earlier, shorter policy took and this one keeps: the next build
            makes them again, as far as what they are built from is there.
        cold: Where copies are; blank where there are none.
    """

    table: str
    keeps_from: dt.date
    partitions: tuple[str, ...]
    rows: int
    returning: tuple[str, ...] = ()
    cold: str = ""


class Retired:
    """What retention took, as one run sees it: the lake's logs are asked once a table."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._first: dict[str, dt.date] = {}
        self._known: dict[str, tuple[str, ...]] = {}

    def has(self, name: str, month: dt.date) -> bool:
        """Whether a table gave a month up; what stands without a month never goes."""
        if name not in self._first:
            self._first[name] = keeps_from(self._lake, name)
        return STANDING != month < self._first[name]

    def partitions(self, contract: Contract) -> tuple[str, ...]:
        """Months that a table held and gave up, as text; of silver and gold tables alone."""
        name = contract.name
        if name not in self._known:
            self._known[name] = ()
            if _is_monthly(contract):
                self._known[name] = _given_up(self._lake, contract)
        return self._known[name]


def keeps_from(lake: Lake, name: str) -> dt.date:
    """First month that a table keeps; the first day there is where it keeps all."""
    days = lake.state(name, _MARK)
    return STANDING + dt.timedelta(days=days) if days else dt.date.min


def is_retired(lake: Lake, name: str, partition: str) -> bool:
    """Whether a table gave a partition up: no build and no ingest may bring it back."""
    month = _month(partition)
    return month is not None and month < keeps_from(lake, name)


def _month(partition: str) -> dt.date | None:
    """The month a partition begins with; None of what stands without one."""
    if not _MONTH.match(partition):
        return None
    month = dt.date.fromisoformat(f"{partition[:7]}-01")
    return None if month == STANDING else month


def _is_monthly(contract: Contract) -> bool:
    return contract[contract.partition].type.name == "date"


def _given_up(lake: Lake, contract: Contract) -> tuple[str, ...]:
    first = keeps_from(lake, contract.name)
    if first == dt.date.min:
        return ()
    oldest = dt.date(1990, 1, 1)
    months = [month.isoformat() for month in months_between(oldest, add_months(first, -1))]
    gone = set(months) - set(lake.partitions(contract))
    return tuple(month for month in months if month in gone and lake.state(contract.name, month))


def plan(lake: Lake, contract: Contract, years: int, today: dt.date) -> Retirement:
    """What keeping so many years means for a table; changes nothing.

    Args:
        lake: The lake.
        contract: Of the table.
        years: Whole years to keep before this month.
        today: The day it is.

    Raises:
        RequestError: The table is not kept by months, or the years are none.
    """
    if years < 1:
        raise RequestError(
            "{table} cannot be kept for {years} years.",
            hint="Keep at least 1; to be rid of a table, remove its folder.",
            table=contract.name,
            years=years,
        )
    if contract.layer == "ops" or not (_is_monthly(contract) or contract.layer == "bronze"):
        raise RequestError(
            "{table} is not kept by months: it cannot be kept for years.",
            hint="Name a bronze, silver, gold or quarantine table; `lastro tables` lists them.",
            table=contract.name,
        )
    first = add_months(today, -12 * years)
    held = rows_by_partition(lake, contract)
    gone = {p: n for p, n in held.items() if (month := _month(p)) is not None and month < first}
    before = _given_up(lake, contract) if _is_monthly(contract) else ()
    back = tuple(p for p in before if p >= first.isoformat())
    return Retirement(contract.name, first, tuple(gone), sum(gone.values()), back)


def retire(
    lake: Lake, contract: Contract, wanted: Retirement, lineage: Lineage, cold: Storage | None
) -> Retirement:
    """Do what was planned: copy, then take out in one commit.

    Killed in between, copies are there and the table is as it was; the next run does it again.

    Args:
        lake: The lake.
        contract: Of the table.
        wanted: The plan.
        lineage: Who asks, kept in the commit.
        cold: Where to copy what goes; None copies nothing.
    """
    if not wanted.partitions and not wanted.returning:
        return wanted
    if cold is not None and wanted.partitions:
        if contract.personal:
            raise RequestError(
                "{table} speaks of people: it is not copied to a folder in the clear.",
                hint="Let it go without --cold; `lastro backup` keeps it sealed.",
                table=contract.name,
            )
        _copy(lake, contract, wanted.partitions, cold, lineage.run_id)
    days = (wanted.keeps_from - STANDING).days
    lake.commit(
        contract,
        [PartitionFile(partition, "", 0, 0, {}) for partition in wanted.partitions],
        states={_MARK: days},
        lineage=lineage,
    )
    if wanted.returning:
        forget(lake, contract, wanted.returning, lineage)
    return replace(wanted, cold=cold.url) if cold is not None and wanted.partitions else wanted


def _copy(
    lake: Lake, contract: Contract, partitions: Iterable[str], cold: Storage, run_id: str
) -> None:
    """Copy partitions as Parquet, and note them in the folder's manifest when all are there."""
    folder = contract.name.replace(".", "/")
    noted: dict[str, dict[str, Any]] = {}
    version = lake.version(contract.name)
    for partition in partitions:
        rows = lake.scan(contract, partitions=[partition]).collect()
        body = io.BytesIO()
        rows.write_parquet(body, compression="zstd")
        key = f"{folder}/{partition}.parquet"
        cold.put(key, body.getvalue())
        noted[partition] = {
            "file": f"{partition}.parquet",
            "rows": rows.height,
            "bytes": len(body.getvalue()),
            "sha256": hashlib.sha256(body.getvalue()).hexdigest(),
            "version": version,
            "fingerprint": lake.state(contract.name, partition),
            "run_id": run_id,
        }

    def _content(held: bytes | None) -> bytes:
        known = json.loads(held)["partitions"] if held else {}
        content = {
            "table": contract.name,
            "columns": {column.name: str(column.type) for column in contract.columns},
            "partitions": dict(sorted((known | noted).items())),
        }
        return json.dumps(content, indent=1).encode()

    cold.revise(f"{folder}/{_MANIFEST}", _content)


def manifest(cold: Storage, contract: Contract) -> dict[str, dict[str, Any]]:
    """What a cold folder holds of a table, by partition; nothing where it holds none."""
    try:
        body = cold.get(f"{contract.name.replace('.', '/')}/{_MANIFEST}")
    except FileNotFoundError:
        return {}
    found: dict[str, dict[str, Any]] = json.loads(body)["partitions"]
    return found


def cold_storage(url: str, lake: LakeSettings) -> Storage | None:
    """Where copies go, reached with the lake's own S3 settings; None where the address is blank."""
    return Storage(lake.model_copy(update={"url": url})) if url else None


def policy(names: Iterable[str], years: int | None, settings: RetentionSettings) -> dict[str, int]:
    """Years by table: what was asked for, else what the settings say.

    Raises:
        RequestError: Neither says for how long, or of what.
    """
    asked = list(names) or ([] if years else list(settings.years))
    found = {name: years or settings.years.get(name) for name in asked}
    unsaid = sorted(name for name, kept in found.items() if kept is None)
    if not asked:
        raise RequestError(
            "No table is named, and the settings keep every one for ever.",
            hint="Name tables and add --years, or set LASTRO_RETENTION__YEARS to {example}.",
            example=_EXAMPLE,
        )
    if unsaid:
        raise RequestError(
            "Nothing says how long {tables} is kept.",
            hint="Add --years, or set LASTRO_RETENTION__YEARS to {example}.",
            tables=", ".join(unsaid),
            example=_EXAMPLE,
        )
    return {name: kept for name, kept in found.items() if kept is not None}


def retain(
    lake: Lake,
    kept: Iterable[tuple[Contract, int]],
    today: dt.date,
    lineage: Lineage,
    *,
    cold: Storage | None,
    delete: bool,
) -> list[Retirement]:
    """Say what goes from each table, or let it go.

    Every policy is checked before the first is carried out.

    Args:
        lake: The lake.
        kept: Contracts, and the years each is kept.
        today: The day it is.
        lineage: Who asks, kept in the commits.
        cold: Where to copy what goes; None copies nothing.
        delete: Let it go; otherwise it is only said.
    """
    planned = [(contract, plan(lake, contract, years, today)) for contract, years in kept]
    if not delete:
        return [found for _, found in planned]
    return [
        retire(
            lake, contract, wanted,
            replace(lineage, partitions=wanted.partitions, counts={"retired": wanted.rows}), cold,
        )
        for contract, wanted in planned
    ]  # fmt: skip
