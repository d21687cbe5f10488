"""The COTAHIST benchmark's data: a simulated year of two million lines, written once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
from bench.data import OUT

from lastro.core.calendar import is_b3_session

if TYPE_CHECKING:
    from pathlib import Path

Bytes: TypeAlias = npt.NDArray[np.uint8]
Ints: TypeAlias = npt.NDArray[np.int64]

YEAR = 2023
WIDTH = 245
_SEED = 42
_PAPERS = 20_000
_BLOCK = 100_000
_KINDS = np.array(  # bulletin code, market, days of term: options, odd lots, spot, forward
    [b"82080000", b"78070000", b"96020   ", b"02010   ", b"62030030", b"12010   "]
)
_SHARES = (0.39, 0.38, 0.05, 0.10, 0.03, 0.05)
_SHARES_FIRST = 0.2  # of the lines
_CLASSES = np.array([b"ON      NM", b"PN      N1", b"CI        ", b"DRN       "])


def year_file(rows: int) -> Path:
    """A year's TXT of so many records, as B3's: shares by session, then options."""
    path = OUT / f"COTAHIST_A{YEAR}_{rows}.TXT"
    if not path.exists():
        OUT.mkdir(exist_ok=True)
        partial = path.with_suffix(".part")
        _write(partial, rows)
        partial.rename(path)
    return path


def _write(path: Path, rows: int) -> None:
    dice = np.random.default_rng(_SEED)
    papers = _papers(dice)
    order = _order(dice, rows)
    with path.open("wb") as file:
        file.write(f"00COTAHIST.{YEAR}BOVESPA {YEAR}1229".ljust(WIDTH).encode() + b"\r\n")
        for start in range(0, rows, _BLOCK):
            file.write(_records(dice, papers, order[start : start + _BLOCK]).tobytes())
        trailer = f"99COTAHIST.{YEAR}BOVESPA {YEAR}1229{rows + 2:011d}"
        file.write(trailer.ljust(WIDTH).encode() + b"\r\n")


def _papers(dice: np.random.Generator) -> Bytes:
    """The part of a record that stays as it is: ticker to currency, ISIN."""
    letters = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", np.uint8)
    names = dice.choice(letters, (_PAPERS, 4))
    kind = dice.choice(len(_KINDS), _PAPERS, p=_SHARES)
    kinds = _KINDS[kind].view(np.uint8).reshape(_PAPERS, 8)
    record = np.full((_PAPERS, WIDTH + 2), ord(" "), np.uint8)
    record[:, :2] = (ord("0"), ord("1"))
    record[:, 10:12] = kinds[:, :2]
    record[:, 12:16], record[:, 27:31], record[:, 232:236] = names, names, names
    record[:, 16:20] = _digits(dice.integers(3, 9999, _PAPERS), 4)
    record[:, 24:27], record[:, 49:52] = kinds[:, 2:5], kinds[:, 5:8]
    classes = dice.choice(_CLASSES, _PAPERS).view(np.uint8)
    record[:, 39:49] = classes.reshape(_PAPERS, 10)
    record[:, 52:54] = (ord("R"), ord("$"))
    record[:, 201:210] = np.frombuffer(b"099991231", np.uint8)
    record[:, 210:230] = np.frombuffer(b"00000010000000000000", np.uint8)
    record[:, 230:232] = (ord("B"), ord("R"))
    record[:, 236:241] = np.frombuffer(b"ACNOR", np.uint8)
    record[:, 241:242] = _digits(dice.integers(0, 10, _PAPERS), 1)
    record[:, 242:245] = _digits(dice.integers(100, 300, _PAPERS), 3)
    record[:, 245:] = (ord("\r"), ord("\n"))
    return record


def _order(dice: np.random.Generator, rows: int) -> Ints:
    """Each record's session, in the order in which they stand."""
    days = [dt.date(YEAR, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    sessions = np.array([int(f"{day:%Y%m%d}") for day in days if is_b3_session(day)])
    shares = int(rows * _SHARES_FIRST)
    parts = [np.sort(dice.choice(sessions, count)) for count in (shares, rows - shares)]
    return np.concatenate(parts)


def _records(dice: np.random.Generator, papers: Bytes, sessions: Ints) -> Bytes:
    count = len(sessions)
    record = papers[dice.integers(0, len(papers), count)]
    record[:, 2:10] = _digits(sessions, 8)
    price = np.minimum(10 ** dice.uniform(0, 5, count), 9_999_999).astype(np.int64)
    traded = dice.integers(1, 50_000, count) * dice.choice(np.array([1, 100]), count)
    quoted = dice.random(count) > 0.36  # the rest has no bid at the end
    for place, factor in ((56, 1.0), (69, 1.02), (82, 0.97), (95, 1.0), (108, 1.01)):
        record[:, place : place + 13] = _digits((price * factor).astype(np.int64), 13)
    for place, factor in ((121, 0.99), (134, 1.03)):
        record[:, place : place + 13] = _digits((price * factor * quoted).astype(np.int64), 13)
    record[:, 147:152] = _digits(dice.integers(1, 90_000, count), 5)
    record[:, 152:170] = _digits(traded, 18)
    record[:, 170:188] = _digits(traded * price, 18)
    record[:, 188:201] = _digits(price, 13)
    return record


def _digits(values: Ints, width: int) -> Bytes:
    """Numbers as so many ASCII digits."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (values[:, None] // powers % 10 + ord("0")).astype(np.uint8)
