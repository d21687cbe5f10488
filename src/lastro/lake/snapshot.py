"""Which objects make up a lake at one instant, found while others may be writing to it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lastro.lake.storage import Storage

MARKER = "lastro.json"
"""The object that makes a folder a lake: written last where a lake is made from a copy."""

_LAYERS = ("gold", "silver", "quarantine", "bronze", "ops")  # what is built from others first
_OTHERS = ("landing", "dead_letters", "keys/tables")
_LOG = "_delta_log"
_COMMIT = re.compile(r"(\d{20})\.json")
_NUMBERED = re.compile(r"(\d{20})\.")
_TRIES = 20


@dataclass(frozen=True)
class Snapshot:
    """What to copy.

    Attributes:
        tables: Version of each table, by full name.
        keys: Keys of the objects, the marker last.
        needed: Keys of data files that those versions need to be whole now.
        lost: Needed data files that the storage does not have.
    """

    tables: dict[str, int]
    keys: list[str]
    needed: frozenset[str]
    lost: list[str]


def take(storage: Storage) -> Snapshot:
    """The objects of a lake, at versions that all tables had at one same instant.

    Tables are asked for their versions until two rounds say the same: between the rounds, all of
    those versions were there together. While a run commits without pause, the last round counts;
    it asks first for what is built from others, so that whatever a table was made from is there.

    Args:
        storage: The lake's; nothing is written to it.
    """
    held = {layer: sorted(storage.list(layer)) for layer in _LAYERS}
    tables = _versions(storage, _names(held))
    for _ in range(_TRIES):
        held = {layer: sorted(storage.list(layer)) for layer in _LAYERS}
        again = _versions(storage, _names(held))
        if again == tables:
            break
        tables = again
    held = {layer: sorted(storage.list(layer)) for layer in _LAYERS}
    found = [key for place in _OTHERS for key in sorted(storage.list(place))]
    needed: set[str] = set()
    lost: list[str] = []
    for name, version in tables.items():
        layer, _, table = name.partition(".")
        folder = f"{layer}/{table}/"
        present = {key for key in held[layer] if key.startswith(folder)}
        ever, now = _files(storage, folder, version, present)
        found += sorted(_logs(present, folder, version)) + sorted(ever & present)
        needed |= now & present
        lost += sorted(now - present)
    marker = [MARKER] if storage.exists(MARKER) else []
    return Snapshot(tables, [*found, *marker], frozenset(needed), lost)


def _names(held: dict[str, list[str]]) -> list[str]:
    return sorted(
        {".".join(key.split("/")[:2]) for keys in held.values() for key in keys if _LOG in key},
        key=lambda name: (_LAYERS.index(name.partition(".")[0]), name),
    )


def _versions(storage: Storage, names: Iterable[str]) -> dict[str, int]:
    return {
        name: max(commits)
        for name in names
        if (commits := list(_commits(storage.list(f"{name.replace('.', '/')}/{_LOG}"))))
    }


def _commits(keys: Iterable[str]) -> Iterator[int]:
    for key in keys:
        if found := _COMMIT.fullmatch(key.rsplit("/", 1)[1]):
            yield int(found[1])


def _logs(present: Iterable[str], folder: str, version: int) -> Iterator[str]:
    """Commits and checkpoints up to a version; the pointer to the newest one is left out."""
    for key in present:
        if key.startswith(f"{folder}{_LOG}/"):
            found = _NUMBERED.match(key.rsplit("/", 1)[1])
            if found and int(found[1]) <= version:
                yield key


def _files(
    storage: Storage, folder: str, version: int, present: set[str]
) -> tuple[set[str], set[str]]:
    """Data files that any commit up to a version names, and those that the version itself needs."""
    ever: set[str] = set()
    now: set[str] = set()
    for number in range(version + 1):
        key = f"{folder}{_LOG}/{number:020}.json"
        if key not in present:  # an old log was cut off: all files may be needed
            ever |= {key for key in present if _LOG not in key}
            continue
        for line in storage.get(key).splitlines():
            action = json.loads(line)
            for kind in ("add", "remove"):
                if kind in action:
                    file = folder + unquote(action[kind]["path"])
                    ever.add(file)
                    (now.add if kind == "add" else now.discard)(file)
    return ever, now
