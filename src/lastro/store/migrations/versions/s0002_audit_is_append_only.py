"""The database itself refuses to change or delete a row of the audit log.

A later step that makes the table ``audit`` anew has to make these triggers anew.
"""

from __future__ import annotations

from alembic import op

revision = "s0002_audit_is_append_only"
down_revision = "s0001_first"
branch_labels = None
depends_on = None

_REFUSED = "the audit log is append-only"
_SQLITE = [
    f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    for what in ("UPDATE", "DELETE")
]
_FUNCTION = f"""
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"""
_CHANGE = """
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_refuse()"""
_TRUNCATE = """
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"""
_POSTGRESQL = [_FUNCTION, _CHANGE, _TRUNCATE]


def upgrade() -> None:
    """Make the triggers."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in _POSTGRESQL if on_postgresql else _SQLITE:
        op.execute(statement)
