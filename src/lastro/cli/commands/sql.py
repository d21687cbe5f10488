"""lastro sql: one read-only query over tables and views."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lastro.cli.arguments import instant
from lastro.cli.command import Command
from lastro.cli.door import Door
from lastro.cli.files import Format, format_of, labelled, write
from lastro.cli.numbers import show
from lastro.core.errors import RequestError
from lastro.core.language import say

if TYPE_CHECKING:
    import polars as pl

    from lastro.cli.screen import Screen


def sql(
    ctx: typer.Context,
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help=say("One SELECT, in DuckDB's dialect."))
    ],
    as_of: Annotated[
        str | None, typer.Option("--as-of", help=say("An instant, as 2024-06-30: what stood then."))
    ] = None,
    kind: Annotated[
        Format | None, typer.Option("--format", help=say("How rows are written."))
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help=say("Write to this file: .csv, .json, .parquet."))
    ] = None,
) -> None:
    """Rows of a query, on the screen or in a file."""
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=kind == "json" and out is None)
    rows = platform.sql(query, instant(as_of))
    if out is None:
        _print(screen, rows, kind or "table")
    else:
        target = labelled(out, simulated=screen.simulated)
        write(rows, target, kind or format_of(out), simulated=screen.simulated)
        screen.note(say("{rows} rows written to {file}", rows=show(rows.height), file=str(target)))


def _print(screen: "Screen", rows: "pl.DataFrame", kind: Format) -> None:
    if kind == "json":
        screen.json(columns=rows.columns, rows=rows.to_dicts())
    elif kind == "csv":
        sys.stdout.write(rows.write_csv())
    elif kind == "table":
        screen.frame(rows)
    elif sys.stdout.isatty():
        raise RequestError(
            "Parquet is not for the screen.", hint="Add --out FILE.parquet, or send it to a pipe."
        )
    else:
        metadata = {"lastro.simulated": "true"} if screen.simulated else {}
        rows.write_parquet(sys.stdout.buffer, metadata=metadata)


COMMAND = Command(sql, say("Query tables and views in SQL."), "read")
