"""What an order is made of: which rows of a table, and a fingerprint of each of its partitions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

import lastro.exports
from lastro.core.errors import RequestError
from lastro.core.registry import one
from lastro.exports import Given, Order, Sink, refusing
from lastro.lake.contract import STANDING
from lastro.lake.lineage import fingerprint
from lastro.lake.storage import Storage
from lastro.lake.upkeep import rows_by_partition

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from lastro.exports import Dialect, ExportSettings, Written
    from lastro.lake.contract import Contract
    from lastro.lake.lake import Lake
    from lastro.lake.storage import LakeSettings

_DAY = "ref_date"
_MONTH = re.compile(r"\d{4}-\d{2}")


def export(
    name: str,
    lake: Lake,
    tables: Iterable[tuple[Contract, str]],
    *,
    settings: ExportSettings,
    stored: LakeSettings,
    simulated: bool,
    at: dt.datetime,
    target: str = "",
    where: str = "",
    since: dt.date | None = None,
    dialect: Dialect = "br",
) -> list[Written]:
    """Export tables by the sink of a name.

    Args:
        name: The sink's.
        lake: Where the tables are.
        tables: Their contracts, and who published what each is made from.
        settings: Addresses where ``target`` is blank.
        stored: How the lake's storage is reached; a staging is reached the same way.
        simulated: Whether the lake's data are simulated.
        at: Now, in UTC.
        target: A path, or a database's address.
        where: A SQL condition over the columns of every table; blank is every row.
        since: First day wanted.
        dialect: How CSV writes numbers and days.

    Raises:
        NotFoundError: There is no such sink, or a table was never written.
        RequestError: The condition is wrong, or the target cannot be written.
        ConfigError: There is no address, or an optional part is not installed.
    """
    sink: Sink = one(lastro.exports, name, "SINK", Sink)
    if sink.kind == "file" and "://" in target:
        raise RequestError(
            "The export to {name} writes files, and was given an address.",
            hint="Name a file or a folder of this machine with --out.",
            name=name,
        )
    given = [select(lake, contract, where=where, since=since, origin=origin)
             for contract, origin in dict(tables).items()]  # fmt: skip
    if sink.kind == "database" and not target:
        target = getattr(settings, f"{name}_url").get_secret_value()
    staging = settings.redshift_staging if name == "redshift" else ""
    return sink.write(
        Order(
            tables=tuple(given),
            target=target,
            settings=settings,
            simulated=simulated,
            at=at,
            lake=lake.storage.url,
            dialect=dialect,
            stage=Storage(stored.model_copy(update={"url": staging})) if staging else None,
        )
    )


def select(
    lake: Lake,
    contract: Contract,
    *,
    where: str = "",
    since: dt.date | None = None,
    origin: str = "",
) -> Given:
    """A table's rows as they were asked for.

    Args:
        lake: Where it is.
        contract: Of the table.
        where: A SQL condition over its columns; blank is every row.
        since: First day wanted, by ``ref_date``, or by month where there is none. What stands
            without a month is taken by ``ref_date``, or whole.
        origin: Who published what it is made from.

    Raises:
        NotFoundError: The table was never written.
        RequestError: The condition is wrong.
    """
    version = lake.delta(contract.name).version()
    condition = _condition(where)
    reaches = _reach(since)
    wanted = {p: n for p, n in rows_by_partition(lake, contract).items() if reaches(p)}
    every = _in_order(lake, contract, sorted(wanted))
    frame = every.filter(*condition, *_from_day(contract, since, every))
    with refusing(where):  # a wrong column or type is told before anything is written
        for kind in every.select(*condition).collect_schema().dtypes() if condition else ():
            if kind != pl.Boolean():
                raise pl.exceptions.InvalidOperationError(f"it gives {kind}, not true or false")
        frame.collect_schema()
    return Given(
        contract=contract,
        version=version,
        origin=origin,
        partitions=_fingerprints(lake, contract, wanted, where),
        frame=frame,
        part=lambda value: lake.scan(contract, partitions=[value]).filter(*condition),
        reaches=reaches,
        where=where,
    )


def _in_order(lake: Lake, contract: Contract, partitions: list[str]) -> pl.LazyFrame:
    """Partitions one after the other; each stands in its contract's order."""
    frames = [lake.scan(contract, partitions=[partition]) for partition in partitions]
    return pl.concat(frames) if frames else lake.scan(contract, partitions=[])


def _condition(where: str) -> list[pl.Expr]:
    if not where.strip():
        return []
    with refusing(where):
        found = pl.sql_expr(where)
    if isinstance(found, pl.Expr):
        return [found]
    raise RequestError(
        "--where takes one condition, and this is several.",
        hint="Join them by AND or OR.",
    )


def _reach(since: dt.date | None) -> Callable[[str], bool]:
    """Whether a partition may hold rows since a day; one without a month may."""

    def _reaches(partition: str) -> bool:
        if since is None or not _MONTH.match(partition) or partition == STANDING.isoformat():
            return True
        return partition[:7] >= f"{since:%Y-%m}"

    return _reaches


def _from_day(contract: Contract, since: dt.date | None, frame: pl.LazyFrame) -> list[pl.Expr]:
    names = frame.collect_schema()
    if since is None or names.get(_DAY) != pl.Date():
        return []
    known = (pl.col(_DAY) >= since).fill_null(
        pl.col(contract.partition) == STANDING
        if names[contract.partition] == pl.Date()
        else pl.lit(value=True)
    )
    return [known]


def _fingerprints(
    lake: Lake, contract: Contract, wanted: dict[str, int], where: str
) -> dict[str, int]:
    """By what each partition was made from; by its files, where that is not kept (ledger)."""
    found = {}
    files: dict[str, list[str]] = {}
    for partition, rows in wanted.items():
        state = lake.state(contract.name, partition)
        if not state:
            files = files or _files(lake, contract)
        made_from = [str(state)] if state else files.get(partition, [])
        found[partition] = fingerprint(contract.name, partition, rows, where, *made_from)
    return found


def _files(lake: Lake, contract: Contract) -> dict[str, list[str]]:
    actions = pl.DataFrame(lake.delta(contract.name).get_add_actions(flatten=True))
    value = pl.col(f"partition.{contract.partition}").cast(pl.String).alias("value")
    found: dict[str, list[str]] = {}
    for partition, path in actions.select(value, "path").sort("path").iter_rows():
        found.setdefault(partition, []).append(path)
    return found
