"""`make new`: what it writes is real, and what it refuses it explains. In a copy of the tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PARTS = ("src", "tools", "pyproject.toml", "tests/conftest.py")
KINDS = {
    "source": "sources",
    "silver": "tables/silver",
    "gold": "tables/gold",
    "command": "cli/commands",
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """A copy of the tree with a new file of every kind."""
    root = tmp_path_factory.mktemp("copy")
    for part in PARTS:
        (root / part).parent.mkdir(parents=True, exist_ok=True)
        if (repository / part).is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(repository / part, root / part, ignore=ignore)
        else:
            shutil.copy(repository / part, root / part)
    for kind in KINDS:
        run = _new(root, kind, f"new_{kind}")
        assert run.returncode == 0, run.stderr
        assert "FILL IN" in run.stdout
    return root


def _python(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=root, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def _new(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return _python(root, "tools/new.py", *arguments)


def _files() -> list[str]:
    return [f"src/lastro/{shelf}/new_{kind}.py" for kind, shelf in KINDS.items()] + _tests()


def _tests() -> list[str]:
    return [f"tests/{shelf}/test_new_{kind}.py" for kind, shelf in KINDS.items()]


def _pytest(root: Path) -> str:
    options = ("-q", "-p", "no:randomly", "-p", "no:cacheprovider")
    return _python(root, "-m", "pytest", *options, *_tests()).stdout


def test_files_please_the_linter_and_the_formatter(copy: Path) -> None:
    for verb in (["check"], ["format", "--check"]):
        run = _python(copy, "-m", "ruff", *verb, "--no-cache", *_files())
        assert run.returncode == 0, run.stdout


@pytest.mark.slow
def test_files_please_the_type_checker(copy: Path) -> None:
    run = _python(copy, "-m", "mypy", *_files())
    assert run.returncode == 0, run.stdout


@pytest.mark.slow
def test_tests_fail_until_filled_in_and_then_pass(copy: Path, tmp_path: Path) -> None:
    told = _pytest(copy)
    assert "4 failed" in told, told
    failed = [line for line in told.splitlines() if line.startswith("FAILED")]
    assert all("::test_nothing_is_left_to_fill_in" in line for line in failed), told
    assert "take SAMPLE from a real file" in told
    filled = tmp_path / "filled"
    shutil.copytree(copy, filled)
    for name in _files():
        path = filled / name
        path.write_text(path.read_text(encoding="utf-8").replace("FILL IN", "Done"))
    told = _pytest(filled)
    assert "failed" not in told, told
    assert "15 passed" in told, told


@pytest.mark.parametrize(
    ("kind", "name", "reason"),
    [
        ("", "", "KIND=source|silver|gold|command"),
        ("view", "b3_trades", "'view' is no KIND"),
        ("source", "", "'' is no NAME"),
        ("source", "B3Trades", "is no NAME"),
        ("source", "b3-trades", "is no NAME"),
        ("source", "../b3", "is no NAME"),
        ("source", "_b3", "is no NAME"),
        ("source", "b3__trades", "is no NAME"),
        ("source", "3b", "is no NAME"),
        ("gold", "x" * 41, "is no NAME"),
        ("command", "import", "means something in Python"),
        ("command", "list", "means something in Python"),
        ("source", "cvm_funds", "src/lastro/sources/cvm_funds.py exists already"),
        ("gold", "fund_navs", "src/lastro/tables/silver/fund_navs.py exists already"),
        ("command", "new_command", "src/lastro/cli/commands/new_command.py exists already"),
    ],
)
def test_what_is_refused_is_explained(copy: Path, kind: str, name: str, reason: str) -> None:
    before = sorted(copy.rglob("*.py"))
    run = _new(copy, kind, name)
    assert run.returncode == 2
    assert reason in run.stderr
    assert sorted(copy.rglob("*.py")) == before
