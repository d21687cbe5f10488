"""B3's BVBG messages: XML in a zip, often in a zip of that, in several revisions; or in gzip.

Every file begins with a header that names the message (``BizGrpTp``, e.g. BVBG.086.01) and when it
was made (``CreDtAndTm``); of the revisions in one zip the last made counts. Files are read as they
unpack, within bounds: a document type, where entities could be declared, is refused.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, cast
from xml.etree import ElementTree as ET

from lastro.core.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BIGGEST = 2 << 30
"""Bytes that a file may unpack to."""
_BIGGEST_ZIP = 512 << 20
_DEEPEST = 3
_HEAD = 1 << 16
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)
_FACTS = ("BizGrpIdr", "BizGrpTp", "CreDtAndTm", "TtlNbOfMsg", "Dt")


@dataclass(frozen=True)
class Message:
    """One file of a message.

    Attributes:
        member: Its name in the zip.
        facts: What its beginning says, by tag: BizGrpTp, CreDtAndTm, BizGrpIdr, TtlNbOfMsg, and
            the first Dt, which is the session where the whole message speaks of one.
        open: Opens its bytes from the beginning.
    """

    member: str
    facts: dict[str, str]
    open: Callable[[], IO[bytes]]


def is_nothing(body: bytes) -> bool:
    """Whether it is B3's answer for a day without a file: no bytes, or a zip without members."""
    return not body.strip() or body.startswith(b"PK\x05\x06")


def newest(name: str, body: bytes, kind: str) -> Message:
    """The last revision of a message in a file.

    Args:
        name: The file's name, for messages.
        body: A zip (of zips) of XML, gzip of one, or the XML.
        kind: How its name begins, e.g. ``BVBG.086``.

    Raises:
        ParseError: It is damaged, too big, or holds no such message.
    """
    with _refusing_damage(name):
        found = list(_messages(name, name, body, 0))
    wanted = [message for message in found if message.facts["BizGrpTp"].startswith(kind)]
    if not wanted:
        held = ", ".join(sorted({message.facts["BizGrpTp"] for message in found})) or "nothing"
        raise _unreadable(name, f"it holds {held}, not {kind}")
    return max(wanted, key=lambda message: (message.facts["CreDtAndTm"], message.member))


def _messages(name: str, member: str, body: bytes, depth: int) -> Iterator[Message]:
    if body.startswith(b"\x1f\x8b"):
        yield _message(
            name, member, lambda: cast("IO[bytes]", gzip.GzipFile(fileobj=io.BytesIO(body)))
        )
    elif body.startswith(b"PK"):
        if depth >= _DEEPEST:
            raise _unreadable(name, "it is a zip in a zip in a zip in a zip")
        archive = zipfile.ZipFile(io.BytesIO(body))
        for info in sorted(archive.infolist(), key=lambda info: info.filename):
            yield from _members(name, archive, info, depth)
    else:
        yield _message(name, member, lambda: io.BytesIO(body))


def _members(
    name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, depth: int
) -> Iterator[Message]:
    ending = info.filename.lower().rpartition(".")[2]
    limit = _BIGGEST_ZIP if ending == "zip" else BIGGEST
    if info.file_size > limit:
        raise _unreadable(name, f"{info.filename} would unpack to {info.file_size:,} bytes")
    if ending == "zip":
        yield from _messages(name, info.filename, archive.read(info), depth + 1)
    elif ending == "xml":
        yield _message(name, info.filename, lambda: archive.open(info))


def _message(name: str, member: str, opened: Callable[[], IO[bytes]]) -> Message:
    with opened() as stream:
        head = stream.read(_HEAD)
    if b"\x00" in head or b"<" not in head:
        raise _unreadable(name, f"{member} is no XML")
    if re.search(rb"<!(doctype|entity)", head, re.IGNORECASE):
        raise _unreadable(name, f"{member} declares a document type, as web pages do")
    facts = {}
    for tag in _FACTS:
        said = re.search(rb"<(?:\w+:)?%b\s*>([^<]*)<" % tag.encode(), head)
        facts[tag] = said[1].decode("utf-8", "replace").strip() if said else ""
    if not facts["BizGrpTp"]:
        raise _unreadable(name, f"{member} is no message of B3's")
    return Message(member, facts, opened)


def records(name: str, message: Message, tag: str) -> Iterator[dict[str, str]]:
    """Each element of a tag as its leaves' text.

    Args:
        name: The file's name, for messages.
        message: What to read.
        tag: Of the elements wanted, without its namespace.

    Yields:
        Text by tag; of a date (``TradDt/Dt``) by the tag above; an attribute by ``LastPric.Ccy``;
        where a tag stands twice, ``Id`` and ``Id.2``; what is blank is left out.

    Raises:
        ParseError: It is no whole XML, or unpacks to too much.
    """
    with _refusing_damage(name), message.open() as stream:
        bounded = _Bounded(name, stream)
        # expat limits what entities expand to; a document type was refused before
        for _event, element in ET.iterparse(bounded):  # noqa: S314
            local = _local(element)
            if local == tag:
                yield _leaves(element)
            if local in (tag, "BizGrp"):
                element.clear()


def _leaves(element: ET.Element) -> dict[str, str]:
    found: dict[str, str] = {}
    stack = [(child, "") for child in reversed(element)]
    while stack:
        node, above = stack.pop()
        name = _local(node)
        stack.extend((child, name) for child in reversed(node))
        text = (node.text or "").strip()
        if len(node) or not text:
            continue
        label = above if name == "Dt" and above else name
        count = 1
        while label in found:
            count += 1
            label = f"{name}.{count}"
        found[label] = text
        found.update({f"{label}.{key}": value for key, value in node.attrib.items()})
    return found


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


class _Bounded:
    """A stream that refuses to give more than is sensible."""

    def __init__(self, name: str, stream: IO[bytes]) -> None:
        self._name = name
        self._stream = stream
        self._left = BIGGEST

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        found = self._stream.read(min(size, self._left + 1) if size >= 0 else self._left + 1)
        self._left -= len(found)
        if self._left < 0:
            raise _unreadable(self._name, f"it unpacks to more than {BIGGEST:,} bytes")
        return found


@contextlib.contextmanager
def _refusing_damage(name: str) -> Iterator[None]:
    try:
        yield
    except ET.ParseError as error:
        raise _unreadable(name, f"it is no whole XML ({error})") from error
    except _DAMAGE as error:
        raise _unreadable(name, f"it is damaged ({error})") from error


def _unreadable(name: str, why: str) -> ParseError:
    return ParseError(
        "{name} cannot be read: {why}.",
        hint="Its bytes are kept; get the file again, then `lastro dead-letters retry`.",
        name=name,
        why=why,
    )
