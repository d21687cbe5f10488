"""COTAHIST files of the simulated exchange: of a day, a month or a year, and spoilt on request."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from lastro.core.errors import NotFoundError, RequestError
from lastro.simulator.archive import zip_bytes
from lastro.simulator.cotahist_layout import WIDTH, encode, header, trailer
from lastro.simulator.share_rows import NAMES, Printer
from lastro.simulator.shares import ShareMarket

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lastro.simulator.share_rows import Columns

DIRT = ("torn_line", "bad_digit", "wrong_count", "unpadded_trailer", "latin1_letter", "no_trailer")
"""What can be wrong with a file: a line cut in two, a letter among digits, a trailer that counts
wrong, one without its blanks, a byte above ASCII in a name, no trailer at all."""

_RECORD = WIDTH + 2
_NAME_AT, _OPEN_AT = 27, 60


class CotahistPress:
    """Makes the files of a market.

    Args:
        market: What happened.
        series: Option series of each underlying share, as in ``share_rows.Printer``.
    """

    def __init__(self, market: ShareMarket, series: int = 6) -> None:
        self.market = market
        self.printer = Printer(market, series)

    def text(self, first: dt.date, last: dt.date, dirt: Iterable[str] = ()) -> bytes:
        """The file of a span of days, both included.

        Args:
            first: First day.
            last: Last day; the file says it was made then.
            dirt: Kinds of ``DIRT`` to spoil it with.

        Raises:
            NotFoundError: No session of the market lies in the span.
            RequestError: A kind of dirt is unknown.
        """
        numbers = [n for n, day in enumerate(self.market.days) if first <= day <= last]
        if not numbers:
            raise NotFoundError(
                "The simulated exchange held no session from {first} to {last}.",
                hint="Its sessions run from {begin} to {end}.",
                first=first,
                last=last,
                begin=self.market.days[0],
                end=self.market.days[-1],
            )
        body = b"".join(encode(self.printer.session(number)) for number in numbers)
        return _spoilt(_framed(body, self.market.days[numbers[-1]]), dirt)

    def zipped(self, stem: str, first: dt.date, last: dt.date, dirt: Iterable[str] = ()) -> bytes:
        """The same in a zip with one member, ``stem`` and ``.TXT``."""
        content = self.text(first, last, dirt)
        return zip_bytes([(f"{stem}.TXT", content)], seed=self.market.seed, stamp=last)


def write_cotahist(path: Path, rows: int, seed: int, *, year: int = 2024) -> None:
    """Write a year's file of exactly so many rows, for load tests.

    Args:
        path: A file ``.ZIP`` (one member ``.TXT``) or ``.TXT``; its directory exists.
        rows: Records 01, from 200,000; a real year of today has more than two million.
        seed: Everything follows from it.
        year: The sessions are its.

    Raises:
        RequestError: Too few or too many rows.
    """
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    market = ShareMarket(seed=seed, first=first, last=last)
    sessions = len(market.days)
    series = max(6, -(-rows // sessions) // 70)
    body = b"".join(_lots(Printer(market, series), rows, sessions))
    if len(body) != rows * _RECORD:
        raise RequestError(
            "A simulated year cannot have {rows} rows.",
            hint="Choose 200000 to 4000000.",
            rows=rows,
        )
    content = _framed(body, market.days[-1])
    if path.suffix.upper() == ".ZIP":
        content = zip_bytes([(f"{path.stem}.TXT", content)], seed=seed, stamp=last)
    path.write_bytes(content)


def _lots(printer: Printer, rows: int, sessions: int) -> Iterator[bytes]:
    """Each session's share of the rows; what a session lacks, a later one gives."""
    given = 0
    for number in range(sessions):
        wanted = rows * (number + 1) // sessions - given
        found: Columns = printer.session(number)
        given += min(wanted, len(found["DATPRE"]))
        yield encode({name: found[name][:wanted] for name in NAMES})


def _framed(body: bytes, made: dt.date) -> bytes:
    records = len(body) // _RECORD + 2
    return b"".join([header(made.year, made), body, trailer(made.year, made, records)])


def _spoilt(content: bytes, dirt: Iterable[str]) -> bytes:
    for kind in dirt:
        if kind not in DIRT:
            raise RequestError(
                "A quotation file cannot be spoilt by {kind!r}.",
                hint="Choose from {kinds}.",
                kind=kind,
                kinds=", ".join(DIRT),
            )
        content = _spoil(content, kind)
    return content


def _spoil(content: bytes, kind: str) -> bytes:
    """Lines 1 to 3 of the body are those that get dirty; each kind has its own."""
    end = len(content) - _RECORD
    if kind == "torn_line":
        start = _RECORD
        return content[: start + 100] + b"\r\n" + content[start + 100 :]
    if kind == "bad_digit":
        return _put(content, 2 * _RECORD + _OPEN_AT, b"X")
    if kind == "latin1_letter":
        return _put(content, 3 * _RECORD + _NAME_AT, "Ç".encode("latin-1"))
    if kind == "wrong_count":
        return _put(content, end + 31, b"00000000007")
    if kind == "no_trailer":
        return content[:end]
    return content[:end] + content[end:].rstrip() + b"\r\n"


def _put(content: bytes, place: int, letters: bytes) -> bytes:
    return content[:place] + letters + content[place + len(letters) :]
