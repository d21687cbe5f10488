"""What PostgreSQL is told, as text; tests/integration asks a real one."""

from __future__ import annotations

import builtins
import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from lastro.core.errors import ConfigError, MissingExtraError
from lastro.exports import postgres
from lastro.exports._postgres_sql import Design, literal, quoted

from .conftest import CONTRACT, row

if TYPE_CHECKING:
    from .conftest import Sample


@pytest.fixture
def filled(sample: Sample) -> Sample:
    sample.put(row(dt.date(2024, 1, 2)))
    return sample


def _design(sample: Sample, *, hypertable: bool = False) -> Design:
    return Design.of("lastro", sample.given(), hypertable=hypertable, simulated=False)


def test_a_table_is_partitioned_by_month(filled: Sample) -> None:
    create, primary, brin, *comments = _design(filled).create()
    assert create == (
        'CREATE TABLE "lastro"."silver_kinds" ("cnpj" character varying(14) COLLATE "C" NOT NULL, '
        '"name" text COLLATE "C" NOT NULL, "ref_date" date NOT NULL, "worth" numeric(18,2), '
        '"ratio" double precision, "holders" bigint, "code" bigint, "open" boolean, "note" text, '
        '"available_at" timestamp with time zone, "month" date NOT NULL) '
        'PARTITION BY RANGE ("month")'
    )
    assert primary.endswith('ADD PRIMARY KEY ("cnpj", "name", "ref_date", "month")')
    assert brin.endswith('USING brin ("ref_date")')
    assert len(comments) == 1 + len(CONTRACT.columns)


def test_where_timescaledb_is_it_keeps_the_months(filled: Sample) -> None:
    design = _design(filled, hypertable=True)
    statements = design.create()
    assert "PARTITION BY" not in statements[0]
    assert (
        """SELECT create_hypertable('"lastro"."silver_kinds"', 'month', """
        "chunk_time_interval => INTERVAL '1 month', create_default_indexes => FALSE)"
    ) in statements
    assert statements[1].endswith('ADD PRIMARY KEY ("cnpj", "name", "ref_date", "month")')
    assert not design.is_partitioned
    assert design.layout != _design(filled).layout


def test_a_table_without_months_is_plain_also_with_timescaledb(sample: Sample) -> None:
    sample.contract = replace(CONTRACT, partition="name")
    sample.put(row(dt.date(2024, 1, 2), "2024-01 x"))
    for hypertable in (True, False):
        design = _design(sample, hypertable=hypertable)
        assert not design.is_partitioned
        assert not design.hypertable
        assert any(s.endswith('("name")') and "CREATE INDEX" in s for s in design.create())


def test_a_month_is_filled_apart_and_attached(filled: Sample) -> None:
    design = _design(filled)
    assert design.month_full("2024-12-01") == '"lastro"."silver_kinds_2024_12"'
    assert design.month_after("2024-12-01")[-1] == (
        'ALTER TABLE "lastro"."silver_kinds" ATTACH PARTITION "lastro"."silver_kinds_2024_12" '
        "FOR VALUES FROM ('2024-12-01') TO ('2025-01-01')"
    )


def test_a_table_is_widened_or_made_again(filled: Sample) -> None:
    design = _design(filled)
    key = ["cnpj", "name", "ref_date", "month"]
    assert design.widen(design.types, key) == []
    assert design.widen(design.types | {"theirs": "json"}, key) == []
    fewer = {name: kind for name, kind in design.types.items() if name != "note"}
    added = ['ALTER TABLE "lastro"."silver_kinds" ADD COLUMN "note" text']
    assert design.widen(fewer, key) == added
    assert design.widen(design.types | {"note": "bigint"}, key) is None
    assert design.widen(design.types, key[1:]) is None


def test_names_and_texts_cannot_leave_their_quotes() -> None:
    assert quoted('a"; DROP TABLE b; --') == '"a""; DROP TABLE b; --"'
    assert literal("it's \\ '; --") == "'it''s \\ ''; --'"


def test_pieces_are_the_frame_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_ROWS_A_PIECE", 2)
    frame = pl.DataFrame({"a": [1, 2, 3, 4, 5], "b": ["x", None, "", 'q"', "é"]})
    assert b"".join(postgres.pieces(frame)).decode() == '1,"x"\n2,\n3,""\n4,"q"""\n5,"é"\n'
    assert list(postgres.pieces(frame.clear())) == []


def test_without_the_driver_the_install_command_is_given(
    filled: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = builtins.__import__

    def _without(name: str, *arguments: Any, **named: Any) -> Any:
        if name == "psycopg":
            raise ImportError(name)
        return usual(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", _without)
    with pytest.raises(MissingExtraError, match=r"pip install 'lastro\[postgres\]'"):
        postgres.write(filled.order("postgresql://u@h/d"))


def test_without_an_address_the_setting_is_named(filled: Sample) -> None:
    with pytest.raises(ConfigError, match="LASTRO_EXPORTS__POSTGRES_URL"):
        postgres.write(filled.order(""))
