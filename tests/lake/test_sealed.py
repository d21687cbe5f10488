"""Landed files and personal tables at rest: nothing of them is readable without the key."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import os
import shutil
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pyarrow.parquet as pq
import pytest
from pyarrow.parquet.encryption import create_decryption_properties

from lastro.core.errors import ConfigError, DataError, RequestError
from lastro.core.keys import LocalMaster
from lastro.core.sealing import Sealer, is_sealed
from lastro.lake import sealed
from lastro.lake.lake import Lake
from lastro.lake.landing import Landed, Landing
from lastro.lake.lineage import Lineage
from lastro.lake.query import job_of, run_query, understand
from lastro.lake.retention import plan, retire
from lastro.lake.storage import LakeSettings, Storage
from lastro.lake.upkeep import lost_files, optimize, vacuum

if TYPE_CHECKING:
    from lastro.lake.contract import Contract

OLD, NEW = LocalMaster(b"o" * 32), LocalMaster(b"n" * 32)
AT = dt.datetime(2024, 2, 10, 15, 30, tzinfo=dt.UTC)
RUN = Lineage("run", "0")
JANUARY, FEBRUARY = dt.date(2024, 1, 1), dt.date(2024, 2, 1)


def _land(landing: Landing, source: str, name: str, body: bytes, run_id: str = "r") -> Landed:
    return landing.note(source, name, landing.keep(source, name, body, simulated=False), AT, run_id)


def _storage(folder: Path, sealer: Sealer | None, *, seal: bool = True) -> Storage:
    settings = LakeSettings(url=str(folder), seal_landing=seal)
    return Storage(settings, None if sealer is None else lambda: sealer)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lake"


@pytest.fixture
def people(things: Contract) -> Contract:
    return dataclasses.replace(things, name="silver.people", personal=True)


def _write(
    lake: Lake, contract: Contract, month: dt.date, *, append: bool = False, **rows: int
) -> int:
    frame = pl.DataFrame({"name": list(rows), "size": list(rows.values())}).with_columns(
        pl.lit(month).alias("month")
    )
    file = lake.write_file(contract, month.isoformat(), frame)
    return lake.commit(contract, [file], states={month.isoformat(): 1}, lineage=RUN, append=append)


def _everything(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


# landing


def test_a_sealed_file_is_not_readable_and_reads_back(folder: Path) -> None:
    storage = _storage(folder, Sealer(OLD))
    landing, body = Landing(Lake(storage)), b"CNPJ;VALOR\n" * 200_000
    landed = _land(landing, "source", "a.csv", body)
    landing.settle(RUN)
    assert landed.sha256 == hashlib.sha256(body).hexdigest()
    assert landed.size == len(body)
    at_rest = storage.get(landed.key)
    assert is_sealed(at_rest)
    assert b"CNPJ" not in at_rest
    assert landing.read(landed) == body
    assert _land(landing, "source", "a.csv", body, "s") == landed  # no news


@pytest.mark.parametrize("size", [0, 1, 100])
def test_small_files_are_sealed_too(folder: Path, size: int) -> None:
    landing = Landing(Lake(_storage(folder, Sealer(OLD))))
    landed = _land(landing, "source", "a", b"x" * size)
    assert landing.read(landed) == b"x" * size


def test_either_form_is_read_whatever_the_setting(folder: Path) -> None:
    rows = {}
    for name, seal in (("plain", False), ("sealed", True)):
        landing = Landing(Lake(_storage(folder, Sealer(OLD), seal=seal)))
        rows[name] = _land(landing, "source", name, name.encode())
        landing.settle(RUN)
    for seal in (True, False):
        landing = Landing(Lake(_storage(folder, Sealer(OLD), seal=seal)))
        assert {n: landing.read(r) for n, r in rows.items()} == {
            "plain": b"plain", "sealed": b"sealed",
        }  # fmt: skip


def test_a_wrong_or_missing_key_says_so(folder: Path) -> None:
    landed = _land(Landing(Lake(_storage(folder, Sealer(OLD)))), "source", "a", b"x")
    with pytest.raises(ConfigError, match=OLD.id.hex()):
        Landing(Lake(_storage(folder, Sealer(NEW)))).read(landed)
    with pytest.raises(ConfigError, match="without a master key"):
        Landing(Lake(_storage(folder, None))).read(landed)


def test_changed_and_swapped_files_are_refused(folder: Path) -> None:
    storage = _storage(folder, Sealer(OLD))
    landing = Landing(Lake(storage))
    one = _land(landing, "source", "a", b"one")
    two = _land(landing, "source", "b", b"two")
    storage.put(two.key, storage.get(one.key))
    with pytest.raises(DataError, match="source/b"):
        landing.read(two)
    storage.put(one.key, storage.get(one.key)[:-1])
    with pytest.raises(DataError, match="source/a"):
        landing.read(one)


def test_a_large_file_is_not_held_twice(folder: Path) -> None:
    storage, body = _storage(folder, Sealer(OLD)), os.urandom(48 << 20)
    tracemalloc.start()
    try:
        sealed.put_landed(storage, "landing/s/a", body)
        writing = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        read = sealed.get_landed(storage, "landing/s/a")
        reading = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert read == body
    assert writing < 36 << 20  # beside the body itself
    assert reading < 80 << 20  # the body once, and pieces


# personal tables


def test_a_personal_table_reads_back_by_frame_and_by_query(folder: Path, people: Contract) -> None:
    lake = Lake(_storage(folder, Sealer(OLD)))
    _write(lake, people, JANUARY, joaquina=1, benedito=2)
    _write(lake, people, FEBRUARY, joaquina=3)
    again = Lake(_storage(folder, Sealer(OLD)))
    rows = again.scan(people).sort("month", "name")
    assert rows.collect().rows() == [
        ("benedito", 2, JANUARY), ("joaquina", 1, JANUARY), ("joaquina", 3, FEBRUARY),
    ]  # fmt: skip
    assert rows.filter(pl.col("size") > 2).select("name").collect().item() == "joaquina"
    found = run_query(again, [people], [], "SELECT sum(size) AS s FROM silver.people")
    assert found.item() == 6
    with pytest.raises(RequestError, match="speaks of people"):  # nor by another process
        job_of(again, understand("SELECT name FROM silver.people", [people], []))


def test_nothing_of_a_personal_table_is_readable(folder: Path, people: Contract) -> None:
    lake = Lake(_storage(folder, Sealer(OLD)))
    _write(lake, people, JANUARY, joaquina=1, benedito=2)
    at_rest = _everything(folder)
    assert b"joaquina" not in at_rest  # neither in the files nor in the log's statistics
    assert b"benedito" not in at_rest
    (file,) = lake.files("silver.people")
    assert Path(file).read_bytes()[:4] == Path(file).read_bytes()[-4:] == b"PARE"
    with pytest.raises(pl.exceptions.ComputeError):
        pl.read_parquet(file)


def test_another_reader_of_the_standard_reads_it(folder: Path, people: Contract) -> None:
    storage = _storage(folder, Sealer(OLD))
    lake = Lake(storage)
    _write(lake, people, JANUARY, joaquina=1)
    (file,) = lake.files("silver.people")
    place = "keys/tables/silver.people.sealed"
    key = Sealer(OLD).open(storage.get(place), place)
    prefix = "/".join(("silver.people", *file.rsplit("/", 2)[-2:])).encode()
    keys = create_decryption_properties(footer_key=key, aad_prefix=prefix)
    assert pq.ParquetFile(file, decryption_properties=keys).read()["name"].to_pylist() == [
        "joaquina"
    ]


def test_a_month_is_replaced_and_the_past_stays(folder: Path, people: Contract) -> None:
    lake = Lake(_storage(folder, Sealer(OLD)))
    before = _write(lake, people, JANUARY, joaquina=1)
    _write(lake, people, JANUARY, benedito=2)
    assert lake.scan(people).collect()["name"].to_list() == ["benedito"]
    assert lake.scan(people, as_of=before).collect()["name"].to_list() == ["joaquina"]
    assert lake.scan_as_written(people, JANUARY.isoformat()).collect()["size"].to_list() == [2]


def test_a_wrong_key_is_refused_for_reading_and_writing(folder: Path, people: Contract) -> None:
    _write(Lake(_storage(folder, Sealer(OLD))), people, JANUARY, joaquina=1)
    lake = Lake(_storage(folder, Sealer(NEW)))
    with pytest.raises(ConfigError, match=OLD.id.hex()):
        lake.scan(people)
    with pytest.raises(ConfigError, match=OLD.id.hex()):
        _write(lake, people, JANUARY, benedito=1)
    assert Lake(_storage(folder, Sealer(OLD))).scan(people).collect()["name"].item() == "joaquina"


def test_a_file_cannot_stand_in_for_another(folder: Path, people: Contract) -> None:
    lake = Lake(_storage(folder, Sealer(OLD)))
    _write(lake, people, JANUARY, joaquina=1)
    _write(lake, people, FEBRUARY, benedito=2)
    january, february = sorted(lake.files("silver.people"))
    shutil.copy(january, february)
    with pytest.raises(pl.exceptions.PolarsError):
        lake.scan(people).collect()


def test_a_lost_table_key_is_named(folder: Path, people: Contract) -> None:
    _write(Lake(_storage(folder, Sealer(OLD))), people, JANUARY, joaquina=1)
    (folder / "keys/tables/silver.people.sealed").unlink()
    with pytest.raises(ConfigError, match=r"silver\.people is lost"):
        Lake(_storage(folder, Sealer(OLD))).scan(people)


def test_upkeep_of_a_personal_table(folder: Path, people: Contract) -> None:
    lake = Lake(_storage(folder, Sealer(OLD)))
    _write(lake, people, JANUARY, b=1)
    _write(lake, people, JANUARY, append=True, a=2)
    assert lost_files(lake, people.name) == []
    assert optimize(lake, people, RUN) == {"before": 2, "after": 1, "version": 3}
    assert optimize(lake, people, RUN) is None
    assert lake.scan(people).collect()["name"].to_list() == ["a", "b"]
    assert lake.state(people.name, JANUARY.isoformat()) == 1
    gone = vacuum(lake, [people], keep_days=0, delete=True, lineage=RUN)
    assert len(gone["silver.people"]) == 2
    assert Lake(_storage(folder, Sealer(OLD))).scan(people).collect().height == 2


def test_a_personal_table_is_not_copied_in_the_clear(
    folder: Path, people: Contract, tmp_path: Path
) -> None:
    lake = Lake(_storage(folder, Sealer(OLD)))
    _write(lake, people, JANUARY, joaquina=1)
    cold = _storage(tmp_path / "cold", None)
    wanted = plan(lake, people, 1, dt.date(2030, 1, 1))
    assert wanted.rows == 1
    with pytest.raises(RequestError, match="in the clear"):
        retire(lake, people, wanted, RUN, cold)
    assert not (tmp_path / "cold").exists()


# rotation


def test_rewrapped_objects_open_by_the_new_key_alone(folder: Path, people: Contract) -> None:
    lake = Lake(_storage(folder, Sealer(OLD)))
    _write(lake, people, JANUARY, joaquina=1)
    landing, body = Landing(lake), os.urandom(3 << 20)
    rows = [_land(landing, "s", n, body) for n in "ab"]
    both = _storage(folder, Sealer(NEW, [OLD]))
    assert sealed.count(both) == {OLD.id.hex(): 3}
    steps = sealed.rewrap(both)
    assert next(steps) == (rows[0].key, True)  # and here the power fails
    assert sealed.count(both) == {OLD.id.hex(): 2, NEW.id.hex(): 1}
    assert [stale for _, stale in sealed.rewrap(both)] == [False, True, True]
    assert [stale for _, stale in sealed.rewrap(both)] == [False, False, False]
    new = Lake(_storage(folder, Sealer(NEW)))
    assert [Landing(new).read(row) for row in rows] == [body, body]
    assert new.scan(people).collect()["name"].item() == "joaquina"
    with pytest.raises(ConfigError):
        Landing(Lake(_storage(folder, Sealer(OLD)))).read(rows[0])
