"""The OpenAPI document: what the framework knows of the routes, and what only we know.

To each operation it adds who may call it, the problems it may answer with, and the formats its rows
may leave in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic.json_schema import models_json_schema

from lastro.api.answering import reply_of, rows_of
from lastro.api.formats import MEDIA
from lastro.api.guard import Needs, Open
from lastro.api.problems import PROBLEMS, Problem
from lastro.identity.scopes import SCOPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI
    from fastapi.dependencies.models import Dependant
    from fastapi.routing import RouteContext

_FORMATS = {
    media.partition(";")[0]: {
        "schema": {"type": "string"} if form == "csv" else {"type": "string", "format": "binary"}
    }
    for form, media in MEDIA.items()
    if form != "json"
}
_TAGS = {
    "auth": "Sign in, tokens, second factor.",
    "oauth": "OAuth2 for third-party applications.",
    "users": "People and their roles.",
    "api keys": "Keys for machines.",
    "audit": "The audit log.",
    "funds": "Fund classes: search, detail, flows, performance.",
    "portability": "Signs that money is leaving; proxies, not data of Resolution 210.",
    "tickers": "Quotes, events and indexes of one ticker.",
    "market": "The market as a whole.",
    "indexes": "Index levels and portfolios.",
    "rates": "Interest rates, inflation and expectations.",
    "fx": "Currencies.",
    "tables": "Tables of the lake: schema, rows, history.",
    "sql": "Read-only SQL.",
    "data": "Sources, quality, lineage, dead letters.",
    "runs": "Downloads and builds.",
    "views": "Saved views.",
    "setup": "The first set-up.",
    "health": "Probes.",
    "meta": "What this house is.",
}


def describe(app: FastAPI) -> dict[str, Any]:
    """The document of an application; made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=app.routes,
            license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        )  # fmt: skip
        _add_components(document)
        used: set[str] = set()
        for context in iter_route_contexts(app.routes):
            for operation in _operations(document, context):
                _complete(operation, dependencies_of(context))
                used |= set(operation.get("tags", ()))
        document["tags"] = [
            {"name": name, "description": _TAGS.get(name, name)}
            for name in [*_TAGS, *sorted(used - set(_TAGS))]
            if name in used
        ]
        app.openapi_schema = document
    return app.openapi_schema


def dependencies_of(context: RouteContext) -> list[object]:
    """Whatever a route depends on, at any depth."""
    dependant: Dependant | None = getattr(context, "dependant", None)
    return list(_calls(dependant)) if dependant is not None else []


def _calls(dependant: Dependant) -> Iterator[object]:
    for found in dependant.dependencies:
        yield found.call
        yield from _calls(found)


def _operations(document: dict[str, Any], context: RouteContext) -> Iterator[dict[str, Any]]:
    if not isinstance(context.original_route, APIRoute) or not context.include_in_schema:
        return
    path = document["paths"].get(context.path_format, {})
    for method in context.methods or ():
        if method.lower() in path:
            yield path[method.lower()]


def _complete(operation: dict[str, Any], calls: list[object]) -> None:
    responses: dict[str, Any] = operation.setdefault("responses", {})
    for status in PROBLEMS:
        if status == 422 or str(status) not in responses:
            responses[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    given = responses.get("200", {})
    if given.get("content", {}).get("application/json", {}).get("schema", True) == {}:
        del given["content"]  # a bare response: what it holds, if anything, it says itself
    scope = next((call.scope for call in calls if isinstance(call, Needs | Open)), "")
    if scope:
        operation["security"] = [{"bearer": [scope]}]
        operation["x-scope"] = scope
    if reply_of in calls or rows_of in calls:
        responses["304"] = {"description": "The caller has this answer already."}
    if rows_of in calls:
        responses["200"].setdefault("content", {}).update(_FORMATS)


def _add_components(document: dict[str, Any]) -> None:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    template = "#/components/schemas/{model}"
    _, made = models_json_schema([(Problem, "serialization")], ref_template=template)
    schemas.update(made["$defs"])
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["schemas"] = dict(sorted(schemas.items()))
    components["responses"] = {f"Problem{status}": said for status, said in PROBLEMS.items()}
    meanings = "\n".join(f"- `{scope}`: {meaning}" for scope, meaning in SCOPES.items())
    components["securitySchemes"] = {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": f"An access token or an API key. Scopes:\n\n{meanings}",
        }
    }
