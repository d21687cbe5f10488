"""Alembic's way in: runs migrations on the connection it was given."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import JSON, TypeDecorator

from lastro.store.migrations import metadata


def _render(kind: str, found: Any, autogen: Any) -> str | Literal[False]:
    """A migration stands for ever: it names SQLAlchemy's own types, not ours of today."""
    if kind == "type" and isinstance(found, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    if kind != "type" or not isinstance(found, TypeDecorator):
        return False
    inner = found.impl_instance
    rendered: str = autogen.migration_context.impl.render_type(inner, autogen) or f"sa.{inner!r}"
    return rendered


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    render_as_batch=True,  # SQLite alters a table by making it anew
    render_item=_render,
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
