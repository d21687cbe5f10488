"""exports/parquet: a Parquet file a table, typed as its contract, for every tool that reads them.

Written as a stream: a table need not fit into memory. Table, version and whether the data are
simulated are in the file's own metadata.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lastro.exports import Sink, Written, refusing
from lastro.exports._files import paths, whole

if TYPE_CHECKING:
    from lastro.exports import Order


def write(order: Order) -> list[Written]:
    """Write every table of the order.

    Raises:
        RequestError: A path cannot be written, or the predicate fails on a value.
    """
    targets = paths(order, ".parquet")
    done = []
    with whole(targets) as drafts:
        for table, draft, target in zip(order.tables, drafts, targets, strict=True):
            metadata = {
                "lastro.table": table.name,
                "lastro.version": str(table.version),
                "lastro.written_at": order.at.isoformat(timespec="seconds"),
                "lastro.simulated": "true" if order.simulated else "false",
            }
            with refusing(table.where):
                table.frame.sink_parquet(draft, metadata=metadata)
            rows = pl.scan_parquet(draft).select(pl.len()).collect().item()
            done.append(Written(table.name, str(target), table.version, rows))
    return done


SINK = Sink("parquet", "Parquet files, one a table", "Arquivos Parquet, um por tabela", "file",
            write)  # fmt: skip
