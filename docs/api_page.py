"""The reference page of the HTTP API, from its OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from writing import grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def sections(document: dict[str, Any]) -> Iterator[str]:
    """A section a tag, a row an operation.

    Args:
        document: OpenAPI 3.1.
    """
    about = {tag["name"]: tag.get("description", "") for tag in document.get("tags", [])}
    rows: dict[str, list[Sequence[object]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["other"])[0]
            rows.setdefault(tag, []).append(
                (
                    f"`{method.upper()} {path}`",
                    f"`{scope}`" if (scope := operation.get("x-scope")) else "open",
                    _meaning(operation),
                    ", ".join(f"`{p['name']}`" for p in operation.get("parameters", [])
                              if p["in"] == "query"),
                )
            )  # fmt: skip
    for tag in (name for name in (*about, *rows.keys() - about.keys()) if name in rows):
        table = grid(("operation", "scope", "what it answers", "query"), rows[tag])
        yield f"## {tag}\n\n{about.get(tag, '')}\n\n{table}".replace("\n\n\n\n", "\n\n")


def _meaning(operation: dict[str, Any]) -> str:
    first = operation.get("description", operation.get("summary", "")).partition("\n\n")[0]
    return " ".join(first.split())
