"""B3's file of historical quotations (COTAHIST): unpacking it, and cutting its lines into fields.

One record a line of 245 bytes of latin-1: header ``00``, records ``01``, trailer ``99`` with the
number of lines. Places are those of B3's layout (SeriesHistoricas_Layout, 1-based, inclusive), and
they count bytes. Real files come with CRLF or LF, with or without a last newline, a header, a
trailer or its padding; blank lines mean nothing.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lastro.core.errors import ParseError
from lastro.vendors import cvm
from lastro.vendors.even_text import EvenText

if TYPE_CHECKING:
    from collections.abc import Iterator

ROW = "_row"
MALFORMED = "_malformed"
LINE = "_line"
SESSION = "DATPRE"
WIDTH = 245
RECORD, _BEYOND = "01", "02"

PLACES = {
    "TIPREG": (1, 2),
    SESSION: (3, 10),
    "CODBDI": (11, 12),
    "CODNEG": (13, 24),
    "TPMERC": (25, 27),
    "NOMRES": (28, 39),
    "ESPECI": (40, 49),
    "PRAZOT": (50, 52),
    "MODREF": (53, 56),
    "PREABE": (57, 69),
    "PREMAX": (70, 82),
    "PREMIN": (83, 95),
    "PREMED": (96, 108),
    "PREULT": (109, 121),
    "PREOFC": (122, 134),
    "PREOFV": (135, 147),
    "TOTNEG": (148, 152),
    "QUATOT": (153, 170),
    "VOLTOT": (171, 188),
    "PREEXE": (189, 201),
    "INDOPC": (202, 202),
    "DATVEN": (203, 210),
    "FATCOT": (211, 217),
    "PTOEXE": (218, 230),
    "CODISI": (231, 242),
    "DISMES": (243, 245),
}
"""First and last byte of every field of a record, under its official name."""

_CUT = [name for name in PLACES if name not in {"TIPREG", SESSION}]
_PADDED = {"CODNEG", "NOMRES", "ESPECI", "PRAZOT", "MODREF", "CODISI"}  # text, filled by blanks
_HEADER, _TRAILER = "00COTAHIST", "99COTAHIST"
_TOTAL = (31, 11)  # of the trailer: where it says the number of lines
_MEMBERS = (re.compile("cotahist", re.IGNORECASE), re.compile(r"\.txt$", re.IGNORECASE))
_START = re.compile(rb"^(?:00COTAHIST|01[12]\d{7})", re.MULTILINE)
_LOOKED_AT = 4096
_BLOCK = 1 << 20
_MOST_ODD = 1000  # headers and trailers of files joined into one; lines with other letters
_MOST_RUNS = 100  # of a month's lines in a file; B3's own files have one
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_LOST = "\ufffd"  # what the lossy reader writes for a byte that it cannot read
_CONTROLS = [chr(code) for code in range(1, 32) if chr(code) not in "\t\n\r"]


_NONE_TORN = pl.DataFrame(schema={MALFORMED: pl.String, ROW: pl.Int64})


@dataclass(frozen=True)
class Lines:
    """A file's lines, told apart.

    Attributes:
        whole: Records of 245 characters: ``_row`` (place among the file's records and torn lines,
            from 1), ``DATPRE``, by which they are parted, and ``_line`` where they are not even.
        torn: Other lines that are neither header nor trailer nor blank: ``_row``, ``_malformed``.
        doubt: Why the file may not be complete; blank where its trailer counts its lines.
        even: The text, where all its lines have one length: records are cut out of it.
        before: How many of its lines stand before the records.
    """

    whole: pl.DataFrame
    torn: pl.DataFrame
    doubt: str
    even: EvenText | None = None
    before: int = 0


def members(name: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    """Unpack a zip in memory, member by member; a bare text is its own only member.

    Args:
        name: The file's name, for messages.
        body: Its bytes.

    Raises:
        ParseError: Neither a whole zip nor COTAHIST, or it unpacks to too much.
    """
    if body[:2] != b"PK":
        yield name, _checked(name, body)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            inside = [i for i in archive.infolist() if not i.is_dir()]
            for info in sorted(_wanted(inside), key=lambda found: found.filename):
                yield info.filename, _checked(name, cvm.inflate(name, body, archive, info))
    except cvm.DAMAGE as error:
        raise _unreadable(name, f"the zip is damaged ({error})") from error
    if not inside:
        raise _unreadable(name, "there is nothing in the zip")


def _wanted(inside: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Members called COTAHIST; without one, texts; without one, all."""
    for called in _MEMBERS:
        if found := [info for info in inside if called.search(info.filename)]:
            return found
    return inside


def _checked(name: str, text: bytes) -> bytes:
    start = text[:_LOOKED_AT]
    if not start.strip():
        raise _unreadable(name, "it is empty")
    if start.lstrip()[:1] == b"<":
        raise _unreadable(name, "it is a web page, not data")
    if not _START.search(start):
        raise _unreadable(name, "it has no COTAHIST header and no record at its beginning")
    return text


def read_lines(name: str, text: bytes) -> Lines:
    """Split a member into its lines, losing none.

    Args:
        name: The file's name, for messages.
        text: The member's bytes.

    Raises:
        ParseError: It is no text.
    """
    if (even := _even_lines(text)) is not None:
        return even
    plain = text.isascii()
    lines = _lines(name, text, lossy=not plain)
    if not plain:
        mended = _mended(lines, text)
        lines = _lines(name, _as_utf8(text)) if mended is None else mended
    column = pl.col(LINE)
    length = column.str.len_bytes() if plain else column.str.len_chars()
    whole = (length == WIDTH) & (column >= RECORD) & (column < _BEYOND)  # as it begins with 01
    records = lines.select(whole.fill_null(value=False).alias("whole"))["whole"]
    others = lines[LINE].filter(~records).drop_nulls()
    others = others.filter(others.str.strip_chars() != "")
    trailer = others.str.starts_with(_TRAILER)
    torn = others.filter(~(trailer | others.str.starts_with(_HEADER)))
    doubt = _doubt(others.filter(trailer), int(records.sum()) + others.len())
    listed = records | lines[LINE].is_in(torn.implode())
    numbered = lines.filter(listed).with_columns(_numbers())
    records = records.filter(listed)
    return Lines(
        numbered.filter(records).with_columns(_slice(SESSION)),
        numbered.filter(~records).rename({LINE: MALFORMED}),
        doubt,
    )


def _even_lines(text: bytes) -> Lines | None:
    """B3's own files: every line has 245 bytes, header and trailer too, and records are together.

    None where they are not.
    """
    even = EvenText.of(text, WIDTH)
    if even is None or len(even.lettered) > _MOST_ODD:
        return None
    heads = even.cut(0, len(even), {name: PLACES[name] for name in ("TIPREG", SESSION)})
    records = heads["TIPREG"] == RECORD
    first, count = records.arg_max() or 0, int(records.sum())
    if not records.slice(first, count).all() or len(even) - count > _MOST_ODD:
        return None
    others = pl.Series([even.line(place) for place in (~records).arg_true()], dtype=pl.String)
    trailer = others.str.starts_with(_TRAILER)
    if not (trailer | others.str.starts_with(_HEADER)).all():
        return None
    whole = heads.slice(first, count).select(_numbers(), SESSION)
    return Lines(whole, _NONE_TORN, _doubt(others.filter(trailer), len(even)), even, first)


def _lines(name: str, text: bytes, *, lossy: bool = False) -> pl.DataFrame:
    """A column of lines; blank ones are null."""

    def cut_at(separator: str) -> pl.DataFrame:
        return pl.read_csv(
            text,
            separator=separator,
            quote_char=None,
            has_header=False,
            schema={LINE: pl.String},
            raise_if_empty=False,
            encoding="utf8-lossy" if lossy else "utf8",
        )

    try:
        return cut_at(_CONTROLS[0])
    except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):  # it stands in the text
        return cut_at(_unused(name, text))


def _mended(lines: pl.DataFrame, text: bytes) -> pl.DataFrame | None:
    """Lines that were read with losses, their few letters outside ASCII put right.

    The lossy reader marks what it cannot read, and the marked lines stand in the text's order. None
    where they cannot be told for sure: the text must then be encoded anew as a whole.
    """
    odd = lines[LINE].str.len_bytes() != WIDTH
    places = odd.arg_true()
    places = places.filter(lines[LINE].gather(places).str.contains(_LOST, literal=True))
    found = list(_lettered(text))
    if len(found) != len(places):
        return None
    return lines.with_columns(lines[LINE].scatter(places, found))


def _lettered(text: bytes) -> Iterator[str]:
    """Lines with letters outside ASCII, in order."""
    done = 0
    for start in range(0, len(text), _BLOCK):
        block = text[start : start + _BLOCK]
        if block.isascii():
            continue
        for letter in _BEYOND_ASCII.finditer(block):
            at = start + letter.start()
            if at < done:
                continue
            first = text.rfind(b"\n", 0, at) + 1
            done = text.find(b"\n", at)
            done = len(text) if done < 0 else done
            yield text[first:done].rstrip(b"\r").decode("latin-1")


def _numbers() -> pl.Expr:
    return pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW)


def _doubt(trailers: pl.Series, found: int) -> str:
    """What a trailer says against the lines that are there; of several files joined, all theirs."""
    if trailers.is_empty():
        return "no trailer"
    said = trailers.str.slice(*_TOTAL).str.strip_chars().cast(pl.Int64, strict=False)
    if said.null_count():
        return "unreadable trailer"
    return "" if said.sum() == found else f"{found} lines of {said.sum()}"


def _as_utf8(text: bytes) -> bytes:
    """Latin-1 as UTF-8; blocks of ASCII, which nearly all are, stay as they are."""
    blocks = (text[start : start + _BLOCK] for start in range(0, len(text), _BLOCK))
    return b"".join(b if b.isascii() else b.decode("latin-1").encode() for b in blocks)


def _unused(name: str, text: bytes) -> str:
    """A character that stands nowhere in the text: lines are cut by place, not by separator."""
    for mark in _CONTROLS:
        if mark.encode() not in text:
            return mark
    raise _unreadable(name, "it is no text")


def cut(lines: Lines) -> pl.DataFrame:
    """Cut whole lines into fields.

    Returns:
        ``_row`` and every field as text under its official name, without the blanks that fill it
        up on the right. Numbers keep their leading zeros and their implied decimals.
    """
    if lines.even is not None:
        fields = lines.whole.hstack(_cut_even(lines.even, lines.before + lines.whole[ROW] - 1))
    else:
        padded = pl.col(*_PADDED).str.strip_chars_end(" ")
        fields = lines.whole.select(ROW, SESSION, *map(_slice, _CUT)).with_columns(padded)
    return fields.with_columns(pl.lit(RECORD).alias("TIPREG")).select(ROW, *PLACES)


def _cut_even(text: EvenText, lines: pl.Series) -> pl.DataFrame:
    """The fields of lines by their places; those that stand in many runs are put together first."""
    places = {name: PLACES[name] for name in _CUT}
    starts = (lines.diff() != 1).fill_null(value=True).arg_true().to_list()
    if len(starts) > _MOST_RUNS:
        return text.taken(lines).cut(0, len(lines), places, _PADDED)
    ends = [*starts, len(lines)][1:]
    parts = [text.cut(lines[a], z - a, places, _PADDED) for a, z in zip(starts, ends, strict=True)]
    return pl.concat(parts) if parts else text.cut(0, 0, places)


def _slice(name: str) -> pl.Expr:
    first, last = PLACES[name]
    return pl.col(LINE).str.slice(first - 1, last - first + 1).alias(name)


def _unreadable(name: str, why: str) -> ParseError:
    return ParseError(
        "{name} cannot be read: {why}.",
        hint="Its bytes are kept; get the file again, then `lastro dead-letters retry`.",
        name=name,
        why=why,
    )
