"""A small simulated lake, and a way to run the command line in this process."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from lastro.cli.main import run
from lastro.simulator.market import SimulatedMarket, write_months

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIRST = dt.date(2024, 1, 1)


@dataclass(frozen=True)
class Ran:
    """What one command line did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


def _lastro(*arguments: object) -> Ran:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(argument) for argument in arguments])
    return Ran(code, out.getvalue(), err.getvalue())


@pytest.fixture
def lastro() -> Callable[..., Ran]:
    """Run a command line: its exit code and what it wrote."""
    return _lastro


@pytest.fixture(scope="session")
def market() -> SimulatedMarket:
    return SimulatedMarket(7, 60, FIRST, 3, dirt=0.01)


@pytest.fixture(scope="session")
def files(market: SimulatedMarket, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_months(market, tmp_path_factory.mktemp("files"), market.months)


@pytest.fixture(scope="session")
def lake(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake that tests only read."""
    folder = tmp_path_factory.mktemp("shared") / "lake"
    done = _lastro("--lake", folder, "import", "cvm_funds", *files, "--build")
    assert done.code == 0, done.err
    return folder


@pytest.fixture
def own_lake(lake: Path, tmp_path: Path) -> Path:
    """A copy that a test may harm."""
    return shutil.copytree(lake, tmp_path / "lake")


@pytest.fixture
def on(lake: Path) -> Callable[..., Ran]:
    """Run a verb on the shared lake."""
    return lambda *arguments: _lastro("--lake", lake, *arguments)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a person sat before a terminal of 100 columns."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def portuguese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "pt_BR")
