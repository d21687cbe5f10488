"""Two object stores that look like one: landed files in the one, all else in the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from obstore.store import ObjectStore

LANDING = "landing"


def is_landed(key: str) -> bool:
    """Whether an object, or all below a prefix, belongs to the landed files."""
    return key.partition("/")[0] == LANDING


class Apart:
    """Sends each call to the store that keeps its key. Keys are the same in both.

    Args:
        lake: Keeps all but landed files.
        landing: Opens the store of the landed files, when one is first asked for.
    """

    def __init__(self, lake: ObjectStore, landing: Callable[[], ObjectStore]) -> None:
        self._lake = lake
        self._landing = landing

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        """``put``, ``get``, ``head``..., whose first argument is a key or a prefix."""

        def _call(key: str, *arguments: Any, **named: Any) -> Any:
            store = self._landing() if is_landed(key) else self._lake
            return getattr(store, verb)(key, *arguments, **named)

        return _call
