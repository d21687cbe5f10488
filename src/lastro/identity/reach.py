"""Reach: whose client books somebody may see. Written once, used by whatever reads them.

An administrator reaches every client; an adviser those that are theirs; a client their own;
nobody else any. A key or an app reaches what the user behind it reaches, and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
from sqlalchemy import false, true

from lastro.core.errors import NotFoundError

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute

    from lastro.identity.principal import Principal

_SCOPES = {"clients:read", "clients:write"}


@dataclass(frozen=True)
class Reach:
    """Whose books are within reach; with nothing set, nobody's.

    Attributes:
        everybody: All clients.
        adviser: Those of this adviser; blank: of none.
        client: This client; blank: none.
    """

    everybody: bool = False
    adviser: str = ""
    client: str = ""

    def frame(self, adviser: str = "adviser_id", client: str = "client") -> pl.Expr:
        """The condition on a frame's rows.

        Args:
            adviser: Column that holds the id of the client's adviser.
            client: Column that holds the client's id.
        """
        if self.everybody:
            return pl.lit(value=True)
        if self.adviser:
            return pl.col(adviser).eq_missing(self.adviser)
        if self.client:
            return pl.col(client).eq_missing(self.client)
        return pl.lit(value=False)

    def sql(
        self,
        adviser: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
        client: InstrumentedAttribute[str],
    ) -> ColumnElement[bool]:
        """The condition on rows of the store.

        Args:
            adviser: Column that holds the id of the client's adviser.
            client: Column that holds the client's id.
        """
        if self.everybody:
            return true()
        if self.adviser:
            return adviser == self.adviser
        if self.client:
            return client == self.client
        return false()

    def holds(self, adviser: str | None, client: str) -> bool:
        """Whether one client's books are within reach.

        Args:
            adviser: Id of the client's adviser; None where there is none.
            client: The client's id.
        """
        if self.everybody:
            return True
        if self.adviser:
            return adviser == self.adviser
        return bool(self.client) and client == self.client

    def check(self, adviser: str | None, client: str) -> None:
        """Refuse a client who is out of reach, in the words used where there is no such client.

        Raises:
            NotFoundError: Out of reach, or not there: the answer does not tell which.
        """
        if not self.holds(adviser, client):
            raise out_of_reach(client)


def reach_of(principal: Principal) -> Reach:
    """Whose books a principal may see.

    Args:
        principal: Checked already.
    """
    if not principal.scopes & _SCOPES:
        return Reach()
    if principal.acting == "admin":
        return Reach(everybody=True)
    if principal.acting == "adviser":
        return Reach(adviser=principal.user)
    if principal.acting == "client":
        return Reach(client=principal.client)
    return Reach()


def out_of_reach(client: str) -> NotFoundError:
    """The error of a client who is out of reach, or does not exist: it does not tell which."""
    return NotFoundError(
        "There is no client {client} among yours.",
        hint="See the id; an administrator says whose client it is.",
        client=client[:64],
    )
