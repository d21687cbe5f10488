"""API keys: part of what their maker may, until they expire."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import ForbiddenError, NotFoundError, RequestError, UnauthenticatedError
from lastro.identity.people import Wish

from .conftest import HOME

if TYPE_CHECKING:
    import datetime as dt

    from .conftest import House


def test_a_key_stands_for_its_scopes_and_its_owner(house: House) -> None:
    ana = house.user("analyst")
    kept, key = house.identity.keys.create(ana, "job", ["funds:read", "sql:run"], 30, HOME)
    found = house.identity.principal(key)
    assert key.startswith(f"lastro_{kept.id}_")
    assert (found.id, found.kind, found.role, found.user, found.acting) == (
        kept.id, "key", "service", ana.id, "analyst",
    )  # fmt: skip
    assert found.scopes == {"funds:read", "sql:run"}


def test_the_key_itself_is_not_kept(house: House) -> None:
    _, key = house.identity.keys.create(house.user("analyst"), "job", ["funds:read"], 30, HOME)
    file = house.store.file
    assert file is not None
    held = b"".join(path.read_bytes() for path in file.parent.iterdir())
    assert key.rpartition("_")[2].encode() not in held


@pytest.mark.parametrize("scope", ["users:admin", "house:admin", "data:run", "clients:read"])
def test_nobody_gives_what_they_do_not_have(house: House, scope: str) -> None:
    with pytest.raises(ForbiddenError):
        house.identity.keys.create(house.user("analyst"), "job", [scope], 30, HOME)


@pytest.mark.parametrize("scope", ["account", "users:admin", "keys:admin"])
def test_no_key_manages_people_or_keys(house: House, scope: str) -> None:
    with pytest.raises(ForbiddenError):
        house.identity.keys.create(house.user("admin"), "job", [scope], 30, HOME)


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [("", ["funds:read"], 30), ("job", [], 30), ("job", ["funds:write"], 30),
     ("job", ["funds:read"], 0), ("job", ["funds:read"], 367)],
)  # fmt: skip
def test_a_key_needs_a_name_scopes_and_an_end(
    house: House, name: str, scopes: list[str], days: int
) -> None:
    with pytest.raises(RequestError):
        house.identity.keys.create(house.user("admin"), name, scopes, days, HOME)


def test_a_key_ends(house: House) -> None:
    _, key = house.identity.keys.create(house.user("analyst"), "job", ["funds:read"], 1, HOME)
    house.later(hours=23, minutes=59)
    house.identity.principal(key)
    house.later(minutes=1)
    with pytest.raises(UnauthenticatedError):
        house.identity.principal(key)


def test_a_key_loses_what_its_owner_loses(house: House) -> None:
    house.user("admin")
    ana = house.user("analyst")
    _, key = house.identity.keys.create(ana, "job", ["sql:run", "market:read"], 30, HOME)
    house.identity.people.change(None, ana.id, Wish(role="client"), HOME)
    assert house.identity.principal(key).scopes == {"market:read"}


def test_a_key_is_revoked_by_its_owner_or_an_administrator(house: House) -> None:
    ana, bia, admin = house.user("analyst"), house.user("adviser"), house.user("admin")
    for owner in (ana, admin):
        kept, key = house.identity.keys.create(ana, "job", ["funds:read"], 30, HOME)
        house.identity.principal(key)
        with pytest.raises(NotFoundError):
            house.identity.keys.revoke(bia, kept.id, HOME)
        house.identity.keys.revoke(owner, kept.id, HOME)
        with pytest.raises(UnauthenticatedError):
            house.identity.principal(key)


def test_keys_of_others_are_seen_and_made_by_administrators_alone(house: House) -> None:
    ana, admin = house.user("analyst"), house.user("admin")
    machine, _ = house.identity.people.invite(None, "m@example.com", "Machine", "service", HOME)
    with pytest.raises(ForbiddenError):
        house.identity.keys.create(ana, "job", ["funds:read"], 30, HOME, owner=machine.id)
    kept, key = house.identity.keys.create(admin, "job", ["data:run"], 30, HOME, owner=machine.id)
    assert house.identity.principal(key).user == machine.id
    assert house.identity.keys.listing(ana) == []
    with pytest.raises(ForbiddenError):
        house.identity.keys.listing(ana, everybody=True)
    assert [found.id for found in house.identity.keys.listing(admin, everybody=True)] == [kept.id]


def test_last_use_is_noted_to_the_minute(house: House) -> None:
    ana = house.user("analyst")
    _, key = house.identity.keys.create(ana, "job", ["funds:read"], 30, HOME)
    used: list[dt.datetime | None] = []
    for seconds in (0, 30, 30):
        house.later(seconds=seconds)
        house.identity.principal(key)
        used.append(house.identity.keys.listing(ana)[0].last_used_at)
    assert used[0] == used[1]
    assert used[2] == house.clock.now()


@pytest.mark.parametrize("change", ["x", "", "é"])
def test_another_secret_is_refused(house: House, change: str) -> None:
    _, key = house.identity.keys.create(house.user("analyst"), "job", ["funds:read"], 30, HOME)
    with pytest.raises(UnauthenticatedError):
        house.identity.principal(key[:-1] + change)
