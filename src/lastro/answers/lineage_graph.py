"""Lineage: from which sources every table comes, and what each of its versions was made from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from lastro.answers.data_house import newest_day
from lastro.core.clock import BRASILIA
from lastro.core.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lastro.answers.data_house import Inventory
    from lastro.lake.catalog import View
    from lastro.lake.contract import Contract
    from lastro.lake.landing import Landed

Layer = Literal["source", "bronze", "silver", "gold", "view"]
NodeState = Literal["ok", "late", "failed", "never"]
_WRITES = {"WRITE", "CREATE TABLE"}
_MOST_FILES = 500


@dataclass(frozen=True)
class Node:
    """A source, a table or a view.

    Attributes:
        id: Its full name; of a source, ``source.`` and its name.
        layer: Where it stands.
        title: What it is, in English.
        pt: The same in Portuguese.
        state: ``never`` written, ``failed`` to be read, ``late``, or ``ok``.
        version: Delta version; null for sources, views and what was never written.
        changed_at: When that version was written (UTC).
        newest_day: Newest day it speaks of.
    """

    id: str
    layer: Layer
    title: str
    pt: str
    state: NodeState
    version: int | None = None
    changed_at: dt.datetime | None = None
    newest_day: dt.date | None = None


@dataclass(frozen=True)
class Edge:
    """One thing that another is made from.

    Attributes:
        source: What is read.
        target: What is made.
        version: Version of it that was read last; null where that is not kept.
    """

    source: str
    target: str
    version: int | None = None


@dataclass(frozen=True)
class Graph:
    """Everything and what it is made from, in build order."""

    nodes: list[Node]
    edges: list[Edge]


@dataclass(frozen=True)
class TableVersion:
    """One version of a table.

    Attributes:
        number: Delta version.
        at: When it was written (UTC).
        operation: What Delta calls it: WRITE, OPTIMIZE...
        run_id: Run that wrote it; blank where something else did.
        code: Version of Lastro that did.
        rows: Rows written.
        partitions: How many partitions it replaced.
        counts: What quality did on the way: quarantined, collapsed, restated...
        inputs: Version of each table it was built from.
        files: How many landed files went in (bronze tables).
    """

    number: int
    at: dt.datetime
    operation: str
    run_id: str = ""
    code: str = ""
    rows: int = 0
    partitions: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    inputs: dict[str, int] = field(default_factory=dict)
    files: int = 0


@dataclass(frozen=True)
class UpstreamFile:
    """A landed file that a version comes from.

    Attributes:
        source: Its source.
        name: Its name.
        key: Its landing key.
        size: Bytes.
        url: Where it came from.
        landed_at: When it was first seen (UTC).
    """

    source: str
    name: str
    key: str
    size: int
    url: str
    landed_at: dt.datetime | None


@dataclass(frozen=True)
class TableLineage:
    """What one version of a table was made from, down to the files.

    Attributes:
        table: The table.
        version: Which version.
        partitions: Partitions that it replaced.
        upstream: Every table above it, with the version that was read.
        files: Landed files that those came from, the newest first; at most 500.
        file_count: How many there are.
        versions: Every version of the table, the newest first.
    """

    table: str
    version: int
    partitions: list[str]
    upstream: dict[str, int]
    files: list[UpstreamFile]
    file_count: int
    versions: list[TableVersion]


def graph(held: Inventory, views: Iterable[View]) -> Graph:
    """Sources, tables and views, and what each is made from."""
    failed = {letter.source for letter in held.dead_letters.all()}
    nodes, edges = [], []
    for name, source in held.sources.items():
        seen = bool(held.landing.ledger(name))
        state: NodeState = "failed" if name in failed else ("ok" if seen else "never")
        nodes.append(Node(f"source.{name}", "source", source.title, source.pt, state))
        nodes.append(_node(held, source.bronze, "bronze"))
        edges.append(Edge(f"source.{name}", source.bronze.name))
    for table in held.catalog.tables.values():
        layer: Layer = "silver" if table.contract.layer == "silver" else "gold"
        nodes.append(_node(held, table.contract, layer))
        read = _read(held, table.name)
        edges += [Edge(i.table, table.name, read.get(i.table)) for i in table.inputs]
    for view in views:
        there = all(held.lake.exists(name) for name in view.inputs)
        nodes.append(Node(view.name, "view", view.title, view.pt, "ok" if there else "never"))
        edges += [Edge(name, view.name) for name in view.inputs]
    return Graph(nodes, edges)


def _node(held: Inventory, contract: Contract, layer: Layer) -> Node:
    if not held.lake.exists(contract.name):
        return Node(contract.name, layer, contract.title, contract.pt, "never")
    table = held.lake.delta(contract.name)
    at = dt.datetime.fromtimestamp(table.history(1)[0]["timestamp"] / 1000, dt.UTC)
    day = newest_day(held.lake, contract)
    late = False
    if day and contract.freshness and not held.simulated:
        late = held.now.astimezone(BRASILIA).date() - day > contract.freshness
    return Node(
        contract.name, layer, contract.title, contract.pt, "late" if late else "ok",
        table.version(), at, day,
    )  # fmt: skip


def _read(held: Inventory, name: str) -> dict[str, int]:
    """Versions of its inputs that a table's newest build read."""
    if not held.lake.exists(name):
        return {}
    built = _built(held.lake.history(name))
    return dict(built["lineage"].inputs) if built and built["lineage"] else {}


def _built(versions: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The newest of some versions that wrote rows: compaction changes none, so look through it."""
    with_rows = (v for v in versions if v["operation"] in _WRITES and v["lineage"])
    return next(with_rows, versions[0] if versions else None)


def table_lineage(held: Inventory, contract: Contract, version: int | None) -> TableLineage:
    """What one version of a table was made from, and all its versions.

    Args:
        held: What is looked at.
        contract: Of the table.
        version: Which; None is the newest.

    Raises:
        NotFoundError: The table was never written, or has no such version.
    """
    versions = held.lake.history(contract.name)
    older = [v for v in versions if version is None or v["version"] <= version]
    if not older or (version is not None and older[0]["version"] != version):
        raise NotFoundError(
            "{name} has no version {version}.",
            hint="`lastro history {name}` lists them.",
            name=contract.name,
            version=version,
        )
    built = _built(older)
    made = built["lineage"] if built else None
    upstream: dict[str, int] = {}
    keys: dict[str, None] = dict.fromkeys(made.files if made else ())
    _climb(held, made.inputs if made else {}, upstream, keys)
    files = _files(held, list(keys))
    return TableLineage(
        table=contract.name, version=older[0]["version"],
        partitions=list(made.partitions) if made else [], upstream=upstream,
        files=files[:_MOST_FILES], file_count=len(keys),
        versions=[_version(each) for each in versions],
    )  # fmt: skip


def _climb(
    held: Inventory, inputs: dict[str, int], upstream: dict[str, int], keys: dict[str, None]
) -> None:
    """Gather the tables above, and the files at the top; a run that read a part names that part."""
    for name, version in inputs.items():
        if version < 0 or upstream.get(name, -1) >= version or not held.lake.exists(name):
            continue
        upstream[name] = version
        older = [v for v in held.lake.history(name) if v["version"] <= version]
        for each in older:
            if each["lineage"]:
                keys |= dict.fromkeys(each["lineage"].files)
        built = _built(older)
        if built and built["lineage"]:
            _climb(held, built["lineage"].inputs, upstream, keys)


def _files(held: Inventory, keys: list[str]) -> list[UpstreamFile]:
    known: dict[str, Landed] = {}
    for name in {key.split("/")[1] for key in keys if key.count("/") > 1}:
        known |= {landed.key: landed for landed in held.landing.ledger(name)}
    found = []
    for key in keys:
        landed = known.get(key)
        if landed is None:
            found.append(
                UpstreamFile(key.split("/")[1] if "/" in key else "", key, key, 0, "", None)
            )
            continue
        found.append(
            UpstreamFile(landed.source, landed.name, key, landed.size, landed.url, landed.landed_at)
        )
    beginning = dt.datetime.min.replace(tzinfo=dt.UTC)
    return sorted(found, key=lambda each: (each.landed_at or beginning, each.key), reverse=True)


def _version(found: dict[str, Any]) -> TableVersion:
    made = found["lineage"]
    if made is None:
        return TableVersion(found["version"], found["at"], found["operation"])
    return TableVersion(
        found["version"], found["at"], found["operation"], made.run_id, made.code, made.rows,
        len(made.partitions), dict(made.counts), dict(made.inputs), len(made.files),
    )  # fmt: skip


def versions(held: Inventory, contract: Contract) -> list[TableVersion]:
    """Every version of a table, the newest first.

    Raises:
        NotFoundError: It was never written.
    """
    return [_version(each) for each in held.lake.history(contract.name)]
