"""The demonstration names commands as they can be called where it runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lastro.cli.tour import called

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def _program(folder: Path) -> Path:
    folder.mkdir()
    program = folder / "lastro"
    program.touch(0o755)
    return program


def test_a_program_the_shell_does_not_find_goes_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = _program(tmp_path / "mine"), _program(tmp_path / "other")
    monkeypatch.setattr(sys, "argv", [str(mine)])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert called() == str(mine)
    monkeypatch.setenv("PATH", str(other.parent))  # an older one stands first
    assert called() == str(mine)
    monkeypatch.setenv("PATH", str(mine.parent))
    assert called() == "lastro"


def test_a_module_that_runs_goes_by_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["lastro/cli/__main__.py"])
    assert called() == "lastro"
