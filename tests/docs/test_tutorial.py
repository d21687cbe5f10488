"""The tutorial does what it says: each part's commands run in order and print what they show."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from .conftest import Terminal, printed_as
from .markdown import DOCS, blocks, part, steps

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

PAGE = DOCS / "tutorials" / "first-lake.md"


def follow(terminal: Terminal, heading: str) -> int:
    """Do what a part says; returns how many steps were checked."""
    checked = 0
    for block in blocks(part(PAGE.read_text(encoding="utf-8"), heading)):
        if block.language == "pycon":
            code, said = terminal.python(block.text)
            assert code == 0, said
            checked += 1
            continue
        assert block.language == "console", f"line {block.line}: what is a {block.language} block?"
        for step in steps(block):
            code, said = terminal.run(step.command)
            assert code == 0, f"$ {step.command}\n{said}"
            shown = step.expected
            assert not shown or printed_as(shown, said), f"$ {step.command}\n{said}\n--\n{shown}"
            checked += 1
    return checked


@pytest.mark.skipif(shutil.which("curl") is None, reason="the tutorial uses curl")
def test_part_1_over_a_simulated_market(terminal: Terminal) -> None:
    assert follow(terminal, "Part 1: a simulated market") > 15


def test_part_2_over_official_files(terminal: Terminal, real_data: Path) -> None:
    downloads = terminal.folder / "downloads"
    downloads.mkdir()
    for file in (real_data / "cvm" / "daily_reencoded").glob("inf_diario_fi_*.zip"):
        (downloads / file.name).symlink_to(file)
    assert len(list(downloads.iterdir())) == 36
    assert follow(terminal, "Part 2: official files") > 5
