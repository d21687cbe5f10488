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
import datetime as dt
import inspect
import time
from contextlib import AsyncExitStack
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from fastapi.dependencies.utils import solve_dependencies
from fastapi.exceptions import RequestValidationError
from fastapi.params import Form
from fastapi.routing import APIRoute, get_request_handler, iter_route_contexts
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, compile_path

from lastro.api.answering import Reply, reply_of, rows_of
from lastro.api.guard import Needs, Open, principal_of
from lastro.api.house import house_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Sequence

    from fastapi import FastAPI
    from fastapi.dependencies.models import Dependant
    from fastapi.routing import RouteContext
    from starlette.types import Receive, Scope, Send

    Handler = Callable[[Request], Coroutine[Any, Any, Response]]
    _Given = tuple[tuple[str, Callable[[Request], object]], ...]

_REQUEST = "request_of_lastro"
_REMEMBERED = 5.0  # seconds
_MOST = 2000
_NOUN = 3  # the part of an address after /api/v1
_FIXED = (str, int, float, Decimal, dt.date, bytes, Enum)
_GIVEN: dict[object, Callable[[Request], object]] = {
    house_of: lambda request: request.app.state.house,
    reply_of: lambda request: Reply(request, request.app.state.answers),
    rows_of: lambda request: Reply(request, request.app.state.answers),
    principal_of: lambda request: request.scope["lastro.principal"],
}


class Place:
    """Where a route is reached.

    Args:
        context: The route as the framework knows it.
        handler: The short way to it; None where there is none.
    """

    def __init__(self, context: RouteContext, handler: Handler | None) -> None:
        self.path = str(context.path)
        self.handler = handler
        self._methods = frozenset(context.methods or ())
        self._pattern, _, self._convertors = compile_path(self.path)

    def parameters(self, path: str, method: str) -> dict[str, Any] | None:
        """What stands in the variable parts of an address; None where it is another's."""
        if method not in self._methods:
            return None
        match = self._pattern.match(path)
        if match is None:
            return None
        return {name: self._convertors[name].convert(v) for name, v in match.groupdict().items()}


class Dispatch(BaseRoute):
    """Every route by its address; the first route of the application.

    Args:
        app: Whose routes.
    """

    def __init__(self, app: FastAPI) -> None:
        self._fixed: dict[str, list[Place]] = {}
        self._open: dict[tuple[int, str], list[Place]] = {}
        self._wide: dict[str, list[Place]] = {}
        for place in _places(app):
            parts = place.path.split("/")
            if "{" not in place.path:
                self._fixed.setdefault(place.path, []).append(place)
            elif ":" in place.path:
                self._wide.setdefault(parts[_NOUN], []).append(place)
            elif len(parts) > _NOUN:
                self._open.setdefault((len(parts), parts[_NOUN]), []).append(place)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Look an address up; what has no short way is left to the framework."""
        if scope["type"] != "http" or scope.get("root_path"):
            return Match.NONE, {}
        path, method = scope["path"], scope["method"]
        for place in self._candidates(path):
            found = place.parameters(path, method)
            if found is None:
                continue
            if place.handler is None:
                scope["lastro.template"] = place.path
                break
            return Match.FULL, {"path_params": found, "lastro.place": place}
        return Match.NONE, {}

    def _candidates(self, path: str) -> Sequence[Place]:
        fixed = self._fixed.get(path)
        if fixed is not None:
            return fixed
        parts = path.split("/", 20)
        if len(parts) <= _NOUN:
            return ()
        noun = parts[_NOUN]
        found = self._open.get((len(parts), noun), ())
        return [*self._wide[noun], *found] if noun in self._wide else found

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go the short way."""
        place: Place = scope["lastro.place"]
        scope["lastro.template"] = place.path
        if place.handler is not None:
            response = await place.handler(Request(scope, receive, send))
            await response(scope, receive, send)


def _places(app: FastAPI) -> Iterator[Place]:
    for context in iter_route_contexts(app.routes):
        if not isinstance(context.original_route, APIRoute):
            continue
        dependant: Dependant = context.dependant
        guards = [d.call for d in dependant.dependencies if isinstance(d.call, Needs | Open)]
        short = len(guards) == 1 and _is_plain(context, dependant)
        yield Place(context, _guarded(context, dependant, guards[0]) if short else None)


def _guarded(context: RouteContext, dependant: Dependant, guard: Any) -> Handler:
    """Ask the guard, then the route."""
    handler = _handler(context, *_lean(dependant, guard))

    async def handle(request: Request) -> Response:
        await guard(request)
        return await handler(request)

    return handle


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


def _lean(dependant: Dependant, guard: Needs | Open) -> tuple[Dependant, _Given]:
    """What the framework is left to find out, and what is handed over."""
    known = dict(_GIVEN)
    if isinstance(guard, Open):
        del known[principal_of]  # nobody need be known there
    given = tuple(
        (str(found.name), known[found.call])
        for found in dependant.dependencies
        if found.call in known
    )
    kept = [
        found
        for found in dependant.dependencies
        if found.call not in known and found.call is not guard
    ]
    return dataclasses.replace(dependant, dependencies=kept), given


def _handler(context: RouteContext, dependant: Dependant, given: _Given) -> Handler:
    """Reads what a route asks for and calls it."""
    if _is_pure(dependant):
        return _remembering(dependant, given)
    return _reading(context, dependant, given)


def _is_pure(dependant: Dependant) -> bool:
    """Whether a route gets nothing but what its address and its query say, and answers itself."""
    returned = inspect.signature(dependant.call or _is_pure).return_annotation
    is_answer = returned in {Response, "Response"}
    is_async = inspect.iscoroutinefunction(dependant.call)
    return is_answer and is_async and all(_reads_address(d) for d in (dependant, *_all(dependant)))


def _all(dependant: Dependant) -> Iterator[Dependant]:
    for found in dependant.dependencies:
        yield found
        yield from _all(found)


def _reads_address(dependant: Dependant) -> bool:
    return not (
        dependant.header_params or dependant.cookie_params or dependant.body_params
        or dependant.request_param_name or dependant.http_connection_param_name
        or dependant.response_param_name or dependant.background_tasks_param_name
        or dependant.security_scopes_param_name
    )  # fmt: skip


def _remembering(dependant: Dependant, given: _Given) -> Handler:
    """Remembers for seconds what an address and a query came to: a burst asks the same."""
    call = cast("Callable[..., Coroutine[Any, Any, Response]]", dependant.call)
    known: dict[tuple[str, bytes], tuple[float, dict[str, Any]]] = {}

    async def handle(request: Request) -> Response:
        scope = request.scope
        key = (scope["path"], scope["query_string"])
        found, now = known.get(key), time.monotonic()
        if found is not None and now < found[0]:
            values = found[1]
        else:
            values = await _solved(request, dependant)
            if len(known) > _MOST:
                known.clear()
            if all(_is_fixed(value) for value in values.values()):
                known[key] = (now + _REMEMBERED, values)
        return await call(**values, **{name: make(request) for name, make in given})

    return handle


async def _solved(request: Request, dependant: Dependant) -> dict[str, Any]:
    """Parameters as the framework reads them.

    Raises:
        RequestValidationError: One is not what the route declares.
    """
    async with AsyncExitStack() as stack:
        request.scope["fastapi_inner_astack"] = stack
        request.scope["fastapi_function_astack"] = stack
        solved = await solve_dependencies(
            request=request,
            dependant=dependant,
            async_exit_stack=stack,
            embed_body_fields=False,
        )
    if solved.errors:
        raise RequestValidationError(solved.errors)
    return solved.values


def _is_fixed(value: object) -> bool:
    """Whether nobody can change a value: only then two requests may share it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        frozen: bool = value.__dataclass_params__.frozen  # type: ignore[attr-defined]
        return frozen and all(
            _is_fixed(getattr(value, field.name)) for field in dataclasses.fields(value)
        )
    if isinstance(value, tuple | frozenset):
        return all(_is_fixed(part) for part in value)
    return value is None or isinstance(value, _FIXED)


def _reading(context: RouteContext, dependant: Dependant, given: _Given) -> Handler:
    """The framework's own reading, calling and writing."""
    if dependant.call is not None:
        own = dependant.request_param_name
        dependant = dataclasses.replace(
            dependant,
            call=_filled(dependant.call, given, own),
            request_param_name=own or _REQUEST,
        )
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


def _filled(call: Callable[..., Any], given: _Given, own: str | None) -> Callable[..., Any]:
    """The route's function, handed what it is given; ``own`` is its name for the request."""

    def filled(values: dict[str, Any]) -> dict[str, Any]:
        request = values[own] if own else values.pop(_REQUEST)
        for name, make in given:
            values[name] = make(request)
        return values

    if inspect.iscoroutinefunction(call):

        async def soon(**values: Any) -> Any:
            return await call(**filled(values))

        return soon

    def now(**values: Any) -> Any:
        return call(**filled(values))

    return now
