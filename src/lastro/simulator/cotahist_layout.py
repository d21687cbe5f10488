"""The 245 characters of a COTAHIST record, written many at a time.

Layout: B3, "Layout do arquivo de cotações históricas". Lines end with CRLF; numbers have implied
decimals and are padded with zeros, texts are latin-1 and padded with blanks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Rows = Mapping[str, NDArray[np.int64] | NDArray[np.bytes_]]

WIDTH = 245
FIELDS: tuple[tuple[str, int], ...] = (
    ("TIPREG", 2),
    ("DATPRE", 8),
    ("CODBDI", 2),
    ("CODNEG", 12),
    ("TPMERC", 3),
    ("NOMRES", 12),
    ("ESPECI", 10),
    ("PRAZOT", 3),
    ("MODREF", 4),
    ("PREABE", 13),
    ("PREMAX", 13),
    ("PREMIN", 13),
    ("PREMED", 13),
    ("PREULT", 13),
    ("PREOFC", 13),
    ("PREOFV", 13),
    ("TOTNEG", 5),
    ("QUATOT", 18),
    ("VOLTOT", 18),
    ("PREEXE", 13),
    ("INDOPC", 1),
    ("DATVEN", 8),
    ("FATCOT", 7),
    ("PTOEXE", 13),
    ("CODISI", 12),
    ("DISMES", 3),
)
"""Official names and widths; decimals are implied, two for money and six for ``PTOEXE``."""

TEXTS = frozenset({"CODBDI", "CODNEG", "NOMRES", "ESPECI", "PRAZOT", "MODREF", "CODISI"})
_ENDS = b"\r\n"


def encode(rows: Rows) -> bytes:
    """Records 01 as bytes, one line each.

    Args:
        rows: A column for each of ``FIELDS`` but ``TIPREG`` and ``MODREF``: whole numbers as
            written, texts as latin-1 bytes without padding.
    """
    count = len(rows["DATPRE"])
    paper = np.full((count, WIDTH + len(_ENDS)), ord(" "), dtype=np.uint8)
    paper[:, WIDTH:] = np.frombuffer(_ENDS, np.uint8)
    start = 0
    for name, width in FIELDS:
        target = paper[:, start : start + width]
        if name == "TIPREG":
            target[:] = np.frombuffer(b"01", np.uint8)
        elif name == "MODREF":
            target[:] = np.frombuffer(b"R$  ", np.uint8)
        elif name in TEXTS:
            _write_text(target, rows[name])
        else:
            _write_number(target, rows[name])
        start += width
    return paper.tobytes()


def _write_text(target: NDArray[np.uint8], values: NDArray[np.generic]) -> None:
    width = target.shape[1]
    letters = values.astype(f"S{width}").view(np.uint8).reshape(len(values), width)
    np.copyto(target, letters, where=letters != 0)


def _write_number(target: NDArray[np.uint8], values: NDArray[np.generic]) -> None:
    rest = values.astype(np.int64)
    for place in range(target.shape[1] - 1, -1, -1):
        if not rest.any():
            target[:, : place + 1] = ord("0")
            return
        rest, digit = np.divmod(rest, 10)
        target[:, place] = digit + ord("0")


def header(year: int, made: dt.date) -> bytes:
    """Record 00."""
    return _padded(f"00COTAHIST.{year}BOVESPA {made:%Y%m%d}")


def trailer(year: int, made: dt.date, records: int) -> bytes:
    """Record 99; it counts itself and the header."""
    return _padded(f"99COTAHIST.{year}BOVESPA {made:%Y%m%d}{records:011d}")


def _padded(text: str) -> bytes:
    return text.encode("latin-1").ljust(WIDTH) + _ENDS
