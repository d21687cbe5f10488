"""Routes: each says who may call it, has a name of its own and a sentence, and is documented."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from lastro.api.app import app_over
from lastro.api.describing import dependencies_of
from lastro.api.guard import Needs, Open, open_to_all
from lastro.wiring import platform

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.routing import RouteContext

# What nobody need sign in for, and why.
OPEN = {
    "about": "the sign-in page shows the banner of simulated data",
    "health_live": "probes carry no token",
    "health_ready": "probes carry no token",
    "metrics": "has a token of its own, or answers the machine itself alone",
}
_SIGNING_IN = ("/api/v1/auth/", "/api/v1/oauth/", "/.well-known/")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The application over nothing."""
    folder: Path = tmp_path_factory.mktemp("routes")
    return app_over(platform(str(folder / "lake")))


def declared(context: RouteContext) -> list[Needs | Open]:
    return [call for call in dependencies_of(context) if isinstance(call, Needs | Open)]


def contexts(app: FastAPI) -> list[RouteContext]:
    found = [c for c in iter_route_contexts(app.routes) if isinstance(c.original_route, APIRoute)]
    assert len(found) > 10
    return found


def test_every_route_says_who_may_call_it(app: FastAPI) -> None:
    silent = [context.path for context in contexts(app) if len(declared(context)) != 1]
    assert silent == []


def test_a_route_that_says_nothing_is_found(app: FastAPI) -> None:
    careless = FastAPI()
    router = APIRouter()
    router.get("/careless")(lambda: 1)
    router.get("/careful", dependencies=[open_to_all()])(lambda: 1)
    careless.include_router(router)
    found = {
        context.path: len(declared(context))
        for context in iter_route_contexts(careless.routes)
        if isinstance(context.original_route, APIRoute)
    }
    assert found == {"/careless": 0, "/careful": 1}


def test_what_is_open_to_all_is_known_to_be(app: FastAPI) -> None:
    found = {
        context.name
        for context in contexts(app)
        if isinstance(declared(context)[0], Open) and not str(context.path).startswith(_SIGNING_IN)
    }
    assert found <= set(OPEN)


def test_what_changes_something_is_not_asked_for_by_get(app: FastAPI) -> None:
    changing = {"views:write", "data:run"}
    found = [
        context.path
        for context in contexts(app)
        if "GET" in (context.methods or ()) and declared(context)[0].scope in changing
    ]
    assert found == []


def operations(app: FastAPI) -> list[tuple[str, str, dict[str, Any]]]:
    document = app.openapi()
    assert document["openapi"].startswith("3.1")
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_operations_have_names_of_their_own(app: FastAPI) -> None:
    counted = Counter(operation["operationId"] for _, _, operation in operations(app))
    assert [name for name, count in counted.items() if count > 1] == []


def test_operations_have_a_sentence_and_a_place(app: FastAPI) -> None:
    lacking = [
        f"{method} {path}"
        for path, method, operation in operations(app)
        if not operation.get("description") or not operation.get("tags")
    ]
    assert lacking == []


def test_operations_say_what_they_answer(app: FastAPI) -> None:
    lacking = []
    for path, method, operation in operations(app):
        content = operation["responses"].get("200", {}).get("content", {})
        if content.get("application/json", {"schema": True}).get("schema") in ({}, None):
            lacking.append(f"{method} {path}")
        assert {"401", "422", "429", "500"} <= set(operation["responses"])
    assert lacking == []


def test_what_is_referred_to_is_there(app: FastAPI) -> None:
    document = app.openapi()
    known = {
        f"#/components/{kind}/{name}"
        for kind in ("schemas", "responses")
        for name in document["components"][kind]
    }

    def references(node: object) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*(references(value) for value in node.values()))
        if isinstance(node, list):
            return set().union(*(references(value) for value in node))
        return set()

    assert references(document) <= known
