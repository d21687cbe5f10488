"""Backups and restores that end badly: killed, harmed, without the key, no place left."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import ConfigError, ConflictError, DataError, LastroError, NotFoundError
from lastro.core.keys import LocalMaster
from lastro.core.sealing import Sealer
from lastro.pipeline.backup_places import backups, reading
from lastro.pipeline.restore import check

from .backing_up import (
    KEY,
    all_files,
    back_up,
    bring_back,
    contents_of,
    instants_of,
    opened,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PROGRAM = '''\
"""Backs up or restores, and dies by itself after some files."""
import datetime as dt, os, signal, sys
from pathlib import Path
from lastro.core.keys import LocalMaster
from lastro.core.sealing import Sealer
from lastro.lake.storage import LakeSettings, Storage
from lastro.pipeline.backup import backup
from lastro.pipeline.restore import restore
from lastro.store.session import Store

verb, lake, other, left = sys.argv[1:]
left = int(left)
key = Sealer(LocalMaster(b"k" * 32))
storage, store = Storage(LakeSettings(url=lake), lambda: key), Store(lake + "/store.db", key)

def tell(step, rows):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

if verb == "backup":
    backup(storage, store, Path(other), at=dt.datetime.now(dt.UTC), version="0",
           simulated=True, tell=tell)
else:
    restore(Path(other), storage, lambda: store, lambda: key, tell)
'''


def _die(verb: str, lake: Path, other: Path, after: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, verb, str(lake), str(other), str(after)],
        check=False, capture_output=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("after", [1, 40])
@pytest.mark.parametrize("name", ["backups", "backup.tar"])
def test_a_backup_killed_in_the_middle_leaves_nothing_half(
    lake: Path, tmp_path: Path, after: int, name: str
) -> None:
    target = tmp_path / name
    _die("backup", lake, target, after)
    with pytest.raises(NotFoundError):
        reading(target)
    written = back_up(lake, target)
    check(target)
    left = [path.name for path in tmp_path.rglob("*partial*")]
    assert left == []
    assert written.files > 40


@pytest.mark.parametrize("after", [1, 40])
def test_a_restore_killed_in_the_middle_leaves_no_lake_and_goes_on(
    lake: Path, target: Path, tmp_path: Path, after: int
) -> None:
    instants = instants_of(lake)
    back_up(lake, target)
    other = tmp_path / "other"
    _die("restore", other, target, after)
    assert opened(other).landing.simulated is None  # which is how every verb sees: no lake
    with pytest.raises(ConflictError):  # another backup does not go on where this one stopped
        bring_back(back_up(lake, target, 1).place, other)
    bring_back(backups(target)[0], other)
    assert contents_of(other, instants) == contents_of(lake, instants)
    assert not (other / "restoring.json").exists()


def _harm(place: Path, name: str, how: str) -> None:
    path = place / name
    body = bytearray(path.read_bytes())
    path.unlink()  # and not the same bytes of another backup
    if how == "changed":
        body[len(body) // 2] ^= 1
    if how != "missing":
        path.write_bytes(body[:-1] if how == "short" else body)


@pytest.mark.parametrize("how", ["changed", "short", "missing"])
def test_a_file_that_was_changed_is_named_and_nothing_is_written(
    lake: Path, target: Path, tmp_path: Path, how: str
) -> None:
    made = back_up(lake, target)
    names = [kept.path for kept in reading(made.place).manifest().files]
    for name in (names[0], names[-2], "store/store.db"):
        _harm(made.place, name, how)
        with pytest.raises(DataError) as caught:
            bring_back(target, tmp_path / "other")
        assert name in caught.value.message
    assert not (tmp_path / "other").exists()


def test_a_changed_tar_and_a_changed_manifest_are_refused(
    lake: Path, target: Path, tmp_path: Path
) -> None:
    place = back_up(lake, tmp_path / "backup.tar").place
    with tarfile.open(place) as tar:
        member = next(m for m in tar if m.name.endswith(".parquet"))
    with place.open("r+b") as file:
        file.seek(member.offset_data + 9)
        file.write(b"\0\0\0\0")
    with pytest.raises(DataError, match=member.name.rsplit("/", 1)[1]):
        check(place)
    made = back_up(lake, target)
    manifest = made.place / "manifest.json"
    content = json.loads(manifest.read_bytes())
    content["tables"]["silver.fund_navs"] = 0
    manifest.write_text(json.dumps(content))
    with pytest.raises(DataError, match="manifest"):
        check(made.place)


def test_a_wrong_key_is_said_before_anything_is_written(
    lake: Path, target: Path, tmp_path: Path
) -> None:
    back_up(lake, target)
    other = tmp_path / "other"
    for key in (None, Sealer(LocalMaster(b"x" * 32))):
        with pytest.raises(ConfigError, match=KEY.key_id):
            bring_back(target, other, key)
    assert not other.exists()


def test_only_an_empty_place_will_do(lake: Path, target: Path, tmp_path: Path) -> None:
    back_up(lake, target)
    before = all_files(lake)
    with pytest.raises(ConflictError, match="already"):
        bring_back(target, lake)
    assert all_files(lake) == before
    other = tmp_path / "other"
    other.mkdir()
    (other / "letters.txt").write_text("of mine")
    with pytest.raises(ConflictError, match=r"letters\.txt"):
        bring_back(target, other)
    assert list(other.iterdir()) == [other / "letters.txt"]


def test_a_tar_is_never_overwritten(lake: Path, tmp_path: Path) -> None:
    place = tmp_path / "b.tar"
    place.write_bytes(b"precious")
    with pytest.raises(ConflictError):
        back_up(lake, place)
    assert place.read_bytes() == b"precious"
    with pytest.raises(LastroError):
        reading(place)


def test_what_is_no_backup_is_said(tmp_path: Path) -> None:
    for place in (tmp_path / "none", tmp_path):
        with pytest.raises(NotFoundError):
            check(place)


def test_two_backups_at_once_do_not_mix(lake: Path, target: Path) -> None:
    import fcntl

    target.mkdir()
    with (target / ".lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ConflictError, match="Another backup"):
            back_up(lake, target)
    back_up(lake, target)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mounts a disk of so many kB."""
    folder = tmp_path / "disk"

    def _mount(size: int) -> Path:
        if os.geteuid() != 0 or shutil.which("mount") is None:
            pytest.skip("only root may mount a small disk")
        folder.mkdir()
        options = ["-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(folder)]
        mounted = subprocess.run(["mount", *options], check=False, capture_output=True, text=True)
        if mounted.returncode:
            pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
        return folder

    yield _mount
    if folder.is_mount():
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("name", ["backups", "backup.tar"])
def test_a_full_disk_leaves_nothing_half(
    lake: Path, small_disk: Callable[[int], Path], name: str
) -> None:
    disk = small_disk(300)
    before = all_files(lake)
    with pytest.raises(OSError, match="No space left"):
        back_up(lake, disk / name)
    assert [path for path in disk.rglob("*") if path.is_file() and path.name != ".lock"] == []
    assert all_files(lake) == before
