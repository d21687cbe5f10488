"""routes/views: saved views, a page as somebody arranged it, with a link to it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from lastro.api.formats import to_json
from lastro.api.fresh import plain
from lastro.api.guard import PrincipalDep, needs
from lastro.api.house import HouseDep
from lastro.core.clock import SystemClock
from lastro.core.errors import RequestError
from lastro.store import views as saved

router = APIRouter(tags=["views"])

Link = Annotated[str, Path(max_length=40, pattern="^[A-Za-z0-9_-]+$", description="Its link.")]
PageName = Annotated[str, Field(max_length=40, pattern="^[a-z][a-z0-9_-]*$")]
Called = Annotated[str, Field(min_length=1, max_length=120, description="What you call it.")]
_BIGGEST = 64_000


class NewView(BaseModel):
    """A view to save."""

    model_config = ConfigDict(extra="forbid")

    page: PageName = Field(description="Which page it arranges, as funds.")
    name: Called
    state: dict[str, Any] = Field(description="Whatever the page keeps of itself; 64 kB at most.")
    shared: bool = Field(default=False, description="Whether others who have the link may open it.")


class ChangedView(BaseModel):
    """What of a view changes; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Called | None = None
    state: dict[str, Any] | None = None
    shared: bool | None = None


class ViewCard(BaseModel):
    """A saved view."""

    link: str = Field(description="Names it; whoever has it may open a shared view.")
    page: str
    name: str
    state: dict[str, Any]
    shared: bool
    own: bool = Field(description="Whether it is yours.")
    created_at: dt.datetime
    changed_at: dt.datetime


def _card(view: saved.SavedView, reader: str) -> ViewCard:
    return ViewCard(
        link=view.link, page=view.page, name=view.name, state=view.state, shared=view.shared,
        own=view.owner == reader, created_at=view.created_at, changed_at=view.changed_at,
    )  # fmt: skip


def _bounded(state: dict[str, Any] | None) -> None:
    try:
        size = len(to_json(state))
    except TypeError as error:
        raise RequestError(
            "A view cannot be kept whose state is no plain JSON: {reason}.",
            hint="Keep numbers within 64 bits and text of whole characters.",
            reason=str(error),
        ) from error
    if size > _BIGGEST:
        raise RequestError(
            "A view of more than {most} bytes is not kept.",
            hint="Keep filters, columns and queries in a view, not rows.",
            most=_BIGGEST,
        )


@router.get("/views", dependencies=[needs("market:read")], response_model=list[ViewCard])
async def list_views(
    house: HouseDep,
    principal: PrincipalDep,
    page: Annotated[str | None, Query(max_length=40, description="Of this page only.")] = None,
) -> Response:
    """Your own views and those that others share, by name."""

    def work() -> bytes:
        with house.store.reading() as session:
            found = saved.listed(session, principal.id, page)
            return to_json([_card(view, principal.id) for view in found])

    return plain(await anyio.to_thread.run_sync(work, limiter=house.workers))


@router.get("/views/{link}", dependencies=[needs("market:read")], response_model=ViewCard)
async def one_view(link: Link, house: HouseDep, principal: PrincipalDep) -> Response:
    """A view by its link: your own, or one that is shared."""

    def work() -> bytes:
        with house.store.reading() as session:
            return to_json(_card(saved.opened(session, principal.id, link), principal.id))

    return plain(await anyio.to_thread.run_sync(work, limiter=house.workers))


@router.post(
    "/views", dependencies=[needs("views:write")], response_model=ViewCard, status_code=201
)
async def save_view(asked: NewView, house: HouseDep, principal: PrincipalDep) -> Response:
    """Save a view of your own."""
    _bounded(asked.state)

    def work() -> bytes:
        with house.store.session() as session:
            made = saved.add(
                session, principal.id, asked.page, asked.name, asked.state, SystemClock().now(),
                shared=asked.shared,
            )  # fmt: skip
            return to_json(_card(made, principal.id))

    return plain(await anyio.to_thread.run_sync(work, limiter=house.workers), 201)


@router.put("/views/{link}", dependencies=[needs("views:write")], response_model=ViewCard)
async def change_view(
    link: Link, asked: ChangedView, house: HouseDep, principal: PrincipalDep
) -> Response:
    """Change a view of your own."""
    _bounded(asked.state)
    values = asked.model_dump(exclude_none=True)

    def work() -> bytes:
        with house.store.session() as session:
            found = saved.change(session, principal.id, link, SystemClock().now(), **values)
            return to_json(_card(found, principal.id))

    return plain(await anyio.to_thread.run_sync(work, limiter=house.workers))


@router.delete(
    "/views/{link}",
    dependencies=[needs("views:write")],
    status_code=204,
    response_class=Response,
)
async def delete_view(link: Link, house: HouseDep, principal: PrincipalDep) -> Response:
    """Delete a view of your own."""

    def work() -> None:
        with house.store.session() as session:
            saved.remove(session, principal.id, link)

    await anyio.to_thread.run_sync(work, limiter=house.workers)
    return Response(status_code=204)
