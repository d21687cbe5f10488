"""Lakes to be built on both engines: files landed, and what a comparison looks at."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
from polars.testing import assert_frame_equal
from tests.conformance.conftest import (
    MONTHS,
    REAL_FILES,
    _dirty_month,
    _snapshot,
)
from tests.conformance.simulated import world

from lastro.core.clock import FrozenClock
from lastro.wiring import platform

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lastro.wiring import Platform

NOW = FrozenClock(dt.datetime(2024, 3, 9, 12, tzinfo=dt.UTC))
LATER = FrozenClock(dt.datetime(2024, 3, 20, 12, tzinfo=dt.UTC))
RESTATED, NEW = MONTHS[6], MONTHS[13]
REAL_MONTHS = [dt.date(2022, month, 1) for month in (9, 10, 11)]
_PRICES = 300  # of nineteen years, each month of which would be a task
_MARK = b"SIMULATED by lastro"  # a lake takes files with it or files without it, never both
_RUNS = {"_run_id", "run_id"}
_KEPT = ("landing", "ops/ledger", "bronze/cvm_registry")


@dataclass(frozen=True)
class Files:
    """Files of each source, by name."""

    by_source: Mapping[str, Mapping[str, bytes]]

    def take(self, lake: Platform, folder: Path) -> None:
        """Take them into a lake; its tables are built by others."""
        with lake.run() as run:
            for source, files in self.by_source.items():
                for name, body in files.items():
                    (folder / name).write_bytes(body)
                run.take(source, [folder / name for name in files])


def dirty() -> tuple[Files, Files]:
    """What comes first, and what comes later: a month restated, a new one, a new register."""
    first = {
        source: {name: body.replace(_MARK, _MARK.lower()) for name, body in found}
        for source, found in world().files.items()
    }
    lines = _dirty_month(RESTATED).replace(b";0.02;", b";0.03;").splitlines(keepends=True)
    later = {
        f"inf_diario_fi_{RESTATED:%Y%m}.csv": b"".join(lines[:9] + lines[11:]),
        f"inf_diario_fi_{NEW:%Y%m}.csv": _with_a_new_column(_dirty_month(NEW)),
    }
    torn = {"inf_diario_fi_202212.csv": b"<!DOCTYPE html><p>maintenance</p>"}
    register = {"registro_fundo_classe.zip": _snapshot(13)}
    return (
        Files({**first, "cvm_funds": {**funds(13).by_source["cvm_funds"], **torn}}),
        Files({"cvm_funds": later, "cvm_registry": register}),
    )


def funds(months: int) -> Files:
    """Months of funds alone."""
    found = {f"inf_diario_fi_{month:%Y%m}.csv": _dirty_month(month) for month in MONTHS[:months]}
    return Files({"cvm_funds": found})


def real(folder: Path) -> Files:
    """Real files of most sources, of other months of funds than the dirty ones."""
    daily = folder / "cvm" / "daily_reencoded"
    names = [f"inf_diario_fi_{month:%Y%m}.zip" for month in REAL_MONTHS]
    found = {
        source: {name: (folder / path).read_bytes() for name, path in files.items()}
        for source, files in REAL_FILES.items()
    }
    ((name, prices),) = found["yahoo_quotes"].items()
    found["yahoo_quotes"] = {name: b"".join(prices.splitlines(keepends=True)[:_PRICES])}
    return Files(found | {"cvm_funds": {name: (daily / name).read_bytes() for name in names}})


def together(some: Files, more: Files) -> Files:
    """Files of both."""
    sources = {*some.by_source, *more.by_source}
    return Files(
        {name: {**some.by_source.get(name, {}), **more.by_source.get(name, {})} for name in sources}
    )


def landed(folder: Path, files: Files, work: Path) -> Path:
    """A lake that holds files and no tables but the register's past: nothing was read yet."""
    whole, found = folder / "whole", folder / "landed"
    for age in (2, 5, 9):
        clock = FrozenClock(dt.datetime.combine(MONTHS[age], dt.time(12), dt.UTC))
        register = Files({"cvm_registry": {"registro_fundo_classe.zip": _snapshot(age)}})
        register.take(platform(str(whole), clock=clock), work)
    files.take(platform(str(whole), clock=NOW), work)
    for part in _KEPT:
        shutil.copytree(whole / part, found / part)
    for marker in whole.glob("*.json"):
        shutil.copy(marker, found)
    return found


def _with_a_new_column(body: bytes) -> bytes:
    header, *lines = body.decode("latin-1").splitlines()
    more = [f"{line};{number % 3}" if line.count(";") > 3 else line
            for number, line in enumerate(lines)]  # fmt: skip
    return "\n".join([f"{header};CATEGORIA_NOVA", *more, ""]).encode("latin-1")


def assert_same(found: Platform, expected: Platform) -> None:
    """Every table says the same in both lakes; floats to nine digits."""
    found.reopen()
    expected.reopen()
    names = {state.name for state in expected.overview()}
    assert {state.name for state in found.overview()} == names
    for name in sorted(names):
        _assert_same_table(name, found, expected)


def _assert_same_table(name: str, found: Platform, expected: Platform) -> None:
    mine, theirs = (_settled(lake.table(name).collect()) for lake in (found, expected))
    assert mine.schema == theirs.schema, name
    floats = [column for column, kind in theirs.schema.items() if kind == pl.Float64]
    exact = [column for column in theirs.columns if column not in floats]
    key = [column for column in found.contract(name).key if column in exact]
    order = [*key, *(column for column in exact if column not in key)]
    mine, theirs = mine.sort(order), theirs.sort(order)
    try:
        assert_frame_equal(mine.select(exact), theirs.select(exact), check_exact=True)
        assert_frame_equal(mine.select(floats), theirs.select(floats), rel_tol=1e-9, abs_tol=1e-12)
    except AssertionError as error:
        error.add_note(f"in {name}")
        raise


def _settled(rows: pl.DataFrame) -> pl.DataFrame:
    """Without what names a run, in an order of columns that follows from their names."""
    return rows.select(sorted(set(rows.columns) - _RUNS))
