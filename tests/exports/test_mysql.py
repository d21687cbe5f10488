"""What MySQL is told, as text; tests/integration asks a real MariaDB."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import ConfigError
from lastro.exports import mysql
from lastro.exports._mysql_sql import Design, literal, quoted
from lastro.lake.contract import TEXT, Column

from .conftest import CONTRACT, row

if TYPE_CHECKING:
    from .conftest import Sample


def _design(sample: Sample) -> Design:
    return Design.of(sample.given(), simulated=True)


@pytest.fixture
def filled(sample: Sample) -> Sample:
    sample.put(row(dt.date(2024, 1, 2)))
    return sample


def test_a_table_has_its_month_first_in_its_key(filled: Sample) -> None:
    told = _design(filled).create("silver_kinds")
    assert "PRIMARY KEY (`month`, `cnpj`, `name`, `ref_date`)" in told
    assert "`name` VARCHAR(255) NOT NULL" in told
    assert "`note` TEXT NULL" in told
    assert "`available_at` DATETIME(6) NULL" in told
    assert "COMMENT='SIMULATED DATA" in told


@pytest.mark.parametrize("count", [1, 2, 3, 4, 8])
def test_a_key_of_texts_fits_into_an_index(filled: Sample, count: int) -> None:
    texts = tuple(Column(f"t{number}", TEXT, "t", "T.") for number in range(count))
    contract = replace(
        CONTRACT, columns=(*CONTRACT.columns, *texts), key=("cnpj", *(t.name for t in texts))
    )
    design = Design("x", contract, contract.columns, simulated=False)
    longest = int(design.types["t0"].removeprefix("VARCHAR(").removesuffix(")"))
    assert 4 * count * longest + 4 * 14 + 3 <= 3072
    assert longest >= 90


def test_a_table_takes_its_place_in_one_statement(filled: Sample) -> None:
    design = _design(filled)
    assert design.take_place(there=True) == (
        "RENAME TABLE `silver_kinds` TO `silver_kinds__old`, `silver_kinds__new` TO `silver_kinds`"
    )


def test_names_and_texts_cannot_leave_their_quotes() -> None:
    assert quoted("a`; DROP TABLE b; --") == "`a``; DROP TABLE b; --`"
    assert literal("it's \\'; --") == "'it''s \\\\''; --'"


def test_without_an_address_the_setting_is_named(filled: Sample) -> None:
    with pytest.raises(ConfigError, match="LASTRO_EXPORTS__MYSQL_URL"):
        mysql.write(filled.order(""))
