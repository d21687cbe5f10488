"""What stands on the shelves of sources and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lastro import sources
from lastro.core.registry import load
from lastro.lake.catalog import Catalog, Table
from lastro.sources import Source
from lastro.tables import gold, silver

if TYPE_CHECKING:
    from collections.abc import Mapping


def all_sources() -> dict[str, Source]:
    """Every source on the shelf, by name."""
    return load(sources, "SOURCE", Source)


def catalog_of(found: Mapping[str, Source]) -> Catalog:
    """Every table on the shelves, in build order, over some sources."""
    tables = [*load(silver, "TABLE", Table).values(), *load(gold, "TABLE", Table).values()]
    return Catalog(tables, [source.bronze for source in found.values()])
