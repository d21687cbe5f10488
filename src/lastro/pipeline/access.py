"""What the doctor does before it looks at a lake in a bucket: tries every right that runs need.

It writes one small object of its own, tries conditional writes on it, and removes it.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from lastro.core.errors import ConfigError, LastroError
from lastro.pipeline.doctor import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lastro.lake.storage import Storage

_FOLDER = "lastro-doctor"


def access(storage: Storage) -> Iterator[Finding]:
    """What the credentials of a lake may not do, or its store does not hold to; of a folder, none.

    Args:
        storage: The lake's.
    """
    for prefix in storage.in_buckets:
        place = storage.at(f"{prefix}{_FOLDER}").removesuffix(f"/{_FOLDER}")
        yield from _tried(storage, f"{prefix}{_FOLDER}/{uuid.uuid4().hex}", place)


def _tried(storage: Storage, key: str, place: str) -> Iterator[Finding]:
    """Each right in turn; where the store says the same to everything, it is told once."""
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("s3:ListBucket", lambda: next(storage.list(key), None)),
        ("s3:PutObject", lambda: storage.put(key, b"1")),
        ("s3:GetObject", lambda: storage.get(key)),
    )
    refused = set()
    for right, step in steps:
        try:
            step()
        except FileNotFoundError:  # it could not be written
            continue
        except LastroError as error:
            if not _is_right(error):
                yield _as_told(error, place)
                return
            refused.add(right)
            yield _missing(right, place)
    if "s3:PutObject" in refused:
        return
    if not refused:
        yield from _conditions(storage, key, place)
    try:
        storage.delete(key)
    except LastroError as error:
        yield _missing("s3:DeleteObject", place) if _is_right(error) else _as_told(error, place)


def _conditions(storage: Storage, key: str, place: str) -> Iterator[Finding]:
    tag = storage.tag(key)
    again = storage.create(key, b"2")
    replaced = storage.replace(key, b"3", tag)
    twice = storage.replace(key, b"4", tag)
    if again or not replaced or twice:
        yield Finding(
            "The store of {place} does not hold to conditional writes (If-None-Match, If-Match): "
            "two runs at once could undo each other.",
            remedy="Upgrade the server to one that does, or let one run at a time write.",
            kind="access",
            subject=place,
            place=place,
        )


def _is_right(error: LastroError) -> bool:
    return isinstance(error, ConfigError) and error.context.get("is_right") is True


def _as_told(error: LastroError, place: str) -> Finding:
    context = {name: value for name, value in error.context.items() if name != "is_right"}
    return Finding(
        error.template, remedy=error.hint_template, kind="access", subject=place, **context
    )


def _missing(right: str, place: str) -> Finding:
    return Finding(
        "The credentials lack {right} below {place}.",
        remedy="Allow {right} there in the policy of the role, the user or the bucket, and the use "
        "of the KMS key where one encrypts it.",
        kind="access",
        subject=place,
        right=right,
        place=place,
    )
