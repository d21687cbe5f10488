"""Sealed objects of a lake: landed files, and tables that hold personal data.

A landed file is sealed whole, in chunks. A personal table is encrypted Parquet (modular
encryption, AES-256-GCM, footer and columns): a data key a table, itself sealed by the master key
and kept as ``keys/tables/<table>.sealed``. A file's own path is authenticated with it, so that one
cannot stand in for another.
"""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

import polars as pl

from lastro.core.errors import ConfigError
from lastro.core.sealing import is_sealed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lastro.lake.contract import Contract
    from lastro.lake.storage import Storage

_TABLE_KEYS = "keys/tables"
_KEY = 32
_HEAD = 8192
_PIECE = 1 << 20
_SPOOLED = 32 << 20


def put_landed(storage: Storage, key: str, body: bytes) -> None:
    """Keep a landed file, sealed where the lake's settings say so."""
    if storage.seals_landing:
        storage.put_pieces(key, storage.sealer.seal_chunks(body, key))
    else:
        storage.put(key, body)


def get_landed(storage: Storage, key: str) -> bytes:
    """The plain bytes of a landed file, sealed or not.

    Raises:
        FileNotFoundError: There is none.
        ConfigError: It was sealed by a master key that is not at hand.
        DataError: Its sealed bytes were changed.
    """
    if not is_sealed(storage.get_head(key, _HEAD)):
        return storage.get(key)
    return storage.sealer.open_chunks(storage.get_pieces(key), key)


def encryption(
    storage: Storage, contract: Contract, path: str
) -> pl.ParquetEncryptionProperties | None:
    """How a file of a table is encrypted; None where the table is not personal.

    Args:
        storage: The lake's.
        contract: The table's.
        path: Of the file, below the table's folder.
    """
    if not contract.personal:
        return None
    key = _table_key(storage, contract.name, make=True)
    return pl.ParquetEncryptionProperties(footer_key=key, aad_prefix=_bound(contract, path))


def decryption(
    storage: Storage, contract: Contract, path: str
) -> pl.ParquetDecryptionProperties | None:
    """How a file of a table is read; None where the table is not personal.

    Args:
        storage: The lake's.
        contract: The table's.
        path: Of the file, or its address; its partition's folder and its name count.

    Raises:
        ConfigError: The table's key was sealed by a master key that is not at hand.
        DataError: The table's key was changed.
    """
    if not contract.personal:
        return None
    key = _table_key(storage, contract.name, make=False)
    return pl.ParquetDecryptionProperties(footer_key=key, aad_prefix=_bound(contract, path))


def rewrap(storage: Storage) -> Iterator[tuple[str, bool]]:
    """Wrap the data keys of every sealed object by the current master key.

    Each object is written whole or not at all; killed in between, the next call goes on.

    Yields:
        Key of each sealed object, and whether it was rewrapped (False: it was current already).
    """
    for key in sorted(storage.list("landing")):
        if is_sealed(head := storage.get_head(key, _HEAD)):
            stale = not storage.sealer.is_current(head)
            if stale:
                _rewrap_landed(storage, key)
            yield key, stale
    for key in sorted(storage.list(_TABLE_KEYS)):
        sealed = storage.get(key)
        stale = not storage.sealer.is_current(sealed)
        if stale:
            storage.put(key, storage.sealer.rewrap(sealed, key))
        yield key, stale


def count(storage: Storage) -> dict[str, int]:
    """Sealed objects of a lake by the master key that opens them (16 hexadecimal digits)."""
    found: dict[str, int] = {}
    for place in ("landing", _TABLE_KEYS):
        for key in storage.list(place):
            if is_sealed(head := storage.get_head(key, _HEAD)):
                named = storage.sealer.key_of(head)
                found[named] = found.get(named, 0) + 1
    return found


def _rewrap_landed(storage: Storage, key: str) -> None:
    """Put a new beginning before a file's chunks; large ones pass through the disk."""
    with tempfile.SpooledTemporaryFile(_SPOOLED) as kept:
        pieces, head = storage.get_pieces(key), b""
        while len(head) < _HEAD and (piece := next(pieces, None)) is not None:
            head += piece
        kept.write(storage.sealer.rewrap(head, key))
        kept.writelines(pieces)
        kept.seek(0)
        storage.put_pieces(key, iter(lambda: kept.read(_PIECE), b""))


def _bound(contract: Contract, path: str) -> bytes:
    """What is authenticated with a file: its table, partition and name."""
    folder, name = path.rsplit("/", 2)[-2:]
    return f"{contract.name}/{folder}/{name}".encode()


def _table_key(storage: Storage, name: str, *, make: bool) -> bytes:
    """A table's data key; made the first time a file of it is written."""
    place = f"{_TABLE_KEYS}/{name}.sealed"
    known = storage.table_keys
    if name not in known:
        if make and not storage.exists(place):
            storage.create(place, storage.sealer.seal(os.urandom(_KEY), place))
        try:
            known[name] = storage.sealer.open(storage.get(place), place)
        except FileNotFoundError:
            raise ConfigError(
                "The key of the personal table {name} is lost: {place} is not there.",
                hint="Restore that file from a backup; without it the table cannot be read.",
                name=name,
                place=storage.at(place),
            ) from None
    return known[name]
