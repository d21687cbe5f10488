"""Third-party apps: OAuth2 authorization code with PKCE, for whoever a user lets in.

S256 is the only challenge, redirect addresses match to the letter, codes live for a minute and
work once. A code that comes again was stolen: what it gave ends.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from lastro.core.errors import LastroError, NotFoundError, RequestError
from lastro.identity.desk import new_token
from lastro.identity.keys import digest_of
from lastro.identity.scopes import ROLES, SCOPES, known_scopes
from lastro.store import grants, users

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

    from lastro.identity.desk import Desk, Visitor
    from lastro.identity.principal import Principal
    from lastro.identity.sessions import Sessions, Tokens

_CODE_LIFE = dt.timedelta(seconds=60)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_NEVER = {"users:admin", "keys:admin", "house:admin"}  # no app administers the house
_LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}


class OauthError(RequestError):
    """A request of an app that OAuth2 has a word for."""

    def __init__(self, message: str, *, hint: str, **context: object) -> None:
        super().__init__(message, hint=hint, **context)
        self.code = str(context.get("code", "invalid_request"))


@dataclass(frozen=True)
class Asked:
    """What an app asks a user for.

    Attributes:
        app: Its name; blank where ``redirect`` already says what was wrong.
        scopes: What it wants, as far as the user may do it.
        redirect: Where to send the user at once, with an error the app understands; blank: ask.
    """

    app: str
    scopes: tuple[str, ...]
    redirect: str = ""


class Apps:
    """Registers apps, and gives them codes and tokens.

    Args:
        desk: Of identity.
        sessions: Opens and renews sessions.
    """

    def __init__(self, desk: Desk, sessions: Sessions) -> None:
        self._desk = desk
        self._sessions = sessions

    def register(
        self, by: Principal, name: str, redirects: Iterable[str], scopes: Iterable[str],
        visitor: Visitor, *, confidential: bool = False,
    ) -> tuple[grants.App, str]:  # fmt: skip
        """Register an app.

        Args:
            by: Who does.
            name: As users will read it.
            redirects: Addresses it may be answered at: https, or http on loopback.
            scopes: What it may ask for.
            visitor: From where.
            confidential: Whether it can keep a secret: a server, not a browser or phone.

        Returns:
            The app, and its secret, shown this once; blank for one that keeps none.

        Raises:
            RequestError: An address or scope will not do.
        """
        wanted = known_scopes(scopes)
        places = [redirect.strip() for redirect in redirects]
        if not name.strip() or not places or len(places) > 10 or wanted & _NEVER:
            raise RequestError(
                "An app needs a name, one to ten redirect addresses, and scopes that do not "
                "administer.",
                hint="Correct these.",
            )
        for place in places:
            _check_redirect(place)
        secret = new_token() if confidential else ""
        app = grants.App(
            id=secrets.token_hex(12), name=name.strip()[:80], redirects=places,
            scopes=sorted(wanted), secret_digest=digest_of(secret) if secret else None,
            created_at=self._desk.now(),
        )  # fmt: skip
        with self._desk.store.session() as session:
            session.add(app)
            self._desk.record(session, "apps.register", visitor, by=by, target=app.id)
        return app, secret

    def listing(self) -> list[grants.App]:
        """Every app, the oldest first."""
        with self._desk.store.reading() as session:
            return grants.apps(session)

    def disable(self, by: Principal, app_id: str, visitor: Visitor) -> None:
        """Let an app in no more: its tokens are worthless from now on.

        Raises:
            NotFoundError: There is none such.
        """
        with self._desk.store.session() as session:
            app = session.get(grants.App, app_id)
            if app is None:
                raise NotFoundError(
                    "There is no app {id}.", hint="List them again.", id=app_id[:32]
                )
            app.disabled_at = self._desk.now()
            self._desk.record(session, "apps.disable", visitor, by=by, target=app_id)
        self._desk.trusted.clear()

    def asked(self, principal: Principal, query: Mapping[str, str]) -> Asked:
        """What an app asks a user for, once its request was checked.

        Args:
            principal: The user.
            query: Parameters of the authorization request.

        Raises:
            OauthError: The app or its redirect address is unknown: the user is sent nowhere.
        """
        app = self._app_of(query)
        scopes = _scopes_of(query.get("scope", ""), app)
        error = _wrong_request(query, scopes)
        if error:
            return Asked("", (), _redirect(query, error=error))
        allowed = ROLES[principal.acting] & (scopes or frozenset())
        return Asked(app.name, tuple(name for name in SCOPES if name in allowed))

    def answer(
        self, principal: Principal, query: Mapping[str, str], visitor: Visitor, *, allow: bool
    ) -> str:
        """The address to send the user to, with a code or a refusal for the app.

        Raises:
            OauthError: The app or its redirect address is unknown.
        """
        asked = self.asked(principal, query)
        if asked.redirect:
            return asked.redirect
        if not allow or not asked.scopes:
            return _redirect(query, error="access_denied", iss=self._desk.settings.public_url)
        code = new_token()
        with self._desk.store.session() as session:
            session.add(
                grants.Code(
                    digest=self._desk.digest("code", code), app_id=query["client_id"],
                    user_id=principal.user, redirect=query["redirect_uri"],
                    scopes=list(asked.scopes), challenge=query["code_challenge"],
                    expires_at=self._desk.now() + _CODE_LIFE,
                )
            )  # fmt: skip
            self._desk.record(
                session, "apps.consent", visitor, by=principal, target=query["client_id"],
                scopes=list(asked.scopes),
            )  # fmt: skip
        return _redirect(query, code=code, iss=self._desk.settings.public_url)

    def exchange(self, form: Mapping[str, str], visitor: Visitor) -> Tokens:
        """Tokens for an authorization code.

        Raises:
            OauthError: App, code, redirect address or verifier does not fit.
        """
        app = self.client(form)
        digest = self._desk.digest("code", form.get("code", ""))
        tokens = None
        with self._desk.store.session() as session:
            code = session.get(grants.Code, digest)
            user = session.get(users.User, code.user_id) if code else None
            if code and user and code.app_id == app.id and code.used_at is not None:
                self._used_again(session, code, visitor)
            elif code and user and user.disabled_at is None and self._fits(code, app, form):
                tokens = self._sessions.open(session, user, visitor, app=app.id, scopes=code.scopes)
                if not grants.use_code(session, digest, tokens.session, self._desk.now()):
                    raise _no_grant()
        if tokens is None:
            raise _no_grant()
        return tokens

    def _fits(self, code: grants.Code, app: grants.App, form: Mapping[str, str]) -> bool:
        verifier = form.get("code_verifier", "")
        hashed = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()
        return (
            code.app_id == app.id
            and code.expires_at > self._desk.now()
            and code.redirect == form.get("redirect_uri", "")
            and _VERIFIER.fullmatch(verifier) is not None
            and hmac.compare_digest(code.challenge, challenge)
        )

    def _used_again(self, session: Session, code: grants.Code, visitor: Visitor) -> None:
        """End what a code gave before."""
        opened = session.get(grants.SignedIn, code.session_id or "")
        if opened is not None and opened.revoked_at is None:
            opened.revoked_at = self._desk.now()
        self._desk.record(
            session, "apps.code_reused", visitor, outcome="refused", target=code.app_id
        )
        self._desk.trusted.clear()

    def renew(self, form: Mapping[str, str], visitor: Visitor) -> Tokens:
        """New tokens for an app's refresh token.

        Raises:
            OauthError: App or token is not good.
        """
        app = self.client(form)
        try:
            return self._sessions.refresh(form.get("refresh_token", ""), visitor, app=app.id)
        except LastroError as error:
            raise OauthError(
                error.template, hint=error.hint_template, code="invalid_grant"
            ) from None

    def revoke(self, form: Mapping[str, str], visitor: Visitor) -> None:
        """End the session of an app's refresh token (RFC 7009); an unknown token ends nothing.

        Raises:
            OauthError: The app is not known.
        """
        app = self.client(form)
        self._sessions.sign_out(form.get("token", ""), visitor, app=app.id)

    def client(self, form: Mapping[str, str]) -> grants.App:
        """The app that sends a form, proven by its secret where it has one.

        Raises:
            OauthError: It is unknown, disabled, or the secret is wrong.
        """
        with self._desk.store.reading() as session:
            app = session.get(grants.App, form.get("client_id", "")[:32])
        secret = digest_of(form.get("client_secret", ""))
        known = app is not None and app.disabled_at is None
        if app is None or not known or (
            app.secret_digest is not None and not hmac.compare_digest(app.secret_digest, secret)
        ):  # fmt: skip
            raise OauthError(
                "The app is not known, or its secret is wrong.",
                hint="Check client_id and client_secret.",
                code="invalid_client",
            )
        return app

    def _app_of(self, query: Mapping[str, str]) -> grants.App:
        with self._desk.store.reading() as session:
            app = session.get(grants.App, query.get("client_id", "")[:32])
        if app is None or app.disabled_at is not None:
            raise OauthError(
                "There is no such app.", hint="Tell whoever made it.", code="invalid_client"
            )
        if query.get("redirect_uri", "") not in app.redirects:
            raise OauthError(
                "The app asks to be answered at an address that was not registered.",
                hint="Do not go on: the link may be a trap. Tell whoever made the app.",
                code="invalid_redirect_uri",
            )
        return app


def _scopes_of(text: str, app: grants.App) -> frozenset[str] | None:
    """What is asked for; None where it is more than the app may ask for."""
    wanted = frozenset(text.split() or app.scopes)
    return wanted if wanted <= frozenset(app.scopes) else None


def _wrong_request(query: Mapping[str, str], scopes: frozenset[str] | None) -> str:
    """OAuth2's word for what is wrong; blank where nothing is."""
    if query.get("response_type") != "code":
        return "unsupported_response_type"
    if query.get("code_challenge_method") != "S256":  # `plain`, or none, protects nobody
        return "invalid_request"
    if not _CHALLENGE.fullmatch(query.get("code_challenge", "")):
        return "invalid_request"
    return "invalid_scope" if scopes is None else ""


def _redirect(query: Mapping[str, str], **answer: str) -> str:
    found = {**answer, **({"state": query["state"][:500]} if query.get("state") else {})}
    joint = "&" if "?" in query["redirect_uri"] else "?"
    return f"{query['redirect_uri']}{joint}{urlencode(found)}"


def _check_redirect(place: str) -> None:
    parts = urlsplit(place)
    local = parts.scheme == "http" and parts.netloc.rpartition(":")[0] in _LOOPBACK
    odd = parts.fragment or "@" in parts.netloc or "*" in place or "\\" in place
    if odd or not parts.netloc or not (parts.scheme == "https" or local):
        raise RequestError(
            "{place} cannot be a redirect address.",
            hint="Use https, or http on 127.0.0.1 with a port; no fragment, user or wildcard.",
            place=place[:200],
        )


def _no_grant() -> OauthError:
    return OauthError(
        "The authorization code is not good, or not any more.",
        hint="Send the user through the authorization page again.",
        code="invalid_grant",
    )
