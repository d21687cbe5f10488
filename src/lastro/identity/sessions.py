"""Sessions: signing in, staying in by tokens that are good once, going out."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lastro.core.errors import (
    ForbiddenError,
    LastroError,
    NotFoundError,
    SecondFactorError,
    UnauthenticatedError,
)
from lastro.identity import lockout
from lastro.identity.desk import mask_address, mask_email, new_token
from lastro.identity.second_factor import wrong_code
from lastro.store import grants, users

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from lastro.identity.desk import Desk, Visitor
    from lastro.identity.principal import Principal
    from lastro.identity.second_factor import SecondFactors
    from lastro.identity.tokens import Signer

_GRACE = dt.timedelta(seconds=10)


@dataclass(frozen=True)
class Tokens:
    """What a sign-in, or its renewal, gives.

    Attributes:
        access: Access token.
        refresh: Refresh token: good for one use.
        seconds: Life of the access token.
        days: Life of the session without use.
        scopes: What an app may do by it; empty for a user's own session.
        session: Id of the session.
    """

    access: str
    refresh: str
    seconds: int
    days: int
    scopes: frozenset[str]
    session: str


class Sessions:
    """Opens, renews and ends sessions.

    Args:
        desk: Of identity.
        signer: Of access tokens.
        factors: Checks second factors.
    """

    def __init__(self, desk: Desk, signer: Signer, factors: SecondFactors) -> None:
        self._desk = desk
        self._signer = signer
        self._factors = factors

    def sign_in(self, email: str, password: str, code: str, visitor: Visitor) -> Tokens:
        """Sign a user in by e-mail and password, and a code where there is a second factor.

        An unknown e-mail takes the same work and gets the same answer as a wrong password.

        Raises:
            UnauthenticatedError: E-mail, password or code is wrong.
            SecondFactorError: The password is right and the code is missing.
            RateLimitedError: Too many were wrong.
        """
        email = normal_email(email)
        subjects = self._subjects(email, visitor)
        with self._desk.store.reading() as session:
            lockout.admit(session, subjects, self._desk.now())
            user = users.by_email(session, self._desk.digest("email", email))
            kept = user.password if user and user.disabled_at is None else None
        right = self._desk.hasher.matches(kept, password)  # slow: in no transaction
        fresh = None
        if right and kept and self._desk.hasher.outdated(kept):
            fresh = self._desk.hasher.hash(password)
        with self._desk.store.session() as session:
            lockout.admit(session, subjects, self._desk.now())
            user = users.by_email(session, self._desk.digest("email", email))
            right = right and user is not None and user.password == kept
            made = self._judged(session, user if right else None, code)
            if isinstance(made, LastroError):
                self._refused(session, email, user, subjects, visitor, made)
            else:
                lockout.succeeded(session, subjects)
                made.password = fresh or made.password
                tokens = self.open(session, made, visitor)
                self._desk.record(session, "session.sign_in", visitor, by=made, way="password")
        if isinstance(made, LastroError):
            raise made
        return tokens

    def _judged(
        self, session: Session, user: users.User | None, code: str
    ) -> users.User | LastroError:
        """The user who may come in, or why nobody may."""
        if user is None or user.disabled_at is not None:
            return UnauthenticatedError(
                "E-mail or password is wrong.",
                hint="Try again; an administrator can send you a link to choose a new password.",
            )
        if user.totp_since is None:
            return user
        if not code:
            return SecondFactorError(
                "This account asks for a second factor.",
                hint="Send the code of your authenticator app, or a recovery code, as `totp`.",
            )
        return user if self._factors.check(session, user, code) else wrong_code()

    def _refused(
        self, session: Session, email: str, user: users.User | None, subjects: dict[str, str],
        visitor: Visitor, error: LastroError,
    ) -> None:  # fmt: skip
        if isinstance(error, SecondFactorError):
            return
        failures = lockout.failed(session, subjects, self._desk.now())
        self._desk.record(
            session, "session.sign_in", visitor, outcome="refused",
            target=user.id if user else "", email=mask_email(email), failures=failures,
        )  # fmt: skip

    def _subjects(self, email: str, visitor: Visitor) -> dict[str, str]:
        return {
            "account": self._desk.digest("account", email),
            "address": self._desk.digest("address", visitor.address),
        }

    def open(
        self, session: Session, user: users.User, visitor: Visitor, *, app: str | None = None,
        scopes: Iterable[str] | None = None,
    ) -> Tokens:  # fmt: skip
        """Open a session for somebody whose identity was proven.

        Args:
            session: In a writing transaction.
            user: Who.
            visitor: From where; only the network and the browser's name are kept, sealed.
            app: The third-party app that will use it.
            scopes: What the app may do; None for the user's own session.
        """
        now = self._desk.now()
        grants.sweep(session, now)
        opened = grants.SignedIn(
            id=uuid.uuid4().hex, user_id=user.id, app_id=app,
            scopes=None if scopes is None else sorted(scopes),
            agent=visitor.agent[:300], address=mask_address(visitor.address),
            created_at=now, used_at=now, expires_at=self._until(now),
        )  # fmt: skip
        session.add(opened)
        session.flush()
        refresh, _ = self._issue(session, opened)
        return self._tokens(opened, user, refresh)

    def refresh(self, token: str, visitor: Visitor, *, app: str | None = None) -> Tokens:
        """New tokens for a refresh token, which is used up.

        A token that comes a second time was stolen, and the session ends; except within seconds,
        while nobody has used what the first time gave: then that answer was lost on its way.

        Raises:
            UnauthenticatedError: It is unknown, used, expired or revoked.
        """
        digest = self._desk.digest("refresh", token)
        tokens = None
        with self._desk.store.session() as session:
            opened = grants.lock_session_of(session, digest)
            kept = session.get(grants.RefreshToken, digest)
            if kept and opened and self._alive(opened) and opened.app_id == app:
                user = session.get(users.User, opened.user_id)
                chain = self._last_unused(session, kept)
                if chain is None:
                    self._stolen(session, opened, visitor)
                elif user and user.disabled_at is None:
                    refresh, successor = self._issue(session, opened)
                    grants.use_token(session, chain.digest, successor, self._desk.now())
                    opened.used_at = self._desk.now()
                    opened.expires_at = self._until(opened.used_at)
                    tokens = self._tokens(opened, user, refresh)
        if tokens is None:
            raise UnauthenticatedError("The session has ended.", hint="Sign in again.")
        return tokens

    def _last_unused(
        self, session: Session, kept: grants.RefreshToken
    ) -> grants.RefreshToken | None:
        """The token to use up: this one, or the successor that got lost; None after theft."""
        if kept.used_at is None:
            return kept
        if self._desk.now() - kept.used_at > _GRACE or kept.successor is None:
            return None
        successor = session.get(grants.RefreshToken, kept.successor)
        return successor if successor and successor.used_at is None else None

    def _stolen(self, session: Session, opened: grants.SignedIn, visitor: Visitor) -> None:
        opened.revoked_at = self._desk.now()
        self._desk.trusted.clear()
        self._desk.record(
            session, "session.token_reused", visitor, outcome="refused", target=opened.user_id,
            opened=opened.id,
        )  # fmt: skip

    def _alive(self, opened: grants.SignedIn) -> bool:
        return opened.revoked_at is None and opened.expires_at > self._desk.now()

    def _until(self, now: dt.datetime) -> dt.datetime:
        return now + dt.timedelta(days=self._desk.settings.session_days)

    def _issue(self, session: Session, opened: grants.SignedIn) -> tuple[str, str]:
        """A new refresh token, and its keyed hash."""
        token = new_token()
        digest = self._desk.digest("refresh", token)
        kept = grants.RefreshToken(digest=digest, session_id=opened.id, created_at=self._desk.now())
        session.add(kept)
        session.flush()
        return token, digest

    def _tokens(self, opened: grants.SignedIn, user: users.User, refresh: str) -> Tokens:
        access = self._signer.sign(user.id, opened.id, self._desk.now())
        days = self._desk.settings.session_days
        scopes = frozenset(opened.scopes or ())
        return Tokens(access, refresh, self._signer.seconds, days, scopes, opened.id)

    def sign_out(self, token: str, visitor: Visitor, *, app: str | None = None) -> None:
        """End the session a refresh token belongs to; one that is unknown ends nothing."""
        with self._desk.store.session() as session:
            kept = session.get(grants.RefreshToken, self._desk.digest("refresh", token))
            opened = session.get(grants.SignedIn, kept.session_id) if kept else None
            if opened is None or opened.revoked_at is not None or opened.app_id != app:
                return
            opened.revoked_at = self._desk.now()
            user = session.get(users.User, opened.user_id)
            self._desk.record(session, "session.sign_out", visitor, by=user)
        self._desk.trusted.clear()

    def mine(self, principal: Principal) -> list[grants.SignedIn]:
        """A user's open sessions, the one used last first."""
        with self._desk.store.reading() as session:
            return grants.sessions_of(session, principal.user, self._desk.now())

    def end(self, principal: Principal, session_id: str, visitor: Visitor) -> None:
        """End one of one's own sessions.

        Raises:
            NotFoundError: It is not theirs, or there is none such.
        """
        with self._desk.store.session() as session:
            opened = session.get(grants.SignedIn, session_id)
            if opened is None or opened.user_id != principal.user or opened.revoked_at:
                raise NotFoundError(
                    "There is no such session of yours.", hint="List them again: it may have ended."
                )
            opened.revoked_at = self._desk.now()
            self._desk.record(session, "session.end", visitor, by=principal, opened=session_id)
        self._desk.trusted.clear()

    def end_others(self, principal: Principal, visitor: Visitor) -> int:
        """End all of one's own sessions but this one; says how many."""
        with self._desk.store.session() as session:
            ended = grants.end_sessions(
                session, principal.user, self._desk.now(), but=principal.session
            )
            self._desk.record(session, "session.end_others", visitor, by=principal, ended=ended)
        self._desk.trusted.clear()
        return ended


def only_people(principal: Principal) -> None:
    """Refuse keys and apps: an account is changed by its owner alone.

    Raises:
        ForbiddenError: It is not a user who signed in.
    """
    if principal.kind != "user":
        raise ForbiddenError(
            "Only a user who signed in may do this, no key and no app.",
            hint="Sign in with e-mail and password.",
        )


def normal_email(email: str) -> str:
    """The one form of an e-mail by which accounts are found."""
    return email.strip().casefold()[:254]
