"""Request bodies: no larger and, as JSON, no deeper than the operator allows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lastro.core.errors import RequestError

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope

_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


class TooLargeError(RequestError):
    """A body is larger than is accepted."""

    status = 413


def has_body(scope: Scope) -> bool:
    """Whether a request announces a body."""
    if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
        return any(
            name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
            for name, value in scope["headers"]
        )
    return True


def guarded(scope: Scope, receive: Receive, most: int, depth: int) -> Receive:
    """The same body, which raises where it is too large or too deep.

    Args:
        scope: Of the request.
        receive: Where the body comes from.
        most: Bytes.
        depth: Of nested lists and objects, where the body is JSON.

    Raises:
        TooLargeError: It announces more bytes than are accepted.
    """
    kind = b""
    for name, value in scope["headers"]:
        if name == b"content-length" and (not value.isdigit() or int(value) > most):
            raise _too_large(most)
        if name == b"content-type":
            kind = value.partition(b";")[0].strip().lower()
    if kind.endswith(b"json"):
        return _whole(receive, most, depth)
    return _counted(receive, most)


def _counted(receive: Receive, most: int) -> Receive:
    seen = 0

    async def counting() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise _too_large(most)
        return message

    return counting


def _whole(receive: Receive, most: int, depth: int) -> Receive:
    """A JSON body is held back until all of it is here and seen not to be too deep."""
    counting = _counted(receive, most)
    given = False

    async def whole() -> Message:
        nonlocal given
        if given:
            return await receive()
        parts: list[bytes] = []
        while True:
            message = await counting()
            if message["type"] != "http.request":
                return message
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                break
        given = True
        body = b"".join(parts)
        if deeper_than(body, depth):
            raise RequestError(
                "The JSON of the body is nested deeper than {depth} levels.",
                hint="Send a flatter one.",
                depth=depth,
            )
        return {"type": "http.request", "body": body, "more_body": False}

    return whole


def deeper_than(body: bytes, depth: int) -> bool:
    """Whether JSON is nested deeper than some levels; brackets within text do not count."""
    if body.count(b"[") + body.count(b"{") <= depth:
        return False
    level = 0
    for match in _BRACKETS.finditer(body):
        found = match[0]
        if found in {b"[", b"{"}:
            level += 1
            if level > depth:
                return True
        elif found in {b"]", b"}"}:
            level -= 1
    return False


def _too_large(most: int) -> TooLargeError:
    return TooLargeError(
        "The body is larger than is accepted: {most} MB.",
        hint="Send less at once; the operator sets LASTRO_API__MAX_BODY_MB.",
        most=f"{most / 1e6:g}",
    )
