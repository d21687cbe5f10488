"""Exports into a real PostgreSQL: what is written, what is not, and what a kill leaves."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from tests.exports.conftest import CONTRACT, Sample, row

from lastro.core.errors import ConfigError, ConflictError, DataError, TemporaryError
from lastro.exports import postgres as sink
from lastro.exports._postgres_sql import Design
from lastro.lake.contract import INTEGER, TEXT, Column

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Server

pytestmark = pytest.mark.integration
JANUARY, FEBRUARY = dt.date(2024, 1, 2), dt.date(2024, 2, 1)
KILLED = """
import os, signal, sys
from pathlib import Path
from lastro.exports import postgres
from tests.exports.conftest import Sample
pieces = postgres.pieces

def deadly(frame):
    for piece in pieces(frame):
        yield piece[: len(piece) // 2]
        os.kill(os.getpid(), signal.SIGKILL)

postgres.pieces = deadly
postgres.write(Sample(Path(sys.argv[1])).order(sys.argv[2]))
"""


@pytest.fixture
def url(postgres: Server) -> str:
    return postgres.fresh()


@pytest.fixture
def two_months(sample: Sample) -> Sample:
    sample.put(row(JANUARY), row(JANUARY, "b", worth=None, ratio=None, note=None))
    sample.put(row(FEBRUARY, "c"))
    return sample


def ask(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode()).fetchall()


def do(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())


def names(url: str) -> list[str]:
    return [name for (name,) in ask(url, "SELECT name FROM lastro.silver_kinds ORDER BY name")]


def test_every_kind_of_value_arrives(two_months: Sample, url: str) -> None:
    (done,) = sink.write(two_months.order(url))
    assert (done.table, done.target, done.rows) == ("silver.kinds", "lastro.silver_kinds", 3)
    assert done.partitions == ("2024-01-01", "2024-02-01")
    rows = ask(url, "SELECT * FROM lastro.silver_kinds ORDER BY name")
    at = dt.datetime(2024, 2, 2, 11, tzinfo=dt.UTC)
    assert rows[0] == ("00000000000191", "a", JANUARY, Decimal("1234.50"), 0.0125, 1500, 7, True,
                       "usual", at, dt.date(2024, 1, 1))  # fmt: skip
    assert rows[1][3:9] == (None, None, 1500, 7, True, None)


def test_months_are_partitions_with_key_days_and_comments(two_months: Sample, url: str) -> None:
    sink.write(two_months.order(url, simulated=True))
    parts = ask(url, "SELECT relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE "
                     "inhparent = 'lastro.silver_kinds'::regclass ORDER BY 1")  # fmt: skip
    assert parts == [("silver_kinds_2024_01",), ("silver_kinds_2024_02",)]
    indexes = ask(url, "SELECT indexdef FROM pg_indexes WHERE tablename = 'silver_kinds_2024_01'")
    told = " ".join(text for (text,) in indexes)
    assert "UNIQUE INDEX" in told
    assert "(cnpj, name, ref_date, month)" in told
    assert "USING brin (ref_date)" in told
    assert len(indexes) == 2  # attaching the month made no others
    (about,) = ask(url, "SELECT obj_description('lastro.silver_kinds'::regclass)")[0]
    assert about == "SIMULATED DATA: invented for trials. One column of every kind. Mind the gap."


def test_the_text_of_a_key_is_compared_byte_by_byte(two_months: Sample, url: str) -> None:
    sink.write(two_months.order(url))
    told = ask(
        url,
        "SELECT attname, collname FROM pg_attribute JOIN pg_collation c ON c.oid = attcollation "
        "WHERE attrelid = 'lastro.silver_kinds_2024_01'::regclass",
    )
    assert dict(told) == {"cnpj": "C", "name": "C", "note": "default"}


def test_a_month_joins_a_table_whose_key_is_still_compared_by_locale(
    sample: Sample, url: str
) -> None:
    """As tables were made formerly."""
    sample.put(row(JANUARY))
    sink.write(sample.order(url))
    do(url, 'ALTER TABLE lastro.silver_kinds ALTER COLUMN name TYPE text COLLATE "default"')
    sample.put(row(FEBRUARY, "c"))
    (done,) = sink.write(sample.order(url))
    assert done.partitions == ("2024-02-01",)
    assert names(url) == ["a", "c"]


def test_a_second_export_writes_nothing(two_months: Sample, url: str) -> None:
    sink.write(two_months.order(url))
    before = ask(url, "SELECT xmin::text, name FROM lastro.silver_kinds ORDER BY name")
    (again,) = sink.write(two_months.order(url))
    assert (again.rows, again.partitions, again.removed) == (0, (), ())
    assert ask(url, "SELECT xmin::text, name FROM lastro.silver_kinds ORDER BY name") == before


def test_a_restated_month_is_written_again_and_no_other(two_months: Sample, url: str) -> None:
    sink.write(two_months.order(url))
    two_months.put(row(JANUARY, note="restated"), row(JANUARY, "d"))
    (done,) = sink.write(two_months.order(url))
    assert (done.rows, done.partitions) == (2, ("2024-01-01",))
    assert names(url) == ["a", "c", "d"]  # b was withdrawn
    marks = ask(url, "SELECT partition, version FROM lastro.lastro_exports ORDER BY partition")
    assert marks == [("", 3), ("2024-01-01", 3), ("2024-02-01", 2)]


def test_a_month_that_left_the_lake_leaves_the_database(two_months: Sample, url: str) -> None:
    sink.write(two_months.order(url))
    two_months.put(partition="2024-01-01")
    (done,) = sink.write(two_months.order(url))
    assert (done.rows, done.removed) == (0, ("2024-01-01",))
    assert names(url) == ["c"]
    two_months.put(row(JANUARY, "back"))
    sink.write(two_months.order(url))
    assert names(url) == ["back", "c"]


def test_what_since_leaves_out_stands(two_months: Sample, url: str) -> None:
    sink.write(two_months.order(url))
    two_months.put(partition="2024-01-01")
    (done,) = sink.write(two_months.order(url, since=FEBRUARY))
    assert (done.partitions, done.removed) == ((), ())
    assert names(url) == ["a", "b", "c"]


def test_another_condition_is_another_content(two_months: Sample, url: str) -> None:
    sink.write(two_months.order(url))
    (done,) = sink.write(two_months.order(url, where="worth IS NOT NULL"))
    assert len(done.partitions) == 2
    assert names(url) == ["a", "c"]


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE lastro.silver_kinds; --", '"', '""', "a,b", "li\nne", "\r\n", "\\", "\\.",
     "x\n\\.\ny", "\\N", "", "NULL", " ", "ção €😀", "=1+1", "\t", "%s", "{}"],
)  # fmt: skip
def test_text_arrives_to_the_letter(sample: Sample, url: str, text: str) -> None:
    sample.put(row(JANUARY, "x", note=text))
    sink.write(sample.order(url))
    assert ask(url, "SELECT note FROM lastro.silver_kinds") == [(text,)]


def test_the_one_character_that_postgres_lacks_is_left_out(sample: Sample, url: str) -> None:
    sample.put(row(JANUARY, "x", note="a\0b", ratio=float("nan")))
    sink.write(sample.order(url))
    assert ask(url, "SELECT note, ratio::text FROM lastro.silver_kinds") == [("ab", "NaN")]


def test_names_may_hold_anything(sample: Sample, url: str) -> None:
    odd = Column('q"; DROP SCHEMA lastro; --%s', TEXT, "o'odd", "It's; odd.")
    contract = replace(CONTRACT, columns=(*CONTRACT.columns, odd), title="It's 100%s odd")
    sample.contract = contract
    sample.put(row(JANUARY) | {odd.name: "x"})
    sink.write(sample.order(url))
    assert len(ask(url, "SELECT * FROM lastro.silver_kinds")) == 1


def test_killed_in_the_middle_nothing_has_happened(
    two_months: Sample, url: str, repository: Path
) -> None:
    sink.write(two_months.order(url))
    marks = ask(url, "SELECT * FROM lastro.lastro_exports ORDER BY partition")
    two_months.put(row(JANUARY, "new"))
    two_months.put(row(dt.date(2024, 3, 1), "march"))
    done = subprocess.run(
        [sys.executable, "-c", KILLED, two_months.folder, url], cwd=repository, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert names(url) == ["a", "b", "c"]
    assert ask(url, "SELECT * FROM lastro.lastro_exports ORDER BY partition") == marks
    (again,) = sink.write(two_months.order(url))
    assert again.partitions == ("2024-01-01", "2024-03-01")
    assert names(url) == ["c", "march", "new"]


def test_simulated_and_real_never_mix(two_months: Sample, url: str) -> None:
    sink.write(two_months.order(url, simulated=True))
    with pytest.raises(ConflictError, match="holds simulated data and the lake is real"):
        sink.write(two_months.order(url))
    other = two_months.order(url)
    settings = other.settings.model_copy(update={"postgres_schema": "re al"})
    sink.write(replace(other, settings=settings))
    assert ask(url, 'SELECT count(*) FROM "re al".silver_kinds') == [(3,)]


def test_a_new_column_is_added_and_another_type_makes_the_table_anew(
    two_months: Sample, url: str
) -> None:
    sink.write(two_months.order(url))
    do(url, "CREATE VIEW seen AS SELECT name FROM lastro.silver_kinds")
    wider = replace(CONTRACT, columns=(*CONTRACT.columns, Column("more", TEXT, "mais", "More.")))
    two_months.contract = wider
    two_months.put(row(JANUARY) | {"more": "x"})
    sink.write(two_months.order(url))
    found = ask(url, "SELECT name, more FROM lastro.silver_kinds ORDER BY name")
    assert found == [("a", "x"), ("c", None)]
    columns = tuple(replace(c, type=INTEGER) if c.name == "note" else c for c in CONTRACT.columns)
    fresh = Sample(two_months.folder.parent / "another", replace(CONTRACT, columns=columns))
    fresh.put(row(JANUARY, "n", note=5))
    with pytest.raises(ConflictError, match="something hangs on it"):
        sink.write(fresh.order(url))
    assert len(names(url)) == 2
    do(url, "DROP VIEW seen")
    sink.write(fresh.order(url))
    assert ask(url, "SELECT name, note FROM lastro.silver_kinds") == [("n", 5)]


def test_a_table_of_somebody_elses_is_not_touched(two_months: Sample, url: str) -> None:
    do(url, "CREATE SCHEMA lastro")
    do(url, "CREATE TABLE lastro.silver_kinds (mine int)")
    with pytest.raises(ConflictError, match="did not make"):
        sink.write(two_months.order(url))
    assert ask(url, "SELECT count(*) FROM lastro.silver_kinds") == [(0,)]


def test_a_dropped_table_is_made_again(two_months: Sample, url: str) -> None:
    sink.write(two_months.order(url))
    do(url, "DROP TABLE lastro.silver_kinds")
    (done,) = sink.write(two_months.order(url))
    assert done.rows == 3


def test_two_exports_at_once_are_one_too_many(two_months: Sample, url: str) -> None:
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended('lastro_exports lastro', 0))")
        with pytest.raises(ConflictError, match="Another export"):
            sink.write(two_months.order(url))
    sink.write(two_months.order(url))


def test_readers_go_on_reading(two_months: Sample, url: str) -> None:
    sink.write(two_months.order(url))
    two_months.put(row(JANUARY, "new"))
    two_months.put(row(dt.date(2024, 3, 1), "march"))
    with psycopg.connect(url) as reader:
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        before = reader.execute("SELECT count(*) FROM lastro.silver_kinds").fetchall()
        sink.write(two_months.order(url))
        assert reader.execute("SELECT count(*) FROM lastro.silver_kinds").fetchall() == before
    assert names(url) == ["c", "march", "new"]


def test_a_key_that_stands_twice_is_refused_whole(sample: Sample, url: str) -> None:
    sample.put(row(JANUARY), row(JANUARY))
    with pytest.raises(DataError, match="refuses a row"):
        sink.write(sample.order(url))
    assert ask(url, "SELECT 1 FROM pg_namespace WHERE nspname = 'lastro'") == []


def test_a_table_that_is_not_kept_by_months_stands_plain(sample: Sample, url: str) -> None:
    contract = replace(CONTRACT, name="bronze.kinds", partition="name")
    sample.contract = contract
    sample.put(row(JANUARY, "2024-01 x"))
    sample.put(row(FEBRUARY, "2024-02 y"))
    sink.write(sample.order(url))
    sample.put(row(JANUARY, "2024-01 x", note="again"))
    (done,) = sink.write(sample.order(url))
    assert done.partitions == ("2024-01 x",)
    found = ask(url, "SELECT name, note FROM lastro.bronze_kinds ORDER BY 1")
    assert found == [("2024-01 x", "again"), ("2024-02 y", "usual")]


@pytest.mark.parametrize(
    ("user", "password", "database"),
    [("lastro", "wrong%20secret", "postgres"), ("nobody", "wrong%20secret", "postgres"),
     ("lastro", "p%40ss%2Fw%3Ard%231", "nowhere")],
)  # fmt: skip
def test_a_refused_session_is_the_operators_and_shows_no_password(
    sample: Sample, postgres: Server, user: str, password: str, database: str
) -> None:
    sample.put(row(JANUARY))
    url = postgres.url(database, user=user, password=password)
    with pytest.raises(ConfigError, match="refuses the session") as caught:
        sink.write(sample.order(url))
    told = f"{caught.value} {caught.value.context} {caught.value.__cause__}"
    assert f"{user}:***@127.0.0.1" in told
    for secret in ("wrong secret", "wrong%20secret", "p@ss", "p%40ss"):
        assert secret not in told


def test_a_user_without_rights_is_told(two_months: Sample, postgres: Server, url: str) -> None:
    do(url, "CREATE ROLE weak LOGIN PASSWORD 'weak'")
    database = url.rpartition("/")[2]
    weak = postgres.url(database, user="weak", password="weak")  # noqa: S106
    with pytest.raises(ConfigError, match="does not allow it"):
        sink.write(two_months.order(weak))


def test_nobody_there_may_pass(sample: Sample) -> None:
    sample.put(row(JANUARY))
    with pytest.raises(TemporaryError, match="cannot be reached"):
        sink.write(sample.order("postgresql://u:secret@127.0.0.1:9/d"))


def test_the_design_is_what_postgres_spells(two_months: Sample, url: str) -> None:
    """Types are compared as text: a second spelling would make every table anew."""
    sink.write(two_months.order(url))
    design = Design.of("lastro", two_months.given(), hypertable=False, simulated=False)
    found = ask(url, "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE "
                     "attrelid = 'lastro.silver_kinds'::regclass AND attnum > 0")  # fmt: skip
    assert dict(found) == design.types
