"""What a run did, for the doors to tell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Protocol


class Progress(Protocol):
    """Whoever wants to know how far a run is."""

    def __call__(self, step: str, rows: int) -> None:
        """A step (a table's or a file's name) has gone through so many more rows."""


@dataclass
class Report:
    """What a run did.

    Attributes:
        run_id: Its id.
        landed: Names of files whose bytes are new.
        unchanged: Names of files that were asked for and had not changed.
        missing: Names of files that the source does not have (yet).
        failed: Names of files that became dead letters, with the reason.
        counts: Rows by what became of them: bronze, quarantined, collapsed, restated, withdrawn.
        written: Rows and new version of each table written.
        partitions: Partitions written of each table.
    """

    run_id: str
    landed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    written: dict[str, tuple[int, int]] = field(default_factory=dict)
    partitions: Counter[str] = field(default_factory=Counter)

    def wrote(self, table: str, rows: int, version: int, partitions: int) -> None:
        """Note a commit."""
        before, _ = self.written.get(table, (0, 0))
        self.written[table] = (before + rows, version)
        self.partitions[table] += partitions

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "run_id": self.run_id,
            "landed": self.landed,
            "unchanged": self.unchanged,
            "missing": self.missing,
            "failed": self.failed,
            "rows": dict(self.counts),
            "tables": {
                name: {"rows": rows, "version": version, "partitions": self.partitions[name]}
                for name, (rows, version) in self.written.items()
            },
        }
