"""Exports into a real MariaDB: what is written, what is not, and what a kill leaves."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pymysql
import pytest
from tests.exports.conftest import CONTRACT, Sample, row

from lastro.core.errors import ConfigError, ConflictError, DataError, TemporaryError
from lastro.exports import ExportSettings
from lastro.exports import mysql as sink
from lastro.exports._database import address
from lastro.lake.contract import INTEGER, TEXT, Column

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Server

pytestmark = pytest.mark.integration
JANUARY, FEBRUARY = dt.date(2024, 1, 2), dt.date(2024, 2, 1)
BY_INSERTS = ExportSettings(mysql_load_file=False)
KILLED = """
import os, signal, sys
from pathlib import Path
from lastro.exports import mysql
from tests.exports.conftest import Sample
load, name = getattr(mysql._Export, sys.argv[3]), sys.argv[3]

def deadly(*arguments, **named):
    found = load(*arguments, **named)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(mysql._Export, name, deadly)
mysql.write(Sample(Path(sys.argv[1])).order(sys.argv[2]))
"""


@pytest.fixture
def url(mariadb: Server) -> str:
    return mariadb.fresh()


@pytest.fixture
def two_months(sample: Sample) -> Sample:
    sample.put(row(JANUARY), row(JANUARY, "b", worth=None, ratio=None, note=None))
    sample.put(row(FEBRUARY, "c"))
    return sample


def ask(url: str, statement: str) -> list[tuple[Any, ...]]:
    place = address(url, ("mysql",), "")
    with (
        pymysql.connect(
            host=place.host, port=place.port or 0, user=place.user, password=place.password,
            database=place.database, autocommit=True,
        ) as connection,
        connection.cursor() as cursor,
    ):  # fmt: skip
        cursor.execute(statement)
        return list(cursor.fetchall())


def names(url: str) -> list[str]:
    return [name for (name,) in ask(url, "SELECT name FROM silver_kinds ORDER BY name")]


@pytest.mark.parametrize("settings", [ExportSettings(), BY_INSERTS], ids=["load", "inserts"])
def test_every_kind_of_value_arrives(
    two_months: Sample, url: str, settings: ExportSettings
) -> None:
    (done,) = sink.write(two_months.order(url, settings=settings))
    assert (done.table, done.rows) == ("silver.kinds", 3)
    assert done.target.endswith(".silver_kinds")
    rows = ask(url, "SELECT * FROM silver_kinds ORDER BY name")
    at = dt.datetime(2024, 2, 2, 11, tzinfo=dt.UTC).replace(tzinfo=None)
    assert rows[0] == ("00000000000191", "a", JANUARY, Decimal("1234.50"), 0.0125, 1500, 7, 1,
                       "usual", at, dt.date(2024, 1, 1))  # fmt: skip
    assert rows[1][3:9] == (None, None, 1500, 7, 1, None)


def test_key_index_and_comments(two_months: Sample, url: str) -> None:
    sink.write(two_months.order(url, simulated=True))
    ((_, told),) = ask(url, "SHOW CREATE TABLE silver_kinds")
    assert "PRIMARY KEY (`month`,`cnpj`,`name`,`ref_date`)" in told
    assert "KEY `ref_date` (`ref_date`)" in told
    assert "COMMENT='SIMULATED DATA: invented for trials. One column of every kind." in told
    assert "`worth` decimal(18,2) DEFAULT NULL COMMENT 'patrimônio [BRL]: Its worth.'" in told


def test_a_second_export_writes_nothing(two_months: Sample, url: str) -> None:
    sink.write(two_months.order(url))
    before = ask(url, "SELECT * FROM lastro_exports ORDER BY `partition`")
    later = replace(two_months.order(url), at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    (again,) = sink.write(later)
    assert (again.rows, again.partitions, again.removed) == (0, (), ())
    assert ask(url, "SELECT * FROM lastro_exports ORDER BY `partition`")[1:] == before[1:]


def test_a_restated_month_is_written_again_and_no_other(two_months: Sample, url: str) -> None:
    sink.write(two_months.order(url))
    two_months.put(row(JANUARY, note="restated"), row(JANUARY, "d"))
    (done,) = sink.write(two_months.order(url))
    assert (done.rows, done.partitions) == (2, ("2024-01-01",))
    assert names(url) == ["a", "c", "d"]  # b was withdrawn
    marks = ask(url, "SELECT `partition`, version FROM lastro_exports ORDER BY 1")
    assert marks == [("", 3), ("2024-01-01", 3), ("2024-02-01", 2)]


def test_a_month_that_left_the_lake_leaves_the_database(two_months: Sample, url: str) -> None:
    sink.write(two_months.order(url))
    two_months.put(partition="2024-01-01")
    (done,) = sink.write(two_months.order(url))
    assert (done.rows, done.removed) == (0, ("2024-01-01",))
    assert names(url) == ["c"]
    assert len(ask(url, "SELECT * FROM lastro_exports")) == 2


@pytest.mark.parametrize("settings", [ExportSettings(), BY_INSERTS], ids=["load", "inserts"])
@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE silver_kinds; --", '"', '""', 'a"', 'x","y', "a,b", "li\nne", "\r\n", "\\",
     "\\n", "\\N", "", "NULL", " ", "ção €😀", "=1+1", "\0", "%s", "{}"],
)  # fmt: skip
def test_text_arrives_to_the_letter(
    sample: Sample, url: str, text: str, settings: ExportSettings
) -> None:
    sample.put(row(JANUARY, "x", note=text))
    sink.write(sample.order(url, settings=settings))
    assert ask(url, "SELECT note FROM silver_kinds") == [(text,)]


@pytest.mark.parametrize("settings", [ExportSettings(), BY_INSERTS], ids=["load", "inserts"])
def test_numbers_that_mysql_lacks_are_null(
    sample: Sample, url: str, settings: ExportSettings
) -> None:
    sample.put(row(JANUARY, "x", ratio=float("nan")), row(JANUARY, "y", ratio=float("-inf")))
    sink.write(sample.order(url, settings=settings))
    assert ask(url, "SELECT ratio FROM silver_kinds") == [(None,), (None,)]


def test_a_server_that_takes_no_files_gets_inserts(two_months: Sample, url: str) -> None:
    ask(url, "SET GLOBAL local_infile = 0")
    try:
        (done,) = sink.write(two_months.order(url))
    finally:
        ask(url, "SET GLOBAL local_infile = 1")
    assert done.rows == 3


def test_killed_in_the_middle_nothing_has_happened(
    two_months: Sample, url: str, repository: Path
) -> None:
    sink.write(two_months.order(url))
    marks = ask(url, "SELECT * FROM lastro_exports ORDER BY `partition`")
    two_months.put(row(JANUARY, "new"))
    two_months.put(row(dt.date(2024, 3, 1), "march"))
    for step in ("_load", "_move"):
        kill(two_months, url, repository, step)
        assert names(url) == ["a", "b", "c"]
        assert ask(url, "SELECT * FROM lastro_exports ORDER BY `partition`") == marks
    (again,) = sink.write(two_months.order(url))
    assert again.partitions == ("2024-01-01", "2024-03-01")
    assert names(url) == ["c", "march", "new"]


def kill(sample: Sample, url: str, repository: Path, step: str) -> None:
    command = [sys.executable, "-c", KILLED, str(sample.folder), url, step]
    done = subprocess.run(command, cwd=repository, check=False)
    assert done.returncode == -signal.SIGKILL


def test_killed_before_a_first_export_is_done_it_begins_again(
    two_months: Sample, url: str, repository: Path
) -> None:
    for step in ("_note", "_load"):
        kill(two_months, url, repository, step)
    assert names(url) == []
    (done,) = sink.write(two_months.order(url))
    assert done.rows == 3


def test_another_layout_is_made_beside_and_takes_its_place(
    two_months: Sample, url: str, repository: Path
) -> None:
    sink.write(two_months.order(url))
    two_months.contract = replace(
        CONTRACT, columns=(*CONTRACT.columns, Column("more", TEXT, "mais", "More."))
    )
    two_months.put(row(JANUARY) | {"more": "x"})
    sink.write(two_months.order(url))
    assert ask(url, "SELECT name, more FROM silver_kinds ORDER BY 1") == [("a", "x"), ("c", None)]
    columns = tuple(replace(c, type=INTEGER) if c.name == "note" else c for c in CONTRACT.columns)
    fresh = Sample(two_months.folder.parent / "another", replace(CONTRACT, columns=columns))
    fresh.put(row(JANUARY, "n", note=5))
    sink.write(fresh.order(url))
    assert ask(url, "SELECT name, note FROM silver_kinds") == [("n", 5)]
    assert ask(url, "SHOW TABLES") == [("lastro_exports",), ("silver_kinds",)]


def test_killed_while_a_table_is_made_again_readers_keep_the_old_one(
    two_months: Sample, url: str, repository: Path
) -> None:
    columns = tuple(replace(c, type=INTEGER) if c.name == "note" else c for c in CONTRACT.columns)
    other = Sample(two_months.folder.parent / "another", replace(CONTRACT, columns=columns))
    other.put(row(JANUARY, "n", note=5))
    sink.write(other.order(url))
    for step, stands in (("_load", ["n"]), ("_fill", ["n"]), ("_note", ["a", "b", "c"])):
        kill(two_months, url, repository, step)  # before the last, it had taken its place
        assert names(url) == stands
    (done,) = sink.write(two_months.order(url))
    assert done.rows == 3
    assert ask(url, "SHOW TABLES") == [("lastro_exports",), ("silver_kinds",)]


def test_simulated_and_real_never_mix(two_months: Sample, url: str) -> None:
    sink.write(two_months.order(url, simulated=True))
    with pytest.raises(ConflictError, match="holds simulated data and the lake is real"):
        sink.write(two_months.order(url))


def test_a_table_of_somebody_elses_is_not_touched(two_months: Sample, url: str) -> None:
    ask(url, "CREATE TABLE silver_kinds (mine int)")
    with pytest.raises(ConflictError, match="did not make"):
        sink.write(two_months.order(url))
    assert ask(url, "SELECT * FROM silver_kinds") == []


def test_two_exports_at_once_are_one_too_many(two_months: Sample, url: str) -> None:
    place = address(url, ("mysql",), "")
    with (
        pymysql.connect(host=place.host, port=place.port or 0, user=place.user,
                        password=place.password) as other,
        other.cursor() as cursor,
    ):  # fmt: skip
        cursor.execute("SELECT GET_LOCK(%s, 0)", [f"lastro_exports {place.database}"])
        with pytest.raises(ConflictError, match="Another export"):
            sink.write(two_months.order(url))
    sink.write(two_months.order(url))


@pytest.mark.parametrize("settings", [ExportSettings(), BY_INSERTS], ids=["load", "inserts"])
@pytest.mark.parametrize(
    "rows",
    [[row(JANUARY), row(JANUARY)], [row(JANUARY, "n" * 300)], [row(JANUARY, note="n" * 70_000)]],
    ids=["key twice", "key too long", "text too long"],
)
def test_what_does_not_fit_is_refused_whole(
    sample: Sample, url: str, rows: list[dict[str, Any]], settings: ExportSettings
) -> None:
    sample.put(row(FEBRUARY, "good"))
    sink.write(sample.order(url))
    sample.put(*rows)
    with pytest.raises(DataError, match="refuses a row"):
        sink.write(sample.order(url, settings=settings))
    assert names(url) == ["good"]


@pytest.mark.parametrize(
    ("user", "password", "database"),
    [("lastro", "wrong%20secret", "mysql"), ("nobody", "wrong%20secret", "mysql"),
     ("lastro", "p%40ss%2Fw%3Ard%231", "nowhere")],
)  # fmt: skip
def test_a_refused_session_is_the_operators_and_shows_no_password(
    sample: Sample, mariadb: Server, user: str, password: str, database: str
) -> None:
    sample.put(row(JANUARY))
    url = mariadb.url(database, user=user, password=password)
    with pytest.raises(ConfigError, match="refuses the session") as caught:
        sink.write(sample.order(url))
    told = f"{caught.value} {caught.value.context} {caught.value.__cause__}"
    assert f"{user}:***@127.0.0.1" in told
    for secret in ("wrong secret", "wrong%20secret", "p@ss", "p%40ss"):
        assert secret not in told


def test_no_database_and_unknown_options_are_told(sample: Sample, mariadb: Server) -> None:
    sample.put(row(JANUARY))
    with pytest.raises(ConfigError, match="names no database"):
        sink.write(sample.order(mariadb.url("")))
    with pytest.raises(ConfigError, match="does not know: local_infile"):
        sink.write(sample.order(mariadb.url("d?local_infile=1")))


def test_nobody_there_may_pass(sample: Sample) -> None:
    sample.put(row(JANUARY))
    with pytest.raises(TemporaryError, match="cannot be reached"):
        sink.write(sample.order("mysql://u:secret@127.0.0.1:9/d"))
