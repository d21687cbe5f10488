"""How trouble is told: what happened, what to do, an exit code; tracebacks for our own bugs."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import sys
import traceback

from lastro.core.errors import LastroError
from lastro.core.language import explain, say

INTERRUPTED = 130
BROKEN_PIPE = 141
_USAGE = 2
_INPUT_OUTPUT = 74
_OUR_BUG = 70
_CODE_IN_TEXT = re.compile(r"os error (\d+)")


def tell(error: BaseException, *, as_json: bool) -> int:
    """Say on standard error what went wrong.

    Args:
        error: What was raised.
        as_json: Whether a machine reads.

    Returns:
        The exit code.
    """
    error = _meant(error)
    kind = type(error).__name__
    if isinstance(error, LastroError):
        code = error.exit_code
        message, hint = explain(error)
    elif (system := _system_code(error)) is not None:
        code = _INPUT_OUTPUT
        message, hint = _disk(error, system)
    elif _is_usage(error):
        code = _USAGE
        message, hint = _usage(error)
    else:
        code = _OUR_BUG
        message = say("Lastro failed in a way it should not: {error}", error=f"{kind}: {error}")
        hint = say("It is our bug, and your data are as they were: please report the lines above.")
        traceback.print_exception(error, file=sys.stderr)
    if os.environ.get("LASTRO_LOG__LEVEL") == "DEBUG" and code != _OUR_BUG:
        traceback.print_exception(error, file=sys.stderr)
    _print(kind, message, hint, code, as_json=as_json)
    return code


def _meant(error: BaseException) -> BaseException:
    """What an error of a library means, where it tells of a bucket's refusal."""
    if isinstance(error, LastroError):
        return error
    from lastro.lake.storage_trouble import trouble_of

    return trouble_of(error) or error


def interrupted() -> int:
    """Say that a person stopped it, and what that means."""
    _line(say("Interrupted. The lake is consistent; the next run goes on from here."))
    return INTERRUPTED


def hang_up() -> int:
    """Whoever read our output is gone: say nothing, and let the interpreter flush into nowhere."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE


def _print(kind: str, message: str, hint: str, code: int, *, as_json: bool) -> None:
    if as_json:
        body = {"error": kind, "message": message, "hint": hint, "exit_code": code}
        _line(json.dumps(body, ensure_ascii=False))
        return
    _line(f"{say('Error')}: {message}")
    _line(f"  {hint}")


def _line(text: str) -> None:
    with contextlib.suppress(BrokenPipeError):
        sys.stderr.write(text + "\n")


def _system_code(error: BaseException) -> int | None:
    """The system's error number; libraries in Rust hide it in the text of an error of their own."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    found = _CODE_IN_TEXT.search(str(error))
    return int(found[1]) if found else None


def _disk(error: BaseException, code: int) -> tuple[str, str]:
    where = str(getattr(error, "filename", None) or "")
    if code == errno.ENOSPC:
        return (
            say("The disk is full."),
            say("Nothing was lost: free some space and run the command again; it goes on from "
                "here. `lastro vacuum` shows what old files could go."),
        )  # fmt: skip
    if code in {errno.EACCES, errno.EPERM}:
        return (
            say("Permission denied. {where}", where=where),
            say("Nothing was lost: give yourself the right to write there, or choose another "
                "folder with --lake."),
        )  # fmt: skip
    if code == errno.EROFS:
        return (
            say("The disk is read-only. {where}", where=where),
            say("Nothing was lost: choose a folder that can be written to with --lake."),
        )
    return (
        say("The system could not read or write: {error}", error=str(error)),
        say("Nothing was lost: look at the disk, then run the command again."),
    )


def _is_usage(error: BaseException) -> bool:
    from typer import TyperException

    return isinstance(error, TyperException)


def _usage(error: BaseException) -> tuple[str, str]:
    """A misspelt command line, as Typer tells it, in the person's language."""
    context = getattr(error, "ctx", None)
    help_line = f"{context.command_path if context else 'lastro'} --help"
    return _usage_message(error), say("`{command}` shows how it is used.", command=help_line)


def _usage_message(error: BaseException) -> str:
    kind = type(error).__name__
    text = error.format_message() if hasattr(error, "format_message") else str(error)
    param = getattr(error, "param", None)
    name = param.get_error_hint().strip("'") if param is not None else ""
    if kind == "MissingParameter":
        return say("{name} is missing.", name=name)
    if kind == "NoSuchOption":
        return say("There is no option {name}.", name=getattr(error, "option_name", ""))
    if kind == "BadParameter" and name:
        return say("{name} cannot be that: {reason}", name=name, reason=str(error))
    found = re.match(r"No such command '(.*?)'", text)
    if found:
        return say("There is no command called '{name}'.", name=found[1])
    return say(text.replace("{", "{{").replace("}", "}}"))
