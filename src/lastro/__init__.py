"""Lastro: Brazilian market data from the official source to the decision."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from lastro.wiring import Platform

__version__ = "0.1.0"

# Polars' allocator reads this when Polars is first imported: memory that one month freed serves the
# next, and only what lies idle longer goes back to the system. Decision 0010 has the figures.
os.environ.setdefault(
    "_RJEM_MALLOC_CONF", "narenas:2,oversize_threshold:0,dirty_decay_ms:700,muzzy_decay_ms:0"
)


def open(directory: str | Path | None = None) -> Platform:  # noqa: A001 - `lastro.open(dir)` reads as it should
    """Open a lake, creating nothing until something is written.

    Args:
        directory: The lake's folder or an ``s3://`` URL; the settings decide when it is None
            (``LASTRO_LAKE__URL``, by default ``./lake``).

    Returns:
        The platform over that lake: ``.table(name)``, ``.sql(query)``, ``.history(name)``.
    """
    from lastro.wiring import platform  # noqa: PLC0415 - importing lastro must stay fast

    return platform(None if directory is None else str(directory))
