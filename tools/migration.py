"""Write the store's next migration: what the mapped classes have and the migrations lack.

``python tools/migration.py brokers`` writes ``s0002_brokers.py`` into
``src/lastro/store/migrations/versions`` and prints its path; where there is nothing to write, it
says so. Read what it wrote: a renamed column looks like one that went and one that came.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from sqlalchemy import create_engine

from lastro.core.registry import names
from lastro.store.migrations import settings, versions

if TYPE_CHECKING:
    from alembic.operations.ops import MigrationScript

ROOT = Path(__file__).resolve().parents[1]


def write(name: str) -> Path | None:
    """Write a migration; None where nothing changed.

    Args:
        name: What changes, in one word.
    """
    number = len(names(versions)) + 1
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/store.db")
        with engine.begin() as connection:
            config = settings(connection)
            command.upgrade(config, "head")
            script = command.revision(
                config, message=name, autogenerate=True, rev_id=f"s{number:04}_{name}",
                process_revision_directives=_only_changes,
            )  # fmt: skip
        engine.dispose()
    if script is None or isinstance(script, list):
        return None
    path = Path(script.path)
    ruff = [sys.executable, "-m", "ruff"]
    for words in (["format"], ["check", "--fix"], ["format"]):
        subprocess.run([*ruff, *words, "--quiet", path], check=True, cwd=ROOT)  # noqa: S603 - ours
    return path


def _only_changes(_context: object, _revision: object, directives: list[MigrationScript]) -> None:
    operations = directives[0].upgrade_ops if directives else None
    if operations is not None and operations.is_empty():
        directives.clear()


if __name__ == "__main__":
    print(write(sys.argv[1]) or "The migrations make all that the classes have.")
