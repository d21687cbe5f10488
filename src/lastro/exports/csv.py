"""exports/csv: a CSV file a table, as a Brazilian Excel opens it or as every other tool reads it.

``br`` is UTF-8 with a mark at its start, ``;`` between fields, ``,`` before decimals and days as
31/01/2024. ``international`` is plain UTF-8 with ``,``, ``.`` and 2024-01-31. Both name columns as
the lake does. Null is an empty field, empty text is ``""``; instants are UTC.

A spreadsheet takes text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return for
a formula and runs it: such *text* gets an apostrophe before it, in both dialects. Numbers, which
may well be negative, are not touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from lastro.exports import Sink, Written, refusing
from lastro.exports._files import paths, whole

if TYPE_CHECKING:
    from lastro.exports import Dialect, Order

_DIALECTS: dict[Dialect, dict[str, Any]] = {
    "br": {
        "separator": ";",
        "decimal_comma": True,
        "include_bom": True,
        "date_format": "%d/%m/%Y",
        "datetime_format": "%d/%m/%Y %H:%M:%S",
        "float_scientific": False,
    },
    "international": {"datetime_format": "%Y-%m-%dT%H:%M:%SZ"},
}
_FORMULA = r"^[=+\-@\t\r]"


def harmless(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Text that a spreadsheet would run, with an apostrophe before it."""
    text = pl.col(pl.String)
    armed = text.str.contains(_FORMULA)
    return frame.with_columns(pl.when(armed).then(pl.lit("'") + text).otherwise(text).name.keep())


def write(order: Order) -> list[Written]:
    """Write every table of the order.

    Raises:
        RequestError: A path cannot be written, or the predicate fails on a value.
    """
    targets = paths(order, ".csv")
    done = []
    with whole(targets) as drafts:
        for table, draft, target in zip(order.tables, drafts, targets, strict=True):
            counted, _ = table.extent()
            with refusing(table.where):
                harmless(table.frame).sink_csv(
                    draft, check_extension=False, **_DIALECTS[order.dialect]
                )
            done.append(Written(table.name, str(target), table.version, counted))
    return done


SINK = Sink("csv", "CSV files, one a table", "Arquivos CSV, um por tabela", "file", write)
