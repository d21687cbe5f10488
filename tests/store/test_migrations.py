"""The schema: made once, whoever comes first; never behind the classes, never ahead of the code."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from lastro.core.errors import ConfigError
from lastro.core.registry import names
from lastro.store.migrations import metadata, versions

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.store.session import Store

    Opening = Callable[[], Store]

MIGRATE = """\
import sys
from lastro.store.session import Store
store = Store(sys.argv[1], None)
sys.stdin.readline()
store.migrate()
"""


def test_migrations_make_what_the_classes_have(store: Store) -> None:
    with store.reading() as session:
        context = MigrationContext.configure(
            session.connection(), opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata()) == []
        found = {
            (table, index["name"], tuple(index["column_names"]), bool(index["unique"]))
            for table in metadata().tables
            for index in inspect(session.connection()).get_indexes(table)
            if not index.get("duplicates_constraint")
        }
    assert found == {
        (table.name, index.name, tuple(column.name for column in index.columns), index.unique)
        for table in metadata().tables.values()
        for index in table.indexes
    }


def test_a_look_makes_nothing(opening: Opening) -> None:
    store = opening()
    assert store.exists is False
    assert store.file is None or not store.file.parent.exists()
    store.migrate()
    assert opening().exists


def test_the_last_step_is_the_schemas(store: Store) -> None:
    store.migrate()
    with store.reading() as session:
        assert (
            session.scalar(text("SELECT version_num FROM alembic_version")) == names(versions)[-1]
        )


def test_many_processes_at_once_make_one_schema(address: str, opening: Opening) -> None:
    """Each is ready before any begins."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", MIGRATE, address],
            stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(4)
    ]  # fmt: skip
    said = [process.communicate("go\n", timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, said
    test_migrations_make_what_the_classes_have(opening())


def test_a_newer_versions_store_is_left_alone(store: Store, opening: Opening) -> None:
    with store.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 's9999_later'"))
    with pytest.raises(ConfigError, match="newer version") as caught:
        opening().migrate()
    assert "LASTRO_STORE__URL" in caught.value.hint


def test_a_migration_that_fails_leaves_what_was(opening: Opening) -> None:
    """A table in the way of the first step's: none of the step's other tables remains."""
    store = opening()
    store._make_file()
    with store.session() as session:
        session.execute(text("CREATE TABLE saved_views (x INTEGER)"))
    with pytest.raises(Exception, match="saved_views"):
        store.migrate()
    with store.reading() as session:
        assert inspect(session.connection()).get_table_names() == ["saved_views"]
