"""Rotation of the master key: what wants which key, and everything wrapped by a new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lastro.core.errors import ConflictError, RequestError
from lastro.core.keys import key_id_of, key_lines, new_key, ring_of, write_keys
from lastro.lake import sealed
from lastro.lake.storage import Storage
from lastro.store import sealed_columns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lastro.core.keys import Ring
    from lastro.lake.storage import LakeSettings
    from lastro.store.session import Store


@dataclass(frozen=True)
class KeyUse:
    """One master key, and how much it opens.

    Attributes:
        key: Its id, 16 hexadecimal digits.
        state: ``current``, ``former`` (at hand, only opens) or ``missing`` (not at hand).
        files: Sealed files of the lake that want it.
        values: Sealed values of the store that want it.
    """

    key: str
    state: str
    files: int
    values: int


class Rotation:
    """What is sealed in a lake and its store, and by which master keys.

    Args:
        settings: Of the lake.
        store: The operational store; None where there is none yet.
        ring: The master keys at hand.
    """

    def __init__(self, settings: LakeSettings, store: Store | None, ring: Ring) -> None:
        self._settings = settings
        self._store = store
        self._ring = ring

    def uses(self) -> list[KeyUse]:
        """Every master key at hand or wanted, the current one first."""
        sealer = self._ring.sealer()
        files = sealed.count(Storage(self._settings, self._ring.sealer))
        values = sealed_columns.count(self._store) if self._store else {}
        at_hand = dict.fromkeys(sealer.former_ids, "former") | {sealer.key_id: "current"}
        known = dict.fromkeys([sealer.key_id, *sealer.former_ids, *files, *values])
        return [
            KeyUse(key, at_hand.get(key, "missing"), files.get(key, 0), values.get(key, 0))
            for key in known
        ]

    def rotate(self, tell: Callable[[str, int], None]) -> list[KeyUse]:
        """Wrap everything by a new master key; the former one still opens.

        A key file gets a new key, unless an earlier rotation was interrupted: then that one is
        finished. Keys from elsewhere are rotated by their owner, and everything is wrapped by the
        one that is set now.

        Args:
            tell: Told what is done (``store`` or ``files``) and how many so far.

        Returns:
            Every key, and what it opens afterwards.

        Raises:
            RequestError: There is no new key: the owner has to set one first.
            ConfigError: Something wants a key that is not at hand.
        """
        uses = self.uses()
        is_finished = not any(use.files or use.values for use in uses if use.state != "current")
        if is_finished:
            if self._ring.path is None:
                raise RequestError(
                    "Everything is wrapped by the key {key}, which no file holds: there is "
                    "nothing to rotate to.",
                    hint="Set the new key, move the present one to LASTRO_KEYS__FORMER, and run "
                    "this again.",
                    key=uses[0].key,
                )
            write_keys(self._ring.path, [new_key(), *key_lines(self._ring.path)])
            self._ring = ring_of(self._ring)
        self._rewrap(tell)
        return self.uses()

    def _rewrap(self, tell: Callable[[str, int], None]) -> None:
        sealer, done = self._ring.sealer(), 0
        if self._store:
            for rows in sealed_columns.rewrap(self._store, sealer):
                done += rows
                tell("store", done)
        done = 0
        for _, stale in sealed.rewrap(Storage(self._settings, lambda: sealer)):
            done += stale
            tell("files", done)

    def forget(self) -> list[str]:
        """Take former keys out of the key file: backups they sealed do not open any more.

        Returns:
            Ids of the keys that went.

        Raises:
            RequestError: The keys do not come from a file.
            ConflictError: Something still wants one of them.
        """
        path = self._file()
        wanted = [use for use in self.uses() if use.state != "current"]
        if any(use.files or use.values for use in wanted):
            raise ConflictError(
                "Something is still sealed by a former key.",
                hint="Run `lastro keys rotate` first.",
            )
        current, *former = key_lines(path)
        write_keys(path, [current])
        return [key_id_of(line) for line in former]

    def _file(self) -> Path:
        if self._ring.path is None:
            raise RequestError(
                "The master keys do not come from a file.",
                hint="Take the former key out of LASTRO_KEYS__FORMER yourself.",
            )
        return self._ring.path
