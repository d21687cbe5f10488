"""Shelves: every file binds its constant under its own name, and has its test."""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING, Any

import pytest

from lastro.cli.command import Command
from lastro.core import registry
from lastro.exports import Sink
from lastro.lake.catalog import Table, View
from lastro.scheduler.jobs import Job
from lastro.sources import Source

if TYPE_CHECKING:
    from pathlib import Path

KINDS: dict[str, tuple[str, Any]] = {
    "sources": ("SOURCE", Source),
    "tables.silver": ("TABLE", Table),
    "tables.gold": ("TABLE", Table),
    "tables.views": ("VIEW", View),
    "cli.commands": ("COMMAND", Command),
    "exports": ("SINK", Sink),
    "scheduler.jobs": ("JOB", Job),
}


def _names(shelf: str) -> list[str]:
    return registry.names(importlib.import_module(f"lastro.{shelf}"))


FILES = [(shelf, name) for shelf in KINDS for name in _names(shelf)]
TABLES = [found for found in FILES if KINDS[found[0]][1] is Table]


def _plug(shelf: str, name: str) -> Any:
    return registry.one(importlib.import_module(f"lastro.{shelf}"), name, *KINDS[shelf])


@pytest.mark.parametrize(("shelf", "name"), FILES)
def test_file_binds_its_constant_under_its_own_name(shelf: str, name: str) -> None:
    plug = _plug(shelf, name)
    assert plug is not None
    if shelf.startswith("tables."):
        layer = shelf.removeprefix("tables.")
        schema = plug.name.partition(".")[0] if layer == "views" else layer
        assert plug.name == f"{schema}.{name}"
    elif shelf == "sources":
        assert plug.name == name


@pytest.mark.parametrize(("shelf", "name"), TABLES)
def test_build_takes_one_argument_an_input_named_as_its_table(shelf: str, name: str) -> None:
    table = _plug(shelf, name)
    arguments = list(inspect.signature(table.build).parameters)
    assert arguments == [needed.table.partition(".")[2] for needed in table.inputs]


@pytest.mark.parametrize(("shelf", "name"), TABLES)
def test_inputs_are_tables_or_sources_that_exist(shelf: str, name: str) -> None:
    for needed in _plug(shelf, name).inputs:
        layer, _, table = needed.table.partition(".")
        assert table in _names("sources" if layer == "bronze" else f"tables.{layer}")


@pytest.mark.parametrize(
    ("shelf", "name"), [found for found in FILES if found[0] == "sources" or found in TABLES]
)
def test_file_has_its_test(shelf: str, name: str, repository: Path) -> None:
    expected = repository / "tests" / shelf.replace(".", "/") / f"test_{name}.py"
    assert expected.is_file(), f"write {expected.relative_to(repository)}"


@pytest.mark.parametrize("shelf", KINDS)
def test_shelf_says_what_its_files_bind(shelf: str) -> None:
    contract = importlib.import_module(f"lastro.{shelf}").__doc__ or ""
    above = importlib.import_module(f"lastro.{shelf}".rpartition(".")[0]).__doc__ or ""
    assert KINDS[shelf][0] in contract + above
