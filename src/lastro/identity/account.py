"""One's own account: what people see and change of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lastro.core.errors import ForbiddenError, RequestError
from lastro.identity import desk as desks
from lastro.identity import lockout
from lastro.identity.passwords import check_password
from lastro.identity.people import checked_name
from lastro.store import grants, users

if TYPE_CHECKING:
    from lastro.identity.desk import Desk, Visitor
    from lastro.identity.principal import Principal

_LANGUAGES = {"pt-BR", "en"}


class Account:
    """Looks after the account of whoever asks.

    Args:
        desk: Of identity.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def me(self, principal: Principal) -> tuple[users.User, int]:
        """The user behind a principal, and how many recovery codes are left."""
        with self._desk.store.reading() as session:
            user = desks.actor(session, principal)
            return user, users.recovery_left(session, user.id)

    def profile(
        self, principal: Principal, name: str | None, language: str | None, visitor: Visitor
    ) -> users.User:
        """Change what a person may change of themselves; None leaves a thing as it is.

        Raises:
            RequestError: Name or language will not do.
        """
        if language is not None and language not in _LANGUAGES:
            raise RequestError(
                "There is no language {language}.", hint="pt-BR or en.", language=language[:10]
            )
        with self._desk.store.session() as session:
            user = desks.actor(session, principal)
            user.name = checked_name(name) if name is not None else user.name
            user.language = language or user.language
            self._desk.record(session, "account.profile", visitor, by=principal)
        self._desk.trusted.clear()
        return user

    def change_password(
        self, principal: Principal, present: str, wanted: str, visitor: Visitor
    ) -> None:
        """Change one's own password; all other sessions end.

        Raises:
            ForbiddenError: The present password is wrong.
            RequestError: The new one will not do.
            RateLimitedError: Too many were wrong.
        """
        subjects = {"account": self._desk.digest("present", principal.user)}
        with self._desk.store.reading() as session:
            lockout.admit(session, subjects, self._desk.now())
            user = desks.actor(session, principal)
        right = self._desk.hasher.matches(user.password, present)
        if right:
            check_password(wanted, user.email, user.name)
        hashed = self._desk.hasher.hash(wanted) if right else None
        with self._desk.store.session() as session:
            kept = desks.actor(session, principal)
            if hashed is None:
                lockout.failed(session, subjects, self._desk.now())
            else:
                lockout.succeeded(session, subjects)
                kept.password = hashed
                grants.end_sessions(session, kept.id, self._desk.now(), but=principal.session)
            outcome = "done" if hashed else "refused"
            self._desk.record(session, "account.password", visitor, by=principal, outcome=outcome)
        self._desk.trusted.clear()
        if hashed is None:
            raise ForbiddenError(
                "The present password is wrong.",
                hint="Try again; an administrator can send you a link to choose a new one.",
            )
