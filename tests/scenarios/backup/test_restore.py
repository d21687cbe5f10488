"""Everything is lost and comes back: tables, their past, landed bytes and the store."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from lastro.core.clock import SystemClock
from lastro.identity.desk import Visitor
from lastro.lake.lake import Lake
from lastro.pipeline.backup import backup
from lastro.pipeline.backup_places import backups, reading
from lastro.pipeline.restore import check, restore

from .backing_up import (
    AT,
    all_files,
    back_up,
    bring_back,
    contents_of,
    instants_of,
    opened,
    silent,
    storage_of,
    store_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from lastro.wiring import Platform


@pytest.mark.parametrize("name", ["backups", "backup.tar"])
def test_all_is_lost_and_comes_back(lake: Path, tmp_path: Path, name: str) -> None:
    instants = instants_of(lake)
    assert max(map(len, instants.values())) > 2  # there is a past
    before = contents_of(lake, instants)
    written = back_up(lake, tmp_path / name)
    shutil.rmtree(lake)
    done = bring_back(tmp_path / name, lake)
    assert contents_of(lake, instants) == before
    assert (done.files, done.size, done.lost) == (written.files, written.size, [])
    assert done.tables == written.tables == {
        table: Lake(storage_of(lake)).version(table) for table in instants
    }  # fmt: skip
    with opened(lake).run() as run:  # and life goes on: nothing is due, nothing is missing
        run.build()
    assert run.report.written == {}


def test_somebody_can_sign_in_after_it(lake: Path, target: Path) -> None:
    held = opened(lake)
    (lake / "store.db").unlink()
    identity = held.identity
    email, password = "ana@example.com", "correto cavalo bateria grampo"
    link = identity.first_link()
    assert link is not None
    identity.people.claim_first(link.partition("#")[2], email, "Ana", password, Visitor())
    assert identity.sign_in(email, password, "", Visitor()).access
    with closing(held.store):
        backup(held.storage, held.store, target, at=AT, version="1", simulated=True,
               tell=silent)  # fmt: skip
    key = (lake / "keys/master.key").read_bytes()
    shutil.rmtree(lake)
    (lake / "keys").mkdir(parents=True)
    (lake / "keys/master.key").write_bytes(key)
    (lake / "keys/master.key").chmod(0o600)
    fresh = opened(lake)
    restore(target, fresh.storage, lambda: fresh.store_at, lambda: fresh.sealer,
            silent)  # fmt: skip
    again = opened(lake)
    bearer = again.identity.sign_in(email, password, "", Visitor()).access
    assert again.identity.principal(bearer).role == "admin"


def test_the_master_key_stays_at_home(lake: Path, target: Path) -> None:
    key = opened(lake).keys.path
    assert key is not None
    secret_text = key.read_bytes().strip()
    made = back_up(lake, target)
    names = [kept.path for kept in reading(made.place).manifest().files]
    assert not [name for name in names if "master" in name]
    for name, body in all_files(target).items():
        assert secret_text not in body, name


def test_a_second_backup_copies_only_what_is_new(
    lake: Path, target: Path, files: list[Path]
) -> None:
    first = back_up(lake, target)
    again = back_up(lake, target, 1)
    assert again.copied == (again.place / "store/store.db").stat().st_size
    kept = list(first.place.rglob("*.parquet"))
    same = [again.place / path.relative_to(first.place) for path in kept]
    assert [p.stat().st_ino for p in kept] == [p.stat().st_ino for p in same]
    landed = opened(lake).landing.ledger("cvm_funds")[0]
    with opened(lake).run() as run:
        run.take("cvm_funds", [files[0]], build=True)
        opened(lake).storage.put(landed.key, b"replaced")
    third = back_up(lake, target, 2)
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
            with opened(lake).run() as run:
                run.take("cvm_funds", [files[turn % 3]], build=True)
                for name in ("silver.fund_navs", "gold.fund_flows_daily"):
                    contract = opened(lake).contract(name)
                    _forget(run, contract)
                run.build()
            if stop.is_set():
                return

    worker = threading.Thread(target=work)
    worker.start()
    try:
        made = [back_up(lake, target, minute) for minute in range(4)]
    finally:
        stop.set()
        worker.join()
    assert len({tuple(one.tables.values()) for one in made}) > 1  # it did go on meanwhile
    for place, one in enumerate(made):
        folder = tmp_path / f"again{place}"
        bring_back(one.place, folder)
        _look_at_all(opened(folder), one.tables)


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


def test_the_clock_of_a_machine_names_backups(lake: Path, target: Path) -> None:
    with closing(store_of(lake)) as store:
        made = backup(storage_of(lake), store, target, at=SystemClock().now(), version="1",
                      simulated=True, tell=silent)  # fmt: skip
    assert dt.datetime.strptime(made.place.name, "%Y-%m-%dT%H-%M-%S%z") <= SystemClock().now()
