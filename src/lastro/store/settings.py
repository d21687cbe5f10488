"""Settings of the operational store; apart from it, so that reading them loads no database."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr

from lastro.core.errors import ConfigError
from lastro.core.settings import Section


class StoreSettings(Section):
    """Where people, keys, runs and saved views are kept."""

    url: SecretStr = Field(
        SecretStr(""),
        description="Address of the operational store: blank is store.db in the lake's folder; "
        "or a file's path, or postgresql+psycopg://user:password@host/database.",
    )


def address_of(settings: StoreSettings, folder: str, lake: str) -> str:
    """Where the store is: as the settings say, or in a folder of this machine.

    Args:
        settings: They may say nothing.
        folder: Where it goes then; blank where there is none.
        lake: Address of the lake, for the message.

    Raises:
        ConfigError: The settings say nothing, and there is no folder.
    """
    url = settings.url.get_secret_value()
    if not url and not folder:
        raise ConfigError(
            "{lake} has no folder for the operational store.",
            hint="Set LASTRO_STORE__URL to a file on this machine that lasts, or to PostgreSQL.",
            lake=lake,
        )
    return url or f"{Path(folder).absolute()}/store.db"
