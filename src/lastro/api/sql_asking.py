"""Asking a query over HTTP: what its asker may read, and that it ends when they go away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

from lastro.answers.rows import instant_or_version
from lastro.answers.table_cards import readable
from lastro.core.errors import ForbiddenError
from lastro.lake.query import job_of, understand

if TYPE_CHECKING:
    from fastapi import Request

    from lastro.api.house import House
    from lastro.identity.principal import Principal
    from lastro.lake.catalog import View
    from lastro.lake.query import Question
    from lastro.lake.sql_house import Query, Told


def seen_views(house: House, names: set[str]) -> list[View]:
    """Views whose tables are all among some."""
    return [view for view in house.platform.views if set(view.inputs) <= names]


def asked_of(house: House, principal: Principal, text: str) -> Question:
    """What a query reads, if its asker may.

    Raises:
        RequestError: It is no SELECT over the lake's tables.
        ForbiddenError: It reads what its asker may not see.
    """
    contracts = readable(house.platform.contracts(), guarded=True)
    views = seen_views(house, {contract.name for contract in contracts})
    question = understand(text, contracts, views)
    if not principal.may("data:read"):
        allowed = {contract.name for contract in readable(contracts, guarded=False)}
        for contract in question.tables:
            if contract.name not in allowed:
                raise ForbiddenError(
                    "This needs the permission {scope}, which {name} does not have.",
                    hint="Ask an administrator for it, or use a key that carries it.",
                    scope="data:read",
                    name=principal.name,
                )
    return question


def made(house: House, question: Question, rows: int | None, as_of: str | None) -> Query:
    """A query that is ready to run, over the newest versions of its tables.

    Raises:
        RequestError: A table has nothing then, or ``as_of`` is no instant.
    """
    house.versions(tuple(contract.name for contract in question.tables))
    waiting = house.platform.sql_house
    job = job_of(house.platform.lake, question, instant_or_version(as_of), waiting.limits)
    return waiting.query(job, rows)


async def answered(request: Request, query: Query) -> Told:
    """A query's answer; the query ends when its asker hangs up or the request is given up.

    Raises:
        RequestError: As ``Query.answer`` does.
    """
    found: list[Told] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            found.append(query.answer())
        except Exception as error:  # noqa: BLE001 - it goes on below, out of the group
            failed.append(error)

    async def watch() -> None:
        try:
            while (await request.receive())["type"] != "http.disconnect":
                pass
        finally:
            query.cancel()

    async with anyio.create_task_group() as group:
        group.start_soon(watch)
        await anyio.to_thread.run_sync(run, limiter=_limiter(request))
        group.cancel_scope.cancel()
    if failed:
        raise failed[0]
    return found[0]


def _limiter(request: Request) -> anyio.CapacityLimiter:
    """Threads that wait for queries: their own, so that waiting keeps nobody else from working."""
    state = request.app.state
    if not hasattr(state, "sql_limiter"):
        settings = state.house.platform.settings.sql
        state.sql_limiter = anyio.CapacityLimiter(settings.workers + 8)
    limiter: anyio.CapacityLimiter = state.sql_limiter
    return limiter
