"""Scopes, and the roles that carry them: what there is to be allowed, and who has it from birth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lastro.core.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable

SCOPES: dict[str, str] = {
    "account": "See and change your own account.",
    "market:read": "Read tickers, indexes, rates, currencies and the home page.",
    "funds:read": "Read funds and portability signals.",
    "tables:read": "Read whole tables of the lake.",
    "sql:run": "Run read-only SQL.",
    "data:read": "See sources, runs, quality, lineage and dead letters.",
    "data:run": "Start downloads, builds and retries.",
    "views:write": "Save views.",
    "clients:read": "Read client books.",
    "clients:write": "Change client books.",
    "users:admin": "Manage users.",
    "keys:admin": "Manage the API keys of everybody.",
    "audit:read": "Read and verify the audit log.",
    "house:admin": "Change the settings of the house.",
}

_READING = frozenset({"account", "market:read", "funds:read", "tables:read", "data:read"})

ROLES: dict[str, frozenset[str]] = {
    "admin": frozenset(SCOPES),
    "analyst": _READING | {"sql:run", "views:write"},
    "adviser": _READING | {"views:write", "clients:read", "clients:write"},
    "client": frozenset({"account", "market:read", "clients:read"}),
    "service": frozenset(SCOPES) - {"account", "users:admin", "keys:admin"},
}


def parse_scopes(text: str) -> frozenset[str]:
    """Scopes from their OAuth2 form, words apart by spaces.

    Raises:
        RequestError: One of them does not exist.
    """
    return known_scopes(text.split())


def known_scopes(names: Iterable[str]) -> frozenset[str]:
    """Scopes by their names.

    Raises:
        RequestError: One of them does not exist.
    """
    found = frozenset(names)
    unknown = sorted(found - set(SCOPES))
    if unknown:
        raise RequestError(
            "There is no scope called '{name}'.",
            hint="Known ones: {known}.",
            name=unknown[0][:40],
            known=", ".join(SCOPES),
        )
    return found


def known_role(name: str) -> str:
    """A role by its name.

    Raises:
        RequestError: There is no such role.
    """
    if name not in ROLES:
        raise RequestError(
            "There is no role called '{name}'.",
            hint="Known ones: {known}.",
            name=name[:40],
            known=", ".join(ROLES),
        )
    return name
