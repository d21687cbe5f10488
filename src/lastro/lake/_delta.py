"""How a contract and its files are said to delta-rs."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lastro.core.errors import ConfigError, ConflictError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deltalake import Schema

    from lastro.lake.contract import Contract
    from lastro.lake.lake import PartitionFile
    from lastro.lake.storage import Storage

_DELTA = {
    "text": "string",
    "cnpj": "string",
    "date": "date",
    "instant": "timestamp",
    "integer": "long",
    "float": "double",
    "boolean": "boolean",
}
CONFIGURATION = {  # history and lineage live in the log: keep it
    "delta.logRetentionDuration": "interval 3650 days",
    "delta.enableExpiredLogCleanup": "false",
    "delta.deletedFileRetentionDuration": "interval 400 days",
}


@contextmanager
def committing(storage: Storage, name: str) -> Iterator[None]:
    """A commit to a table, which another run may have come before.

    Raises:
        ConflictError: It did, and changed the same partitions or files.
    """
    from deltalake.exceptions import CommitFailedError  # noqa: PLC0415

    try:
        with storage.asking():
            yield
    except CommitFailedError as error:
        refuse_newer(name, error)
        raise ConflictError(
            "Another run changed {name} at the same time.",
            hint="Nothing was lost: run the command again when the other run has ended.",
            name=name,
        ) from error


def refuse_newer(name: str, error: Exception) -> None:
    """Refuse a table that a program made into what only newer ones understand.

    Raises:
        ConfigError: The error says that it is so.
    """
    said = str(error)
    if "nsupported" in said or "must be specified" in said:
        raise ConfigError(
            "The table {name} was last written by a newer form of Delta Lake: {reason}.",
            hint="Nothing was changed. Install a newer lastro, or restore the table as it stood "
            "before that.",
            name=name,
            reason=said.rstrip("."),
        ) from error


def add_action(contract: Contract, file: PartitionFile) -> Any:
    """A file as an action of a commit."""
    from deltalake.transaction import AddAction  # noqa: PLC0415

    return AddAction(
        path=file.path,
        size=file.size,
        partition_values={contract.partition: file.partition},
        modification_time=int(dt.datetime.now(dt.UTC).timestamp() * 1000),
        data_change=True,
        stats=json.dumps(file.statistics),
    )


def delta_schema(contract: Contract, columns: Sequence[str]) -> Schema:
    """A table's schema: the contract's columns, and text columns beyond it."""
    from deltalake import Field, Schema  # noqa: PLC0415
    from deltalake.schema import PrimitiveType  # noqa: PLC0415

    def kind(name: str) -> PrimitiveType:
        declared = contract[name].type
        return PrimitiveType(str(declared) if declared.name == "decimal" else _DELTA[declared.name])

    declared = [
        Field(name, kind(name), metadata={"comment": contract[name].doc}) for name in contract.names
    ]
    extra = [Field(name, PrimitiveType("string")) for name in columns if name not in contract.names]
    return Schema(declared + extra)
