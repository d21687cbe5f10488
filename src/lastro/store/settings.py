"""Settings of the operational store; apart from it, so that reading them loads no database."""

from __future__ import annotations

from pydantic import Field, SecretStr

from lastro.core.settings import Section


class StoreSettings(Section):
    """Where people, keys, runs and saved views are kept."""

    url: SecretStr = Field(
        SecretStr(""),
        description="Address of the operational store: blank is store.db in the lake's folder; "
        "or a file's path, or postgresql+psycopg://user:password@host/database.",
    )
