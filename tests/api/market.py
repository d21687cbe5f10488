"""A small simulated lake with rows in every table, built once and kept for later runs."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import os
import shutil
import tempfile
from pathlib import Path

import lastro
from lastro.cli.tour import tour

_MADE_BY = ("cli/tour.py", "simulator", "sources", "tables", "trial.py")
_CLASSES, _MONTHS = 60, 13


def small_lake(cache: Path) -> Path:
    """The lake's folder: nobody may write there; ``copy_of`` gives a copy."""
    made = cache / _stamp()
    with (cache / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one run makes it, others wait for it
        if not made.is_dir():
            for former in sorted(cache.glob("[0-9]*"), key=lambda path: path.stat().st_mtime)[:-1]:
                shutil.rmtree(former, ignore_errors=True)  # the newest may be in use
            _make(made)
    return made / "lake"


def _make(made: Path) -> None:
    folder = Path(tempfile.mkdtemp(dir=made.parent, prefix="making-"))
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            tour(folder, _CLASSES, _MONTHS)
        folder.rename(made)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy_of(lake: Path, target: Path) -> Path:
    """A lake of one's own: files are shared, for nothing changes a file once it is written."""
    shutil.copytree(lake, target, copy_function=_link)
    return target


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _stamp() -> str:
    """What changes when the code that makes the lake does."""
    folder = Path(lastro.__file__).parent
    files: list[Path] = []
    for part in _MADE_BY:
        path = folder / part
        files += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return f"{_CLASSES}-{_MONTHS}-{digest.hexdigest()[:16]}"
