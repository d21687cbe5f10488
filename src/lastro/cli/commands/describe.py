"""lastro describe: a table's contract."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.core.language import is_portuguese, say

if TYPE_CHECKING:
    from lastro.cli.screen import Screen
    from lastro.lake.catalog import View


def describe(
    ctx: typer.Context,
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help=say("A table; `lastro tables` lists them."))
    ],
    as_json: AsJson = False,
) -> None:
    """Columns, key, checks and inputs of a table, or the query of a view."""
    door = Door.of(ctx)
    platform = door.platform()
    screen = door.screen(platform, as_json=as_json)
    view = next((view for view in platform.views if view.name == table), None)
    if view is not None:
        _show_view(screen, view)
        return
    contract = platform.contract(table)
    made = platform.catalog.tables.get(contract.name)
    inputs = [needed.table for needed in made.inputs] if made else []
    if as_json:
        screen.json(**_as_json(contract), inputs=inputs)
        return
    screen.say(
        f"{contract.name}: {contract.pt if is_portuguese() else contract.title}", strong=True
    )
    screen.table(
        [say("column"), say("type"), say("unit"), say("Portuguese name"), say("meaning")],
        [(c.name, str(c.type), c.unit, c.pt, c.doc) for c in contract.columns],
    )
    screen.say(say("Key: {columns}", columns=", ".join(contract.key)))
    screen.say(say("Partition: {column}", column=contract.partition))
    if inputs:
        screen.say(say("Built from: {tables}", tables=", ".join(inputs)))
    for check in contract.checks:
        screen.say(say("Check {code} ({action}): {doc}", code=check.code, action=check.action,
                       doc=check.doc))  # fmt: skip
    screen.notice(contract)


def _show_view(screen: "Screen", view: "View") -> None:
    if screen.as_json:
        screen.json(name=view.name, title=view.title, pt=view.pt, inputs=view.inputs, sql=view.sql)
        return
    screen.say(f"{view.name}: {view.pt if is_portuguese() else view.title}", strong=True)
    screen.say(say("Built from: {tables}", tables=", ".join(view.inputs)))
    screen.say(view.sql)


def _as_json(contract: Any) -> dict[str, Any]:
    return {
        "name": contract.name,
        "title": contract.title,
        "pt": contract.pt,
        "columns": [
            {"name": c.name, "type": str(c.type), "unit": c.unit, "pt": c.pt, "doc": c.doc,
             "required": c.required}
            for c in contract.columns
        ],
        "key": contract.key,
        "partition": contract.partition,
        "sort": contract.sort,
        "checks": [{"code": c.code, "action": c.action, "doc": c.doc} for c in contract.checks],
        "freshness_days": contract.freshness.days if contract.freshness else None,
        "notice": contract.notice,
        "notice_pt": contract.notice_pt,
    }  # fmt: skip


COMMAND = Command(describe, say("Explain a table: columns, units, key, checks, inputs."), "read")
