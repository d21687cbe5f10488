"""Every table of a whole simulated lake goes into each database, and a second time nothing does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import lastro
from lastro.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Server

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    assert run(["demo", "--dir", str(folder), "--funds", "60", "--months", "2", "--no-serve"]) == 0
    return folder / "lake"


@pytest.mark.parametrize("sink", ["postgres", "mysql"])
def test_every_table(lake: Path, sink: str, postgres: Server, mariadb: Server) -> None:
    url = (postgres if sink == "postgres" else mariadb).fresh()
    house = lastro.open(lake)
    tables = {state.name: state.rows for state in house.overview()}
    done = house.export(sink, list(tables), target=url)
    assert {written.table: written.rows for written in done} == tables
    assert len(tables) > 30
    again = lastro.open(lake).export(sink, list(tables), target=url)
    assert {written.rows for written in again} == {0}


def test_every_table_becomes_a_sheet(lake: Path, tmp_path: Path) -> None:
    house = lastro.open(lake)
    tables = {state.name: state.rows for state in house.overview()}
    done = house.export("excel", list(tables), target=str(tmp_path / "x.xlsx"))
    assert {written.table: written.rows for written in done} == tables
