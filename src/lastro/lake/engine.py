"""The engine protocol: how work on many machines is asked for.

The embedded engine needs none of it: Polars is called where it is used. A cluster is asked for
three things, and none of them commits: whoever asks gets back what files were written, and commits
them by ``Lake.commit``. A task that dies leaves a file that is in no version of any table; the
engine runs the task again, and only what the attempt that succeeded wrote is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pydantic import Field

from lastro.core.keys import KeySettings, ring
from lastro.core.settings import Section, load
from lastro.lake.lake import Lake
from lastro.lake.storage import LakeSettings, Storage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from lastro.core.sealing import Sealer
    from lastro.lake.contract import Contract
    from lastro.lake.lake import AsOf, PartitionFile

T = TypeVar("T")
R = TypeVar("R")


class SparkSettings(Section):
    """The cluster, where the lake's engine is Spark."""

    master: str = Field(
        "local[*]",
        description="Spark's master: local[*], spark://host:7077, or sc://host:15002 for Spark "
        "Connect. Where a session is there already (Databricks, a notebook), it is taken.",
    )
    conf: dict[str, str] = Field(
        {},
        description='More settings of the session, as JSON: {"spark.executor.memory": "8g"}.',
    )
    jars: str = Field(
        "~/.cache/lastro/jars", description="Folder where Delta Lake's jars are kept."
    )
    maven: str = Field(
        "",
        description="Address of a mirror that the jars come from, once; blank is Maven Central.",
    )


@dataclass(frozen=True)
class Written:
    """A file of a partition that an engine wrote, not committed yet.

    Attributes:
        file: The file.
        content: Fingerprint of its rows; those of a partition's files add up, modulo 2**62.
    """

    file: PartitionFile
    content: int


class Engine(Protocol):
    """Work on many machines."""

    def map(
        self,
        work: Callable[[Lake, T], R],
        items: Sequence[T],
        versions: Mapping[str, int] | None = None,
    ) -> Iterator[R]:
        """Work on each item somewhere, a task each; results come in the items' order.

        Args:
            work: A function of a module: it gets the lake as the task's machine opens it.
            items: What is worked on; small, like the results: both travel.
            versions: Versions that the tasks see of some tables; by default the newest.

        Raises:
            LastroError: As the work raises it.
            TemporaryError: The cluster failed, after its own attempts to work on.
        """

    def read(
        self, contract: Contract, partitions: Sequence[str] | None = None, as_of: AsOf = None
    ) -> Any:
        """Rows of a table as a frame of the engine, with all the columns that the table has.

        Args:
            contract: Which; empty where it was never written.
            partitions: Only these, by value; None is all.
            as_of: A version number or an instant; None is now.

        Raises:
            ConfigError: The table is encrypted.
        """

    def write(
        self, contract: Contract, frame: Any, *, cluster: Sequence[str] = (), prefix: str = ""
    ) -> list[Written]:
        """Write a frame's rows as files of their partitions, in the contract's types and order.

        Args:
            contract: Of the table.
            frame: Rows with the contract's columns.
            cluster: Columns to sort by instead of the contract's; a partition's files follow each
                other.
            prefix: What the files' names begin with.

        Raises:
            ConfigError: The table is encrypted.
        """

    def describe(self) -> dict[str, str]:
        """What would run, for people: ``master``, and where ``java`` and ``jars`` are.

        Raises:
            ConfigError: A part is missing.
        """


@dataclass(frozen=True)
class Place:
    """A lake, as it is told to another machine.

    Attributes:
        settings: Where it is and how to reach it.
        development: Whether a key that was made for development may be read in its folder.
    """

    settings: LakeSettings
    development: bool = False

    @classmethod
    def of(cls, settings: LakeSettings, *, development: bool) -> Place:
        """A lake's place, in addresses that mean the same in another process's folder."""
        given = {"url": settings.url, "landing_url": settings.landing_url}
        whole = {
            name: str(Path(url).absolute()) if url and "://" not in url else url
            for name, url in given.items()
        }
        return cls(settings.model_copy(update=whole), development)

    def open(self, versions: Mapping[str, int] | None = None) -> Lake:
        """The lake as this machine sees it; master keys are those of its own environment.

        Args:
            versions: Versions to see of some tables; by default the newest.
        """
        lake = Lake(Storage(self.settings, self._sealer))
        for name, version in (versions or {}).items():
            lake.pin(name, version)
        return lake

    def _sealer(self) -> Sealer:
        keys: KeySettings = load({"keys": KeySettings}).keys  # type: ignore[attr-defined]
        url = self.settings.url
        folder: Path | None = None if "://" in url else Path(url)
        return ring(keys, folder, development=self.development).sealer()
