"""Spark as the lake's engine: tasks on the executors, through the DataFrame API alone.

Nothing here needs the JVM's own handles, so that Spark Connect and Databricks work as well as a
cluster of one's own. Rows come and go as Arrow batches; Polars types them and writes the files,
just as on a laptop.
"""

from __future__ import annotations

import datetime as dt
import pickle
import re
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from lastro.core.errors import ConfigError, LastroError, TemporaryError
from lastro.lake import _polars
from lastro.lake._rows import content, in_order
from lastro.lake._spark_jars import state
from lastro.lake._spark_session import session
from lastro.lake.engine import Written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from lastro.lake.contract import Contract, Type
    from lastro.lake.engine import Place, SparkSettings
    from lastro.lake.lake import AsOf, Lake

T = TypeVar("T")
R = TypeVar("R")
_CAUSE = re.compile(r"([a-z_]\w*\.)*[A-Z]\w*(Error|Exception): ")
_JARLESS = ("S3AFileSystem not found", "DATA_SOURCE_NOT_FOUND", "data source: delta")
_RESULT = "n bigint, result binary"
_ROWS_A_FILE = 2_000_000  # bounds a task's memory
_DDL = {
    "text": "string",
    "cnpj": "string",
    "date": "date",
    "instant": "timestamp",
    "integer": "bigint",
    "float": "double",
    "boolean": "boolean",
}


class SparkEngine:
    """Work on Spark's executors.

    Args:
        place: The lake, as the executors open it.
        lake: The lake, as this run sees it: what it says of versions is what is read.
        settings: Of the cluster.
    """

    def __init__(self, place: Place, lake: Lake, settings: SparkSettings) -> None:
        self._place = place
        self._lake = lake
        self._settings = settings

    @cached_property
    def spark(self) -> Any:
        """The session.

        Raises:
            LastroError: As ``_spark_session.session`` says.
        """
        return session(self._settings, self._place.settings)

    def map(
        self,
        work: Callable[[Lake, T], R],
        items: Sequence[T],
        versions: Mapping[str, int] | None = None,
    ) -> Iterator[R]:
        """Work on each item on some executor, a task each; see ``Engine.map``."""
        if not items:
            return
        parcels = [pickle.dumps(item) for item in items]
        call = _Call(self._place, dict(versions or {}), uuid.uuid4().hex)

        def task(batches: Iterator[Any]) -> Iterator[Any]:
            for batch in batches:
                numbers = batch.column(0).to_pylist()
                yield _parcel([_worked(work, call, parcels[n]) for n in numbers], numbers)

        count = len(items)
        with _told():
            rows = self.spark.range(0, count, 1, count).mapInArrow(task, _RESULT).collect()
        found = {row["n"]: pickle.loads(row["result"]) for row in rows}  # noqa: S301 - our own
        for number in range(count):
            if isinstance(found[number], LastroError):
                raise found[number]
            yield found[number]

    def read(
        self, contract: Contract, partitions: Sequence[str] | None = None, as_of: AsOf = None
    ) -> Any:
        """Rows of a table; see ``Engine.read``."""
        _refuse_personal(contract)
        if as_of is None and not self._lake.exists(contract.name):
            with _told():
                return self.spark.createDataFrame([], _ddl(contract))
        version = self._lake.delta(contract.name, as_of).version()
        address = self._address(self._lake.table_url(contract.name))
        with _told():
            rows = self.spark.read.format("delta").option("versionAsOf", version).load(address)
            absent = [name for name in contract.names if name not in rows.columns]
            for name in absent:
                rows = rows.selectExpr("*", f"cast(null as {_kind(contract[name].type)}) `{name}`")
            if partitions is not None:
                values = [_polars.partition_value(contract, found) for found in partitions]
                rows = rows.filter(rows[contract.partition].isin(values))
        return rows

    def write(
        self, contract: Contract, frame: Any, *, cluster: Sequence[str] = (), prefix: str = ""
    ) -> list[Written]:
        """Write rows as files of their partitions; see ``Engine.write``."""
        _refuse_personal(contract)
        place, plain = self._place, replace(contract, checks=())
        order = list(cluster or contract.sort)

        def task(batches: Iterator[Any]) -> Iterator[Any]:
            written = _written(place, plain, batches, order, prefix)
            yield _parcel(written, range(len(written)))

        by = [contract.partition, *(name for name in order if name != contract.partition)]
        with _told():
            parted = frame.repartition(contract.partition).sortWithinPartitions(*by)
            rows = parted.mapInArrow(task, _RESULT).collect()
        found = [pickle.loads(row["result"]) for row in rows]  # noqa: S301 - our own
        for one in found:
            if isinstance(one, LastroError):
                raise one
        return found

    def describe(self) -> dict[str, str]:
        """What would run, for people; see ``Engine.describe``."""
        return state(self._settings, self._place.settings)

    def _address(self, url: str) -> str:
        return f"file://{url}" if "://" not in url else url.replace("s3://", "s3a://", 1)


@dataclass(frozen=True)
class _Call:
    """One call of ``map``: the lake as all of its tasks see it.

    Attributes:
        place: Where the lake is.
        versions: Of the tables that are pinned.
        name: No other call has it.
    """

    place: Place
    versions: dict[str, int]
    name: str


_LAKES: dict[str, Lake] = {}  # the last call's, as this executor's process opened it


def _opened(call: _Call) -> Lake:
    """The lake, opened once a process and call: reading logs takes longer than a small month."""
    if call.name not in _LAKES:
        _LAKES.clear()
        _LAKES[call.name] = call.place.open(call.versions)
    return _LAKES[call.name]


def _worked(work: Callable[[Lake, Any], Any], call: _Call, parcel: bytes) -> bytes:
    """On an executor: work on an item. Our own errors travel; others make Spark try again."""
    try:
        return pickle.dumps(work(_opened(call), pickle.loads(parcel)))  # noqa: S301 - our own
    except LastroError as error:
        return pickle.dumps(error)


def _written(
    place: Place, contract: Contract, batches: Iterator[Any], order: Sequence[str], prefix: str
) -> list[bytes]:
    """On an executor: write files. Our own errors travel; others make Spark try again."""
    try:
        return [pickle.dumps(one) for one in _files(place.open(), contract, batches, order, prefix)]
    except LastroError as error:
        return [pickle.dumps(error)]


def _parcel(results: Sequence[bytes], numbers: Sequence[int]) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - PySpark's own

    return pa.RecordBatch.from_pydict(
        {"n": pa.array(numbers, pa.int64()), "result": pa.array(results, pa.binary())}
    )


def _files(
    lake: Lake, contract: Contract, batches: Iterator[Any], order: Sequence[str], prefix: str
) -> Iterator[Written]:
    """On an executor: write rows that come sorted by partition, some millions a file."""
    known = _polars.schema(contract)
    held: list[pl.DataFrame] = []
    value: object = None
    rows = 0

    def written() -> Iterator[Written]:
        if held:
            whole = in_order(pl.concat(held), order)
            partition = value.isoformat() if isinstance(value, dt.date) else str(value)
            file = lake.write_file(contract, partition, whole, prefix)
            yield Written(file, content(whole))

    for batch in batches:
        frame = pl.from_arrow(batch)
        assert isinstance(frame, pl.DataFrame)  # noqa: S101 - for the type checker
        frame = frame.cast({name: known[name] for name in frame.columns if name in known})
        parts = frame.partition_by(contract.partition, maintain_order=True, as_dict=True)
        for (found,), part in parts.items():
            if held and (found != value or rows + part.height > _ROWS_A_FILE):
                yield from written()
                held, rows = [], 0
            value = found
            held.append(part)
            rows += part.height
    yield from written()


def _ddl(contract: Contract) -> str:
    return ", ".join(f"`{column.name}` {_kind(column.type)}" for column in contract.columns)


def _kind(kind: Type) -> str:
    return str(kind) if kind.name == "decimal" else _DDL[kind.name]


def _refuse_personal(contract: Contract) -> None:
    if contract.personal:
        raise ConfigError(
            "The table {name} holds personal data and is encrypted: Spark cannot read it.",
            hint="Set LASTRO_LAKE__ENGINE=polars for what concerns it.",
            name=contract.name,
        )


@contextmanager
def _told() -> Iterator[None]:
    """Say what Spark says in our own words."""
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # noqa: PLC0415 - PySpark's
    from pyspark.errors import PySparkException  # noqa: PLC0415

    try:
        yield
    except (PySparkException, Py4JError, ConnectionError) as error:
        reason = _reason(str(error)) or type(error).__name__
        if "No module named 'lastro'" in str(error):
            raise ConfigError(
                "Spark's executors do not have lastro.",
                hint="Install the same version there, for the same Python; PYSPARK_PYTHON says "
                "which Python they run.",
            ) from error
        if any(mark in str(error) for mark in _JARLESS):
            raise ConfigError(
                "The Spark session lacks the jars for {what}.",
                hint="Give them to whoever starts it: Delta Lake's, with its extension and "
                "catalog, and for a bucket hadoop-aws; a session that lastro starts has them.",
                what="S3" if "S3AFileSystem" in str(error) else "Delta Lake",
            ) from error
        raise TemporaryError(
            "The work on Spark failed: {reason}.",
            hint="What was committed before stands. Run the same again: it goes on from there. "
            "Spark's own log says more.",
            reason=reason.rstrip("."),
        ) from error


def _reason(said: str) -> str:
    """The line that names the cause: a Python error's own, else the first."""
    text, _, _ = said.partition("JVM stacktrace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    causes = [line for line in lines if _CAUSE.match(line)]
    return (causes or lines or [""])[-1 if causes else 0]
