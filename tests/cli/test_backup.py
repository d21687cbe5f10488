"""lastro backup and restore, as a person types them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran


def test_back_and_forth(lastro: Callable[..., Ran], own_lake: Path, tmp_path: Path) -> None:
    before = lastro("--lake", own_lake, "tables", "--json").json
    made = lastro("--lake", own_lake, "backup", tmp_path / "b", "--json")
    assert made.code == 0, made.err
    assert made.json["files"] > 10
    assert made.json["simulated"]
    shutil.rmtree(own_lake)
    checked = lastro("restore", "--check", tmp_path / "b", "--json").json
    assert (checked["files"], checked["keys"]) == (made.json["files"], [])
    done = lastro("--lake", own_lake, "restore", tmp_path / "b")
    assert done.code == 0, done.err
    assert str(own_lake) in done.out
    assert lastro("--lake", own_lake, "tables", "--json").json == before


def test_people_are_told(lastro: Callable[..., Ran], own_lake: Path, tmp_path: Path) -> None:
    made = lastro("--lake", own_lake, "backup", tmp_path / "b")
    assert "MB" in made.out
    assert "The master key is not in it" in made.err
    assert "is whole" in lastro("restore", "--check", tmp_path / "b").out
    refused = lastro("--lake", own_lake, "restore", tmp_path / "b")
    assert (refused.code, "empty place" in refused.err) == (2, True)
    assert lastro("restore", "--check", tmp_path / "none").code == 2
