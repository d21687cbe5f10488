"""The person's language: English, or Portuguese where the system says so.

English templates are the keys of ``portuguese.json``; a template without a line there is said in
English. A test asks that every template of an error and every literal given to ``say`` has one.
"""

from __future__ import annotations

import json
import os
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lastro.core.errors import LastroError

SPOKEN: ContextVar[str | None] = ContextVar("lastro_spoken", default=None)
"""``pt`` or ``en`` where somebody else than the process's user is spoken to: a caller over HTTP."""

_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # the strongest first, as in gettext
_PHRASES = {"why", "reason", "held", "given", "action"}  # places that our own code fills with words


def is_portuguese() -> bool:
    """Whether the person reads Portuguese: as told, or the first variable of the system's set."""
    told = SPOKEN.get()
    if told is not None:
        return told == "pt"
    found = next((os.environ[name] for name in _VARIABLES if os.environ.get(name)), "")
    return found.lower().startswith("pt")


@cache
def catalogue() -> Mapping[str, str]:
    """Portuguese template by English template."""
    text = files("lastro.core").joinpath("portuguese.json").read_text(encoding="utf-8")
    found: dict[str, str] = json.loads(text)
    return found


def say(template: str, **context: object) -> str:
    """Fill a template in the person's language; our own phrases in its context are said in it."""
    if not is_portuguese():
        return template.format(**context)
    known = catalogue()
    phrases = {name: known.get(str(context[name])) for name in _PHRASES & set(context)}
    said = context | {name: phrase for name, phrase in phrases.items() if phrase}
    return known.get(template, template).format(**said)


def explain(error: LastroError) -> tuple[str, str]:
    """An error's message and hint in the person's language."""
    return (
        say(error.template, **error.context),
        say(error.hint_template, **error.context),
    )
