"""Where a backup lies: a folder of backups, of which each links what did not change, or a tar file.

A backup is written under another name, and gets its own when it is whole.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from dataclasses import asdict, dataclass, field
from typing import IO, TYPE_CHECKING, Any, Protocol

from lastro.core.errors import ConflictError, DataError, NotFoundError, RequestError
from lastro.core.sealing import Sealer, is_sealed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FORMAT = 1
MANIFEST = "manifest.json"
_SUM = "manifest.sha256"
_PARTIAL = ".partial"
_PIECE = 1 << 20
_UNLINKABLE = {errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EXDEV}


@dataclass(frozen=True)
class Kept:
    """One file of a backup.

    Attributes:
        path: Below the backup: ``lake/...`` or ``store/...``.
        size: Bytes.
        sha256: Of its bytes.
        tag: What its source called this state of it; blank where it is copied every time.
        key: Id of the master key that its bytes want; blank where they are not sealed.
    """

    path: str
    size: int
    sha256: str
    tag: str = ""
    key: str = ""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    Attributes:
        made_at: When it was begun, ISO 8601, UTC.
        lastro: Version that wrote it.
        simulated: Whether its data are simulated.
        tables: Version of each table.
        lost: Data files that the lake had lost already.
        keys: Ids of the master keys that something in it wants.
        files: Its files.
        format: Of this page.
    """

    made_at: str
    lastro: str
    simulated: bool
    tables: dict[str, int]
    lost: list[str]
    keys: list[str]
    files: list[Kept] = field(repr=False)
    format: int = FORMAT

    def to_bytes(self) -> bytes:
        """As the file ``manifest.json`` holds it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=0).encode()


class Target(Protocol):
    """A backup that is being written."""

    def former(self, path: str) -> Kept | None:
        """The same file in the backup before, where it is still there."""

    def link(self, kept: Kept) -> bool:
        """Take over a file from the backup before; False where the disk knows no links."""

    def add(self, path: str, pieces: Iterable[bytes], tag: str = "") -> Kept:
        """Write a file."""

    def finish(self, manifest: Manifest) -> Path:
        """Make the backup whole, and say where it is."""


@contextlib.contextmanager
def writing(target: Path, stamp: str) -> Iterator[Target]:
    """A new backup; what is left of one that fails is removed.

    Args:
        target: A folder of backups, or a file that ends in ``.tar``.
        stamp: Name of the backup in its folder.

    Raises:
        ConflictError: Another backup is being written there, or the tar file exists.
        RequestError: It is something else.
    """
    if target.suffix == ".tar":
        with _writing_tar(target) as tar:
            yield tar
        return
    if target.exists() and not target.is_dir():
        raise RequestError(
            "{target} is neither a folder nor a name that ends in .tar.",
            hint="Name a folder, which may hold many backups, or FILE.tar.",
            target=target,
        )
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(target):
        for left in target.glob(f".*{_PARTIAL}"):
            shutil.rmtree(left)
        folder = _Folder(target, stamp)
        try:
            yield folder
        finally:
            shutil.rmtree(folder.partial, ignore_errors=True)


@contextlib.contextmanager
def _alone(target: Path) -> Iterator[None]:
    with (target / ".lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConflictError(
                "Another backup is being written to {target}.",
                hint="Wait until it ends.",
                target=target,
            ) from None
        yield


@contextlib.contextmanager
def _writing_tar(target: Path) -> Iterator[Target]:
    if target.exists():
        raise ConflictError(
            "There is a file {target} already.", hint="Name another, or remove it.", target=target
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}{_PARTIAL}")
    try:
        descriptor = os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            yield _Tar(target, partial, file)
    finally:
        partial.unlink(missing_ok=True)


class _Folder:
    """A backup in a folder of backups."""

    def __init__(self, target: Path, stamp: str) -> None:
        self._target = target
        self._final = target / stamp
        if self._final.exists():
            raise ConflictError(
                "There is a backup {target} already.",
                hint="Wait a second, and try again.",
                target=self._final,
            )
        before = backups(target)
        self._before = before[-1] if before else None
        held = reading(self._before).manifest().files if self._before else []
        self._held = {kept.path: kept for kept in held}
        self.partial = target / f".{stamp}{_PARTIAL}"
        self.partial.mkdir(mode=0o700)

    def former(self, path: str) -> Kept | None:
        """The same file in the backup before, where it is still there."""
        kept = self._held.get(path)
        if kept is None or self._before is None:
            return None
        try:
            return kept if (self._before / path).stat().st_size == kept.size else None
        except FileNotFoundError:
            return None

    def link(self, kept: Kept) -> bool:
        """Take over a file from the backup before; False where the disk knows no links."""
        if self._before is None:
            return False
        try:
            self._at(kept.path).hardlink_to(self._before / kept.path)
        except OSError as error:
            if error.errno in _UNLINKABLE:
                return False
            raise
        return True

    def add(self, path: str, pieces: Iterable[bytes], tag: str = "") -> Kept:
        """Write a file."""
        with self._at(path).open("xb") as file:
            return _copied(path, pieces, file, tag)

    def finish(self, manifest: Manifest) -> Path:
        """Make the backup whole, and say where it is."""
        for name, body in _pages(manifest):
            self.add(name, [body])
        os.sync()  # files first, then the name by which they count
        self.partial.rename(self._final)
        return self._final

    def _at(self, path: str) -> Path:
        found = self.partial / path
        found.parent.mkdir(parents=True, exist_ok=True)
        return found


class _Tar:
    """A backup in one file."""

    def __init__(self, target: Path, partial: Path, file: IO[bytes]) -> None:
        self._target = target
        self._partial = partial
        self._file = file
        self._tar = tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115

    def former(self, path: str) -> Kept | None:
        """Nothing: a tar file stands alone."""
        del path
        return None

    def link(self, kept: Kept) -> bool:
        """Nothing: a tar file stands alone."""
        del kept
        return False

    def add(self, path: str, pieces: Iterable[bytes], tag: str = "") -> Kept:
        """Write a file; it passes through the disk, for its size stands before it."""
        with tempfile.SpooledTemporaryFile(32 * _PIECE, dir=str(self._target.parent)) as spool:
            kept = _copied(path, pieces, spool, tag)
            spool.seek(0)
            member = tarfile.TarInfo(path)
            member.size, member.mode = kept.size, 0o600
            self._tar.addfile(member, spool)
        return kept

    def finish(self, manifest: Manifest) -> Path:
        """Make the backup whole, and say where it is."""
        for name, body in _pages(manifest):
            self.add(name, [body])
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._partial.rename(self._target)
        return self._target


def _pages(manifest: Manifest) -> list[tuple[str, bytes]]:
    body = manifest.to_bytes()
    return [(MANIFEST, body), (_SUM, hashlib.sha256(body).hexdigest().encode())]


def _copied(path: str, pieces: Iterable[bytes], file: IO[bytes], tag: str) -> Kept:
    digest, size, key = hashlib.sha256(), 0, ""
    for piece in pieces:
        if not size and is_sealed(piece):
            key = Sealer.key_of(piece)
        digest.update(piece)
        size += len(piece)
        file.write(piece)
    file.flush()
    return Kept(path, size, digest.hexdigest(), tag, key)


class Backup:
    """A backup that is read.

    Args:
        place: Its folder, or its tar file.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self._members = None if place.is_dir() else _members(place)

    def manifest(self) -> Manifest:
        """What it holds.

        Raises:
            DataError: Its manifest was changed or is of no backup.
            RequestError: A newer version of Lastro wrote it.
        """
        try:
            body = b"".join(self.pieces(MANIFEST))
            expected = b"".join(self.pieces(_SUM))
        except FileNotFoundError:
            body = expected = b""
        if not body or hashlib.sha256(body).hexdigest().encode() != expected:
            raise DataError(
                "{place} is no whole backup: its manifest is missing or was changed.",
                hint="Restore from another backup.",
                place=self.place,
            )
        found: dict[str, Any] = json.loads(body)
        if found["format"] > FORMAT:
            raise RequestError(
                "{place} was written by a newer version of Lastro ({version}).",
                hint="Upgrade this installation, then restore.",
                place=self.place,
                version=found["lastro"],
            )
        files = [Kept(**kept) for kept in found.pop("files")]
        return Manifest(**found, files=files)

    def pieces(self, path: str) -> Iterator[bytes]:
        """Bytes of a file, piece by piece.

        Raises:
            FileNotFoundError: It is not there.
        """
        if self._members is None:
            offset, left = 0, None
        elif path in self._members:
            offset, left = self._members[path]
        else:
            raise FileNotFoundError(path)
        with (self.place / path if self._members is None else self.place).open("rb") as file:
            file.seek(offset)
            while piece := file.read(_PIECE if left is None else min(_PIECE, left)):
                left = None if left is None else left - len(piece)
                yield piece

    def faults(self, manifest: Manifest) -> list[str]:
        """Files that are missing or whose bytes are not those that were written."""
        return [kept.path for kept in manifest.files if not self._is_whole(kept)]

    def _is_whole(self, kept: Kept) -> bool:
        digest = hashlib.sha256()
        try:
            for piece in self.pieces(kept.path):
                digest.update(piece)
        except OSError:
            return False
        return digest.hexdigest() == kept.sha256


def _members(place: Path) -> dict[str, tuple[int, int]]:
    """Where each file of a tar file begins, and its size."""
    try:
        with tarfile.open(place, "r:") as tar:
            return {member.name: (member.offset_data, member.size) for member in tar}
    except (OSError, tarfile.TarError):
        raise NotFoundError(
            "There is no backup at {place}.",
            hint="Name a folder that `lastro backup` wrote to, one of the backups in it, or a tar "
            "file.",
            place=place,
        ) from None


def backups(target: Path) -> list[Path]:
    """Whole backups in a folder of backups, the oldest first."""
    return sorted(
        found.parent for found in target.glob(f"*/{MANIFEST}") if found.parent.name[0] != "."
    )


def reading(source: Path) -> Backup:
    """A backup: the one that is named, or the newest in a folder of backups.

    Raises:
        NotFoundError: There is none.
    """
    if source.is_dir() and not (source / MANIFEST).exists():
        found = backups(source)
        source = found[-1] if found else source / MANIFEST
    return Backup(source)
