"""Lineage: what built a version of a table, kept inside that version's own Delta commit.

It is written in the same atomic commit as the data, so that no data are without it. Versions that
only create or widen a table have none.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

_FIELD = "lastro"


@dataclass(frozen=True)
class Lineage:
    """Who made a version, from what.

    Attributes:
        run_id: The run that wrote it.
        code: Version of lastro that built it.
        inputs: Version of each input table it was built from.
        files: Landing keys of the files whose bytes went in (bronze tables only).
        partitions: Partitions replaced.
        rows: Rows written.
        counts: What quality did on the way: quarantined, collapsed, restated...
    """

    run_id: str
    code: str
    inputs: dict[str, int] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    partitions: tuple[str, ...] = ()
    rows: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def to_metadata(self) -> dict[str, str]:
        """As custom metadata of a Delta commit."""
        return {_FIELD: json.dumps(asdict(self), separators=(",", ":"))}

    @classmethod
    def from_commit(cls, commit: dict[str, Any]) -> Lineage | None:
        """Read it back from a commit's info; None where something else wrote the commit."""
        if _FIELD not in commit:
            return None
        found = json.loads(commit[_FIELD])
        found["files"] = tuple(found["files"])
        found["partitions"] = tuple(found["partitions"])
        return cls(**found)


def fingerprint(*parts: object) -> int:
    """63 bits that name what a partition was made from; stored as a Delta ``txn`` version."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
