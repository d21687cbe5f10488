"""Rows as a stream of bytes, however many: a batch in memory at a time.

Arrow is spliced from single streams: the schema of the first, the batches of all, one end. Text
leaves as the older layout, which every reader of Arrow knows. A CSV opens in a spreadsheet without
running anything. Parquet needs its end to be read: it is written to a file first.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from lastro.exports.csv import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

_BATCH = 100_000
_CHUNK = 1 << 20
_END = b"\xff\xff\xff\xff\x00\x00\x00\x00"
_OLDEST = pl.CompatLevel.oldest()


def batches(frame: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """The rows of a lazy frame, some at a time, in order; at least one batch, maybe empty."""
    yield frame.clear().collect()
    yield from frame.collect_batches(chunk_size=_BATCH, maintain_order=True)


def arrow(frames: Iterator[pl.DataFrame]) -> Iterator[bytes | memoryview]:
    """An Arrow stream of frames that are alike."""
    begun = False
    for frame in frames:
        held = io.BytesIO()
        frame.write_ipc_stream(held, compat_level=_OLDEST)
        content = held.getbuffer()
        schema = 8 + int.from_bytes(content[4:8], "little")
        yield content[schema if begun else 0 : -len(_END)]  # sent as it lies, uncopied
        begun = True
    yield _END


def csv(frames: Iterator[pl.DataFrame]) -> Iterator[bytes]:
    """CSV of frames that are alike: commas, points, ISO days, UTC."""
    begun = False
    for frame in frames:
        text = (
            harmless(frame.lazy())
            .collect()
            .write_csv(include_header=not begun, datetime_format="%Y-%m-%dT%H:%M:%SZ")
        )
        yield text.encode()
        begun = True


@contextlib.contextmanager
def parquet(frame: pl.LazyFrame, metadata: dict[str, str]) -> Iterator[Path]:
    """A Parquet file of a frame, until the block is left."""
    with tempfile.TemporaryDirectory(prefix="lastro-") as folder:
        path = Path(folder) / "rows.parquet"
        frame.sink_parquet(path, compression="zstd", compression_level=1, metadata=metadata)
        yield path


def pieces(path: Path) -> Iterator[bytes]:
    """A file, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece
