"""What a file on the shelf of commands binds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from lastro.core.language import say

if TYPE_CHECKING:
    from collections.abc import Callable

Panel = Literal["bring", "read", "trust", "tend", "try"]

PANELS: dict[Panel, str] = {
    "try": say("Try it"),
    "bring": say("Bring data in"),
    "read": say("Read"),
    "trust": say("Know where it comes from"),
    "tend": say("Look after the lake"),
}


@dataclass(frozen=True)
class Command:
    """A verb.

    Attributes:
        run: The function Typer calls.
        help: What it does, in one line, in the person's language.
        panel: Where ``lastro --help`` lists it.
    """

    run: Callable[..., Any]
    help: str
    panel: Panel
