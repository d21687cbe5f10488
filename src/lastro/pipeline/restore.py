"""Restore: a lake and its store from a backup, into an empty place.

Everything is checked before anything is written. What makes the place a lake is written last: a
restore that was killed leaves no lake, and the same restore run again goes on.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lastro.core.errors import ConfigError, ConflictError, DataError
from lastro.lake.snapshot import MARKER
from lastro.pipeline.backup_places import reading
from lastro.store.backup import copy_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lastro.core.sealing import Sealer
    from lastro.lake.storage import Storage
    from lastro.pipeline.backup_places import Backup, Manifest
    from lastro.pipeline.report import Progress
    from lastro.store.session import Store

_MARK = "restoring.json"
_NAMED = 10


@dataclass(frozen=True)
class Restored:
    """What was restored.

    Attributes:
        place: The backup.
        made_at: When it was made, ISO 8601, UTC.
        files: Files.
        size: Their bytes.
        tables: Version of each table.
        lost: Data files that the lake had lost already before the backup.
        store: Whether there was a store in it.
    """

    place: Path
    made_at: str
    files: int
    size: int
    tables: dict[str, int]
    lost: list[str]
    store: bool


def check(source: Path) -> tuple[Backup, Manifest]:
    """Read a backup, and every byte of it.

    Args:
        source: A backup, or a folder of backups, of which the newest counts.

    Raises:
        NotFoundError: There is none.
        DataError: A file is missing or was changed; the message names it.
    """
    held = reading(source)
    manifest = held.manifest()
    faults = held.faults(manifest)
    if faults:
        raise DataError(
            "Files of the backup {place} are missing or were changed: {files}.",
            hint="Restore from another backup; nothing was written.",
            place=held.place,
            files=", ".join(faults[:_NAMED]) + (" ..." if len(faults) > _NAMED else ""),
        )
    return held, manifest


def restore(
    source: Path,
    storage: Storage,
    store: Callable[[], Store],
    sealer: Callable[[], Sealer] | None,
    tell: Progress,
) -> Restored:
    """Make a lake and its store from a backup.

    Args:
        source: A backup, or a folder of backups, of which the newest counts.
        storage: Where the lake shall be; it must be empty.
        store: Gives where the store shall be; it must not exist.
        sealer: Gives the master keys at hand; None where none is set.
        tell: Told how many files were done.

    Raises:
        ConflictError: There is something in the place already.
        DataError: A file of the backup is missing or was changed.
        ConfigError: The backup wants a master key that is not at hand.
    """
    held, manifest = check(source)
    _refuse_wrong_key(manifest, sealer)
    mark = json.dumps({"backup": manifest.made_at, "files": len(manifest.files)}).encode()
    _refuse_full(storage, mark)
    copies = [kept.path for kept in manifest.files if kept.path.startswith("store/")]
    if copies and store().exists and not storage.exists(_MARK):
        _refuse_store(store())
    storage.put(_MARK, mark)
    for kept in manifest.files:
        key = kept.path.removeprefix("lake/")
        if key in {kept.path, MARKER}:
            continue
        storage.put_pieces(key, _plain_pieces(held, kept.path))
        tell("restore", 1)
    for path in copies:
        _restore_store(held, path, store())
    if f"lake/{MARKER}" in {kept.path for kept in manifest.files}:
        storage.put(MARKER, b"".join(held.pieces(f"lake/{MARKER}")))
    storage.delete(_MARK)
    return Restored(
        held.place, manifest.made_at, len(manifest.files),
        sum(kept.size for kept in manifest.files), manifest.tables, manifest.lost, bool(copies),
    )  # fmt: skip


def _plain_pieces(held: Backup, path: str) -> Iterator[bytes]:
    yield from held.pieces(path)


def _refuse_wrong_key(manifest: Manifest, sealer: Callable[[], Sealer] | None) -> None:
    if not manifest.keys:
        return
    found = sealer() if sealer else None
    at_hand = {found.key_id, *found.former_ids} if found else set()
    missing = [key for key in manifest.keys if key not in at_hand]
    if missing:
        raise ConfigError(
            "The backup was sealed by the key {wanted}; at hand is {at_hand}.",
            hint="Set LASTRO_KEYS__MASTER, LASTRO_KEYS__FILE or LASTRO_KEYS__KMS to that key, or "
            "put its file where the lake's keys/master.key was; nothing was written.",
            wanted=", ".join(missing),
            at_hand=", ".join(sorted(at_hand)) or "-",
        )


def _refuse_full(storage: Storage, mark: bytes) -> None:
    """Only an empty place will do, or one where this same restore was interrupted."""
    if storage.exists(_MARK) and storage.get(_MARK) == mark:
        return
    for key in storage.list(""):
        is_master = key.startswith("keys/") and not key.startswith("keys/tables/")
        if not is_master and key != ".lock":
            raise ConflictError(
                "There is something at {lake} already: {key}.",
                hint="Restore into an empty place: name another with --lake.",
                lake=storage.url,
                key=key,
            )


def _refuse_store(store: Store) -> None:
    raise ConflictError(
        "There is a store at {name} already.",
        hint="Restore into an empty place: name another with LASTRO_STORE__URL.",
        name=store.name,
    )


def _restore_store(held: Backup, path: str, store: Store) -> None:
    if store.exists:  # this restore was interrupted after the store was whole
        return
    with tempfile.TemporaryDirectory(prefix="lastro-") as folder:
        copy = Path(folder) / "copy"
        with copy.open("wb") as file:
            file.writelines(held.pieces(path))
        copy.chmod(0o600)
        copy_in(store, copy, path.rpartition("/")[2])
