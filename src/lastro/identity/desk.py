"""What every part of identity works with: the store, the clock, keyed hashes, the audit log."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lastro.core.errors import NotFoundError
from lastro.store import audit, users

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from lastro.core.clock import Clock
    from lastro.identity.passwords import Hasher
    from lastro.identity.principal import Principal
    from lastro.identity.settings import IdentitySettings
    from lastro.store.session import Store

_SECRET = 32  # bytes


@dataclass(frozen=True)
class Visitor:
    """From where somebody knocks.

    Attributes:
        address: Internet address; blank for the command line.
        agent: What the browser or program calls itself.
    """

    address: str = ""
    agent: str = ""


@dataclass(frozen=True)
class Desk:
    """The parts that identity's services share.

    Attributes:
        store: The operational store.
        settings: Of identity.
        clock: What time it is.
        hasher: Of passwords.
        pepper: The key of ``digest``.
        trusted: Principals by hash of the token or key that was checked a moment ago, each with
            the second until which it is not asked again. Who takes something away clears it.
    """

    store: Store
    settings: IdentitySettings
    clock: Clock
    hasher: Hasher
    pepper: bytes = field(repr=False)
    trusted: dict[bytes, tuple[float, Principal]] = field(default_factory=dict)

    def now(self) -> dt.datetime:
        """The present instant in UTC."""
        return self.clock.now()

    def digest(self, kind: str, text: str) -> str:
        """A keyed hash: finds a value in the store again without the store holding it.

        Args:
            kind: What the text is; the same text of another kind has another hash.
            text: An e-mail, a token, an address.
        """
        return hmac.new(self.pepper, f"{kind}\0{text}".encode(), hashlib.sha256).hexdigest()

    def record(self, session: Session, action: str, visitor: Visitor, **fields: Any) -> None:
        """Add to the audit log.

        Args:
            session: In a writing transaction.
            action: What happened, as ``users.disable``.
            visitor: From where.
            fields: ``by`` (a Principal or a User), ``target``, ``outcome`` (``done`` by default)
                and whatever belongs in the detail, with personal values masked.
        """
        by = fields.pop("by", None)
        target, outcome = fields.pop("target", ""), fields.pop("outcome", "done")
        audit.append(
            session, self.now(), action,
            actor_kind=getattr(by, "kind", "user" if by else ""), actor=by.id if by else "",
            target=target, outcome=outcome, address=mask_address(visitor.address),
            detail=fields,
        )  # fmt: skip


def actor(session: Session, principal: Principal) -> users.User:
    """The user behind a principal.

    Raises:
        NotFoundError: There is none any more.
    """
    return person(session, principal.user)


def person(session: Session, user_id: str) -> users.User:
    """A user.

    Raises:
        NotFoundError: There is none such.
    """
    found = session.get(users.User, user_id)
    if found is None:
        raise NotFoundError(
            "There is no user {id}.",
            hint="List them: `lastro users list`, or the page Admin.",
            id=user_id[:32],
        )
    return found


def new_token() -> str:
    """A random token that fits into a URL: 256 bits."""
    return secrets.token_urlsafe(_SECRET)


def mask_email(email: str) -> str:
    """An e-mail that its owner knows again and nobody else learns: ``m***@example.com``."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}***@{domain}" if domain else f"{name[:1]}***"


def mask_address(address: str) -> str:
    """An internet address without its last part: the network, not the person."""
    if ":" in address:
        return ":".join(address.split(":")[:3]) + "::"
    parts = address.split(".")
    return ".".join([*parts[:3], "0"]) if len(parts) == 4 else address[:40]
