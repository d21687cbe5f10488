"""Streams of rows: whole, in order, and a batch in memory at a time."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pytest

from lastro.api.streams import arrow, batches, csv, parquet, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = pl.DataFrame(
    {"n": range(250_000), "text": [f"t{n % 7}" if n % 11 else None for n in range(250_000)]}
)


def test_arrow_of_many_batches_is_one_stream() -> None:
    parts = list(arrow(batches(ROWS.lazy())))
    assert len(parts) > 3
    body = b"".join(parts)
    assert pl.read_ipc_stream(io.BytesIO(body)).equals(ROWS)
    with pa.ipc.open_stream(body) as reader:  # another library's opinion
        assert reader.read_all().num_rows == ROWS.height


@pytest.mark.parametrize("rows", [ROWS.head(0), ROWS.head(1)])
def test_few_rows_are_a_stream_too(rows: pl.DataFrame) -> None:
    assert pl.read_ipc_stream(io.BytesIO(b"".join(arrow(batches(rows.lazy()))))).equals(rows)
    text = b"".join(csv(batches(rows.lazy()))).decode()
    assert text.splitlines()[0] == "n,text"
    assert len(text.splitlines()) == rows.height + 1


def test_csv_has_one_header_and_runs_nothing() -> None:
    rows = pl.DataFrame({"t": ["=1+1", "plain", "-x"], "n": [-1, 2, 3]})
    assert b"".join(csv(batches(rows.lazy()))).decode().splitlines() == [
        "t,n", "'=1+1,-1", "plain,2", "'-x,3"]  # fmt: skip


def test_a_parquet_file_is_gone_when_it_was_sent() -> None:
    with parquet(ROWS.lazy(), {"lastro.table": "x"}) as path:
        body = b"".join(pieces(path))
    assert not path.exists()
    assert pl.read_parquet(io.BytesIO(body)).equals(ROWS)


def test_a_batch_is_made_when_the_one_before_was_taken() -> None:
    made: list[int] = []

    def frames() -> Iterator[pl.DataFrame]:
        for n in range(5):
            made.append(n)
            yield ROWS.head(10)

    stream = arrow(frames())
    next(stream)
    assert made == [0]
    assert len(list(stream)) == 5
