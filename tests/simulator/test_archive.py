from __future__ import annotations

import datetime as dt
import io
import zipfile

from lastro.simulator.archive import zip_bytes

STAMP = dt.date(2024, 5, 1)


def test_a_standard_reader_finds_every_member() -> None:
    members = {"a.csv": b"x;y\r\n" * 5000, "b.csv": b"", "c.csv": bytes(range(256))}
    with zipfile.ZipFile(io.BytesIO(zip_bytes(members.items(), seed=3, stamp=STAMP))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == members
        assert archive.getinfo("a.csv").date_time == (2024, 5, 1, 0, 0, 0)
        assert archive.getinfo("a.csv").compress_size < 1000


def test_the_comment_says_simulated_and_the_seed() -> None:
    with zipfile.ZipFile(io.BytesIO(zip_bytes([("a", b"1")], seed=3, stamp=STAMP))) as archive:
        assert archive.comment == b"SIMULATED by lastro seed=3"


def test_same_members_same_bytes() -> None:
    first, second = (zip_bytes([("a", b"1" * 99)], seed=3, stamp=STAMP) for _ in range(2))
    assert first == second
