"""lastro lineage: what built a version of a table, down to the files that came in."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lastro.cli.command import Command
from lastro.cli.door import AsJson, Door
from lastro.cli.numbers import show
from lastro.core.errors import NotFoundError
from lastro.core.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lastro.wiring import Platform


def lineage(
    ctx: typer.Context,
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help=say("A table; `lastro tables` lists them."))
    ],
    version: Annotated[
        int | None, typer.Option("--version", help=say("Which version; the newest by default."))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The run, code, inputs, files and counts of a version, and its tree upstream."""
    door = Door.of(ctx)
    platform = door.reading()
    screen = door.screen(platform, as_json=as_json)
    tree = _tree(platform, platform.contract(table).name, version)
    if as_json:
        screen.json(**tree)
        return
    made = tree["lineage"]
    screen.say(f"{tree['table']} v{tree['version']}", strong=True)
    if made is None:
        screen.say(
            say("This version carries no lineage: {operation}.", operation=tree["operation"])
        )
        return
    facts = {
        say("written at"): show(tree["at"]),
        say("run"): made["run_id"],
        say("code"): made["code"],
        say("rows"): show(made["rows"]),
        say("partitions"): ", ".join(made["partitions"]),
        say("counts"): ", ".join(f"{name} {show(count)}" for name, count in made["counts"].items()),
    }
    for name, value in facts.items():
        if value:
            screen.say(f"{name}: {value}")
    for line in _lines(tree, 0):
        screen.say(line)


def _tree(platform: "Platform", name: str, version: int | None) -> dict[str, Any]:
    """A version and, under it, the version of each input it was built from."""
    versions = platform.history(name)
    found = next((v for v in versions if version in {None, v["version"]}), None)
    if found is None:
        raise NotFoundError(
            "{name} has no version {version}.",
            hint="`lastro history {name}` lists them.",
            name=name,
            version=version,
        )
    older = (v for v in versions if v["version"] <= found["version"])
    built = next((v for v in older if v["operation"] in {"WRITE", "CREATE TABLE"}), found)
    made = built["lineage"]  # compaction changes no row: look through it
    return {
        "table": name,
        "version": found["version"],
        "at": built["at"],
        "operation": found["operation"],
        "lineage": asdict(made) if made else None,
        "inputs": [_tree(platform, n, v) for n, v in made.inputs.items() if v >= 0] if made else [],
    }


def _lines(tree: dict[str, Any], depth: int) -> "Iterator[str]":
    indent = "   " * depth
    yield f"{indent}└─ {tree['table']} v{tree['version']}"
    for each in tree["inputs"]:
        yield from _lines(each, depth + 1)
    for file in tree["lineage"]["files"] if tree["lineage"] else ():
        yield f"{indent}   └─ {file}"


COMMAND = Command(lineage, say("Show what a version was built from, down to the files."), "trust")
