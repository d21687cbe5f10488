"""The store's schema, step by step: a file a step in ``versions``, in the order of their names."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from lastro import store
from lastro.core.registry import names

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, MetaData


def settings(connection: Connection) -> Config:
    """Alembic's settings for one connection, in whose transaction everything happens."""
    from alembic.config import Config  # noqa: PLC0415 - only a schema that is behind needs it

    found = Config(attributes={"connection": connection})
    found.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    found.set_main_option("file_template", "%%(rev)s")
    return found


def metadata() -> MetaData:
    """Every table of every aggregate: the files beside this folder, whichever there are."""
    from lastro.store.base import Base  # noqa: PLC0415 - as above

    for name in names(store):
        importlib.import_module(f"{store.__name__}.{name}")
    return Base.metadata
