"""Bearers: from the token or key of a request to the principal it stands for."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from typing import TYPE_CHECKING

from lastro.core.errors import UnauthenticatedError
from lastro.identity.keys import PREFIX, digest_of
from lastro.identity.principal import Principal
from lastro.identity.scopes import ROLES
from lastro.store import api_keys, grants, users

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lastro.identity.desk import Desk
    from lastro.identity.tokens import Signer

_MOST = 10_000
_LONGEST = 4096
_A_MINUTE = dt.timedelta(minutes=1)


class Bearers:
    """Finds out whom a token or key stands for.

    Args:
        desk: Of identity.
        signer: Of access tokens.
    """

    def __init__(self, desk: Desk, signer: Signer) -> None:
        self._desk = desk
        self._signer = signer

    def principal(self, bearer: str) -> Principal:
        """Whom a token or key stands for; what was checked seconds ago is not checked again.

        Raises:
            UnauthenticatedError: It is not valid.
        """
        found = self.seen(bearer)
        if found is not None:
            return found
        trusted, now = self._desk.trusted, self._desk.now()
        is_key = bearer.startswith(PREFIX)
        principal, expires = self._key(bearer, now) if is_key else self._token(bearer, now)
        if len(trusted) >= _MOST:
            trusted.clear()
        trusted[_name(bearer)] = (
            min(expires, now.timestamp() + self._desk.settings.recheck_seconds), principal,
        )  # fmt: skip
        return principal

    def seen(self, bearer: str) -> Principal | None:
        """Whom it stood for seconds ago, in microseconds; None where it must be checked."""
        found = self._desk.trusted.get(_name(bearer))
        if found is None or self._desk.now().timestamp() >= found[0]:
            return None
        return found[1]

    def _token(self, bearer: str, now: dt.datetime) -> tuple[Principal, float]:
        claims = self._signer.read(bearer, now)
        with self._desk.store.reading() as session:
            opened = session.get(grants.SignedIn, claims.session)
            if opened is None or opened.user_id != claims.user or opened.revoked_at is not None:
                raise _ended()
            user = _enabled(session, opened.user_id)
            app = session.get(grants.App, opened.app_id) if opened.app_id else None
            if app is not None and app.disabled_at is not None:
                raise _ended()
        scopes = ROLES[user.role]
        if opened.app_id:
            scopes &= frozenset(opened.scopes or ())
        return Principal(
            id=opened.app_id or user.id, kind="app" if opened.app_id else "user",
            name=app.name if app else user.name, role=user.role, scopes=scopes, user=user.id,
            acting=user.role, client=user.client, session=opened.id, language=user.language,
        ), float(claims.expires_at)  # fmt: skip

    def _key(self, bearer: str, now: dt.datetime) -> tuple[Principal, float]:
        key_id, _, secret = bearer.removeprefix(PREFIX).partition("_")
        with self._desk.store.reading() as session:
            key = session.get(api_keys.ApiKey, key_id[:16])
            good = key is not None and hmac.compare_digest(key.digest, digest_of(secret))
            if key is None or not good or key.revoked_at is not None or key.expires_at <= now:
                raise _ended()
            user = _enabled(session, key.user_id)
        if key.last_used_at is None or now - key.last_used_at >= _A_MINUTE:
            with self._desk.store.session() as session:
                api_keys.touch(session, key.id, now)
        scopes = frozenset(key.scopes) & ROLES[user.role] & ROLES["service"]
        return Principal(
            id=key.id, kind="key", name=key.name, role="service", scopes=scopes, user=user.id,
            acting=user.role, client=user.client, language=user.language,
        ), key.expires_at.timestamp()  # fmt: skip


def _name(bearer: str) -> bytes:
    return hashlib.sha256(bearer[:_LONGEST].encode("utf-8", "replace")).digest()


def _enabled(session: Session, user_id: str) -> users.User:
    user = session.get(users.User, user_id)
    if user is None or user.disabled_at is not None:
        raise _ended()
    return user


def _ended() -> UnauthenticatedError:
    return UnauthenticatedError(
        "The token or key is not valid.",
        hint="Sign in again, or make a new API key.",
    )
