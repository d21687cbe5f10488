"""Everything is lost and comes back: tables, their past, landed bytes and the store."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from lastro.core.clock import FrozenClock, SystemClock
from lastro.core.errors import ConfigError, ConflictError, DataError, LastroError, NotFoundError
from lastro.core.keys import LocalMaster
from lastro.core.sealing import Sealer
from lastro.identity.desk import Visitor
from lastro.lake.lake import Lake
from lastro.lake.storage import LakeSettings, Storage
from lastro.pipeline.backup import Made, backup
from lastro.pipeline.backup_places import backups, reading
from lastro.pipeline.restore import Restored, check, restore
from lastro.simulator.market import SimulatedMarket, write_months
from lastro.store.session import Store
from lastro.store.vault import secret, secret_or
from lastro.wiring import Platform, platform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

AT = dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC)
KEY = Sealer(LocalMaster(b"k" * 32))
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


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    market = SimulatedMarket(3, 60, dt.date(2023, 12, 1), 3, dirt=0.02)
    return write_months(market, tmp_path_factory.mktemp("files"), market.months)


@pytest.fixture(scope="module")
def made(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of several versions with a store, nobody's own."""
    folder = tmp_path_factory.mktemp("made") / "lake"
    for step in (files[:1], files[1:]):
        with _open(folder).run() as run:
            run.take("cvm_funds", step, build=True)
    with closing(_store(folder)) as store:
        store.migrate()
        with store.session() as session:
            for number in range(30):
                secret_or(session, f"s{number}", f"segredo {number}")
    return folder


@pytest.fixture
def lake(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "lake")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def _silent(step: str, rows: int) -> None:
    """Nobody looks."""


def _open(folder: Path) -> Platform:
    return platform(str(folder), clock=FrozenClock(dt.datetime(2024, 6, 1, 15, tzinfo=dt.UTC)))


def _store(folder: Path) -> Store:
    return Store(str(folder / "store.db"), KEY)


def _storage(folder: Path) -> Storage:
    return Storage(LakeSettings(url=str(folder)), lambda: KEY)


def _back_up(folder: Path, target: Path, minutes: int = 0) -> Made:
    with closing(_store(folder)) as store:
        return backup(
            _storage(folder), store, target, at=AT + dt.timedelta(minutes=minutes), version="1",
            simulated=True, tell=_silent,
        )  # fmt: skip


def _restore(source: Path, folder: Path, key: Sealer | None = KEY) -> Restored:
    with closing(_store(folder)) as store:
        return restore(
            source, _storage(folder), lambda: store, (lambda: key) if key else None,
            _silent,
        )  # fmt: skip


def _contents(folder: Path, instants: dict[str, list[dt.datetime]]) -> dict[str, Any]:
    """Rows of every table now and at instants, landed bytes, and secrets."""
    held = _open(folder)
    found: dict[str, Any] = {}
    for name, moments in instants.items():
        contract = held.contract(name)
        for at in [None, *moments]:
            rows = held.lake.scan(contract, as_of=at).collect()
            found[f"{name} {at}"] = rows.sort(rows.columns).rows()
    for row in held.landing.ledger("cvm_funds"):
        found[row.key] = held.landing.read(row)
    with closing(_store(folder)) as store, store.reading() as session:
        found["store"] = [secret(session, f"s{number}") for number in range(30)]
    return found


def _instants(folder: Path) -> dict[str, list[dt.datetime]]:
    held = _open(folder)
    names = [c.name for c in held.contracts() if held.lake.exists(c.name)]
    return {name: [version["at"] for version in held.lake.history(name)] for name in names}


def _all_files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


# the way there and back


@pytest.mark.parametrize("name", ["backups", "backup.tar"])
def test_all_is_lost_and_comes_back(lake: Path, tmp_path: Path, name: str) -> None:
    instants = _instants(lake)
    assert max(map(len, instants.values())) > 2  # there is a past
    before = _contents(lake, instants)
    written = _back_up(lake, tmp_path / name)
    shutil.rmtree(lake)
    done = _restore(tmp_path / name, lake)
    assert _contents(lake, instants) == before
    assert (done.files, done.size, done.lost) == (written.files, written.size, [])
    assert done.tables == written.tables == {
        table: Lake(_storage(lake)).version(table) for table in instants
    }  # fmt: skip
    with _open(lake).run() as run:  # and life goes on: nothing is due, nothing is missing
        run.build()
    assert run.report.written == {}


def test_somebody_can_sign_in_after_it(lake: Path, target: Path) -> None:
    held = _open(lake)
    (lake / "store.db").unlink()
    identity = held.identity
    email, password = "ana@example.com", "correto cavalo bateria grampo"
    link = identity.first_link()
    assert link is not None
    identity.people.claim_first(link.partition("#")[2], email, "Ana", password, Visitor())
    assert identity.sign_in(email, password, "", Visitor()).access
    with closing(held.store):
        backup(held.storage, held.store, target, at=AT, version="1", simulated=True,
               tell=_silent)  # fmt: skip
    key = (lake / "keys/master.key").read_bytes()
    shutil.rmtree(lake)
    (lake / "keys").mkdir(parents=True)
    (lake / "keys/master.key").write_bytes(key)
    (lake / "keys/master.key").chmod(0o600)
    fresh = _open(lake)
    restore(target, fresh.storage, lambda: fresh.store_at, lambda: fresh.sealer,
            _silent)  # fmt: skip
    again = _open(lake)
    bearer = again.identity.sign_in(email, password, "", Visitor()).access
    assert again.identity.principal(bearer).role == "admin"


def test_the_master_key_stays_at_home(lake: Path, target: Path) -> None:
    key = _open(lake).keys.path
    assert key is not None
    secret_text = key.read_bytes().strip()
    made = _back_up(lake, target)
    names = [kept.path for kept in reading(made.place).manifest().files]
    assert not [name for name in names if "master" in name]
    for name, body in _all_files(target).items():
        assert secret_text not in body, name


def test_a_second_backup_copies_only_what_is_new(
    lake: Path, target: Path, files: list[Path]
) -> None:
    first = _back_up(lake, target)
    again = _back_up(lake, target, 1)
    assert again.copied == (again.place / "store/store.db").stat().st_size
    kept = list(first.place.rglob("*.parquet"))
    same = [again.place / path.relative_to(first.place) for path in kept]
    assert [p.stat().st_ino for p in kept] == [p.stat().st_ino for p in same]
    landed = _open(lake).landing.ledger("cvm_funds")[0]
    with _open(lake).run() as run:
        run.take("cvm_funds", [files[0]], build=True)
        _open(lake).storage.put(landed.key, b"replaced")
    third = _back_up(lake, target, 2)
    assert (third.place / "lake" / landed.key).read_bytes() == b"replaced"
    assert (first.place / "lake" / landed.key).read_bytes() != b"replaced"
    shutil.rmtree(first.place)
    check(again.place)
    assert backups(target) == [again.place, third.place]


def test_a_backup_while_a_run_goes_on_is_of_one_instant(
    lake: Path, target: Path, files: list[Path], tmp_path: Path
) -> None:
    """Whatever a table was made from is in the backup as well, and a build finds its way on."""
    stop = threading.Event()

    def work() -> None:
        for turn in range(100):
            with _open(lake).run() as run:
                run.take("cvm_funds", [files[turn % 3]], build=True)
                for name in ("silver.fund_navs", "gold.fund_flows_daily"):
                    contract = _open(lake).contract(name)
                    _forget(run, contract)
                run.build()
            if stop.is_set():
                return

    worker = threading.Thread(target=work)
    worker.start()
    try:
        made = [_back_up(lake, target, minute) for minute in range(4)]
    finally:
        stop.set()
        worker.join()
    assert len({tuple(one.tables.values()) for one in made}) > 1  # it did go on meanwhile
    for place, one in enumerate(made):
        folder = tmp_path / f"again{place}"
        _restore(one.place, folder)
        _look_at_all(_open(folder), one.tables)


def _look_at_all(held: Platform, tables: dict[str, int]) -> None:
    for name, version in tables.items():
        assert held.lake.version(name) == version
        held.lake.scan(held.contract(name)).collect()
        for source, known in held.lake.history(name)[0]["lineage"].inputs.items():
            assert known <= tables.get(source, -1), (name, source)
    for row in held.landing.ledger("cvm_funds"):
        held.landing.read(row)


def _forget(run: Any, contract: Any) -> None:
    from lastro.lake.lineage import Lineage
    from lastro.lake.upkeep import forget

    lake = run._platform.lake
    forget(lake, contract, lake.partitions(contract), Lineage("forget", "0"))


# what goes wrong


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
    written = _back_up(lake, target)
    check(target)
    left = [path.name for path in tmp_path.rglob("*partial*")]
    assert left == []
    assert written.files > 40


@pytest.mark.parametrize("after", [1, 40])
def test_a_restore_killed_in_the_middle_leaves_no_lake_and_goes_on(
    lake: Path, target: Path, tmp_path: Path, after: int
) -> None:
    instants = _instants(lake)
    _back_up(lake, target)
    other = tmp_path / "other"
    _die("restore", other, target, after)
    assert _open(other).landing.simulated is None  # which is how every verb sees: no lake
    with pytest.raises(ConflictError):  # another backup does not go on where this one stopped
        _restore(_back_up(lake, target, 1).place, other)
    _restore(backups(target)[0], other)
    assert _contents(other, instants) == _contents(lake, instants)
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
    made = _back_up(lake, target)
    names = [kept.path for kept in reading(made.place).manifest().files]
    for name in (names[0], names[-2], "store/store.db"):
        _harm(made.place, name, how)
        with pytest.raises(DataError) as caught:
            _restore(target, tmp_path / "other")
        assert name in caught.value.message
    assert not (tmp_path / "other").exists()


def test_a_changed_tar_and_a_changed_manifest_are_refused(
    lake: Path, target: Path, tmp_path: Path
) -> None:
    place = _back_up(lake, tmp_path / "backup.tar").place
    with tarfile.open(place) as tar:
        member = next(m for m in tar if m.name.endswith(".parquet"))
    with place.open("r+b") as file:
        file.seek(member.offset_data + 9)
        file.write(b"\0\0\0\0")
    with pytest.raises(DataError, match=member.name.rsplit("/", 1)[1]):
        check(place)
    made = _back_up(lake, target)
    manifest = made.place / "manifest.json"
    content = json.loads(manifest.read_bytes())
    content["tables"]["silver.fund_navs"] = 0
    manifest.write_text(json.dumps(content))
    with pytest.raises(DataError, match="manifest"):
        check(made.place)


def test_a_wrong_key_is_said_before_anything_is_written(
    lake: Path, target: Path, tmp_path: Path
) -> None:
    _back_up(lake, target)
    other = tmp_path / "other"
    for key in (None, Sealer(LocalMaster(b"x" * 32))):
        with pytest.raises(ConfigError, match=KEY.key_id):
            _restore(target, other, key)
    assert not other.exists()


def test_only_an_empty_place_will_do(lake: Path, target: Path, tmp_path: Path) -> None:
    _back_up(lake, target)
    before = _all_files(lake)
    with pytest.raises(ConflictError, match="already"):
        _restore(target, lake)
    assert _all_files(lake) == before
    other = tmp_path / "other"
    other.mkdir()
    (other / "letters.txt").write_text("of mine")
    with pytest.raises(ConflictError, match=r"letters\.txt"):
        _restore(target, other)
    assert list(other.iterdir()) == [other / "letters.txt"]


def test_a_tar_is_never_overwritten(lake: Path, tmp_path: Path) -> None:
    place = tmp_path / "b.tar"
    place.write_bytes(b"precious")
    with pytest.raises(ConflictError):
        _back_up(lake, place)
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
            _back_up(lake, target)
    _back_up(lake, target)


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
    before = _all_files(lake)
    with pytest.raises(OSError, match="No space left"):
        _back_up(lake, disk / name)
    assert [path for path in disk.rglob("*") if path.is_file() and path.name != ".lock"] == []
    assert _all_files(lake) == before


def test_the_clock_of_a_machine_names_backups(lake: Path, target: Path) -> None:
    with closing(_store(lake)) as store:
        made = backup(_storage(lake), store, target, at=SystemClock().now(), version="1",
                      simulated=True, tell=_silent)  # fmt: skip
    assert dt.datetime.strptime(made.place.name, "%Y-%m-%dT%H-%M-%S%z") <= SystemClock().now()
