"""Every sentence for a person has its Portuguese line, with the same places to fill."""

from __future__ import annotations

import ast
import string
from typing import TYPE_CHECKING

from lastro.core import errors
from lastro.core.language import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SPEAKERS = {name for name in vars(errors) if name.endswith("Error")} | {"say", "Finding"}
TEMPLATES = {"hint", "remedy"}


def _texts(node: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    """The literals an argument may be: itself, a module's constant, either side of an if."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, constants)
        yield from _texts(node.orelse, constants)
    elif isinstance(node, ast.Name) and node.id in constants:
        yield from _texts(constants[node.id], constants)


def _said(tree: ast.Module) -> Iterator[str]:
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            if call.func.id not in SPEAKERS:
                continue
            spoken = [k.value for k in call.keywords if k.arg in TEMPLATES] + call.args[:1]
            for node in spoken:
                yield from _texts(node, constants)


def _places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_every_sentence_has_a_portuguese_line_with_the_same_places(repository: Path) -> None:
    said = {
        text
        for file in (repository / "src").rglob("*.py")
        for text in _said(ast.parse(file.read_text()))
    }
    known = catalogue()
    assert len(said) > 150
    assert sorted(said - set(known)) == []
    assert [t for t in said if _places(t) != _places(known[t])] == []
