"""Changes to the lines of a clean month, and the file that results."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lastro.simulator.layout import CleanMonth


@dataclass
class Edits:
    """Changes to the lines of a clean month.

    Attributes:
        lines: New bytes of a row: none, one or several lines.
        tail: Lines added at the end of the file.
        tally: How many lines of each kind.
    """

    lines: dict[int, bytes] = field(default_factory=dict)
    tail: list[bytes] = field(default_factory=list)
    tally: dict[str, int] = field(default_factory=dict)

    def count(self, kind: str) -> None:
        """Add a line to a kind's tally."""
        self.tally[kind] = self.tally.get(kind, 0) + 1


def splice(clean: CleanMonth, edits: Edits) -> bytes:
    """The file of a month after its edits."""
    whole = memoryview(clean.csv)
    pieces: list[bytes | memoryview] = []
    done = 0
    for row in sorted(edits.lines):
        pieces += [whole[done : clean.starts[row]], edits.lines[row]]
        done = int(clean.starts[row + 1])
    return b"".join([*pieces, whole[done:], *edits.tail])
