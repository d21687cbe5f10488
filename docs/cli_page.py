"""The reference page of the command line, from its verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from writing import code, grid, page

if TYPE_CHECKING:
    from collections.abc import Iterator


def cli_page() -> str:
    """Every verb, with its arguments and options."""
    from typer.main import get_command  # noqa: PLC0415 - after the language is settled

    from lastro.cli.main import build  # noqa: PLC0415

    root: Any = get_command(build())
    return page(
        "Command line",
        "`lastro VERB --help` says the same. `--lake` stands before the verb. Verbs that take "
        "`--json` then write one JSON object and nothing else to standard output; what is said to "
        "a person goes to standard error.",
        f"## lastro\n\n{_params(root)}",
        *_verbs(root, "lastro"),
    )


def _verbs(group: Any, path: str) -> Iterator[str]:
    for name, command in sorted(group.commands.items()):
        called = f"{path} {name}"
        usage = " ".join([called, *(_metavar(p) for p in _arguments(command))])
        about = (command.help or "").strip()
        yield "\n\n".join(
            filter(None, [f"## {called}", about, f"```text\n{usage}\n```", _params(command)])
        )
        if hasattr(command, "commands"):
            yield from _verbs(command, called)


def _arguments(command: Any) -> list[Any]:
    return [param for param in command.params if param.param_type_name == "argument"]


def _metavar(param: Any) -> str:
    name = (param.metavar or param.name.upper()).removesuffix("...").strip("[]")
    many = "..." if param.nargs == -1 else ""
    return f"{name}{many}" if param.required else f"[{name}{many}]"


def _params(command: Any) -> str:
    rows = []
    for param in command.params:
        if param.name == "help" or getattr(param, "hidden", False):
            continue
        is_argument = param.param_type_name == "argument"
        called = [_metavar(param)] if is_argument else [*param.opts, *param.secondary_opts]
        rows.append((code(*called), _default(param), param.help or ""))
    return grid(("argument or option", "default", "meaning"), rows) if rows else ""


def _default(param: Any) -> str:
    default = param.default
    shown = getattr(default, "value", default)
    return code(shown) if isinstance(shown, int | float | str) and shown is not False else ""
