"""The house that routes ask: the platform, and what is true of it at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import anyio
import polars as pl
from fastapi import Depends, Request

from lastro.api.versions import Versions
from lastro.lake.landing import LEDGER

if TYPE_CHECKING:
    import datetime as dt

    from lastro.core.clock import Clock
    from lastro.core.serving import ApiSettings
    from lastro.identity.service import Identity
    from lastro.store.session import Store
    from lastro.wiring import Platform


class House:
    """A platform as the HTTP door sees it.

    Args:
        platform: All there is to ask.
        clock: What time it is.
    """

    def __init__(self, platform: Platform, clock: Clock) -> None:
        self.platform = platform
        self._clock = clock
        self.settings: ApiSettings = platform.settings.api
        self._versions = Versions(platform, self.settings.watch)
        self.workers = anyio.CapacityLimiter(self.settings.workers)
        self._simulated: bool | None = None
        self._newest: tuple[int, dt.datetime] | None = None

    @property
    def identity(self) -> Identity:
        """Who asks and what they may."""
        return self.platform.identity

    @property
    def opened_identity(self) -> Identity | None:
        """The same where it was asked before; None where opening it would take time."""
        found: Identity | None = self.platform.__dict__.get("identity")
        return found

    @property
    def store(self) -> Store:
        """The operational store."""
        return self.platform.store

    @property
    def simulated(self) -> bool:
        """Whether the lake holds simulated data; that never changes once it holds something."""
        if self._simulated is None:
            self._simulated = self.platform.landing.simulated
        return bool(self._simulated)

    def now(self) -> dt.datetime:
        """The present instant (UTC); in a simulated lake, that of its newest landed file."""
        if not self.simulated:
            return self._clock.now()
        (version,) = self.versions((LEDGER.name,))
        if self._newest is None or self._newest[0] != version:
            newest = pl.col("landed_at").max()
            rows = self.platform.table(LEDGER.name).select(newest).collect()
            self._newest = (version, rows.item())
        return self._newest[1]

    def versions(self, tables: tuple[str, ...]) -> tuple[int, ...]:
        """Newest version of each table, as of about a second ago; -1 where it has none."""
        return self._versions.of(tables)

    async def versions_soon(self, tables: tuple[str, ...]) -> tuple[int, ...]:
        """As ``versions``, without holding the event loop up where a look takes time."""
        if self._versions.is_quick:
            return self._versions.of(tables)
        believed = self._versions.known(tables)
        if believed is not None:
            return believed
        return await anyio.to_thread.run_sync(self._versions.of, tables, limiter=self.workers)


async def house_of(request: Request) -> House:
    """The house that the application stands for."""
    found: House = request.app.state.house
    return found


HouseDep = Annotated[House, Depends(house_of)]
