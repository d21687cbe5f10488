"""Files of an export: where they go, the label of simulated data, and writing them whole."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from lastro.core.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lastro.exports import Order

_LABEL = ".simulated"


def paths(order: Order, suffix: str) -> list[Path]:
    """A file a table: the one that was named, or one each in the folder that was named.

    Raises:
        RequestError: One file was named for several tables.
    """
    target = Path(order.target or ".")
    if target.suffix.lower() != suffix or target.is_dir():
        return [labelled(target / f"{t.name}{suffix}", order) for t in order.tables]
    if len(order.tables) > 1:
        raise RequestError(
            "{path} is one file, and {count} tables were asked for.",
            hint="Name a folder with --out: each table becomes a file in it.",
            path=target,
            count=len(order.tables),
        )
    return [labelled(target, order)]


def labelled(path: Path, order: Order) -> Path:
    """The same path; of simulated data, with ``.simulated`` before its suffix."""
    if not order.simulated or _LABEL in path.suffixes:
        return path
    return path.with_name(f"{path.stem}{_LABEL}{path.suffix}")


@contextmanager
def whole(targets: Sequence[Path]) -> Iterator[list[Path]]:
    """Paths to write instead of the targets; they take the targets' names when all are written.

    What was there stays until then. A process that is killed leaves a hidden ``.partial`` beside
    it, which the next export overwrites.

    Raises:
        RequestError: The folder cannot be written to.
    """
    drafts = [path.with_name(f".{path.name}.partial") for path in targets]
    try:
        for path in targets:
            path.parent.mkdir(parents=True, exist_ok=True)
        yield drafts
        for draft in drafts:
            _sync(draft)
        for draft, path in zip(drafts, targets, strict=True):
            draft.replace(path)
    except OSError as error:
        raise RequestError(
            "{path} cannot be written: {reason}.",
            hint="Check the folder, its permissions and its free space; the former file stands.",
            path=error.filename or targets[0],
            reason=(error.strerror or str(error)).lower(),
        ) from error
    finally:
        for draft in drafts:
            with suppress(OSError):
                draft.unlink()


def _sync(path: Path) -> None:
    """To the disk, so that a power cut after the rename finds the bytes."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
