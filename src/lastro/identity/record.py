"""The audit log as doors use it: written for other rooms, read by page, verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lastro.store import audit

if TYPE_CHECKING:
    from lastro.identity.desk import Desk, Visitor
    from lastro.identity.principal import Principal


class Record:
    """Writes, reads and verifies the audit log.

    Args:
        desk: Of identity.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(
        self, action: str, by: Principal | None, visitor: Visitor, target: str = "", **detail: Any
    ) -> None:
        """Note what somebody did: an export, a run.

        Args:
            action: What, as ``exports.excel``.
            by: Who; None is the operator at the command line, or the house itself.
            visitor: From where.
            target: What it was done to.
            detail: Plain values; personal ones masked by the caller.
        """
        with self._desk.store.session() as session:
            self._desk.record(session, action, visitor, by=by, target=target, **detail)

    def page(self, **wanted: Any) -> list[audit.Entry]:
        """Rows, the newest first; ``store.audit.entries`` names the filters."""
        with self._desk.store.reading() as session:
            return audit.entries(session, **wanted)

    def verify(self) -> audit.Verdict:
        """Walk the whole chain."""
        with self._desk.store.reading() as session:
            return audit.verify(session)
