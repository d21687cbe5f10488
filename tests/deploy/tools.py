"""Tools that tests of deploy/ borrow."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def uv_of(repository: Path) -> str:
    """The program uv; without it the test is skipped, and in CI fails."""
    own = repository / ".tools" / "bin" / "uv"
    found = shutil.which("uv") or (str(own) if own.exists() else None)
    if found is None:
        lacking("uv is not installed, and makes environments of their own")
    return found


def lacking(why: str) -> NoReturn:
    """Skip, with the reason; in CI that is a failure."""
    if os.environ.get("LASTRO_CI") == "1":
        pytest.fail(why, pytrace=False)
    pytest.skip(why)
