"""Texts whose lines all have one length, cut into fields where they lie: nothing is copied.

Arrow lays lists over the bytes, one a field, and reads the lists as text. This costs half of what
slicing a column of lines does, and the lines themselves are never made.
"""

from __future__ import annotations

from bisect import bisect_left
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import polars as pl
from arro3.core import Array, ChunkedArray, list_array

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

T = TypeVar("T")
_RETURN, _NEWLINE = b"\r\n"
_LAST_OF_ASCII = 127
_SCANNED = 1 << 20  # bytes: what stays in a processor's cache, as do so many lines
_AT_ONCE = 1 << 13


@dataclass(frozen=True)
class EvenText:
    """A text of latin-1 whose lines have one length.

    Attributes:
        text: Its bytes.
        width: Bytes of a line with its end.
        ending: Bytes of a line's end.
        lettered: Places of lines with letters outside ASCII, from 0, in order; cutting many of
            them is slow.
        held: Its bytes as Arrow has them.
    """

    text: bytes
    width: int
    ending: int
    lettered: list[int]
    held: Array = field(repr=False)

    @classmethod
    def of(cls, text: bytes, size: int) -> EvenText | None:
        """Look at every byte; None where a line does not have ``size`` bytes before its end."""
        width = text.find(b"\n") + 1
        ending = width - size
        if ending not in {1, 2} or len(text) % width:
            return None
        whole = Array.from_buffer(text)
        codes, none = pl.Series(whole), pl.Series(dtype=pl.Int64)

        def scan(start: int) -> tuple[int, pl.Series]:
            block = codes.slice(start, _SCANNED)
            foreign = block > _LAST_OF_ASCII
            letters = foreign.arg_true().cast(pl.Int64) + start if foreign.any() else none
            return int((block == _NEWLINE).sum()), letters

        ends, letters = zip(*_beside(scan, range(0, len(text), _SCANNED)), strict=True)
        rows = codes.reshape((-1, width))
        if sum(ends) != len(rows) or (rows.arr.get(width - 1) != _NEWLINE).any():
            return None
        if ending == 2 and (rows.arr.get(size) != _RETURN).any():
            return None
        lettered = (pl.concat(letters) // width).unique().sort().to_list()
        return cls(text, width, ending, lettered, whole)

    def __len__(self) -> int:
        return len(self.text) // self.width

    def line(self, place: int) -> str:
        """A line without its end."""
        start = place * self.width
        return self.text[start : start + self.width - self.ending].decode("latin-1")

    def taken(self, places: pl.Series) -> EvenText:
        """A text of some of its lines, in their order."""
        view, width = memoryview(self.text), self.width
        starts = (places * width).to_list()
        lettered = pl.Series(self.lettered, dtype=pl.Int64)
        text = b"".join([view[start : start + width] for start in starts])
        return replace(
            self,
            text=text,
            lettered=places.is_in(lettered.implode()).arg_true().to_list(),
            held=Array.from_buffer(text),
        )

    def cut(
        self,
        first: int,
        count: int,
        places: Mapping[str, tuple[int, int]],
        padded: Container[str] = (),
    ) -> pl.DataFrame:
        """Cut lines into fields.

        Args:
            first: The first line, from 0.
            count: How many.
            places: First and last byte of every field, from 1; fields do not overlap.
            padded: Fields filled up by blanks on the right, which are left out.

        Returns:
            A column of text a field.
        """
        bounds = sorted({0, *(edge for a, z in places.values() for edge in (a - 1, z))})

        def field_of(name: str) -> pl.Expr:
            text = pl.col("piece").gather_every(len(bounds), bounds.index(places[name][0] - 1))
            return (text.str.strip_chars_end(" ") if name in padded else text).alias(name)

        fields = [field_of(name) for name in places]

        def part(start: int) -> pl.DataFrame:
            size = min(_AT_ONCE, first + count - start)
            return self._pieces(start, size, tuple(bounds)).select(fields)

        parts = _beside(part, range(first, first + count, _AT_ONCE))
        return pl.concat(parts) if parts else pl.DataFrame(schema=dict.fromkeys(places, pl.String))

    def _pieces(self, first: int, count: int, bounds: tuple[int, ...]) -> pl.DataFrame:
        """Every piece of every line, one after the other."""
        offsets = _offsets(bounds, self.width).slice(0, count * len(bounds) + 1)
        laid = list_array(offsets, self.held.slice(first * self.width, count * self.width))
        found = pl.Series("piece", laid).cast(pl.Binary)
        begin, end = (bisect_left(self.lettered, place) for place in (first, first + count))
        for place in self.lettered[begin:end]:
            line, number = self.line(place), (place - first) * len(bounds)
            mended = [line[a:z].encode() for a, z in pairwise([*bounds, self.width])]
            found = found.scatter(range(number, number + len(mended)), mended)
        return found.cast(pl.String).to_frame("piece")


def _beside(work: Callable[[int], T], starts: Iterable[int]) -> list[T]:
    """Work on pieces side by side; each is a few calls that leave Python to others."""
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        return list(pool.map(work, starts))


@cache
def _offsets(bounds: tuple[int, ...], width: int) -> Array:
    """Where the pieces of so many lines begin and end."""
    lines = pl.int_range(0, _AT_ONCE, dtype=pl.Int64, eager=True).to_frame("line")
    starts = lines.select(pl.concat_list(pl.col("line") * width + bound for bound in bounds))
    end = pl.Series([_AT_ONCE * width], dtype=pl.Int64)
    found = pl.concat([starts.to_series().explode(), end], rechunk=True)
    return ChunkedArray.from_arrow(found).chunk(0)
