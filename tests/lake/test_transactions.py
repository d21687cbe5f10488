"""What a log remembers of transactions, held against what delta-rs answers for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

from lastro.lake._transactions import transactions
from lastro.lake.lake import Lake
from lastro.lake.storage import LakeSettings, Storage

if TYPE_CHECKING:
    from pathlib import Path

APPS = [f"2024-{month:02}-01" for month in range(1, 8)]


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Storage:
    """A lake whose only table has a checkpoint in the midst of its log."""
    folder = tmp_path_factory.mktemp("lake")
    for number in range(24):
        write_deltalake(
            folder / "gold" / "some",
            pl.DataFrame({"a": [number]}),
            mode="append",
            commit_properties=CommitProperties(
                app_transactions=[Transaction(app_id=APPS[number % 7], version=100 - number)]
            ),
        )
        if number == 15:
            DeltaTable(folder / "gold" / "some").create_checkpoint()
    return Storage(LakeSettings(url=str(folder)))


@pytest.mark.parametrize("version", [0, 3, 14, 15, 16, 23])
def test_each_version_says_what_delta_rs_says(storage: Storage, version: int) -> None:
    table = DeltaTable(storage.at("gold", "some"), version=version)
    expected = {app: table.transaction_version(app) for app in APPS}
    found = transactions(storage, "gold/some", version)
    assert found == {app: known for app, known in expected.items() if known is not None}


def test_a_log_cut_off_before_its_checkpoint_is_read_from_there(
    storage: Storage, tmp_path: Path
) -> None:
    whole = transactions(storage, "gold/some", 23)
    cut = _copy(storage, tmp_path)
    for number in range(15):
        (tmp_path / "gold/some/_delta_log" / f"{number:020}.json").unlink()
    assert transactions(cut, "gold/some", 23) == whole
    assert transactions(cut, "gold/some", 14) is None


def test_of_a_log_in_another_form_delta_rs_is_asked(storage: Storage, tmp_path: Path) -> None:
    """A checkpoint in parts, before which the log was cut off."""
    lake = Lake(_copy(storage, tmp_path))
    log = tmp_path / "gold/some/_delta_log"
    for number in range(15):
        (log / f"{number:020}.json").unlink()
    part = log / f"{15:020}.checkpoint.{1:010}.{1:010}.parquet"
    (log / f"{15:020}.checkpoint.parquet").rename(part)
    (log / "_last_checkpoint").write_text('{"version": 15, "size": 24, "parts": 1}')
    assert transactions(lake.storage, "gold/some", 23) is None
    whole = transactions(storage, "gold/some", 23)
    assert whole == {app: lake.state("gold.some", app) for app in APPS}
    assert lake.state("gold.some", "never") is None


def _copy(storage: Storage, folder: Path) -> Storage:
    for key in storage.list("gold"):
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / key).write_bytes(storage.get(key))
    return Storage(LakeSettings(url=str(folder)))
