"""The entry point: gathers the verbs from their shelf, runs one, and turns trouble into exit codes."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup
from typer.main import get_command

from lastro.cli import commands, trouble
from lastro.cli.command import PANELS, Command
from lastro.cli.door import Door
from lastro.core.language import is_portuguese, say
from lastro.core.registry import load

if TYPE_CHECKING:
    from collections.abc import Sequence

_HELP = {"help_option_names": ["--help", "-h"]}


def _start(
    ctx: typer.Context,
    lake: Annotated[
        str | None,
        typer.Option(
            "--lake", envvar="LASTRO_LAKE__URL", metavar="DIR",
            help=say("Folder of the lake, or s3://bucket/prefix."),
        ),
    ] = None,
    version: Annotated[  # noqa: FBT002
        bool, typer.Option("--version", help=say("Show the version and leave."))
    ] = False,
) -> None:
    if version:
        import lastro

        sys.stdout.write(f"lastro {lastro.__version__}\n")
        raise typer.Exit
    ctx.obj = Door(lake)


def build() -> typer.Typer:
    """The application, with every verb of the shelf."""
    app = typer.Typer(
        name="lastro",
        help=say("Brazilian market data from the official source to the decision."),
        add_completion=False,
        context_settings=_HELP,
        cls=TyperGroup,
    )
    app.callback(invoke_without_command=True)(_start)
    found: dict[str, Command] = load(commands, "COMMAND", Command)
    places = list(PANELS)
    for name, command in sorted(found.items(), key=lambda item: places.index(item[1].panel)):
        app.command(
            name.rstrip("_").replace("_", "-"),
            help=command.help,
            rich_help_panel=PANELS[command.panel],
            context_settings=_HELP,
        )(command.run)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run one command line.

    Args:
        arguments: Without the program's own name.

    Returns:
        The exit code.
    """
    given = list(arguments) or ["--help"]
    if is_portuguese() and {"--help", "-h"} & set(given):
        _translate_headings()
    try:
        code = get_command(build()).main(given, prog_name="lastro", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return trouble.hang_up()
    except KeyboardInterrupt:
        return trouble.interrupted()
    except SystemExit as error:  # Typer's own answer to a reader that is gone
        return trouble.hang_up() if error.code == 1 else int(error.code or 0)
    except Exception as error:  # noqa: BLE001 - the last net: whatever it is, it is told
        return trouble.tell(error, as_json=_wants_json(given))
    if code == trouble.INTERRUPTED:  # Typer turns Ctrl-C into this
        return trouble.interrupted()
    return code if isinstance(code, int) else 0


def _wants_json(given: Sequence[str]) -> bool:
    pairs = zip(given, [*given[1:], ""], strict=True)
    return "--json" in given or "--format=json" in given or ("--format", "json") in pairs


def _translate_headings() -> None:
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = say("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = say("Options")
    rich_utils.DEFAULT_STRING = say("[default: {shown}]", shown="{}")
    rich_utils.REQUIRED_LONG_STRING = say("[required]")


def main() -> None:
    """Run and leave at once: some libraries' farewells would print noise."""
    code = run(sys.argv[1:])
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
