"""The shelf of sinks: tables -> files and databases. This page is the contract of its files.

A file binds ``SINK`` to a ``Sink``: one function that takes an ``Order`` (tables as they were asked
for, and where to) and says what it wrote. The file's name is the sink's name and the word behind
``lastro export``. Whatever it writes, it writes whole or not at all: killed in the middle, the old
file or the old rows stand.

Modules that begin with an underscore belong to the shelf itself: ``_selection`` (which rows),
``_files`` (paths, whole files), ``_database`` (addresses, what changed since the last time).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import Field, SecretStr

from lastro.core.errors import RequestError
from lastro.core.settings import Section
from lastro.lake.contract import STANDING, TEXT, Column

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping

    import polars as pl

    from lastro.lake.contract import Contract
    from lastro.lake.storage import Storage

Dialect = Literal["br", "international"]


class ExportSettings(Section):
    """Where tables are exported to when the command does not say."""

    postgres_url: SecretStr = Field(
        SecretStr(""),
        description="Address of PostgreSQL: postgresql://user:password@host/database.",
    )
    postgres_schema: str = Field("lastro", description="Schema the tables are written to.")
    mysql_url: SecretStr = Field(
        SecretStr(""),
        description="Address of MySQL or MariaDB: mysql://user:password@host/database.",
    )
    mysql_load_file: bool = Field(
        True,  # noqa: FBT003 - a setting
        description="Load by LOAD DATA LOCAL, where the server allows it; else by inserts.",
    )
    redshift_url: SecretStr = Field(
        SecretStr(""), description="Address of Redshift: redshift://user:password@host/database."
    )
    redshift_schema: str = Field("lastro", description="Schema the tables are written to.")
    redshift_staging: str = Field(
        "", description="s3://bucket/prefix that files are staged in; the lake's S3 keys write it."
    )
    redshift_region: str = Field(
        "", description="Region of the staging, where it is not Redshift's."
    )
    redshift_role: str = Field("", description="IAM role with which Redshift reads the staging.")


@dataclass(frozen=True)
class Given:
    """One table as it was asked for.

    Attributes:
        contract: Its contract.
        version: Delta version that is read.
        origin: Who published what it is made from; blank where that is not known.
        partitions: Every partition that holds rows of the order, with a fingerprint that changes
            when its rows or the order's ``where`` change.
        frame: The rows asked for; ``since`` is held to the day.
        part: Makes the frame of one partition; whole, whatever its day: for databases, which are
            kept partition by partition.
        reaches: Whether ``since`` lets a partition through; one that it does not is left alone.
        where: The predicate, for messages.
    """

    contract: Contract
    version: int
    origin: str
    partitions: Mapping[str, int]
    frame: pl.LazyFrame
    part: Callable[[str], pl.LazyFrame]
    reaches: Callable[[str], bool]
    where: str = ""

    @property
    def name(self) -> str:
        """Full name, ``layer.table``."""
        return self.contract.name

    @property
    def columns(self) -> list[Column]:
        """Columns in order; those beyond the contract (bronze) are text."""
        extra = [name for name in self.frame.collect_schema() if name not in self.contract.names]
        return [*self.contract.columns, *(Column(name, TEXT, name, "") for name in extra)]

    def rows(self, partition: str | None = None) -> pl.DataFrame:
        """The rows asked for, or those of one whole partition.

        Raises:
            RequestError: The predicate fails on a value.
        """
        with refusing(self.where):
            return (self.frame if partition is None else self.part(partition)).collect()

    def extent(self) -> tuple[int, dt.date | None]:
        """Rows asked for, and the newest day or month among them.

        Raises:
            RequestError: The predicate fails on a value.
        """
        import polars as pl  # noqa: PLC0415 - settings need no engine

        kinds = self.frame.collect_schema()
        days = [n for n in ("ref_date", self.contract.partition) if kinds.get(n) == pl.Date()]
        newest = pl.col(days[0]).max() if days else pl.lit(None, pl.Date())
        with refusing(self.where):
            rows, day = self.frame.select(pl.len(), newest.alias("day")).collect().row(0)
        return rows, None if day == STANDING else day


@contextmanager
def refusing(where: str) -> Iterator[None]:
    """Blame what goes wrong in between on the predicate, where there is one.

    Raises:
        RequestError: It cannot be evaluated.
    """
    import polars as pl  # noqa: PLC0415 - settings need no engine

    try:
        yield
    except pl.exceptions.PolarsError as error:
        if not where:
            raise
        raise RequestError(
            "--where cannot be evaluated: {reason}",
            hint="Write one SQL condition over the table's columns, as \"net_flow > 0 AND month >= "
            "DATE '2024-01-01'\"; `lastro describe TABLE` lists them.",
            reason=str(error).partition("\n\n")[0].strip(),
        ) from None


@dataclass(frozen=True)
class Order:
    """What is to be exported, and where to.

    Attributes:
        tables: What; each at one version.
        target: A path or a database's address; blank leaves a path to the sink.
        settings: The exports' settings.
        simulated: Whether the lake's data are simulated: whatever is written says so.
        at: Now, in UTC.
        lake: Where the lake is, for people.
        dialect: How CSV writes numbers and days.
        stage: Storage of staged files, where the sink needs one.
    """

    tables: tuple[Given, ...]
    target: str
    settings: ExportSettings
    simulated: bool
    at: dt.datetime
    lake: str = ""
    dialect: Dialect = "br"
    stage: Storage | None = None


@dataclass(frozen=True)
class Written:
    """What was written of one table.

    Attributes:
        table: Its full name.
        target: The file, or the table in the database.
        version: Delta version it was written from.
        rows: Rows written; of a database, those of changed partitions alone.
        partitions: Partitions written.
        removed: Partitions taken out of a database, because the lake no longer holds them.
    """

    table: str
    target: str
    version: int
    rows: int
    partitions: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sink:
    """A sink on the shelf.

    Attributes:
        name: As its file.
        title: What it writes, in one line of English.
        pt: The same in Portuguese.
        kind: Whether its target is a path or the address of a database.
        write: Does it: all of the order, or nothing of it.
        extra: The optional part of lastro it needs; blank where it needs none.
    """

    name: str
    title: str
    pt: str
    kind: Literal["file", "database"]
    write: Callable[[Order], list[Written]]
    extra: str = ""
