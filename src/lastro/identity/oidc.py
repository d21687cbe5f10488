"""Login by the firm's own OpenID Connect provider: discovery, code with PKCE, verified ID token.

State, nonce and verifier travel in a signed cookie of the browser that began: who did not begin a
login cannot finish it. The provider is believed about e-mails it says are verified, and only in
the domains that the settings allow; a person invited before comes in from any domain.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from lastro.core.errors import ConfigError, ForbiddenError, UnauthenticatedError
from lastro.identity.desk import mask_email, new_token
from lastro.identity.people import checked_email
from lastro.identity.provider import Provider
from lastro.identity.scopes import ROLES
from lastro.store import users
from lastro.store.base import one_at_a_time

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lastro.identity.desk import Desk, Visitor
    from lastro.identity.people import People
    from lastro.identity.sessions import Sessions, Tokens

_MINUTES = 10
_PATH = "/api/v1/auth/oidc/callback"


@dataclass(frozen=True)
class Begun:
    """A login that was begun.

    Attributes:
        url: Where to send the browser.
        cookie: What the browser keeps until it comes back.
        seconds: Life of the cookie.
    """

    url: str
    cookie: str
    seconds: int = _MINUTES * 60


class Oidc:
    """Logs people in by the firm's provider.

    Args:
        desk: Of identity.
        people: Adds who comes in first.
        sessions: Opens sessions.

    Raises:
        ConfigError: The settings name a provider and leave out what it needs.
    """

    def __init__(self, desk: Desk, people: People, sessions: Sessions) -> None:
        self._desk = desk
        self._people = people
        self._sessions = sessions
        settings = desk.settings
        self._domains = {
            name.strip().lower() for name in settings.oidc_domains.split(",") if name.strip()
        }
        roles = {*settings.oidc_roles.values(), settings.oidc_default_role} - {""}
        if roles - set(ROLES) or not settings.oidc_client_id:
            raise ConfigError(
                "The settings of the OpenID provider are incomplete or name an unknown role.",
                hint="Set LASTRO_IDENTITY__OIDC_CLIENT_ID, and roles among: {known}.",
                known=", ".join(ROLES),
            )
        self._provider = Provider(
            settings.oidc_issuer, settings.oidc_client_id,
            settings.oidc_client_secret.get_secret_value(),
        )  # fmt: skip

    @property
    def callback(self) -> str:
        """The redirect address to register at the provider."""
        return f"{self._desk.settings.public_url}{_PATH}"

    def begin(self, back: str) -> Begun:
        """Begin a login.

        Args:
            back: Path of ours to come back to.

        Raises:
            TemporaryError: The provider does not answer.
        """
        state, nonce, verifier = new_token(), new_token(), secrets.token_urlsafe(48)
        hashed = hashlib.sha256(verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self._desk.settings.oidc_client_id,
            "redirect_uri": self.callback,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(hashed).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        until = self._desk.now().timestamp() + _MINUTES * 60
        kept = {"state": state, "nonce": nonce, "verifier": verifier, "until": until,
                "back": back if is_ours(back) else "/"}  # fmt: skip
        place = self._provider.endpoint("authorization_endpoint")
        joint = "&" if urlsplit(place).query else "?"
        return Begun(f"{place}{joint}{urlencode(query)}", self._signed(kept))

    def finish(self, cookie: str, state: str, code: str, visitor: Visitor) -> tuple[Tokens, str]:
        """Finish a login.

        Returns:
            Tokens, and the path of ours to go to.

        Raises:
            UnauthenticatedError: It was not begun here, is too old, or the provider's answer
                does not stand up.
            ForbiddenError: The provider knows the person, and we do not.
            TemporaryError: The provider does not answer.
        """
        kept = self._unsigned(cookie)
        if not _same(str(kept.get("state")), state) or not code:
            raise refused()
        claims = self._provider.claims(
            code, str(kept["verifier"]), str(kept["nonce"]), self.callback, self._desk.now()
        )
        with self._desk.store.session() as session:
            one_at_a_time(session, "users")
            user = self._person(session, claims)
            if user is not None:
                tokens = self._sessions.open(session, user, visitor)
                self._desk.record(session, "session.sign_in", visitor, by=user, way="oidc")
            else:
                self._desk.record(
                    session, "session.sign_in", visitor, outcome="refused", way="oidc",
                    email=mask_email(str(claims.get("email", ""))),
                )  # fmt: skip
        if user is None:
            raise ForbiddenError(
                "{provider} knows you, and Lastro does not.",
                hint="Ask an administrator to invite you.",
                provider=self._desk.settings.oidc_name,
            )
        self._desk.trusted.clear()
        return tokens, str(kept["back"])

    def _person(self, session: Session, claims: dict[str, Any]) -> users.User | None:
        """The user behind a verified ID token, added now if the settings say so; or nobody."""
        subject = self._desk.digest("oidc", f"{claims['iss']} {claims['sub']}")
        user = users.by_subject(session, subject)
        email = str(claims.get("email") or "").strip().casefold()
        if user is None and email and claims.get("email_verified") is True:
            user = users.by_email(session, self._desk.digest("email", email))
            if user is not None and user.subject is not None:
                return None  # somebody else at the provider has this account
            user = user or self._newcomer(session, email, claims)
            if user is not None:
                user.subject = subject
        if user is None or user.disabled_at is not None:
            return None
        user.role = self._role(claims) or user.role
        session.flush()
        return user

    def _newcomer(self, session: Session, email: str, claims: dict[str, Any]) -> users.User | None:
        role = self._role(claims) or self._desk.settings.oidc_default_role
        if not role or email.rpartition("@")[2] not in self._domains:
            return None
        email = checked_email(email)
        name = " ".join(str(claims.get("name") or "").split())[:80]
        name = name if name.isprintable() and name else email.partition("@")[0]
        return self._people.add(session, email, name, role)

    def _role(self, claims: dict[str, Any]) -> str:
        """The strongest role that the claim maps to; blank where it maps to none."""
        settings = self._desk.settings
        found = claims.get(settings.oidc_role_claim) if settings.oidc_role_claim else None
        values = {str(value) for value in (found if isinstance(found, list) else [found])}
        roles = {settings.oidc_roles[value] for value in values & set(settings.oidc_roles)}
        return next((role for role in ROLES if role in roles), "")

    def _signed(self, kept: dict[str, Any]) -> str:
        text = base64.urlsafe_b64encode(json.dumps(kept).encode()).decode()
        return f"{text}.{self._desk.digest('oidc state', text)}"

    def _unsigned(self, cookie: str) -> dict[str, Any]:
        text, _, mark = cookie.partition(".")
        if not _same(self._desk.digest("oidc state", text), mark):
            raise refused()
        kept: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text))
        if kept["until"] <= self._desk.now().timestamp():
            raise refused()
        return kept


def _same(kept: str, given: str) -> bool:
    return hmac.compare_digest(kept.encode(), given.encode("utf-8", "replace"))


def is_ours(path: str) -> bool:
    """Whether a path leads to a page of ours and nowhere else."""
    odd = any(ord(letter) < 33 or letter == "\\" for letter in path)
    return path.startswith("/") and not path.startswith("//") and not odd


def refused() -> UnauthenticatedError:
    """The error of a login that cannot be finished."""
    return UnauthenticatedError(
        "This login cannot be finished: it was begun elsewhere, or too long ago.",
        hint="Begin again on the sign-in page.",
    )
