"""CVM's open-data portal: addresses, and the dialect of its files.

Files are latin-1, separated by ``;``, with one header line and no quoting at all: free text holds
bare double quotes. Source: dados.cvm.gov.br; licence ODbL 1.0 (attribution, share-alike).
"""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
from typing import TYPE_CHECKING

import polars as pl
from arro3.core import Array
from pydantic import Field

from lastro.core.errors import ParseError
from lastro.core.settings import Section

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROW = "_row"
MALFORMED = "_malformed"
_BIGGEST_MEMBER = 1 << 30  # a month of the daily report has some 50 MB
_UTF8_MARK = b"\xef\xbb\xbf"
_LOCAL_HEADER = 30
_BLOCK = 1 << 16
_NEWLINE, _SEPARATOR = b"\n;"
_LAST_OF_ASCII = 127


class CvmSettings(Section):
    """CVM's open-data portal."""

    url: str = Field("https://dados.cvm.gov.br/dados", description="Address of the portal's data.")


DAMAGE = (zipfile.BadZipFile, EOFError, RuntimeError, ValueError, struct.error)
"""What zipfile raises where a zip is damaged."""


def members(name: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    """Unpack a zip in memory, member by member; a bare CSV is its own only member.

    Args:
        name: The file's name, for messages.
        body: Its bytes.

    Raises:
        ParseError: Neither a whole zip nor a text with separators, or it unpacks to too much.
    """
    if not body:
        raise _unreadable(name, "it is empty")
    if body[:2] != b"PK":
        start = body[:512].lstrip().lower()
        if start.startswith((b"<!doctype", b"<html", b"<?xml")):
            raise _unreadable(name, "it is a web page, not data")
        if b"\x00" in body[:4096] or b";" not in body[:4096]:
            raise _unreadable(name, "it is neither a zip nor a text separated by ';'")
        yield name, body
        return
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            inside = sorted(archive.infolist(), key=lambda found: found.filename)
            csvs = [info for info in inside if info.filename.lower().endswith(".csv")]
            for info in csvs:
                yield info.filename, inflate(name, body, archive, info)
    except DAMAGE as error:
        raise _unreadable(name, f"the zip is damaged ({error})") from error
    if not csvs:
        raise _unreadable(name, "there is no CSV in the zip")


def inflate(name: str, body: bytes, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """One member's bytes, never more than it declares nor than is sensible; faster than zipfile.

    Raises:
        ParseError: It is damaged, too big, or packed in a way that no source uses.
    """
    from isal import isal_zlib  # noqa: PLC0415

    if info.file_size > _BIGGEST_MEMBER:
        raise _unreadable(name, f"{info.filename} would unpack to {info.file_size:,} bytes")
    if info.compress_type == zipfile.ZIP_STORED:
        return archive.read(info)
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise _unreadable(name, f"{info.filename} is packed by method {info.compress_type}")
    header = body[info.header_offset : info.header_offset + _LOCAL_HEADER]
    lengths = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    start = info.header_offset + _LOCAL_HEADER + lengths
    packed = memoryview(body)[start : start + info.compress_size]
    stream = isal_zlib.decompressobj(wbits=-15)
    try:
        found: bytes = stream.decompress(packed, max_length=info.file_size + 1)
    except isal_zlib.error as error:  # type: ignore[misc]  # its stub hides the class
        raise _unreadable(name, f"{info.filename} is damaged ({error})") from error
    if len(found) != info.file_size or isal_zlib.crc32(found) != info.CRC:
        raise _unreadable(name, f"{info.filename} is damaged: its size or checksum is wrong")
    return found


def read_csv(name: str, member: str, body: bytes, known: Sequence[str]) -> pl.DataFrame:
    """Read a member as text columns, losing nothing.

    Args:
        name: The file's name, for messages.
        member: The member's name.
        body: Its bytes.
        known: Header names as the source knows them; found in any case, they come back in this
            one. Other headers stay as they are.

    Returns:
        One row a line: text columns ("" where blank), ``_row`` (its number, from 1) and
        ``_malformed`` (null, or the whole line where it does not have the header's number of
        fields, which are then all blank).

    Raises:
        ParseError: There is no header or no text in it.
    """
    encoding, text = _encoding(body)
    start = text.find(b"\n") + 1 or len(text)
    headers = _headers(text[:start].decode(encoding), known)
    if len(headers) < 2 or len(set(headers)) != len(headers):
        raise _unreadable(name, f"{member} starts with no header line")
    try:
        return _cut(*_mend(text, start, len(headers) - 1, encoding), headers)
    except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):
        return _cut(*_mend(text, start, len(headers) - 1, encoding, closely=True), headers)


def _encoding(body: bytes) -> tuple[str, bytes]:
    """CVM writes latin-1; a person's spreadsheet writes UTF-8 and says so by its mark."""
    if body.startswith(_UTF8_MARK):
        with contextlib.suppress(UnicodeDecodeError):
            body.decode()
            return "utf-8", body.removeprefix(_UTF8_MARK)
    return "latin-1", body.removeprefix(_UTF8_MARK)


def _headers(line: str, known: Sequence[str]) -> list[str]:
    spelling = {name.casefold(): name for name in known}
    found = [header.strip() for header in line.strip().split(";")]
    return [spelling.get(header.casefold(), header) for header in found]


def _mend(
    text: bytes, start: int, separators: int, encoding: str, *, closely: bool = False
) -> tuple[bytes, dict[int, str]]:
    """The lines that can be cut into fields, as UTF-8, and those that cannot.

    Separators and lines are counted a block of lines at a time. Only blocks whose counts do not
    agree are looked at line by line, and only blocks with letters outside ASCII are encoded anew.
    Where a line too long hides one too short in the same block, the parser refuses the line too
    long, and every block must be looked at ``closely``.

    Returns:
        The text without torn and blank lines and without its header, and each torn line by its
        number among the lines that are not blank.
    """
    codes, view = pl.Series(Array.from_buffer(text)), memoryview(text)
    newlines, semicolons, foreign = codes == _NEWLINE, codes == _SEPARATOR, codes > _LAST_OF_ASCII
    pieces: list[bytes | memoryview] = []
    torn: dict[int, str] = {}
    kept_from, number = start, 0
    while start < len(text):
        end = text.find(b"\n", start + _BLOCK) + 1 or len(text)
        block = start, end - start
        lines = int(newlines.slice(*block).sum()) + (text[end - 1] != _NEWLINE)
        agree = not closely and semicolons.slice(*block).sum() == lines * separators
        if not agree or (encoding != "utf-8" and foreign.slice(*block).any()):
            letters = text[start:end].decode(encoding)
            if not agree:
                letters, lines = _mend_block(letters, separators, number, torn)
            pieces += view[kept_from:start], letters.encode()
            kept_from = end
        number += lines
        start = end
    return b"".join([*pieces, view[kept_from:]]), torn


def _mend_block(block: str, separators: int, number: int, torn: dict[int, str]) -> tuple[str, int]:
    """One block's whole lines, and how many lines it had; its torn ones go into ``torn``."""
    lines = [line for line in block.split("\n") if line.strip()]
    for place, line in enumerate(lines, number + 1):
        if line.count(";") != separators:
            torn[place] = line.rstrip("\r")
    blank = ";" * separators  # keeps a torn line's place
    kept = (line if line.count(";") == separators else blank for line in lines)
    return "".join(f"{line}\n" for line in kept), len(lines)


def _cut(text: bytes, torn: dict[int, str], headers: Sequence[str]) -> pl.DataFrame:
    """Cut lines into fields and number them; a torn one's are blank, and it stands beside them."""
    rows = pl.read_csv(
        text,
        separator=";",
        quote_char=None,
        has_header=False,
        schema=dict.fromkeys(headers, pl.String),
        empty_string_is_null=False,
        raise_if_empty=False,
    ).rechunk()  # once, or each column is copied where it is first changed
    malformed = pl.repeat(None, rows.height, dtype=pl.String, eager=True)
    if torn:
        malformed = malformed.scatter([place - 1 for place in torn], [*torn.values()])
    numbers = pl.int_range(1, rows.height + 1, dtype=pl.Int64)
    return rows.with_columns(numbers.alias(ROW), malformed.alias(MALFORMED))


def require(name: str, member: str, found: Sequence[str], required: Sequence[str]) -> None:
    """Refuse a file whose header lacks a column that the source cannot do without.

    Raises:
        ParseError: Names file and column.
    """
    missing = [header for header in required if header not in found]
    if missing:
        raise ParseError(
            "{name}: {member} has no column {columns}; its header is {header}.",
            hint="Either this is a file of another kind, or the source changed its layout: "
            "compare with the source's page in the reference, and report it.",
            name=name,
            member=member,
            columns=", ".join(missing),
            header=";".join(column for column in found if not column.startswith("_")),
        )


def _unreadable(name: str, why: str) -> ParseError:
    return ParseError(
        "{name} cannot be read: {why}.",
        hint="Its bytes are kept; get the file again, then `lastro dead-letters retry`.",
        name=name,
        why=why,
    )
