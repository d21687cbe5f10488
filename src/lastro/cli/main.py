"""The entry point: gathers the verbs from their shelf, runs one, turns trouble into exit codes."""

from __future__ import annotations

import _thread
import contextlib
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

import lastro
from lastro.cli import commands, trouble
from lastro.cli.command import PANELS, Command
from lastro.cli.door import Door
from lastro.core.language import is_portuguese, say
from lastro.core.registry import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer.core import TyperOption

_HELP = {"help_option_names": ["--help", "-h"]}


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"lastro {lastro.__version__}\n")
        raise typer.Exit


def _start(
    ctx: typer.Context,
    lake: Annotated[
        str | None,
        typer.Option(
            "--lake",
            envvar="LASTRO_LAKE__URL",
            metavar="DIR",
            help=say("Folder of the lake, or s3://bucket/prefix."),
        ),
    ] = None,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool,
        typer.Option(
            "--version", help=say("Show the version and leave."), is_eager=True, callback=_version
        ),
    ] = False,
) -> None:
    ctx.obj = Door(lake)


class _Verb(TyperCommand):
    """A command whose own option speaks the person's language."""

    def get_help_option(self, ctx: typer.Context) -> TyperOption | None:  # type: ignore[override]
        """``--help``."""
        return _said(super().get_help_option(ctx))


class _Verbs(TyperGroup):
    """The group, likewise."""

    def get_help_option(self, ctx: typer.Context) -> TyperOption | None:  # type: ignore[override]
        """``--help``."""
        return _said(super().get_help_option(ctx))


def _said(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.help = say("Show this message and leave.")
    return option


def build() -> typer.Typer:
    """The application, with every verb of the shelf."""
    app = typer.Typer(
        name="lastro",
        help=say("Brazilian market data from the official source to the decision."),
        add_completion=False,
        context_settings=_HELP,
        cls=_Verbs,
    )
    app.callback()(_start)
    found: dict[str, Command] = load(commands, "COMMAND", Command)
    places = list(PANELS)
    for name, command in sorted(found.items(), key=lambda item: places.index(item[1].panel)):
        app.command(
            name.rstrip("_").replace("_", "-"),
            cls=_Verb,
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
    given = _lake_first(arguments) or ["--help"]
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
    except BaseException as error:  # noqa: BLE001 - the last net: Rust panics are no Exception
        return trouble.tell(error, as_json=_wants_json(given))
    if code == trouble.INTERRUPTED:  # Typer turns Ctrl-C into this
        return trouble.interrupted()
    return code if isinstance(code, int) else 0


def _lake_first(arguments: Sequence[str]) -> list[str]:
    """``--lake DIR`` belongs before the verb; people write it behind as well."""
    given = list(arguments)
    for place, argument in enumerate(given):
        if argument == "--":
            break
        if argument == "--lake" or argument.startswith("--lake="):
            count = 2 if argument == "--lake" else 1
            return given[place : place + count] + given[:place] + given[place + count :]
    return given


def _wants_json(given: Sequence[str]) -> bool:
    pairs = zip(given, [*given[1:], ""], strict=True)
    return "--json" in given or "--format=json" in given or ("--format", "json") in pairs


def _translate_headings() -> None:
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = say("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = say("Options")
    rich_utils.DEFAULT_STRING = say("[default: {shown}]", shown="{}")
    rich_utils.REQUIRED_LONG_STRING = say("[required]")


def _heed_interruptions(event: sys.UnraisableHookArgs) -> None:
    """A Ctrl-C that fell into a place where Python cannot raise is raised again."""
    if event.exc_type is KeyboardInterrupt:
        _thread.interrupt_main()
    else:
        sys.__unraisablehook__(event)


def main() -> None:
    """Run and leave at once: some libraries' farewells would print noise."""
    sys.unraisablehook = _heed_interruptions
    code = run(sys.argv[1:])
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
