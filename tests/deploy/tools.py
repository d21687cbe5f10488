"""Libraries that tests of deploy/ borrow, each time in an environment of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def python_with(repository: Path, *libraries: str) -> list[str]:
    """What a command of a Python begins with that has these libraries, and nothing of ours.

    The test is skipped where they cannot be had, and in CI fails.
    """
    own = repository / ".tools" / "bin" / "uv"
    uv = shutil.which("uv") or (str(own) if own.exists() else None)
    if uv is None:
        _lacking("uv is not installed, and makes environments of their own")
    run = [uv, "run", "--quiet", "--isolated", "--no-project", "--python", sys.executable]
    run += [word for library in libraries for word in ("--with", library)]
    there = subprocess.run([*run, "python", "-c", ""], capture_output=True, text=True, check=False)
    if there.returncode:
        _lacking(f"{libraries[0]} cannot be had: {there.stderr.strip().splitlines()[-1]}")
    return [*run, "python"]


def _lacking(why: str) -> NoReturn:
    if os.environ.get("LASTRO_CI") == "1":
        pytest.fail(why, pytrace=False)
    pytest.skip(why)
