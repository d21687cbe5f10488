"""Answers that follow from more than table versions: made at each request, kept by nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import anyio
from fastapi import Depends, Request

from lastro.api.answering import Answers, Prepared
from lastro.api.formats import to_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from lastro.api.house import House


class Fresh:
    """Answers one request with what is true now."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._house: House = answers.house

    async def json(self, tables: tuple[str, ...], make: Callable[[], object]) -> Response:
        """An answer in JSON: ``{"data": what make returns, "origin": {...}}``.

        Args:
            tables: Full names of the tables it tells of; the first gives its age.
            make: Makes it, in a worker thread.

        Raises:
            LastroError: As ``make`` does.
        """

        def work() -> bytes:
            versions = self._house.versions(tables)
            data = to_json(make())
            origin = to_json(self._answers.origins.of(tables, versions))
            return b'{"data":' + data + b',"origin":' + origin + b"}"

        return plain(await anyio.to_thread.run_sync(work, limiter=self._house.workers))


def plain(body: bytes, status: int = 200) -> Response:
    """A body of JSON that nobody keeps."""
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store"),
               (b"content-length", b"%d" % len(body))]  # fmt: skip
    return Prepared(status, headers, body)


async def fresh_of(request: Request) -> Fresh:
    """Answers a request with what is true now."""
    return Fresh(request.app.state.answers)


FreshDep = Annotated[Fresh, Depends(fresh_of)]
