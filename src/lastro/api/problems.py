"""Errors as problem details (RFC 9457): what happened, who must act, and what to do now.

Every route may answer with these; ``describing`` writes them into each operation. An error that is
nobody's request (ours, the operator's, another service's) says so by its status; what is inside a
failure of ours goes to the log and never to the caller.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import BaseModel, Field
from starlette.responses import Response

from lastro.core.errors import InvariantError, LastroError, RateLimitedError, UnauthenticatedError
from lastro.core.language import SPOKEN, explain, say
from lastro.lake.storage_trouble import trouble_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi import Request
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException
    from starlette.types import Scope

LOG = logging.getLogger("lastro.api")
MEDIA_TYPE = "application/problem+json"
_TYPE = "https://lastro.dev/errors/"
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ASKED = re.compile(
    r"\s*(pt|en)(?:-[a-z0-9]+)*\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*", re.IGNORECASE
)


class FieldProblem(BaseModel):
    """One value of a request that is not what it should be."""

    where: str = Field(description="Path of the value: `query.first`, `body.name`.")
    message: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """Why a request failed, after RFC 9457."""

    type: str = Field(description="The kind of error; stable, made for machines.")
    title: str = Field(description="The kind of error in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened this time.")
    hint: str = Field(description="What you should do now.")
    request_id: str = Field(description="Id of the request, as in the log.")
    errors: list[FieldProblem] = Field(default=[], description="Wrong values, one by one.")


# English, as keys of the catalogue: they are said when it is known to whom.
_TITLES = {
    400: "The request cannot be understood",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Not done this way",
    409: "In conflict with the present state",
    413: "Too large",
    415: "Of a kind that is not understood",
    421: "Not this server",
    422: "Not as it should be",
    429: "Too many requests",
    500: "Something of ours failed",
    502: "Another service failed",
    503: "Not available now",
    504: "Took too long",
}

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": title,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, title in _TITLES.items()
}
"""What any route may answer with besides its own; ``describing`` gives it to every one."""


def language_of(headers: Mapping[str, str] | None, scope: Scope | None = None) -> str:
    """``pt`` or ``en``: what ``Accept-Language`` prefers; Portuguese where it says neither."""
    if headers is not None:
        asked = headers.get("accept-language", "")
    else:
        found = (scope or {}).get("headers", ())
        asked = next((v.decode("latin-1") for n, v in found if n == b"accept-language"), "")
    best, weight = "pt", 0.0
    for part in asked[:200].split(","):
        match = _ASKED.fullmatch(part)
        if match and (given := float(match[2] or 1)) > weight:
            best, weight = match[1].lower(), given
    return best


@contextlib.contextmanager
def speaking(language: str) -> Iterator[None]:
    """Whatever is said below is said in this language: ``pt`` or ``en``."""
    token = SPOKEN.set(language)
    try:
        yield
    finally:
        SPOKEN.reset(token)


def problem_of(error: LastroError, language: str, request_id: str = "-") -> Response:
    """One of our errors as an answer."""
    if isinstance(error, InvariantError) or error.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        LOG.error("failed: %s", error, exc_info=error)
    with speaking(language):
        message, hint = explain(error)
        if isinstance(error, InvariantError):
            message, hint = say("A part of Lastro contradicts itself."), _ours()
        title = say(_TITLES.get(error.status, _TITLES[500]))
    headers = {}
    if isinstance(error, UnauthenticatedError):
        headers["WWW-Authenticate"] = 'Bearer realm="lastro"'
    if isinstance(error, RateLimitedError):
        headers["Retry-After"] = str(max(1, round(float(str(error.context.get("seconds", 1))))))
    kind = _WORD.sub("-", type(error).__name__.removesuffix("Error")).lower()
    return answer(error.status, kind, title, message, hint, request_id, headers=headers)


def plain(status: int, detail: str, hint: str, language: str, request_id: str = "-") -> Response:
    """A problem that is no error of ours: English templates, said in the caller's language."""
    with speaking(language):
        title = say(_TITLES.get(status, _TITLES[500]))
        detail, hint = say(detail), say(hint)
    kind = HTTPStatus(status).phrase.lower().replace(" ", "-")
    return answer(status, kind, title, detail, hint, request_id)


def answer(
    status: int,
    kind: str,
    title: str,
    detail: str,
    hint: str,
    request_id: str,
    *,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer itself; never kept by anybody."""
    body: dict[str, Any] = {
        "type": _TYPE + kind,
        "title": title,
        "status": status,
        "detail": detail,
        "hint": hint,
        "request_id": request_id,
        "errors": errors or [],
    }
    return Response(
        _bytes(body), status, {"Cache-Control": "no-store", **(headers or {})}, MEDIA_TYPE
    )


def _bytes(body: dict[str, Any]) -> bytes:
    """JSON of the body; text that is no text (a lone surrogate out of an URL) is escaped."""
    try:
        return orjson.dumps(body)
    except (TypeError, orjson.JSONEncodeError):
        return json.dumps(body, default=str).encode()


def _ours() -> str:
    return say("Tell the operator; the request's id finds it in the log.")


async def on_error(request: Request, error: Exception) -> Response:
    """Handler of ``LastroError``."""
    if not isinstance(error, LastroError):
        raise error
    return problem_of(error, language_of(request.headers), id_of(request.scope))


async def on_http_error(request: Request, error: Exception) -> Response:
    """Handler of the framework's own errors: no such path, no such method."""
    found: HTTPException = error  # type: ignore[assignment]
    if isinstance(found.__cause__, LastroError):  # raised while the framework read the body
        return await on_error(request, found.__cause__)
    detail = {
        404: "There is nothing at this address.",
        405: "This address does not answer to this method.",
        413: "The body is larger than is accepted.",
    }.get(found.status_code, "The request cannot be understood.")
    made = plain(
        found.status_code,
        detail,
        "The OpenAPI document says what there is: /api/v1/openapi.json.",
        language_of(request.headers),
        id_of(request.scope),
    )
    for name, value in (found.headers or {}).items():
        made.headers[name] = value
    return made


async def on_invalid(request: Request, error: Exception) -> Response:
    """Handler of values that are not what a route declares."""
    invalid: RequestValidationError = error  # type: ignore[assignment]
    with speaking(language_of(request.headers)):
        return answer(
            422,
            "invalid",
            say(_TITLES[422]),
            say("A value of the request is not what it should be."),
            say("Correct the values listed in `errors`."),
            id_of(request.scope),
            errors=[
                {"where": ".".join(str(part) for part in found["loc"]), "message": found["msg"]}
                for found in invalid.errors()[:20]
            ],
        )


def failed(scope: Scope, error: BaseException) -> Response:
    """Whatever nobody expected: the log gets all of it, the caller its number.

    A bucket's refusal may come out of any frame that is read; it is told as what it means.
    """
    if (meant := trouble_of(error)) is not None:
        return problem_of(meant, language_of(None, scope), id_of(scope))
    LOG.error("failed: %s %s", scope.get("method"), scope.get("path"), exc_info=error)
    return plain(
        500,
        "Something of ours failed.",
        "Tell the operator; the request's id finds it in the log.",
        language_of(None, scope),
        id_of(scope),
    )


def id_of(scope: Scope) -> str:
    """The request's id; ``-`` before it has one."""
    return str(scope.get("lastro.request_id", "-"))
