"""Landing: the exact bytes that came in, kept for ever, and the ledger of where they came from.

Bytes are written before their ledger row. A run killed in between leaves an object that no row
names; the next run writes the same object again and then the row.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from lastro.core.errors import ConflictError
from lastro.lake import _polars
from lastro.lake.contract import BOOLEAN, INSTANT, INTEGER, TEXT, Column, Contract
from lastro.lake.sealed import get_landed, put_landed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lastro.lake.lake import Lake
    from lastro.lake.lineage import Lineage

_MARKER = "lastro.json"
_FORMAT = 1

LEDGER = Contract(
    name="ops.ledger",
    title="Every file that was ever landed: where from, when, and which bytes.",
    pt="Cada arquivo já recebido: de onde, quando e quais bytes.",
    columns=(
        Column("source", TEXT, "fonte", "Source that asked for it."),
        Column("name", TEXT, "nome", "The file's own name."),
        Column("key", TEXT, "chave", "Where its bytes are, below the lake."),
        Column("sha256", TEXT, "sha256", "Hash of its bytes."),
        Column("size", INTEGER, "tamanho", "Its size.", "bytes"),
        Column("url", TEXT, "endereço", "Where it came from; blank for a person's own file."),
        Column("etag", TEXT, "etag", "Entity tag it was served with."),
        Column("last_modified", TEXT, "modificado", "Date it was served with."),
        Column("landed_at", INSTANT, "recebido em", "When we first saw these bytes."),
        Column("run_id", TEXT, "execução", "Run that landed it."),
        Column("simulated", BOOLEAN, "simulado", "Whether it says of itself that it is simulated."),
    ),
    key=("source", "name", "sha256"),
    partition="source",
)


@dataclass(frozen=True)
class Landed:
    """One row of the ledger; attributes as its columns."""

    source: str
    name: str
    key: str
    sha256: str
    size: int
    url: str
    etag: str
    last_modified: str
    landed_at: dt.datetime
    run_id: str
    simulated: bool


class Kept(NamedTuple):
    """Bytes that are kept and not noted yet."""

    key: str
    sha256: str
    size: int
    simulated: bool


class Landing:
    """Bytes and ledger of one lake."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._storage = lake.storage
        self._waiting: list[Landed] = []
        self._settled: dict[str, list[Landed]] = {}

    def ledger(self, source: str) -> list[Landed]:
        """Every landed file of a source, the oldest first, with those not settled yet."""
        fresh = [landed for landed in self._waiting if landed.source == source]
        if source not in self._settled:
            if not self._lake.exists(LEDGER.name):
                return fresh
            rows = self._lake.scan(LEDGER, partitions=[source]).collect()
            ordered = rows.sort("landed_at", maintain_order=True)
            self._settled[source] = [Landed(**row) for row in ordered.to_dicts()]
        return self._settled[source] + fresh

    def newest(self, source: str) -> dict[str, Landed]:
        """The file that counts for each name: the one landed last. Oldest landing first."""
        found: dict[str, Landed] = {}
        for landed in self.ledger(source):
            found.pop(landed.name, None)
            found[landed.name] = landed
        return found

    def keep(self, source: str, name: str, body: bytes, *, simulated: bool) -> Kept:
        """Keep bytes, noting nothing yet; files may be kept side by side.

        Raises:
            ConflictError: The file is simulated and the lake is not, or the other way round.
        """
        self._refuse_mixing(simulated=simulated)
        digest = hashlib.sha256(body).hexdigest()
        key = f"landing/{source}/{name}/{digest[:16]}"
        if not self._storage.exists(key):
            put_landed(self._storage, key, body)
        return Kept(key, digest, len(body), simulated)

    def note(
        self,
        source: str,
        name: str,
        kept: Kept,
        at: dt.datetime,
        run_id: str,
        url: str = "",
        etag: str = "",
        last_modified: str = "",
    ) -> Landed:
        """Note kept bytes for the ledger (``settle`` writes the notes).

        Returns:
            Their row; the former one, and nothing noted, where they are the newest bytes already.
        """
        held = self.newest(source).get(name)
        if held and held.sha256 == kept.sha256:
            return held
        landed = Landed(
            source, name, kept.key, kept.sha256, kept.size, url, etag, last_modified, at, run_id,
            kept.simulated,
        )  # fmt: skip
        self._waiting.append(landed)
        return landed

    def note_again(self, landed: Landed, at: dt.datetime, run_id: str) -> None:
        """Note a file for the ledger once more: it counts again, as of now."""
        self._waiting.append(replace(landed, landed_at=at, run_id=run_id))

    def settle(self, lineage: Lineage) -> None:
        """Write the noted rows into the ledger, in one version."""
        if not self._waiting:
            return
        held = {row.source: self.ledger(row.source) for row in self._waiting}
        rows = pl.DataFrame([asdict(row) for row in self._waiting], schema=_polars.schema(LEDGER))
        files = [
            self._lake.write_file(LEDGER, str(source), part)
            for (source,), part in rows.partition_by("source", as_dict=True).items()
        ]
        self._lake.commit(LEDGER, files, states={}, lineage=lineage, append=True)
        self._settled |= held
        self._waiting.clear()

    def read(self, landed: Landed) -> bytes:
        """The bytes of a ledger row, as they came in; sealed ones are opened.

        Raises:
            FileNotFoundError: They are not there.
            ConfigError: They were sealed by a master key that is not at hand.
            DataError: Their sealed bytes were changed.
        """
        return get_landed(self._storage, landed.key)

    @property
    def simulated(self) -> bool | None:
        """Whether the lake holds simulated data; None while it holds nothing."""
        try:
            return bool(json.loads(self._storage.get(_MARKER))["simulated"])
        except FileNotFoundError:
            return None

    def _refuse_mixing(self, *, simulated: bool) -> None:
        marker = json.dumps({"format": _FORMAT, "simulated": simulated}).encode()
        held = self.simulated
        if held is None and not self._storage.create(_MARKER, marker):
            held = self.simulated  # another run was first
        if held is not None and held != simulated:
            raise ConflictError(
                "This lake holds {held} data and the file is {given}: they never mix.",
                hint="Choose another folder with --lake.",
                held="simulated" if held else "real",
                given="simulated" if simulated else "real",
            )

    def checks(self, source: str) -> dict[str, dt.datetime]:
        """When each file of a source was last asked for."""
        try:
            found = self._storage.get(_checks_key(source))
        except FileNotFoundError:
            return {}
        return _checks(found)

    def note_checks(self, source: str, names: Sequence[str], at: dt.datetime) -> None:
        """Remember that files were asked for. Losing this only means asking again."""

        def _noted(held: bytes | None) -> bytes:
            found = (_checks(held) if held else {}) | dict.fromkeys(names, at)
            return json.dumps({n: then.isoformat() for n, then in found.items()}, indent=0).encode()

        self._storage.revise(_checks_key(source), _noted)


@dataclass(frozen=True)
class DeadLetter:
    """A landed file that could not be read, kept until somebody mends it or it reads.

    Attributes:
        source: Its source.
        name: Its name.
        key: Where its bytes are.
        error: What was wrong.
        hint: What to do.
        at: When it failed last.
    """

    source: str
    name: str
    key: str
    error: str
    hint: str
    at: str


class DeadLetters:
    """Files that could not be read."""

    def __init__(self, lake: Lake) -> None:
        self._storage = lake.storage

    def all(self) -> list[DeadLetter]:
        """Every dead letter, by source and name."""
        found = (json.loads(self._storage.get(key)) for key in self._storage.list("dead_letters"))
        return sorted((DeadLetter(**letter) for letter in found), key=lambda d: (d.source, d.name))

    def put(self, letter: DeadLetter) -> None:
        """Keep one; it replaces an earlier one of the same file."""
        self._storage.put(self._key(letter.source, letter.name), _json(asdict(letter)))

    def settle(self, source: str, name: str) -> None:
        """Drop one, where there is one: the file was read."""
        self._storage.delete(self._key(source, name))

    @staticmethod
    def _key(source: str, name: str) -> str:
        return f"dead_letters/{source}/{name}.json"


def _checks_key(source: str) -> str:
    return f"landing/{source}/checks.json"


def _checks(body: bytes) -> dict[str, dt.datetime]:
    found: dict[str, str] = json.loads(body)
    return {name: dt.datetime.fromisoformat(at) for name, at in found.items()}


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
