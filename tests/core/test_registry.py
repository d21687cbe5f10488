"""Shelves: the real ones, and packages that break the contract."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lastro import sources
from lastro.core import registry
from lastro.core.errors import InvariantError, NotFoundError
from lastro.lake.catalog import Table
from lastro.tables import gold, silver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

SHELF = "lastro_test_shelf"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    folder = tmp_path / SHELF
    (folder / "inner").mkdir(parents=True)
    files = {
        "__init__": "",
        "good": "PLUG = 1",
        "also_good": "PLUG = 2",
        "_private": "raise RuntimeError('never imported')",
        "inner/__init__": "",
    }
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module(SHELF)
    for name in [name for name in sys.modules if name.partition(".")[0] == SHELF]:
        del sys.modules[name]


def test_names_are_sorted_and_leave_out_private_files_and_packages(shelf: ModuleType) -> None:
    assert registry.names(shelf) == ["also_good", "good"]
    assert f"{SHELF}.good" not in sys.modules


def test_load_gives_every_constant_by_name(shelf: ModuleType) -> None:
    assert registry.load(shelf, "PLUG", int) == {"also_good": 2, "good": 1}


def test_unknown_name_says_which_are_known(shelf: ModuleType) -> None:
    with pytest.raises(NotFoundError, match=r"no lastro_test_shelf called 'godo'") as caught:
        registry.one(shelf, "godo", "PLUG", int)
    assert caught.value.hint == "Known ones: also_good, good."


@pytest.mark.parametrize("text", ["OTHER = 1", "PLUG = 'text'", "PLUG = None"])
def test_file_that_breaks_the_contract_is_named(shelf: ModuleType, text: str) -> None:
    (Path(next(iter(shelf.__path__))) / "bad.py").write_text(text)
    importlib.invalidate_caches()
    with pytest.raises(InvariantError, match=rf"{SHELF}\.bad does not bind PLUG"):
        registry.load(shelf, "PLUG", int)


def test_real_shelves_load() -> None:
    assert "cvm_funds" in registry.load(sources, "SOURCE", sources.Source)
    assert registry.one(silver, "fund_navs", "TABLE", Table).name == "silver.fund_navs"
    assert set(registry.load(gold, "TABLE", Table)) == set(registry.names(gold))
