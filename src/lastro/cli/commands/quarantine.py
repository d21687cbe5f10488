"""lastro quarantine: rows that were set aside, by reason."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.cli.numbers import show
from lastro.core.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lastro.wiring import Platform

_LAYER = "quarantine."
_EXAMPLES = 10


def quarantine(
    ctx: typer.Context,
    table: Annotated[
        str | None, typer.Argument(metavar="TABLE", help=say("A table; by default every one."))
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", help=say("Only this reason, with more examples."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Counts by reason, an example of each, and where its file is."""
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    found = [row for name in _names(platform, table) for row in _reasons(platform, name, reason)]
    if as_json:
        screen.json(reasons=found)
        return
    if not found:
        screen.say(say("Nothing is in quarantine."))
        return
    screen.table(
        [say("table"), say("reason"), say("rows")],
        [(row["table"], row["reason"], row["rows"]) for row in found],
    )
    for row in found:
        screen.say()
        screen.say(f"{row['table']}: {row['reason']} ({show(row['rows'])})", strong=True)
        for example in row["examples"]:
            screen.say(f"  {example['record']}")
            screen.say(say("  line {line} of {file}", line=show(example["row"]),
                           file=example["file"]))  # fmt: skip


def _names(platform: "Platform", table: str | None) -> list[str]:
    if table is not None:
        short = platform.contract(table).table
        wanted = [platform.contract(f"{_LAYER}{short}").name]
    else:
        wanted = [c.name for c in platform.contracts() if c.layer == "quarantine"]
    return [name for name in wanted if platform.lake.exists(name)]


def _reasons(platform: "Platform", name: str, only: str | None) -> "Iterator[dict[str, Any]]":
    """Each code with its count; a row with two codes counts under both."""
    import polars as pl

    rows = platform.table(name).with_columns(pl.col("reason").str.split(",")).explode("reason")
    if only is not None:
        rows = rows.filter(pl.col("reason") == only)
    count = 1 if only is None else _EXAMPLES
    examples = pl.struct("record", "row", "file", "seen_at").sort_by("file", "row").head(count)
    grouped = rows.group_by("reason").agg(pl.len().alias("rows"), examples.alias("examples"))
    for row in grouped.sort("rows", "reason", descending=[True, False]).collect().to_dicts():
        files = [
            {**example, "file": platform.storage.at(example["file"])} for example in row["examples"]
        ]
        yield {"table": name, **row, "examples": files}


COMMAND = Command(quarantine, say("Show rows that were set aside, and why."), "trust")
