"""What the tests of the docs need of Markdown: fenced blocks by part, headings, links."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"
_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the line it starts on."""

    language: str
    text: str
    line: int


@dataclass(frozen=True)
class Step:
    """A shell command and what it is shown to print."""

    command: str
    expected: str


def pages() -> list[Path]:
    """Every page of the docs."""
    return sorted(DOCS.rglob("*.md"))


def blocks(text: str) -> list[Block]:
    """Fenced blocks in order, without the indentation of a list they stand in."""
    return [
        Block(found[2], textwrap.dedent(found[3]), text.count("\n", 0, found.start()) + 1)
        for found in _FENCE.finditer(text)
    ]


def part(text: str, heading: str) -> str:
    """What stands under a heading of the second level."""
    _, _, rest = text.partition(f"\n## {heading}\n")
    return rest.partition("\n## ")[0]


def steps(block: Block) -> list[Step]:
    """Commands of a console block, each with its output."""
    found = re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]
    return [Step(*each.partition("\n")[::2]) for each in found]


def _prose(text: str) -> str:
    return _FENCE.sub("", text)


def links(text: str) -> list[str]:
    """Targets of every link outside fenced blocks."""
    return _LINK.findall(_prose(text))


def anchors(text: str) -> set[str]:
    """Names that links may point to inside a page, as GitHub makes them of headings."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in _HEADING.findall(_prose(text))
    }
