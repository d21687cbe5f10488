"""Sealing: bytes that only the holder of the master key can read, or change unseen.

Envelope encryption: each value is encrypted by a random data key (AES-256-GCM), and the data key
by the master key. The master's id and the wrapped data key stand in front of the value, so that a
new master rewraps keys and leaves values as they are. What a value is for (its context) is
authenticated with it: moved elsewhere, it does not open.
"""

from __future__ import annotations

import io
import os
import struct
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple, Protocol

from lastro.core.errors import ConfigError, DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MAGIC = b"\x8eLST\x01"  # no text and no format we land begins so
_WHOLE, _CHUNKED = b"W", b"C"
_HEADER = struct.Struct(">5s1s8sH")  # magic, form, id of the master key, length of the wrapped key
_NONCE = 12
_TAG = 16
_CHUNK = 1 << 20
_CHUNK_NONCE = struct.Struct(">7sI?")  # random prefix, number of the chunk, whether it is the last
_USES = 1 << 20  # values for one data key: far below what random nonces allow
_KEPT = 1024
_KEY = 32


def new_key() -> bytes:
    """A fresh key of 32 bytes."""
    return os.urandom(_KEY)


def cipher_of(key: bytes) -> AESGCM:
    """AES-256-GCM under a key; its library is had only where something is sealed."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    return AESGCM(key)


def decrypt(cipher: AESGCM, nonce: bytes, body: bytes, bound: bytes) -> bytes:
    """Decrypt, and prove that nothing was changed.

    Raises:
        ValueError: It was sealed by another key or for another purpose, or changed.
    """
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415

    try:
        return cipher.decrypt(nonce, body, bound)
    except InvalidTag:
        raise ValueError("changed, or sealed by another key") from None


class Master(Protocol):
    """A master key: one that wraps data keys, and perhaps never leaves its house."""

    @property
    def id(self) -> bytes:
        """8 bytes that name the key and say nothing about it."""

    def wrap(self, key: bytes) -> bytes:
        """Encrypt a data key of 32 bytes."""

    def unwrap(self, wrapped: bytes) -> bytes:
        """Decrypt a data key.

        Raises:
            ValueError: It was not wrapped by this key, or changed since.
        """


class _Envelope(NamedTuple):
    form: bytes
    master: bytes
    wrapped: bytes
    rest: int


class Sealer:
    """Seals by one master key; opens what that one or a former one sealed. Safe among threads.

    Args:
        current: Seals and opens.
        former: Only open: keys that were the current one, until everything is rewrapped.
    """

    def __init__(self, current: Master, former: Sequence[Master] = ()) -> None:
        self._current = current
        self._masters = {master.id: master for master in (*former, current)}
        self._lock = threading.Lock()
        self._opened: OrderedDict[bytes, AESGCM] = OrderedDict()
        self._sealing: tuple[bytes, AESGCM] | None = None
        self._uses = 0

    @property
    def key_id(self) -> str:
        """Id of the current master key: 16 hexadecimal digits."""
        return self._current.id.hex()

    @property
    def former_ids(self) -> list[str]:
        """Ids of the former master keys that are still at hand."""
        return sorted(key.hex() for key in self._masters if key != self._current.id)

    def seal(self, plain: bytes, context: str) -> bytes:
        """Encrypt a value.

        Args:
            plain: The value.
            context: What it is for; only the same text opens it.
        """
        header, cipher = self._data_key()
        nonce = os.urandom(_NONCE)
        return b"".join((header, nonce, cipher.encrypt(nonce, plain, _bound(_WHOLE, context))))

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt a value.

        Raises:
            ConfigError: It was sealed by a master key that is not at hand.
            DataError: It is not sealed, was changed, or was sealed for another context.
        """
        envelope = _read(sealed, context)
        if envelope.form != _WHOLE:
            raise _changed(context)
        start = envelope.rest
        nonce, body = sealed[start : start + _NONCE], sealed[start + _NONCE :]
        try:
            cipher = self._cipher(envelope, context)
            return decrypt(cipher, nonce, body, _bound(_WHOLE, context))
        except ValueError:
            raise _changed(context) from None

    def seal_chunks(self, plain: bytes, context: str) -> Iterator[bytes]:
        """Encrypt a large value piece by piece, under a data key of its own.

        Args:
            plain: The value; it is not copied.
            context: What it is for.

        Yields:
            Pieces of the sealed value, in order, of about 1 MiB.
        """
        key = new_key()
        cipher, prefix = cipher_of(key), os.urandom(7)
        yield self._header(_CHUNKED, self._current.wrap(key)) + prefix
        view, bound = memoryview(plain), _bound(_CHUNKED, context)
        last = max(len(plain) - 1, 0) // _CHUNK
        for number in range(last + 1):
            piece = view[number * _CHUNK : (number + 1) * _CHUNK]
            nonce = _CHUNK_NONCE.pack(prefix, number, number == last)
            yield cipher.encrypt(nonce, piece, bound)

    def open_chunks(self, sealed: Iterable[bytes], context: str) -> bytes:
        """Decrypt a large value as its pieces come.

        Args:
            sealed: The sealed value, cut anywhere.
            context: What it was sealed for.

        Raises:
            ConfigError: It was sealed by a master key that is not at hand.
            DataError: It is not sealed, was changed, or cut short.
        """
        pieces = _Pieces(sealed)
        envelope = _read(pieces.header(), context)
        if envelope.form != _CHUNKED:
            raise _changed(context)
        prefix = pieces.take(7)
        cipher, bound = self._cipher(envelope, context), _bound(_CHUNKED, context)
        plain, number, is_last = io.BytesIO(), 0, False
        try:
            while not is_last:
                piece = pieces.take(_CHUNK + _TAG)
                is_last = pieces.ended()
                nonce = _CHUNK_NONCE.pack(prefix, number, is_last)
                plain.write(decrypt(cipher, nonce, piece, bound))
                number += 1
        except (ValueError, struct.error):
            raise _changed(context) from None
        return plain.getvalue()

    @staticmethod
    def key_of(sealed: bytes) -> str:
        """Id of the master key that a value, or its beginning, wants.

        Raises:
            DataError: It is not sealed.
        """
        return _read(sealed, "value").master.hex()

    def is_current(self, sealed: bytes) -> bool:
        """Whether a value, or its beginning, wants the current master key.

        Raises:
            DataError: It is not sealed.
        """
        return self.key_of(sealed) == self.key_id

    def rewrap(self, sealed: bytes, context: str) -> bytes:
        """The same value, its data key wrapped by the current master key.

        Args:
            sealed: A sealed value, or its beginning: what follows the wrapped key stays as it is.
            context: What it was sealed for, to name it where it fails.

        Raises:
            ConfigError: Its master key is not at hand.
            DataError: It is not sealed, or its key was changed.
        """
        envelope = _read(sealed, context)
        wrapped = self._current.wrap(self._unwrapped(envelope, context))
        return self._header(envelope.form, wrapped) + sealed[envelope.rest :]

    def _header(self, form: bytes, wrapped: bytes) -> bytes:
        return _HEADER.pack(_MAGIC, form, self._current.id, len(wrapped)) + wrapped

    def _data_key(self) -> tuple[bytes, AESGCM]:
        """The header and cipher of the data key in use; a new one after many values."""
        with self._lock:
            if self._sealing is None or self._uses >= _USES:
                key = new_key()
                self._sealing = self._header(_WHOLE, self._current.wrap(key)), cipher_of(key)
                self._uses = 0
            self._uses += 1
            return self._sealing

    def _cipher(self, envelope: _Envelope, context: str) -> AESGCM:
        """The cipher of a value; unwrapped keys are kept, for a key service is far away."""
        name = envelope.master + envelope.wrapped
        with self._lock:
            if name in self._opened:
                self._opened.move_to_end(name)
                return self._opened[name]
        cipher = cipher_of(self._unwrapped(envelope, context))
        with self._lock:
            self._opened[name] = cipher
            while len(self._opened) > _KEPT:
                self._opened.popitem(last=False)
        return cipher

    def _unwrapped(self, envelope: _Envelope, context: str) -> bytes:
        master = self._masters.get(envelope.master)
        if master is None:
            raise ConfigError(
                "{context} was sealed by the key {wanted}; the key at hand is {at_hand}.",
                hint="Set LASTRO_KEYS__MASTER, LASTRO_KEYS__FILE or LASTRO_KEYS__KMS to that key, "
                "or add it to LASTRO_KEYS__FORMER.",
                context=context,
                wanted=envelope.master.hex(),
                at_hand=self.key_id,
            )
        try:
            return master.unwrap(envelope.wrapped)
        except ValueError:
            raise _changed(context) from None


class _Pieces:
    """Bytes that come in pieces, taken in other sizes."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._held = bytearray()

    def _fill(self, size: int) -> None:
        while len(self._held) < size and (piece := next(self._pieces, None)) is not None:
            self._held += piece

    def take(self, size: int) -> bytes:
        """The next so many bytes; fewer at the end."""
        self._fill(size)
        taken = bytes(memoryview(self._held)[:size])
        del self._held[:size]
        return taken

    def header(self) -> bytes:
        """The header with its wrapped key."""
        head = self.take(_HEADER.size)
        size = _HEADER.unpack(head)[3] if len(head) == _HEADER.size else 0
        return head + self.take(size)

    def ended(self) -> bool:
        """Whether nothing is left."""
        self._fill(1)
        return not self._held


def is_sealed(beginning: bytes) -> bool:
    """Whether bytes begin as sealed ones do."""
    return beginning.startswith(_MAGIC)


def _bound(form: bytes, context: str) -> bytes:
    """What is authenticated with a value: all but the wrapped key, which rotation replaces."""
    return _MAGIC + form + context.encode()


def _read(sealed: bytes, context: str) -> _Envelope:
    if len(sealed) < _HEADER.size or not is_sealed(sealed):
        raise _changed(context)
    _, form, master, size = _HEADER.unpack_from(sealed)
    end = _HEADER.size + size
    return _Envelope(form, master, sealed[_HEADER.size : end], end)


def _changed(context: str) -> DataError:
    return DataError(
        "{context} does not open: its sealed bytes were changed or belong elsewhere.",
        hint="Somebody or a failing disk changed them: restore them from a backup.",
        context=context,
    )
