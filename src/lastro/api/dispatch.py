"""The short way from an address to its route.

The framework tries route after route, and calls each dependency as if it might be anything. Here an
address is looked up by its parts, the guard is asked before anything else of the request is read,
and what every route is given (the house, the reply, the principal) is handed over without ceremony.
Parameters and bodies are read by the framework as ever. What does not go this way (forms, streams
of events, dependencies that clean up, other methods) goes the framework's own.

``bench/api.py`` holds the figures; ``tests/api/test_dispatch.py`` holds both ways to the same
answers.
"""

from __future__ import annotations

import dataclasses
import inspect
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from fastapi.params import Form
from fastapi.routing import APIRoute, get_request_handler, iter_route_contexts
from starlette.requests import Request
from starlette.routing import BaseRoute, Match, compile_path

from lastro.api.answering import Reply, reply_of, rows_of
from lastro.api.guard import Needs, Open, principal_of
from lastro.api.house import house_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from fastapi import FastAPI
    from fastapi.dependencies.models import Dependant
    from fastapi.routing import RouteContext
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    Handler = Callable[[Request], Coroutine[Any, Any, Response]]

_REQUEST = "request_of_lastro"
_GIVEN: dict[object, Callable[[Request], object]] = {
    house_of: lambda request: request.app.state.house,
    reply_of: lambda request: Reply(request, request.app.state.answers),
    rows_of: lambda request: Reply(request, request.app.state.answers),
    principal_of: lambda request: request.scope["lastro.principal"],
}


class Direct:
    """A route and the short way to it.

    Args:
        context: The route as the framework knows it.
        guard: Who may call it.
        handler: Reads parameters and calls the route.
    """

    def __init__(self, context: RouteContext, guard: Needs | Open, handler: Handler) -> None:
        self.path = str(context.path)
        self.methods = frozenset(context.methods or ())
        self._pattern, _, self._convertors = compile_path(self.path)
        self._guard = guard
        self._handler = handler
        self._endpoint = context.endpoint
        self._route = context.original_route

    def parameters(self, path: str) -> dict[str, Any] | None:
        """What stands in the variable parts of an address; None where it is another's."""
        match = self._pattern.match(path)
        if match is None:
            return None
        return {name: self._convertors[name].convert(v) for name, v in match.groupdict().items()}

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask the guard, then the route."""
        request = Request(scope, receive, send)
        await self._guard(request)
        response = await self._handler(request)
        await response(scope, receive, send)


class Dispatch(BaseRoute):
    """Every route that may be reached the short way; the first route of the application.

    Args:
        app: Whose routes.
    """

    def __init__(self, app: FastAPI) -> None:
        self._fixed: dict[str, list[Direct]] = {}
        self._open: dict[tuple[int, str], list[Direct]] = {}
        for direct in _directs(app):
            parts = direct.path.split("/")
            if "{" not in direct.path:
                self._fixed.setdefault(direct.path, []).append(direct)
            elif len(parts) > 3 and "{" not in parts[3]:
                self._open.setdefault((len(parts), parts[3]), []).append(direct)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Look an address up."""
        if scope["type"] != "http" or scope.get("root_path"):
            return Match.NONE, {}
        path, method = scope["path"], scope["method"]
        for direct in self._fixed.get(path, ()):
            if method in direct.methods:
                return Match.FULL, {"path_params": {}, "lastro.direct": direct}
        parts = path.split("/", 20)
        for direct in self._open.get((len(parts), parts[3]), ()) if len(parts) > 3 else ():
            if method in direct.methods:
                found = direct.parameters(path)
                if found is not None:
                    return Match.FULL, {"path_params": found, "lastro.direct": direct}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go the short way."""
        direct: Direct = scope["lastro.direct"]
        scope["lastro.template"] = direct.path
        await direct.answer(scope, receive, send)


def _directs(app: FastAPI) -> Iterator[Direct]:
    for context in iter_route_contexts(app.routes):
        if not isinstance(context.original_route, APIRoute):
            continue
        dependant: Dependant = context.dependant
        guards = [d.call for d in dependant.dependencies if isinstance(d.call, Needs | Open)]
        if len(guards) == 1 and _is_plain(context, dependant):
            guard: Any = guards[0]
            yield Direct(context, guard, _handler(context, _lean(dependant, guard)))


def _is_plain(context: RouteContext, dependant: Dependant) -> bool:
    """Whether nothing of a route needs the framework's own ceremony."""
    body = context.body_field
    is_form = body is not None and isinstance(body.field_info, Form)
    is_convertible = ":" not in str(context.path)
    return (
        not (is_form or context.is_sse_stream or context.is_json_stream)
        and is_convertible
        and not _is_generator(dependant.call)
        and not any(_is_generator(call) for call in _calls(dependant))
    )


def _calls(dependant: Dependant) -> Iterator[object]:
    for found in dependant.dependencies:
        yield found.call
        yield from _calls(found)


def _is_generator(call: object) -> bool:
    return inspect.isgeneratorfunction(call) or inspect.isasyncgenfunction(call)


def _lean(dependant: Dependant, guard: Needs | Open) -> Dependant:
    """What the framework is left to find out, once the rest is handed over."""
    known = dict(_GIVEN)
    if isinstance(guard, Open):
        del known[principal_of]  # nobody need be known there
    given = {
        str(found.name): known[found.call]
        for found in dependant.dependencies
        if found.call in known
    }
    kept = [
        found for found in dependant.dependencies
        if found.call not in known and found.call is not guard
    ]  # fmt: skip
    call = dependant.call
    if not given or call is None or dependant.request_param_name is not None:
        return dataclasses.replace(dependant, dependencies=kept) if not given else dependant
    return dataclasses.replace(
        dependant, dependencies=kept, call=_given(call, given), request_param_name=_REQUEST
    )


def _given(
    call: Callable[..., Any], given: dict[str, Callable[[Request], object]]
) -> Callable[..., Any]:
    """The route's function, handed what it is given."""
    pairs = tuple(given.items())

    def filled(values: dict[str, Any]) -> dict[str, Any]:
        request = values.pop(_REQUEST)
        for name, make in pairs:
            values[name] = make(request)
        return values

    if inspect.iscoroutinefunction(call):

        async def soon(**values: Any) -> Any:
            return await call(**filled(values))

        return soon

    def now(**values: Any) -> Any:
        return call(**filled(values))

    return now


def _handler(context: RouteContext, dependant: Dependant) -> Handler:
    made = get_request_handler(
        dependant=dependant,
        body_field=context.body_field,
        status_code=context.status_code,
        response_class=context.response_class,
        response_field=context.response_field,
        response_model_include=context.response_model_include,
        response_model_exclude=context.response_model_exclude,
        response_model_by_alias=context.response_model_by_alias,
        response_model_exclude_unset=context.response_model_exclude_unset,
        response_model_exclude_defaults=context.response_model_exclude_defaults,
        response_model_exclude_none=context.response_model_exclude_none,
        embed_body_fields=context._embed_body_fields,  # noqa: SLF001 - as the framework's own
        strict_content_type=context.strict_content_type,
    )
    unused = AsyncExitStack()  # the framework demands one, and nothing here has to be cleaned up

    async def handle(request: Request) -> Response:
        request.scope["fastapi_inner_astack"] = unused
        request.scope["fastapi_function_astack"] = unused
        return await made(request)

    return handle
