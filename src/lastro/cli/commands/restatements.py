"""lastro restatements: what re-published files changed."""

from typing import TYPE_CHECKING, Annotated

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.core.language import say

if TYPE_CHECKING:
    import polars as pl

    from lastro.wiring import Platform

_TABLE = "ops.restatements"
_NEWEST = 20


def restatements(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=say("A source, as cvm_funds."))],
    count: Annotated[
        int, typer.Option("-n", min=0, help=say("How many changes to list."))
    ] = _NEWEST,
    as_json: AsJson = False,
) -> None:
    """Counts by month, then the newest changes, before and after."""
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    months, changes = _changes(platform, source, count)
    if as_json:
        screen.json(source=source, months=months.to_dicts(), changes=changes.to_dicts())
        return
    if months.is_empty():
        screen.say(say("Nothing of {source} was ever restated or withdrawn.", source=source))
        return
    screen.table(
        [say("table"), say("month"), say("restated"), say("withdrawn")], months.iter_rows()
    )
    screen.say()
    screen.table(
        [say("seen"), say("month"), say("kind"), say("key"), say("column"), say("before"),
         say("after")],
        changes.select(
            "seen_at", "month", "kind", "key", "column", "before", "after"
        ).iter_rows(),
    )  # fmt: skip


def _changes(platform: "Platform", source: str, count: int) -> "tuple[pl.DataFrame, pl.DataFrame]":
    """Rows restated and withdrawn by table and month; the newest changes, value by value."""
    import polars as pl

    bronze = platform.contract(f"bronze.{source}").name
    tables = [t.name for t in platform.catalog.tables.values() if t.inputs[0].table == bronze]
    contract = platform.contract(_TABLE)
    if platform.lake.exists(_TABLE):
        rows = platform.table(_TABLE).filter(pl.col("table").is_in(tables)).collect()
    else:
        rows = pl.DataFrame(schema=dict.fromkeys(contract.names, pl.String))
    months = rows.group_by("table", "month").agg(
        pl.struct("event", "key").filter(pl.col("kind") == kind).n_unique().alias(kind)
        for kind in ("restated", "withdrawn")
    )
    newest = rows.sort("seen_at", "month", "key", "column", descending=[True, True, False, False])
    return months.sort("table", "month"), newest.head(count)


COMMAND = Command(restatements, say("Show what a source changed after the fact."), "trust")
