"""lastro tables: what the lake holds."""

from dataclasses import asdict

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.cli.numbers import Size
from lastro.core.language import is_portuguese, say


def tables(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Every written table with its size and span, and the views over them."""
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    found = platform.overview()
    titles = {contract.name: contract for contract in platform.contracts()}
    if as_json:
        screen.json(
            tables=[
                {**asdict(state), "title": titles[state.name].title, "pt": titles[state.name].pt}
                for state in found
            ],
            views=[{"name": v.name, "title": v.title, "pt": v.pt} for v in platform.views],
        )
        return
    rows: list[tuple[object, ...]] = []
    for state in found:
        contract = titles[state.name]
        ends = dict.fromkeys((*state.partitions[:1], *state.partitions[-1:]))
        span = " … ".join(ends)
        title = contract.pt if is_portuguese() else contract.title
        rows.append((state.name, state.rows, span, state.version, Size(state.size), title))
    rows.extend(
        (view.name, None, "", None, "", view.pt if is_portuguese() else view.title)
        for view in platform.views
    )
    screen.table(
        [say("table"), say("rows"), say("partitions"), say("version"), say("size"), say("holds")],
        rows,
    )


COMMAND = Command(tables, say("List the tables with their rows, span and version."), "read")
