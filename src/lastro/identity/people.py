"""People: invited, changed, disabled; their passwords, and the one-time links that set them."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lastro.core.errors import ConflictError, RequestError, UnauthenticatedError
from lastro.identity import desk as desks
from lastro.identity import second_factor
from lastro.identity.desk import new_token
from lastro.identity.passwords import check_password
from lastro.identity.reach import out_of_reach, reach_of
from lastro.identity.scopes import known_role
from lastro.identity.sessions import normal_email
from lastro.store import api_keys, grants, users
from lastro.store.base import one_at_a_time

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lastro.identity.desk import Desk, Visitor
    from lastro.identity.principal import Principal
    from lastro.identity.sessions import Sessions, Tokens

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")
FIRST, CHOOSE = "first", "choose"


@dataclass(frozen=True)
class Wish:
    """What an administrator wants of a user; None leaves a thing as it is.

    Attributes:
        name: What people call them.
        role: One of the roles.
        client: Id of the client they are; blank for none.
        adviser: Id of the user who advises them; blank for none.
        disabled: Whether they may not come in any more.
    """

    name: str | None = None
    role: str | None = None
    client: str | None = None
    adviser: str | None = None
    disabled: bool | None = None


class People:
    """Looks after users.

    Args:
        desk: Of identity.
        sessions: Opens the session of who comes in by a link.
    """

    def __init__(self, desk: Desk, sessions: Sessions) -> None:
        self._desk = desk
        self._sessions = sessions

    # links

    def first_link(self) -> str | None:
        """Path of a one-time link by which the first administrator comes in; None once there is.

        Each call makes a new one and the former worthless. What follows ``#`` stays in the
        browser: no log and no proxy sees it.
        """
        with self._desk.store.session() as session:
            if users.count(session):
                return None
            return self._link(session, FIRST, None)

    def _link(self, session: Session, purpose: str, user_id: str | None) -> str:
        now, token = self._desk.now(), new_token()
        grants.drop_links(session, purpose, user_id, now)
        until = now + dt.timedelta(hours=self._desk.settings.link_hours)
        digest = self._desk.digest("link", token)
        session.add(grants.Link(digest=digest, purpose=purpose, user_id=user_id, expires_at=until))
        session.flush()
        return f"/welcome#{token}"

    def look(self, token: str) -> tuple[str, str]:
        """What a link is for, ``first`` or ``choose``, and for whose e-mail; it stays good.

        Raises:
            UnauthenticatedError: It is not good, or not any more.
        """
        with self._desk.store.reading() as session:
            link = session.get(grants.Link, self._desk.digest("link", token))
            if link is None or link.used_at is not None or link.expires_at <= self._desk.now():
                raise _worthless()
            user = session.get(users.User, link.user_id) if link.user_id else None
            return link.purpose, user.email if user else ""

    def claim_first(
        self, token: str, email: str, name: str, password: str, visitor: Visitor
    ) -> Tokens:
        """Become the first administrator.

        Raises:
            UnauthenticatedError: The link is not good.
            RequestError: E-mail, name or password will not do.
        """
        email = checked_email(email)
        check_password(password, email, name)
        hashed = self._desk.hasher.hash(password)
        with self._desk.store.session() as session:
            one_at_a_time(session, "users")
            link = grants.use_link(session, self._desk.digest("link", token), self._desk.now())
            if link is None or link.purpose != FIRST or users.count(session):
                raise _worthless()
            user = self.add(session, email, name, "admin")
            user.password = hashed
            tokens = self._sessions.open(session, user, visitor)
            self._desk.record(session, "users.first", visitor, by=user, target=user.id)
        return tokens

    def choose(self, token: str, password: str, visitor: Visitor) -> Tokens:
        """Choose a password by a link, and come in; other sessions end.

        Where there is a second factor, it stays: the next sign-in asks for it.

        Raises:
            UnauthenticatedError: The link is not good.
            RequestError: The password will not do.
        """
        _, email = self.look(token)
        check_password(password, email)
        hashed = self._desk.hasher.hash(password)
        with self._desk.store.session() as session:
            link = grants.use_link(session, self._desk.digest("link", token), self._desk.now())
            user = session.get(users.User, link.user_id) if link and link.user_id else None
            if link is None or link.purpose != CHOOSE or user is None or user.disabled_at:
                raise _worthless()
            user.password = hashed
            grants.end_sessions(session, user.id, self._desk.now())
            tokens = self._sessions.open(session, user, visitor)
            self._desk.record(session, "users.password_by_link", visitor, by=user, target=user.id)
        self._desk.trusted.clear()
        return tokens

    # by administrators

    def everyone(self) -> list[users.User]:
        """All users, the oldest first."""
        with self._desk.store.reading() as session:
            return users.everyone(session)

    def one(self, user_id: str) -> users.User:
        """A user.

        Raises:
            NotFoundError: There is none such.
        """
        with self._desk.store.reading() as session:
            return desks.person(session, user_id)

    def by_email(self, email: str) -> users.User | None:
        """A user by the e-mail; None where there is none."""
        with self._desk.store.reading() as session:
            return users.by_email(session, self._desk.digest("email", normal_email(email)))

    def clients(self, principal: Principal) -> list[users.User]:
        """Users who are clients, as far as the principal reaches."""
        reach = reach_of(principal)
        with self._desk.store.reading() as session:
            return users.everyone(
                session, users.User.role == "client",
                reach.sql(users.User.adviser_id, users.User.client),
            )  # fmt: skip

    def client(self, principal: Principal, client: str) -> users.User:
        """The user who is a client.

        Raises:
            NotFoundError: There is none such, or out of the principal's reach.
        """
        found = [user for user in self.clients(principal) if user.client == client and client]
        if not found:
            raise out_of_reach(client)
        return found[0]

    def invite(
        self, by: Principal | None, email: str, name: str, role: str, visitor: Visitor,
        *, client: str = "", adviser: str = "",
    ) -> tuple[users.User, str]:  # fmt: skip
        """Add a user, and the path of the link by which they choose a password.

        Args:
            by: Who invites; None is the operator at the command line.
            email: Theirs.
            name: What people call them.
            role: One of the roles.
            visitor: From where.
            client: Id of the client they are, for the role ``client``.
            adviser: Id of the user who advises them.

        Raises:
            RequestError: E-mail, name, role or adviser will not do.
            ConflictError: There is a user of that e-mail.
        """
        email, role = checked_email(email), known_role(role)
        with self._desk.store.session() as session:
            one_at_a_time(session, "users")
            user = self.add(session, email, name, role)
            _relate(session, user, client, adviser)
            link = self._link(session, CHOOSE, user.id)
            self._desk.record(
                session, "users.invite", visitor, by=by, target=user.id, role=role,
                email=desks.mask_email(email),
            )  # fmt: skip
        return user, link

    def new_link(self, by: Principal | None, user_id: str, visitor: Visitor) -> str:
        """Path of a new link by which a user chooses a password; the former one is worthless.

        Raises:
            NotFoundError: There is no such user.
            ConflictError: The user is disabled.
        """
        with self._desk.store.session() as session:
            user = desks.person(session, user_id)
            if user.disabled_at is not None:
                raise ConflictError("This user is disabled.", hint="Enable the user first.")
            link = self._link(session, CHOOSE, user.id)
            self._desk.record(session, "users.link", visitor, by=by, target=user.id)
        return link

    def change(
        self, by: Principal | None, user_id: str, wish: Wish, visitor: Visitor
    ) -> users.User:
        """Change a user; with another role, or disabled, every session ends at once.

        Raises:
            NotFoundError: There is no such user.
            RequestError: Role or adviser will not do.
            ConflictError: Nobody would be left to administer.
        """
        with self._desk.store.session() as session:
            one_at_a_time(session, "users")
            user = desks.person(session, user_id)
            before = (user.role, user.disabled_at is not None)
            user.name = checked_name(wish.name) if wish.name is not None else user.name
            user.role = known_role(wish.role) if wish.role is not None else user.role
            if wish.disabled is not None:
                user.disabled_at = self._desk.now() if wish.disabled else None
            adviser = user.adviser_id or "" if wish.adviser is None else wish.adviser
            _relate(session, user, user.client if wish.client is None else wish.client, adviser)
            session.flush()
            if before == ("admin", False) and not users.admins(session):
                raise ConflictError(
                    "Nobody would be left to administer.",
                    hint="Give somebody else the role of admin first.",
                )
            if before != (user.role, user.disabled_at is not None):
                grants.end_sessions(session, user.id, self._desk.now())
            if user.disabled_at is not None:
                api_keys.revoke_all(session, user.id, self._desk.now())
            self._desk.record(
                session, "users.change", visitor, by=by, target=user.id, role=user.role,
                disabled=user.disabled_at is not None,
            )  # fmt: skip
        self._desk.trusted.clear()
        return user

    def drop_second_factor(self, by: Principal | None, user_id: str, visitor: Visitor) -> None:
        """Take the second factor away from who lost the phone and the recovery codes.

        Raises:
            NotFoundError: There is no such user.
        """
        with self._desk.store.session() as session:
            user = desks.person(session, user_id)
            second_factor.forget(session, user)
            self._desk.record(session, "users.second_factor_off", visitor, by=by, target=user.id)

    def add(self, session: Session, email: str, name: str, role: str) -> users.User:
        """Add a user without a password.

        Args:
            session: In a writing transaction.
            email: Checked.
            name: What people call them.
            role: Checked.

        Raises:
            RequestError: The name is blank or too long.
            ConflictError: There is a user of that e-mail.
        """
        digest = self._desk.digest("email", email)
        if users.by_email(session, digest) is not None:
            raise ConflictError(
                "There is a user with this e-mail already.",
                hint="Change that one, or use another e-mail.",
            )
        user = users.User(
            id=uuid.uuid4().hex, email=email, email_digest=digest, name=checked_name(name),
            role=role, client="", language="pt-BR", totp_last=0, created_at=self._desk.now(),
        )  # fmt: skip
        session.add(user)
        session.flush()
        return user


def checked_email(email: str) -> str:
    """An e-mail in its one form.

    Raises:
        RequestError: It is none.
    """
    found = normal_email(email)
    if not _EMAIL.fullmatch(found):
        raise RequestError("This is not an e-mail address.", hint="Write it as name@example.com.")
    return found


def checked_name(name: str) -> str:
    """A name in its one form.

    Raises:
        RequestError: It is blank, too long, or holds what cannot be seen.
    """
    found = " ".join(name.split())
    if not 1 <= len(found) <= 80 or not found.isprintable():
        raise RequestError("A name has 1 to 80 characters.", hint="Write what people call you.")
    return found


def _relate(session: Session, user: users.User, client: str, adviser: str) -> None:
    """Who a user is to others: a client says which, and may have an adviser; nobody else has."""
    if user.role != "client" and (client or adviser):
        client = adviser = ""
    found = session.get(users.User, adviser) if adviser else None
    if adviser and (found is None or found.role not in {"adviser", "admin"}):
        raise RequestError(
            "An adviser is a user with the role adviser.", hint="List users and name one of them."
        )
    user.client, user.adviser_id = client.strip()[:64], adviser or None


def _worthless() -> UnauthenticatedError:
    return UnauthenticatedError(
        "This link is not good, or not any more.",
        hint="Each link works once and for some hours: ask for a new one.",
    )
