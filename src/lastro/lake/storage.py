"""Where a lake lives: a local folder, or a bucket behind the S3 protocol.

One address, three libraries that must agree on it: obstore (landing objects), delta-rs (logs) and
Polars (Parquet files). All three speak object_store's option names.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pydantic import Field, SecretStr

from lastro.core.errors import ConfigError
from lastro.core.settings import Section
from lastro.lake._apart import Apart, is_landed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from obstore.store import ObjectStore

    from lastro.core.sealing import Sealer


_UNSPEAKABLE = frozenset("%#?*[")


class LakeSettings(Section):
    """Where the lake is and how to reach it."""

    url: str = Field("lake", description="Folder of the lake, or s3://bucket/prefix.")
    landing_url: str = Field(
        "", description="Where landed files are kept, if not below url: a folder, or s3://bucket."
    )
    s3_endpoint: str = Field("", description="Address of an S3-compatible server; blank is AWS.")
    s3_region: str = Field("us-east-1", description="Region of the bucket.")
    s3_access_key_id: str = Field("", description="Access key; blank uses the machine's role.")
    s3_secret_access_key: SecretStr = Field(SecretStr(""), description="Secret of the access key.")
    seal_landing: bool = Field(
        default=False, description="Whether landed files are sealed by the master key."
    )


class Storage:
    """Objects below one address. Writing an object is all or nothing.

    Args:
        settings: Where, and how to reach it.
        sealer: Gives what seals with the master key, the first time something is sealed.
    """

    def __init__(self, settings: LakeSettings, sealer: Callable[[], Sealer] | None = None) -> None:
        self._settings = settings
        self._make_sealer = sealer
        self.table_keys: dict[str, bytes] = {}  # data keys of personal tables, once opened
        self.is_local = "://" not in settings.url
        self.url = str(Path(settings.url).absolute()) if self.is_local else settings.url.rstrip("/")
        if not self.is_local and not self.url.startswith("s3://"):
            raise ConfigError(
                "A lake cannot live at {url}.",
                hint="Set LASTRO_LAKE__URL to a folder or to s3://bucket/prefix.",
                url=self.url,
            )
        if self.is_local and not _UNSPEAKABLE.isdisjoint(self.url):
            raise ConfigError(
                "A lake cannot live at {url}: % # ? * and [ mean something else to its tables.",
                hint="Choose a folder without them, or link to it from one.",
                url=self.url,
            )
        apart = {"url": settings.landing_url, "landing_url": ""}
        self._landing = Storage(settings.model_copy(update=apart)) if settings.landing_url else None

    @cached_property
    def options(self) -> dict[str, str]:
        """Options for delta-rs and Polars, in object_store's names; empty for a folder."""
        if self.is_local:
            return {}
        secret = self._settings.s3_secret_access_key.get_secret_value()
        endpoint = self._settings.s3_endpoint
        options = {
            "aws_region": self._settings.s3_region,
            "aws_access_key_id": self._settings.s3_access_key_id,
            "aws_secret_access_key": secret,
            "aws_endpoint": endpoint,
            "aws_allow_http": "true" if endpoint.startswith("http://") else "",
        }
        return {name: value for name, value in options.items() if value}

    @cached_property
    def _store(self) -> ObjectStore:
        if (landing := self._landing) is None:
            return self._opened()
        return cast("ObjectStore", Apart(self._opened(), lambda: landing._store))  # noqa: SLF001

    def _opened(self) -> ObjectStore:
        from obstore.store import LocalStore, from_url  # noqa: PLC0415 - only data verbs need it

        if self.is_local:
            return LocalStore(prefix=self.url, mkdir=True)
        return from_url(self.url, client_options=None, **self.options)  # type: ignore[call-overload, no-any-return]

    @property
    def _held(self) -> ObjectStore:
        """The store to look into: looking must not make the folder."""
        if self.is_local and not Path(self.url).is_dir():
            raise FileNotFoundError(self.url)
        return self._store

    @property
    def seals_landing(self) -> bool:
        """Whether landed files are sealed."""
        return self._settings.seal_landing

    @cached_property
    def sealer(self) -> Sealer:
        """What seals with the master key.

        Raises:
            ConfigError: There is no master key.
        """
        if self._make_sealer is None:
            raise ConfigError(
                "The lake at {url} holds sealed data and was opened without a master key.",
                hint="Set LASTRO_KEYS__MASTER, LASTRO_KEYS__FILE or LASTRO_KEYS__KMS.",
                url=self.url,
            )
        return self._make_sealer()

    def at(self, *parts: str) -> str:
        """Full address of an object or folder below the lake."""
        place = self._landing if self._landing and is_landed(parts[0]) else self
        return "/".join((place.url, *parts))

    def put(self, key: str, body: bytes) -> None:
        """Write an object, whole or not at all."""
        self._store.put(key, body)

    def put_pieces(self, key: str, pieces: Iterator[bytes]) -> None:
        """Write an object that comes in pieces, whole or not at all.

        Args:
            key: The object's.
            pieces: Its bytes; making them must not read from a store.
        """
        self._store.put(key, pieces, max_concurrency=2)  # so many 5 MB parts are held at once

    def create(self, key: str, body: bytes) -> bool:
        """Write an object unless there is one; says whether it was written."""
        from obstore.exceptions import AlreadyExistsError  # noqa: PLC0415

        try:
            self._store.put(key, body, mode="create")
        except AlreadyExistsError:
            return False
        return True

    def get_head(self, key: str, size: int) -> bytes:
        """The first so many bytes of an object; fewer where it is shorter.

        Raises:
            FileNotFoundError: There is none.
        """
        length = min(size, self.size(key))
        return bytes(self._held.get_range(key, start=0, length=length)) if length else b""

    def get_pieces(self, key: str) -> Iterator[bytes]:
        """Read an object piece by piece.

        Raises:
            FileNotFoundError: There is none.
        """
        for piece in self._held.get(key).stream(min_chunk_size=1 << 20):
            yield bytes(piece)

    def get(self, key: str) -> bytes:
        """Read an object.

        Raises:
            FileNotFoundError: There is none.
        """
        return bytes(self._held.get(key).bytes())

    def delete(self, key: str) -> None:
        """Remove an object, where there is one."""
        if self.exists(key):
            self._store.delete(key)

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        try:
            self._held.head(key)
        except FileNotFoundError:
            return False
        return True

    def size(self, key: str) -> int:
        """Bytes of an object.

        Raises:
            FileNotFoundError: There is none.
        """
        return int(self._held.head(key)["size"])

    def tag(self, key: str) -> str:
        """What names the present state of an object: another state has another.

        Raises:
            FileNotFoundError: There is none.
        """
        return str(self._held.head(key)["e_tag"] or "")

    def list(self, prefix: str) -> Iterator[str]:
        """Keys of every object below a prefix, in no order."""
        folder = self.at(prefix)
        if "://" not in folder and not Path(folder).is_dir():
            return
        for batch in self._store.list(prefix):
            for found in batch:
                yield found["path"]
