"""Saved views: one's own, shared by their link, nobody else's."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import ConflictError, NotFoundError
from lastro.store import views

if TYPE_CHECKING:
    from lastro.store.session import Store

STATE = {"columns": ["cnpj", "net_worth"], "filters": [{"manager": "Ação & Cia"}], "page": 3}


def save(store: Store, now: dt.datetime, owner: str, name: str, *, shared: bool = False) -> str:
    with store.session() as session:
        return views.add(session, owner, "funds", name, STATE, now, shared=shared).link


def test_a_view_comes_back_as_it_was(store: Store, now: dt.datetime) -> None:
    link = save(store, now, "ana", "minha visão")
    with store.reading() as session:
        found = views.opened(session, "ana", link)
    assert (found.page, found.name, found.state) == ("funds", "minha visão", STATE)
    assert found.created_at == found.changed_at == now


def test_a_name_is_taken_once_a_page_and_owner(store: Store, now: dt.datetime) -> None:
    save(store, now, "ana", "x")
    save(store, now, "bia", "x")
    with pytest.raises(ConflictError, match="'x'"):
        save(store, now, "ana", "x")
    link = save(store, now, "ana", "y")
    with pytest.raises(ConflictError, match="'x'"), store.session() as session:
        views.change(session, "ana", link, now, name="x")


def test_only_what_is_shared_is_seen_by_others(store: Store, now: dt.datetime) -> None:
    own = save(store, now, "ana", "mine")
    shared = save(store, now, "ana", "ours", shared=True)
    with store.reading() as session:
        assert [view.link for view in views.listed(session, "bia")] == [shared]
        assert {view.link for view in views.listed(session, "ana", "funds")} == {own, shared}
        assert views.listed(session, "ana", "rates") == []
        assert views.opened(session, "bia", shared).name == "ours"
        with pytest.raises(NotFoundError, match="saved view"):
            views.opened(session, "bia", own)


def test_others_may_not_change_or_remove_it(store: Store, now: dt.datetime) -> None:
    link = save(store, now, "ana", "ours", shared=True)
    with pytest.raises(NotFoundError), store.session() as session:
        views.change(session, "bia", link, now, name="theirs")
    with pytest.raises(NotFoundError), store.session() as session:
        views.remove(session, "bia", link)
    later = now + dt.timedelta(days=1)
    with store.session() as session:
        views.change(session, "ana", link, later, state={"page": 4}, shared=False, page="rates")
    with store.reading() as session:
        found = views.opened(session, "ana", link)
    assert (found.state, found.shared, found.page) == ({"page": 4}, False, "funds")
    assert (found.created_at, found.changed_at) == (now, later)


def test_removed_and_forgotten(store: Store, now: dt.datetime) -> None:
    link = save(store, now, "ana", "one")
    save(store, now, "ana", "two")
    save(store, now, "bia", "one")
    with store.session() as session:
        views.remove(session, "ana", link)
        assert [view.name for view in views.listed(session, "ana")] == ["two"]
        views.forget(session, "ana")
        assert views.listed(session, "ana") == []
        assert len(views.listed(session, "bia")) == 1
