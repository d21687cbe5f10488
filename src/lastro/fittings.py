"""What a platform is fitted with beside its lake: keys, store, identity, queries' processes."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lastro.answers.kept import Kept
    from lastro.core.clock import Clock
    from lastro.core.keys import Ring
    from lastro.core.sealing import Sealer
    from lastro.identity.service import Identity
    from lastro.lake.engine import Engine
    from lastro.lake.lake import Lake
    from lastro.lake.sql_house import SqlHouse
    from lastro.lake.storage import Storage
    from lastro.store.session import Store


class Fittings:
    """Parts of a platform, each made when it is first asked for."""

    settings: Any
    storage: Storage
    lake: Lake
    _clock: Clock

    @cached_property
    def keys(self) -> Ring:
        """The master keys that seal secrets and personal data."""
        from lastro.core.keys import ring

        folder = Path(self.storage.url) if self.storage.is_local else None
        is_development = self.settings.identity.environment == "development"
        return ring(self.settings.keys, folder, development=is_development)

    @cached_property
    def sealer(self) -> Sealer:
        """What seals with them."""
        return self.keys.sealer()

    @property
    def store_at(self) -> Store:
        """The operational store where the settings say it is, whether or not it is there yet."""
        from lastro.store.session import Store
        from lastro.store.settings import address_of

        local = self.storage.url if self.storage.is_local else self.settings.scheduler.state
        url = address_of(self.settings.store, local, self.storage.url)
        return Store(url, lambda: self.sealer)

    @cached_property
    def store(self) -> Store:
        """The operational store, its schema up to date.

        Raises:
            ConfigError: It cannot be opened, or a newer version of Lastro wrote it.
            TemporaryError: Its server does not answer.
        """
        found = self.store_at
        found.migrate()
        return found

    @cached_property
    def identity(self) -> Identity:
        """Who asks, and what they may.

        Raises:
            ConfigError: A secret is too weak for the environment, or as ``store`` says.
        """
        from lastro.identity.service import Identity

        return Identity(self.store, self.settings.identity, self._clock)

    @cached_property
    def kept(self) -> Kept:
        """Costly answers, kept while their tables stay as they are."""
        from lastro.answers.kept import Kept

        return Kept()

    @property
    def engine(self) -> Engine | None:
        """The cluster that builds, where the settings name one; None builds on this machine."""
        if self.settings.lake.engine == "polars":
            return None
        from lastro.lake._spark import SparkEngine
        from lastro.lake.engine import Place

        is_development = self.settings.identity.environment == "development"
        place = Place.of(self.settings.lake, development=is_development)
        return SparkEngine(place, self.lake, self.settings.spark)

    @cached_property
    def sql_house(self) -> SqlHouse:
        """Where queries of people who are not at this machine run, within limits."""
        from lastro.lake.sql_house import SqlHouse

        return SqlHouse(self.settings.sql, reaches=not self.storage.is_local)
