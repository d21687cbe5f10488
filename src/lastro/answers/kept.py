"""What is costly to answer and asked for often: made once for each state of its tables, and kept.

Only the newest state is kept: nobody asks for the one before once a table has moved on. Two that
ask at the same time wait for one making.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_Value = TypeVar("_Value")


@dataclass
class _Slot:
    """One kept answer, the state it was made from, and who is making it."""

    lock: Lock = field(default_factory=Lock)
    state: Hashable = None
    value: Any = None


class Kept:
    """Answers by name, each of the newest state that was asked for. Safe among threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._slots: dict[str, _Slot] = {}

    def get(self, name: str, state: Hashable, make: Callable[[], _Value]) -> _Value:
        """The answer of that name for that state; ``make`` runs only where it is not kept.

        Args:
            name: Which answer.
            state: What it depends on, such as versions of tables; never None.
            make: Makes it. What it raises is raised, and nothing is kept.
        """
        with self._lock:
            slot = self._slots.setdefault(name, _Slot())
        with slot.lock:
            if slot.value is None or slot.state != state:
                slot.value = make()
                slot.state = state
            value: _Value = slot.value
            return value
