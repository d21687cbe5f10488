"""Who is asking, as every door sees them once a token or a key has been checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["user", "key", "app"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody, or something, whose credentials were checked.

    Attributes:
        id: Of the user; for a key or an app, of the key or the app.
        kind: ``user`` signed in, ``key`` is a machine with an API key, ``app`` is a third-party
            application that acts for a user.
        name: For people and logs.
        role: Of the user; ``service`` for a key.
        scopes: What may be done.
        user: The user on whose behalf it is done: equal to ``id`` where a user signed in, the
            owner of the key, the user who consented to the app.
        acting: The role of that user: what decides whose books are within reach.
        client: The client this user is, where the role is ``client``; blank otherwise.
        session: The session of the token; blank for a key.
        language: The user's choice: ``pt-BR`` or ``en``.
    """

    id: str
    kind: Kind
    name: str
    role: str
    scopes: frozenset[str]
    user: str = ""
    acting: str = ""
    client: str = ""
    session: str = ""
    language: str = "pt-BR"

    def may(self, scope: str) -> bool:
        """Whether this scope is among theirs."""
        return scope in self.scopes
