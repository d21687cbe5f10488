"""API keys: made, listed and revoked. The key is shown once; its hash is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import TYPE_CHECKING

from lastro.core.errors import ForbiddenError, NotFoundError, RequestError
from lastro.identity import desk as desks
from lastro.identity.scopes import ROLES, known_scopes
from lastro.store import api_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lastro.identity.desk import Desk, Visitor
    from lastro.identity.principal import Principal
    from lastro.store.api_keys import ApiKey

PREFIX = "lastro_"
_LONGEST = 366  # days


class Keys:
    """Makes and revokes API keys.

    Args:
        desk: Of identity.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def create(
        self, principal: Principal, name: str, scopes: Iterable[str], days: int, visitor: Visitor,
        *, owner: str = "",
    ) -> tuple[ApiKey, str]:  # fmt: skip
        """Make a key.

        Args:
            principal: Who makes it.
            name: What it is for.
            scopes: What it may do: part of what its maker and its owner may.
            days: Until it expires, 366 at most.
            visitor: From where.
            owner: Id of the user it acts for; blank is the maker.

        Returns:
            The key as kept, and the key itself, which is not kept.

        Raises:
            ForbiddenError: A scope is not theirs to give, or the owner is somebody else.
            RequestError: A scope does not exist, the name is blank, or the days are too many.
        """
        wanted = known_scopes(scopes)
        if not name.strip() or not wanted or not 1 <= days <= _LONGEST:
            raise RequestError(
                "A key needs a name, a scope and 1 to {most} days.",
                hint="Give it what it needs for its work and no more.",
                most=_LONGEST,
            )
        owner = owner or principal.user
        if owner != principal.user and not principal.may("keys:admin"):
            raise ForbiddenError(
                "Only an administrator makes keys for somebody else.",
                hint="Make one for yourself, or ask an administrator.",
            )
        now = self._desk.now()
        key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        with self._desk.store.session() as session:
            user = desks.person(session, owner)
            _check(wanted, principal.scopes & ROLES[user.role] & ROLES["service"])
            key = api_keys.ApiKey(
                id=key_id, digest=digest_of(secret), name=name.strip()[:80], user_id=owner,
                scopes=sorted(wanted), created_at=now, expires_at=now + dt.timedelta(days=days),
            )  # fmt: skip
            session.add(key)
            self._desk.record(
                session, "keys.create", visitor, by=principal, target=key_id, owner=owner,
                scopes=sorted(wanted), days=days,
            )  # fmt: skip
        return key, f"{PREFIX}{key_id}_{secret}"

    def listing(self, principal: Principal, *, everybody: bool = False) -> list[ApiKey]:
        """Keys, the newest first: one's own, or everybody's for an administrator.

        Raises:
            ForbiddenError: Everybody's were asked for by somebody else.
        """
        if everybody and not principal.may("keys:admin"):
            raise ForbiddenError(
                "Only an administrator sees everybody's keys.", hint="Ask for your own."
            )
        with self._desk.store.reading() as session:
            return api_keys.of_user(session, None if everybody else principal.user)

    def revoke(self, principal: Principal, key_id: str, visitor: Visitor) -> None:
        """Make a key worthless: one's own, or anybody's for an administrator.

        Raises:
            NotFoundError: There is none such among theirs.
        """
        with self._desk.store.session() as session:
            key = session.get(api_keys.ApiKey, key_id)
            theirs = key and (key.user_id == principal.user or principal.may("keys:admin"))
            if key is None or not theirs:
                raise NotFoundError(
                    "There is no key {id} among yours.", hint="List them again.", id=key_id[:16]
                )
            if key.revoked_at is None:
                key.revoked_at = self._desk.now()
                self._desk.record(session, "keys.revoke", visitor, by=principal, target=key_id)
        self._desk.trusted.clear()


def digest_of(secret: str) -> str:
    """SHA-256 of a key's secret part: it is random enough to need no slower hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _check(wanted: frozenset[str], allowed: frozenset[str]) -> None:
    beyond = sorted(wanted - allowed)
    if beyond:
        raise ForbiddenError(
            "The scope {scope} cannot be given to this key.",
            hint="A key may do part of what its maker and its owner may; never manage people "
            "or keys.",
            scope=beyond[0],
        )
