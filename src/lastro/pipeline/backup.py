"""Backup: the lake at one instant, and the store at another soon after, as plain files.

Nothing waits for it: runs go on, people work. The master key is never in it.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lastro.core.errors import ConflictError
from lastro.lake import snapshot
from lastro.pipeline.backup_places import Kept, Manifest, writing
from lastro.store import sealed_columns
from lastro.store.backup import copy_name, copy_out

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from lastro.lake.storage import Storage
    from lastro.pipeline.backup_places import Target
    from lastro.pipeline.report import Progress
    from lastro.store.session import Store


@dataclass(frozen=True)
class Made:
    """A backup that was written.

    Attributes:
        place: Where it is.
        files: Files in it.
        size: Their bytes.
        copied: Bytes that had to be copied; the rest did not change since the backup before.
        tables: Version of each table.
        lost: Data files that the lake had lost already.
    """

    place: Path
    files: int
    size: int
    copied: int
    tables: dict[str, int]
    lost: list[str]


def backup(
    storage: Storage,
    store: Store | None,
    target: Path,
    *,
    at: dt.datetime,
    version: str,
    simulated: bool,
    tell: Progress,
) -> Made:
    """Write a backup.

    Args:
        storage: The lake's.
        store: The operational store; None where there is none.
        target: A folder of backups, or a file that ends in ``.tar``.
        at: Now; names the backup in its folder.
        version: Of Lastro.
        simulated: Whether the lake's data are.
        tell: Told how many files were done.

    Raises:
        ConflictError: Another backup is being written there, or a file that was needed went.
    """
    with writing(target, f"{at:%Y-%m-%dT%H-%M-%SZ}") as place:
        held = snapshot.take(storage)
        kept, copied = [], 0
        for key in held.keys:
            found, fresh = _keep(storage, place, key, is_needed=key in held.needed)
            if found:
                kept.append(found)
                copied += found.size if fresh else 0
                tell("backup", 1)
        if store is not None:
            kept += (files := list(_keep_store(store, place)))
            copied += sum(file.size for file in files)
        wanted = {file.key for file in kept if file.key}
        if store is not None:
            wanted |= set(sealed_columns.count(store))
        manifest = Manifest(
            at.isoformat(), version, simulated, held.tables, held.lost, sorted(wanted), kept
        )
        made = place.finish(manifest)
    size = sum(file.size for file in kept)
    return Made(made, len(kept), size, copied, held.tables, held.lost)


def _keep(
    storage: Storage, place: Target, key: str, *, is_needed: bool
) -> tuple[Kept | None, bool]:
    """Link an object that did not change, or copy it; says whether it was copied."""
    try:
        tag = storage.tag(key)
        former = place.former(f"lake/{key}")
        if former is not None and former.tag == tag and place.link(former):
            return former, False
        return place.add(f"lake/{key}", storage.get_pieces(key), tag), True
    except FileNotFoundError:
        if not is_needed:  # vacuum took a file of the past, or a letter was answered
            return None, False
        raise ConflictError(
            "{key} went away while it was being copied.",
            hint="Something removes files at the same time (`lastro vacuum`?): run this again "
            "when it has ended.",
            key=key,
        ) from None


def _keep_store(store: Store, place: Target) -> Iterator[Kept]:
    name = copy_name(store)
    with tempfile.TemporaryDirectory(prefix="lastro-") as folder:
        copy = Path(folder) / name
        copy_out(store, copy)
        with copy.open("rb") as file:
            yield place.add(f"store/{name}", iter(lambda: file.read(1 << 20), b""))
