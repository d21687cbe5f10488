"""Passwords: what is good enough for one, and its Argon2id hash."""

from __future__ import annotations

import itertools
import threading
import unicodedata
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lastro.core.errors import RequestError

_SHORTEST = 12
_LONGEST = 128  # characters: a hash of a megabyte is a way to keep us busy
_AT_ONCE = 4
_LEAST_DIFFERENT = 5


class Hasher:
    """Argon2id with the parameters of the settings.

    Few hashes are made at once: each takes its memory, and a crowd at the door must not take all.

    Args:
        memory_kib: Memory of one hash, KiB.
        passes: Passes over it.
    """

    def __init__(self, memory_kib: int, passes: int) -> None:
        self._argon2 = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._few = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = self._argon2.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The hash to keep."""
        with self._few:
            return self._argon2.hash(_same(password))

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one that was hashed.

        Where there is no hash (no such user, or one without a password), the same work is done
        in vain, so that the time of the answer tells nothing.
        """
        with self._few:
            try:
                self._argon2.verify(kept or self._nobody, _same(password[:_LONGEST]))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def outdated(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._argon2.check_needs_rehash(kept)


def check_password(password: str, *personal: str) -> None:
    """Refuse a password that would be guessed.

    Args:
        password: The wish.
        personal: Words an attacker tries first: e-mail, name.

    Raises:
        RequestError: It is too short, too long, common, or made from personal words.
    """
    text = _same(password).casefold()
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise RequestError(
            "A password has {least} to {most} characters.",
            hint="A sentence of four or five words is long and easy to remember.",
            least=_SHORTEST,
            most=_LONGEST,
        )
    words = {part.casefold() for word in personal for part in word.replace("@", " ").split()}
    bare = "".join(letter for letter in text if letter.isalnum())
    common = text in _commonest() or bare in _commonest() or _is_run(bare)
    if common or len(set(text)) < _LEAST_DIFFERENT:
        raise RequestError(
            "This password is one of those that are tried first.",
            hint="Choose one that only you would think of: four or five words of no saying.",
        )
    if any(len(word) > 3 and text.replace(word, "").strip("0123456789!@#.-_ ") == ""
           for word in words):  # fmt: skip
        raise RequestError(
            "This password is made from your name or e-mail.",
            hint="Choose one that only you would think of: four or five words of no saying.",
        )


def _same(password: str) -> str:
    """One form for what looks the same, whichever keyboard it was typed on (RFC 8265)."""
    return unicodedata.normalize("NFC", password)


@cache
def _commonest() -> frozenset[str]:
    text = files("lastro.identity").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if not line.startswith("#"))


def _is_run(text: str) -> bool:
    """Whether a text only counts up or down, or repeats a short piece."""
    steps = {ord(b) - ord(a) for a, b in itertools.pairwise(text)}
    short = any(
        text == (text[:size] * len(text))[: len(text)] for size in range(1, 5) if len(text) > size
    )
    return short or steps <= {1} or steps <= {-1} or steps <= {1, -9}
