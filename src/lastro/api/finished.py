"""Finished answers: their bytes are kept as long as memory allows, the least used go first.

Equal questions that arrive together are computed once: the first computes, the others wait.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


class Piece:
    """Bytes of a finished answer.

    Attributes:
        body: The bytes.
        made: When, in monotonic seconds.
        headers: Those that go out with them.
        cut: Where the part that ages begins; 0 where none does.
        packed: The bytes by content coding, where somebody asked for them so.
    """

    __slots__ = ("body", "cut", "headers", "made", "packed")

    def __init__(
        self, body: bytes, made: float, headers: list[tuple[bytes, bytes]], cut: int = 0
    ) -> None:
        self.body = body
        self.made = made
        self.headers = headers
        self.cut = cut
        self.packed: dict[str, bytes] = {}

    @property
    def size(self) -> int:
        """Bytes it takes."""
        return len(self.body) + sum(len(packed) for packed in self.packed.values()) + 500


class Finished:
    """A memory of finished answers.

    Args:
        most: Bytes that it may take.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0
        self._held: OrderedDict[bytes, Piece] = OrderedDict()
        self._under_way: dict[bytes, asyncio.Task[Piece]] = {}
        self.hits = 0
        self.misses = 0

    def get(self, name: bytes) -> Piece | None:
        """What is kept under a name."""
        found = self._held.get(name)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._held.move_to_end(name)
        return found

    def keep(self, name: bytes, piece: Piece) -> None:
        """Keep bytes, unless they alone would take a quarter of the room."""
        former = self._held.pop(name, None)
        if former is not None:
            self._taken -= former.size
        if piece.size * 4 > self._most:
            return
        self._held[name] = piece
        self._taken += piece.size
        while self._taken > self._most:
            _, dropped = self._held.popitem(last=False)
            self._taken -= dropped.size

    def pack(self, name: bytes, piece: Piece, coding: str, body: bytes) -> None:
        """Keep the compressed form of what is kept."""
        if self._held.get(name) is piece and coding not in piece.packed:
            piece.packed[coding] = body
            self._taken += len(body)

    async def once(self, name: bytes, make: Callable[[], Coroutine[Any, Any, Piece]]) -> Piece:
        """Make it, or wait for whoever is making it; a caller that leaves stops nobody."""
        task = self._under_way.get(name)
        if task is None:
            task = asyncio.create_task(make())
            self._under_way[name] = task
            task.add_done_callback(lambda done: self._done(name, done))
        return await asyncio.shield(task)

    def _done(self, name: bytes, task: asyncio.Task[Piece]) -> None:
        self._under_way.pop(name, None)
        if not task.cancelled():
            task.exception()  # seen, though every caller may have left
