"""Shelves: folders whose every file is one plug-in.

A shelf is a package; each of its modules binds one agreed constant (``SOURCE``, ``TABLE``,
``COMMAND``). Nothing lists the files: they are found here. Modules whose name starts with an
underscore belong to the shelf itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Any

from lastro.core.errors import InvariantError, NotFoundError

if TYPE_CHECKING:
    from types import ModuleType


def names(shelf: ModuleType) -> list[str]:
    """Module names on a shelf in alphabetical order, without importing them."""
    return sorted(
        found.name
        for found in pkgutil.iter_modules(shelf.__path__)
        if not found.ispkg and not found.name.startswith("_")
    )


def load(shelf: ModuleType, constant: str, kind: type | tuple[type, ...]) -> dict[str, Any]:
    """Import every file of a shelf and return its constant by module name.

    Raises:
        InvariantError: A file does not bind the constant, or binds something of another kind.
    """
    return {name: _bound(shelf, name, constant, kind) for name in names(shelf)}


def one(shelf: ModuleType, name: str, constant: str, kind: type | tuple[type, ...]) -> Any:
    """Import one file of a shelf and return its constant.

    Raises:
        NotFoundError: The shelf holds no such file.
        InvariantError: The file does not bind the constant as its shelf demands.
    """
    if name not in names(shelf):
        raise NotFoundError(
            "There is no {shelf} called '{name}'.",
            hint="Known ones: {known}.",
            shelf=shelf.__name__.rpartition(".")[2].removesuffix("s"),
            name=name,
            known=", ".join(names(shelf)),
        )
    return _bound(shelf, name, constant, kind)


def _bound(shelf: ModuleType, name: str, constant: str, kind: type | tuple[type, ...]) -> Any:
    module = importlib.import_module(f"{shelf.__name__}.{name}")
    found = getattr(module, constant, None)
    if not isinstance(found, kind):
        raise InvariantError(
            "{file} does not bind {constant} as its shelf demands.",
            hint="Open the shelf's __init__.py: it is the contract of its files.",
            file=module.__name__,
            constant=constant,
        )
    return found
