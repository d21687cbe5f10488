"""Where a lake lives: a local folder, or a bucket behind the S3 protocol.

One address, three libraries that must agree on it: obstore (landing objects), delta-rs (logs) and
Polars (Parquet files); ``bucket`` says it to each.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import Field

from lastro.core.errors import ConfigError, ConflictError, LastroError
from lastro.lake._apart import LANDING, Apart, is_landed
from lastro.lake.bucket import Bucket, BucketSettings
from lastro.lake.storage_trouble import is_unsaid, trouble_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from obstore import ObjectMeta
    from obstore.store import ObjectStore

    from lastro.core.sealing import Sealer


_TRIES = 20
_UNSPEAKABLE = frozenset("%#?*[")


class LakeSettings(BucketSettings):
    """Where the lake is and how to reach it."""

    url: str = Field("lake", description="Folder of the lake, or s3://bucket/prefix.")
    landing_url: str = Field(
        "", description="Where landed files are kept, if not below url: a folder, or s3://bucket."
    )
    engine: Literal["polars", "spark"] = Field(
        "polars",
        description="What builds the tables: polars on this machine, or a spark cluster.",
    )
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
    def _bucket(self) -> Bucket:
        return Bucket(self.url, self._settings)

    @cached_property
    def options(self) -> dict[str, str]:
        """Options for delta-rs; empty for a folder."""
        return {} if self.is_local else self._bucket.for_delta

    @cached_property
    def frame_options(self) -> dict[str, Any]:
        """Options for Polars; empty for a folder."""
        return {} if self.is_local else self._bucket.for_frames

    @cached_property
    def _store(self) -> ObjectStore:
        if (landing := self._landing) is None:
            return self._opened()
        return cast("ObjectStore", Apart(self._opened(), lambda: landing._store))  # noqa: SLF001

    def _opened(self) -> ObjectStore:
        if not self.is_local:
            return self._bucket.store()
        from obstore.store import LocalStore  # noqa: PLC0415 - only data verbs need it

        return LocalStore(prefix=self.url, mkdir=True)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Whatever a bucket refuses inside the block is said so that its operator can mend it.

        Raises:
            ConfigError: A key, a right, the region or the bucket is not as it should be.
            TemporaryError: The store is busy, or cannot be reached.
        """
        try:
            yield
        except LastroError:
            raise
        except Exception as error:
            found = (self._said_again() if is_unsaid(error) else None) or trouble_of(error)
            if found is None:
                raise
            raise found from error

    def _said_again(self) -> LastroError | None:
        """What a store says to a question whose answer may have words: HEAD's has none."""
        try:
            next(iter(self._store.list("lastro.json")), None)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is being asked about
            return trouble_of(error)
        return None

    @property
    def _held(self) -> ObjectStore:
        """The store to look into: looking must not make the folder."""
        if self.is_local and not Path(self.url).is_dir():
            raise FileNotFoundError(self.url)
        return self._store

    @property
    def in_buckets(self) -> list[str]:
        """What keys begin with that are kept in a bucket, one for each address."""
        places = {"": self, f"{LANDING}/": self._landing}
        return [prefix for prefix, place in places.items() if place and not place.is_local]

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
        with self.asking():
            self._store.put(key, body)

    def put_pieces(self, key: str, pieces: Iterator[bytes]) -> None:
        """Write an object that comes in pieces, whole or not at all.

        Args:
            key: The object's.
            pieces: Its bytes; making them must not read from a store.
        """
        with self.asking():
            self._store.put(key, pieces, max_concurrency=2)  # so many 5 MB parts are held at once

    def create(self, key: str, body: bytes) -> bool:
        """Write an object unless there is one; says whether it was written."""
        from obstore.exceptions import AlreadyExistsError  # noqa: PLC0415

        try:
            with self.asking():
                self._store.put(key, body, mode="create")
        except AlreadyExistsError:
            return False
        return True

    def revise(self, key: str, change: Callable[[bytes | None], bytes]) -> None:
        """Change an object by what it holds now. Of two who do so at once, none undoes the other.

        Args:
            key: The object's.
            change: Gives its new bytes from the present ones, None where there is none; it may be
                asked again.

        Raises:
            ConflictError: Others changed it again and again meanwhile.
        """
        for _ in range(_TRIES):
            held, tag = self._tagged(key)
            body = change(held)
            if "://" not in self.at(key):  # one run at a time has a folder
                self.put(key, body)
                return
            if self.replace(key, body, tag) if tag else self.create(key, body):
                return
        raise ConflictError(
            "{key} is changed by others without pause.",
            hint="Run the command again when the other runs have ended.",
            key=key,
        )

    def replace(self, key: str, body: bytes, tag: str) -> bool:
        """Write an object in a bucket where its state is still the one of a tag; says whether."""
        from obstore.exceptions import PreconditionError  # noqa: PLC0415

        try:
            with self.asking():
                self._store.put(key, body, mode={"e_tag": tag})
        except PreconditionError:
            return False
        return True

    def _tagged(self, key: str) -> tuple[bytes | None, str]:
        """An object's bytes and the name of its state; None and blank where there is none."""
        try:
            with self.asking():
                found = self._held.get(key)
                return bytes(found.bytes()), found.meta["e_tag"] or ""
        except FileNotFoundError:
            return None, ""

    def get_head(self, key: str, size: int) -> bytes:
        """The first so many bytes of an object; fewer where it is shorter.

        Raises:
            FileNotFoundError: There is none.
        """
        length = min(size, self.size(key))
        with self.asking():
            return bytes(self._held.get_range(key, start=0, length=length)) if length else b""

    def get_pieces(self, key: str) -> Iterator[bytes]:
        """Read an object piece by piece.

        Raises:
            FileNotFoundError: There is none.
        """
        with self.asking():
            for piece in self._held.get(key).stream(min_chunk_size=1 << 20):
                yield bytes(piece)

    def get(self, key: str) -> bytes:
        """Read an object.

        Raises:
            FileNotFoundError: There is none.
        """
        with self.asking():
            return bytes(self._held.get(key).bytes())

    def delete(self, key: str) -> None:
        """Remove an object, where there is one."""
        if self.exists(key):
            with self.asking():
                self._store.delete(key)

    def exists(self, key: str) -> bool:
        """Whether there is such an object."""
        try:
            self._looked_up(key)
        except FileNotFoundError:
            return False
        return True

    def size(self, key: str) -> int:
        """Bytes of an object.

        Raises:
            FileNotFoundError: There is none.
        """
        return int(self._looked_up(key)["size"])

    def tag(self, key: str) -> str:
        """What names the present state of an object: another state has another.

        Raises:
            FileNotFoundError: There is none.
        """
        return str(self._looked_up(key)["e_tag"] or "")

    def _looked_up(self, key: str) -> ObjectMeta:
        with self.asking():
            return self._held.head(key)

    def list(self, prefix: str) -> Iterator[str]:
        """Keys of every object below a prefix, in no order."""
        for found in self._listed(prefix):
            yield found["path"]

    def older(self, prefix: str, than: dt.datetime) -> Iterator[str]:
        """Keys of the objects below a prefix that were last written before an instant."""
        for found in self._listed(prefix):
            if found["last_modified"] < than:
                yield found["path"]

    def _listed(self, prefix: str) -> Iterator[ObjectMeta]:
        folder = self.at(prefix)
        if "://" not in folder and not Path(folder).is_dir():
            return
        with self.asking():
            for batch in self._store.list(prefix):
                yield from batch
