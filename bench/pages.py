"""Which bytes of a lake's files were read, whoever read them: by the pages that lie in memory.

The files are dropped from the system's page cache before a command; what lies there afterwards was
read by it. That is what the disk gave: whole pages, and what the system read ahead.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.mmap.restype = ctypes.c_void_p
_LIBC.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
_LIBC.mincore.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p]
_LIBC.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]


@dataclass(frozen=True)
class Read:
    """What was read of files that had been there before.

    Attributes:
        read_files: Parquet files of which anything was read.
        read_bytes: Bytes of them.
        read_log_bytes: Bytes of Delta logs.
        read_by_table: Bytes of Parquet files, by table.
    """

    read_files: int
    read_bytes: int
    read_log_bytes: int
    read_by_table: dict[str, int]


def forget(lake: Path) -> list[Path]:
    """Drop a lake's files from memory; returns them."""
    found = [path for path in lake.rglob("*") if path.is_file()]
    for path in found:
        with _opened(path) as file:
            os.fsync(file)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    return found


def read_since(lake: Path, forgotten: Sequence[Path]) -> Read:
    """What of the forgotten files lies in memory again."""
    files = logs = 0
    by_table: dict[str, int] = {}
    for path in forgotten:
        size = _in_memory(path) if path.exists() else 0
        if "_delta_log" in path.parts:
            logs += size
        elif size and path.suffix == ".parquet":
            files += 1
            table = ".".join(path.relative_to(lake).parts[:2])
            by_table[table] = by_table.get(table, 0) + size
    return Read(files, sum(by_table.values()), logs, by_table)


def _in_memory(path: Path) -> int:
    """Bytes of a file that are in the page cache."""
    size = path.stat().st_size
    if not size:
        return 0
    pages = ctypes.create_string_buffer(-(-size // mmap.PAGESIZE))
    with _opened(path) as file:
        address = _LIBC.mmap(None, size, mmap.PROT_READ, mmap.MAP_SHARED, file, 0)
        failed = _LIBC.mincore(address, size, pages)
        _LIBC.munmap(address, size)
    if failed:
        raise OSError(ctypes.get_errno(), "mincore failed", str(path))
    return min(size, mmap.PAGESIZE * sum(page & 1 for page in pages.raw))


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDONLY)
    try:
        yield file
    finally:
        os.close(file)
