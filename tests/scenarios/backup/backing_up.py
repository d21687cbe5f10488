"""Backs a lake up, brings it back, and says all that is in one."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from typing import TYPE_CHECKING, Any

from lastro.core.clock import FrozenClock
from lastro.core.keys import LocalMaster
from lastro.core.sealing import Sealer
from lastro.lake.storage import LakeSettings, Storage
from lastro.pipeline.backup import Made, backup
from lastro.pipeline.restore import Restored, restore
from lastro.store.session import Store
from lastro.store.vault import secret
from lastro.wiring import Platform, platform

if TYPE_CHECKING:
    from pathlib import Path

AT = dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC)
KEY = Sealer(LocalMaster(b"k" * 32))


def silent(step: str, rows: int) -> None:
    """Nobody looks."""


def opened(folder: Path) -> Platform:
    return platform(str(folder), clock=FrozenClock(dt.datetime(2024, 6, 1, 15, tzinfo=dt.UTC)))


def store_of(folder: Path) -> Store:
    return Store(str(folder / "store.db"), KEY)


def storage_of(folder: Path) -> Storage:
    return Storage(LakeSettings(url=str(folder)), lambda: KEY)


def back_up(folder: Path, target: Path, minutes: int = 0) -> Made:
    with closing(store_of(folder)) as store:
        return backup(
            storage_of(folder), store, target, at=AT + dt.timedelta(minutes=minutes), version="1",
            simulated=True, tell=silent,
        )  # fmt: skip


def bring_back(source: Path, folder: Path, key: Sealer | None = KEY) -> Restored:
    with closing(store_of(folder)) as store:
        return restore(
            source, storage_of(folder), lambda: store, (lambda: key) if key else None,
            silent,
        )  # fmt: skip


def contents_of(folder: Path, instants: dict[str, list[dt.datetime]]) -> dict[str, Any]:
    """Rows of every table now and at instants, landed bytes, and secrets."""
    held = opened(folder)
    found: dict[str, Any] = {}
    for name, moments in instants.items():
        contract = held.contract(name)
        for at in [None, *moments]:
            rows = held.lake.scan(contract, as_of=at).collect()
            found[f"{name} {at}"] = rows.sort(rows.columns).rows()
    for row in held.landing.ledger("cvm_funds"):
        found[row.key] = held.landing.read(row)
    with closing(store_of(folder)) as store, store.reading() as session:
        found["store"] = [secret(session, f"s{number}") for number in range(30)]
    return found


def instants_of(folder: Path) -> dict[str, list[dt.datetime]]:
    held = opened(folder)
    names = [c.name for c in held.contracts() if held.lake.exists(c.name)]
    return {name: [version["at"] for version in held.lake.history(name)] for name in names}


def all_files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }
