"""Identity: the one object the doors ask who somebody is and what they may."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import TYPE_CHECKING

from lastro.core.errors import ConfigError
from lastro.identity.account import Account
from lastro.identity.apps import Apps
from lastro.identity.bearers import Bearers
from lastro.identity.desk import Desk, Visitor
from lastro.identity.keys import Keys
from lastro.identity.oidc import Oidc
from lastro.identity.passwords import Hasher
from lastro.identity.people import People
from lastro.identity.record import Record
from lastro.identity.second_factor import SecondFactors
from lastro.identity.sessions import Sessions
from lastro.identity.settings import check
from lastro.identity.tokens import Signer
from lastro.store import users, vault

if TYPE_CHECKING:
    from lastro.core.clock import Clock
    from lastro.identity.principal import Principal
    from lastro.identity.sessions import Tokens
    from lastro.identity.settings import IdentitySettings
    from lastro.store.session import Store

DEMO_EMAIL = "demo@lastro.local"


class Identity:
    """Who asks, and what they may.

    Args:
        store: The operational store.
        settings: Of identity.
        clock: What time it is.

    Raises:
        ConfigError: A setting is too weak for its environment.
    """

    def __init__(self, store: Store, settings: IdentitySettings, clock: Clock) -> None:
        check(settings)
        self.settings = settings
        hasher = Hasher(settings.argon2_memory_kib, settings.argon2_passes)
        pepper = bytes.fromhex(_kept(store, "pepper", secrets.token_hex(32)))
        self._desk = Desk(store, settings, clock, hasher, pepper)
        named = settings.secret.get_secret_value()
        signing = named or _kept(store, "token_secret", secrets.token_urlsafe(48))
        before = settings.previous_secret.get_secret_value()
        signer = Signer(settings.public_url, [signing, before], settings.access_minutes)
        self.factors = SecondFactors(self._desk)
        self.sessions = Sessions(self._desk, signer, self.factors)
        self.people = People(self._desk, self.sessions)
        self.account = Account(self._desk)
        self.keys = Keys(self._desk)
        self.apps = Apps(self._desk, self.sessions)
        self.record = Record(self._desk)
        self._bearers = Bearers(self._desk, signer)

    @cached_property
    def oidc(self) -> Oidc | None:
        """Login by the firm's provider; None where the settings name none.

        Raises:
            ConfigError: They leave out what it needs.
        """
        if not self.settings.oidc_issuer:
            return None
        return Oidc(self._desk, self.people, self.sessions)

    def principal(self, bearer: str) -> Principal:
        """Whom a token or key stands for.

        Raises:
            UnauthenticatedError: It is not valid.
        """
        return self._bearers.principal(bearer)

    def seen(self, bearer: str) -> Principal | None:
        """Whom it stood for seconds ago, in microseconds; None where ``principal`` must look."""
        return self._bearers.seen(bearer)

    def sign_in(self, email: str, password: str, code: str, visitor: Visitor) -> Tokens:
        """Sign a user in; ``Sessions.sign_in`` says how.

        Raises:
            LastroError: As it says there.
        """
        return self.sessions.sign_in(email, password, code, visitor)

    def first_link(self) -> str | None:
        """Path of the one-time link of the first administrator; None once there is a user."""
        return self.people.first_link()

    def is_new(self) -> bool:
        """Whether there is no user yet."""
        with self._desk.store.reading() as session:
            return users.count(session) == 0

    def demo_email(self) -> str:
        """E-mail of the demo user; blank where there is none, or not any more."""
        with self._desk.store.reading() as session:
            user = users.by_email(session, self._desk.digest("email", DEMO_EMAIL))
            return DEMO_EMAIL if user and user.disabled_at is None else ""

    def demo_user(self, *, simulated: bool) -> tuple[str, str]:
        """E-mail and password of the demo user, an administrator of a simulated lake.

        The password is random, made once, and kept sealed, so that it can be printed again; where
        somebody chose another, this one is good again from here on.

        Args:
            simulated: Whether the lake's data are.

        Raises:
            ConfigError: They are not, or this is production.
        """
        if not simulated or self.settings.environment != "development":
            raise ConfigError(
                "A demo user belongs to a simulated lake in development alone.",
                hint="Use the one-time link to become the administrator of this one.",
            )
        with self._desk.store.session() as session:
            wanted = vault.secret_or(session, "demo_password", _spoken())
            digest = self._desk.digest("email", DEMO_EMAIL)
            user = users.by_email(session, digest)
            if user is None:
                user = self.people.add(session, DEMO_EMAIL, "Demo", "admin")
            if not self._desk.hasher.matches(user.password, wanted):
                user.password = self._desk.hasher.hash(wanted)
                self._desk.record(session, "users.demo", Visitor(), target=user.id)
        return DEMO_EMAIL, wanted


def _kept(store: Store, name: str, fresh: str) -> str:
    """A secret of the house; the first who asks makes it."""
    with store.reading() as session:
        found = vault.secret(session, name)
    if found is not None:
        return found
    with store.session() as session:
        return vault.secret_or(session, name, fresh)


def _spoken() -> str:
    """A password that is easy to type: three words of four syllables, 70 bits."""
    syllables = [a + b for a in "bdfglmnprstv" for b in "aeiou"]
    return "-".join("".join(secrets.choice(syllables) for _ in range(4)) for _ in range(3))
