"""Master keys: from the environment, from a file, or held by AWS KMS and never seen."""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import os
import stat
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, SecretStr

from lastro.core import sealing
from lastro.core.errors import ConfigError, MissingExtraError, TemporaryError
from lastro.core.sealing import Master, Sealer
from lastro.core.settings import Section

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOG = logging.getLogger(__name__)
_KEY = 32
_NONCE = 12
_WRAPPING = b"lastro data key"


class KeySettings(Section):
    """The master key that seals secrets, personal data and, where asked, landed files."""

    master: SecretStr = Field(
        SecretStr(""),
        description="Master key: 32 bytes in base64; `lastro keys new` makes one.",
    )
    file: str = Field(
        "", description="File of the master key, readable by its owner alone; former keys below it."
    )
    kms: str = Field("", description="ARN of a symmetric AWS KMS key that is the master key.")
    kms_endpoint: str = Field("", description="Address of a KMS-compatible server; blank is AWS.")
    kms_region: str = Field("", description="Region of the KMS key; blank reads it in the ARN.")
    former: SecretStr = Field(
        SecretStr(""),
        description="Former master keys, joined by commas (base64 or ARN), until all is rewrapped.",
    )


class LocalMaster:
    """A master key of 32 bytes in our own memory."""

    def __init__(self, key: bytes) -> None:
        self._cipher = sealing.cipher_of(key)
        self.id = hashlib.sha256(b"lastro master key id" + key).digest()[:8]

    def wrap(self, key: bytes) -> bytes:
        """Encrypt a data key of 32 bytes."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, key, _WRAPPING + self.id)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Decrypt a data key.

        Raises:
            ValueError: It was not wrapped by this key, or changed since.
        """
        bound = _WRAPPING + self.id
        return sealing.decrypt(self._cipher, wrapped[:_NONCE], wrapped[_NONCE:], bound)


class KmsMaster:
    """A master key that AWS KMS holds: data keys go there to be wrapped and unwrapped.

    Args:
        arn: The key.
        endpoint: Address of another server that speaks KMS; blank is AWS.
        region: Blank reads it in the ARN.
    """

    def __init__(self, arn: str, endpoint: str = "", region: str = "") -> None:
        self._arn = arn
        self._endpoint = endpoint
        self._region = region or (arn.split(":")[3] if arn.count(":") >= 5 else "")
        self.id = hashlib.sha256(b"lastro kms key id" + arn.encode()).digest()[:8]

    @cached_property
    def _client(self) -> Any:
        try:
            import boto3  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra that few need
        except ImportError:
            raise MissingExtraError(
                "The master key is held by AWS KMS, and boto3 is not installed.",
                hint="Install it: pip install 'lastro[aws]'.",
            ) from None
        return boto3.session.Session().client(  # the module's own session is shared by all
            "kms", endpoint_url=self._endpoint or None, region_name=self._region or None
        )

    def wrap(self, key: bytes) -> bytes:
        """Have a data key of 32 bytes encrypted.

        Raises:
            ConfigError: The key is not there, disabled, or not ours to use.
            TemporaryError: KMS cannot be reached.
        """
        asked = {"KeyId": self._arn, "Plaintext": key, "EncryptionContext": {"lastro": "data key"}}
        return bytes(self._ask("encrypt", asked)["CiphertextBlob"])

    def unwrap(self, wrapped: bytes) -> bytes:
        """Have a data key decrypted.

        Raises:
            ValueError: It was not wrapped by this key, or changed since.
            ConfigError: The key is not there, disabled, or not ours to use.
            TemporaryError: KMS cannot be reached.
        """
        asked = {
            "KeyId": self._arn,
            "CiphertextBlob": wrapped,
            "EncryptionContext": {"lastro": "data key"},
        }
        return bytes(self._ask("decrypt", asked)["Plaintext"])

    def _ask(self, verb: str, asked: dict[str, Any]) -> dict[str, Any]:
        from botocore import exceptions  # type: ignore[import-untyped]  # noqa: PLC0415 - as boto3

        try:
            client = self._client
            answer: dict[str, Any] = getattr(client, verb)(**asked)
        except exceptions.ClientError as error:
            code = error.response["Error"]["Code"]
            if code in {"InvalidCiphertextException", "IncorrectKeyException"}:
                raise ValueError(code) from None
            raise self._refused(code) from error
        except (exceptions.NoCredentialsError, exceptions.NoRegionError) as error:
            raise self._refused(type(error).__name__) from error
        except exceptions.BotoCoreError as error:
            raise TemporaryError(
                "AWS KMS cannot be reached: {reason}",
                hint="Try again; if it goes on, look at the network and LASTRO_KEYS__KMS_ENDPOINT.",
                reason=str(error),
            ) from error
        return answer

    def _refused(self, code: str) -> ConfigError:
        return ConfigError(
            "AWS KMS refuses the master key {arn}: {code}.",
            hint="Check LASTRO_KEYS__KMS, that the key is enabled, and that this machine's role "
            "may call kms:Encrypt and kms:Decrypt with it.",
            arn=self._arn,
            code=code,
        )


@dataclass(frozen=True)
class Ring:
    """Master keys at hand.

    Attributes:
        current: Seals and opens.
        former: Only open.
        origin: ``environment``, ``file``, ``kms`` or ``generated``.
        path: The file, where they come from one.
    """

    current: Master
    former: tuple[Master, ...]
    origin: str
    path: Path | None = None

    def sealer(self) -> Sealer:
        """A sealer over these keys."""
        return Sealer(self.current, self.former)


def new_key() -> str:
    """A fresh master key, as settings and files write it: 32 bytes in base64."""
    return base64.b64encode(sealing.new_key()).decode()


def is_set(settings: KeySettings, folder: Path | None) -> bool:
    """Whether there is a master key, so that ``ring`` makes none."""
    named = bool(settings.master.get_secret_value() or settings.file or settings.kms)
    return named or (folder is not None and _generated_path(folder).exists())


def ring(settings: KeySettings, folder: Path | None, *, development: bool) -> Ring:
    """The master keys that settings name.

    Args:
        settings: Where they are.
        folder: Of the lake: in development, a key is generated below it where none is set.
        development: Whether a key may be generated.

    Raises:
        ConfigError: No key is set, several are, or one cannot be read.
    """
    secret = settings.master.get_secret_value()
    ways = [bool(secret), bool(settings.file), bool(settings.kms)]
    if sum(ways) > 1:
        raise ConfigError(
            "More than one master key is set.",
            hint="Keep one of LASTRO_KEYS__MASTER, LASTRO_KEYS__FILE and LASTRO_KEYS__KMS; "
            "a former key goes into LASTRO_KEYS__FORMER.",
        )
    listed = settings.former.get_secret_value().split(",")
    former = tuple(_named(settings, text.strip()) for text in listed if text.strip())
    if secret:
        return Ring(_local(secret, "LASTRO_KEYS__MASTER"), former, "environment")
    if settings.kms:
        return Ring(_named(settings, settings.kms), former, "kms")
    if settings.file:
        return _from_file(Path(settings.file), former, "file")
    return _generated(folder, former, development=development)


def ring_of(ring: Ring) -> Ring:
    """The same keys, read again: their file was written meanwhile."""
    if ring.path is None:
        return ring
    listed = _from_file(ring.path, (), ring.origin)
    known = {master.id for master in (listed.current, *listed.former)}
    others = tuple(master for master in ring.former if master.id not in known)
    return replace(listed, former=(*listed.former, *others))


def key_id_of(text: str) -> str:
    """Id of a master key, from its base64."""
    return _local(text, "The key").id.hex()


def _named(settings: KeySettings, text: str) -> Master:
    """A key by its text: an ARN, or base64."""
    if text.startswith("arn:"):
        return KmsMaster(text, settings.kms_endpoint, settings.kms_region)
    return _local(text, "LASTRO_KEYS__FORMER")


def _local(text: str, place: str) -> LocalMaster:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY:
        raise ConfigError(
            "{place} holds no master key: it must be 32 bytes in base64.",
            hint="`lastro keys new` makes one.",
            place=place,
        )
    return LocalMaster(key)


def key_lines(path: Path) -> list[str]:
    """Keys of a key file as they are written, the current one first.

    Raises:
        ConfigError: It is not there, or others than its owner may read it.
    """
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ConfigError(
                "Others than its owner may read the master key in {path}.",
                hint="Close it: chmod 600 {path}",
                path=path,
            )
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            "The master key in {path} cannot be read: {reason}.",
            hint="Check LASTRO_KEYS__FILE; `lastro keys new` makes a key.",
            path=path,
            reason=getattr(error, "strerror", None) or "it is not text",
        ) from None
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def write_keys(path: Path, keys: Sequence[str]) -> None:
    """Write a key file, whole or not at all, readable by its owner alone.

    Args:
        path: Where.
        keys: In base64, the current one first.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write("".join(f"{key}\n" for key in keys))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _from_file(path: Path, former: tuple[Master, ...], origin: str) -> Ring:
    masters = [_local(line, str(path)) for line in key_lines(path) or [""]]
    return Ring(masters[0], (*masters[1:], *former), origin, path)


def _generated_path(folder: Path) -> Path:
    return folder / "keys" / "master.key"


def _generated(folder: Path | None, former: tuple[Master, ...], *, development: bool) -> Ring:
    """The key of a lake in development, made the first time."""
    if folder is None or not development:
        raise ConfigError(
            "No master key is set.",
            hint="Make one with `lastro keys new`, keep it outside the lake and its backups, and "
            "set LASTRO_KEYS__MASTER, LASTRO_KEYS__FILE or LASTRO_KEYS__KMS.",
        )
    path = _generated_path(folder)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = path.with_name(f".new.{os.urandom(8).hex()}")
        write_keys(beside, [new_key()])
        try:
            os.link(beside, path)  # of two processes that make one, the first wins
            _LOG.warning("a master key was generated for development: %s", path)
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    return _from_file(path, former, "generated")
