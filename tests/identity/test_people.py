"""People: links that work once, roles that matter at once, passwords that change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lastro.core.errors import (
    ConfigError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RateLimitedError,
    RequestError,
    UnauthenticatedError,
)
from lastro.identity.people import Wish
from lastro.identity.service import DEMO_EMAIL

from .conftest import HOME, PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import House

OTHER = "cinco palavras ainda mais soltas"


def _token(link: str | None) -> str:
    assert link is not None
    path, _, token = link.partition("#")
    assert path == "/welcome"
    return token


def test_the_first_administrator_comes_by_a_link_that_works_once(house: House) -> None:
    people = house.identity.people
    assert house.identity.is_new()
    token = _token(house.identity.first_link())
    assert people.look(token) == ("first", "")
    tokens = people.claim_first(token, "Ana@Example.com", "Ana", PASSWORD, HOME)
    assert house.identity.principal(tokens.access).role == "admin"
    assert not house.identity.is_new()
    assert house.identity.first_link() is None
    with pytest.raises(UnauthenticatedError):
        people.claim_first(token, "eve@example.com", "Eve", PASSWORD, HOME)


def test_a_newer_first_link_makes_the_older_worthless(house: House) -> None:
    older, newer = _token(house.identity.first_link()), _token(house.identity.first_link())
    with pytest.raises(UnauthenticatedError):
        house.identity.people.look(older)
    house.identity.people.look(newer)


def test_a_first_link_is_worthless_once_there_is_a_user(house: House) -> None:
    token = _token(house.identity.first_link())
    house.user("analyst")
    with pytest.raises(UnauthenticatedError):
        house.identity.people.claim_first(token, "eve@example.com", "Eve", PASSWORD, HOME)


def test_links_end_after_a_day(house: House) -> None:
    token = _token(house.identity.first_link())
    house.later(hours=23, minutes=59)
    house.identity.people.look(token)
    house.later(minutes=1)
    with pytest.raises(UnauthenticatedError):
        house.identity.people.claim_first(token, "a@example.com", "A", PASSWORD, HOME)


def test_an_invitation_is_not_a_first_link_nor_the_other_way(house: House) -> None:
    people = house.identity.people
    first = _token(house.identity.first_link())
    with pytest.raises(UnauthenticatedError):
        people.choose(first, PASSWORD, HOME)
    _, link = people.invite(None, "ana@example.com", "Ana", "analyst", HOME)
    with pytest.raises(UnauthenticatedError):
        people.claim_first(_token(link), "ana@example.com", "Ana", PASSWORD, HOME)


def test_a_weak_password_does_not_use_the_link_up(house: House) -> None:
    people = house.identity.people
    _, link = people.invite(None, "ana@example.com", "Ana", "analyst", HOME)
    with pytest.raises(RequestError):
        people.choose(_token(link), "passwordpassword", HOME)
    people.choose(_token(link), PASSWORD, HOME)


def test_a_new_password_by_link_ends_other_sessions(house: House) -> None:
    ana = house.user("analyst")
    link = house.identity.people.new_link(None, ana.id, HOME)
    house.identity.people.choose(_token(link), OTHER, HOME)
    with pytest.raises(UnauthenticatedError):
        house.identity.sign_in("analyst@example.com", PASSWORD, "", HOME)
    house.identity.sign_in("analyst@example.com", OTHER, "", HOME)
    assert ana.session not in {one.id for one in house.identity.sessions.mine(ana)}


def test_an_email_belongs_to_one(house: House) -> None:
    house.user("analyst", "ana@example.com")
    with pytest.raises(ConflictError):
        house.identity.people.invite(None, "ANA@example.com", "Ana", "admin", HOME)


@pytest.mark.parametrize("email", ["", "ana", "ana@", "@example.com", "a b@example.com", "a@b@c"])
def test_what_is_no_email_is_refused(house: House, email: str) -> None:
    with pytest.raises(RequestError):
        house.identity.people.invite(None, email, "Ana", "analyst", HOME)


def test_another_role_ends_sessions_and_says_what_one_may_at_once(house: House) -> None:
    house.user("admin")
    ana = house.user("analyst")
    access = house.identity.sign_in("analyst@example.com", PASSWORD, "", HOME).access
    house.identity.principal(access)
    house.identity.people.change(None, ana.id, Wish(role="client"), HOME)
    with pytest.raises(UnauthenticatedError):
        house.identity.principal(access)
    access = house.identity.sign_in("analyst@example.com", PASSWORD, "", HOME).access
    assert not house.identity.principal(access).may("sql:run")


def test_who_is_disabled_is_out_at_once(house: House) -> None:
    admin, ana = house.user("admin"), house.user("analyst")
    tokens = house.identity.sign_in("analyst@example.com", PASSWORD, "", HOME)
    _, key = house.identity.keys.create(ana, "job", ["funds:read"], 30, HOME)
    house.identity.principal(key)
    house.identity.people.change(admin, ana.id, Wish(disabled=True), HOME)
    for bearer in (tokens.access, key):
        with pytest.raises(UnauthenticatedError):
            house.identity.principal(bearer)
    with pytest.raises(UnauthenticatedError):
        house.identity.sessions.refresh(tokens.refresh, HOME)
    with pytest.raises(UnauthenticatedError):
        house.identity.sign_in("analyst@example.com", PASSWORD, "", HOME)
    house.identity.people.change(admin, ana.id, Wish(disabled=False), HOME)
    house.identity.sign_in("analyst@example.com", PASSWORD, "", HOME)
    with pytest.raises(UnauthenticatedError):  # keys stay revoked
        house.identity.principal(key)


@pytest.mark.parametrize("wish", [Wish(role="analyst"), Wish(disabled=True)])
def test_somebody_has_to_administer(house: House, wish: Wish) -> None:
    admin = house.user("admin")
    with pytest.raises(ConflictError):
        house.identity.people.change(admin, admin.id, wish, HOME)
    assert house.identity.people.one(admin.id).role == "admin"
    other = house.user("admin", "other@example.com")
    house.identity.people.change(other, admin.id, wish, HOME)


def test_a_password_is_changed_by_who_knows_it(house: House) -> None:
    ana = house.user("analyst")
    elsewhere = house.identity.sign_in("analyst@example.com", PASSWORD, "", HOME)
    account = house.identity.account
    with pytest.raises(ForbiddenError):
        account.change_password(ana, "not this one here", OTHER, HOME)
    with pytest.raises(RequestError):
        account.change_password(ana, PASSWORD, "short", HOME)
    account.change_password(ana, PASSWORD, OTHER, HOME)
    house.identity.sign_in("analyst@example.com", OTHER, "", HOME)
    with pytest.raises(UnauthenticatedError):
        house.identity.principal(elsewhere.access)
    assert ana.session in {one.id for one in house.identity.sessions.mine(ana)}


def test_the_present_password_cannot_be_guessed_by_a_stolen_session(house: House) -> None:
    ana = house.user("analyst")
    for _ in range(5):
        with pytest.raises(ForbiddenError):
            house.identity.account.change_password(ana, "wrong wrong wrong", OTHER, HOME)
    with pytest.raises(RateLimitedError):
        house.identity.account.change_password(ana, PASSWORD, OTHER, HOME)


def test_who_advises_is_an_adviser_and_who_is_advised_a_client(house: House) -> None:
    analyst, adviser = house.user("analyst"), house.user("adviser")
    people = house.identity.people
    with pytest.raises(RequestError):
        people.invite(None, "c@example.com", "C", "client", HOME, client="c1", adviser=analyst.id)
    user, _ = people.invite(
        None, "c@example.com", "C", "client", HOME, client="c1", adviser=adviser.id
    )
    assert (user.client, user.adviser_id) == ("c1", adviser.id)
    promoted = people.change(None, user.id, Wish(role="analyst"), HOME)
    assert (promoted.client, promoted.adviser_id) == ("", None)


def test_an_adviser_sees_their_own_clients_and_nobody_elses(house: House) -> None:
    ana, bia = house.user("adviser", "ana@example.com"), house.user("adviser", "bia@example.com")
    one = house.user("client", "one@example.com", client="c1", adviser=ana.id)
    house.user("client", "two@example.com", client="c2", adviser=bia.id)
    people = house.identity.people
    assert [user.client for user in people.clients(ana)] == ["c1"]
    assert [user.client for user in people.clients(bia)] == ["c2"]
    assert [user.client for user in people.clients(one)] == ["c1"]
    assert len(people.clients(house.user("admin"))) == 2
    assert people.clients(house.user("analyst")) == []
    assert people.client(ana, "c1").id == one.id
    told = []
    for client in ("c2", "c9", ""):
        with pytest.raises(NotFoundError) as refused:
            people.client(ana, client)
        told.append(refused.value.template)
    assert len(set(told)) == 1


def test_the_demo_user_belongs_to_simulated_lakes_in_development(
    house: House, house_of: Callable[..., House]
) -> None:
    with pytest.raises(ConfigError):
        house.identity.demo_user(simulated=False)
    production = house_of(environment="production", argon2_memory_kib=19_456)
    with pytest.raises(ConfigError):
        production.identity.demo_user(simulated=True)
    assert house.identity.demo_email() == ""
    email, password = house.identity.demo_user(simulated=True)
    assert house.identity.demo_user(simulated=True) == (email, password)
    assert email == DEMO_EMAIL == house.identity.demo_email()
    tokens = house.identity.sign_in(email, password, "", HOME)
    principal = house.identity.principal(tokens.access)
    assert principal.role == "admin"


def test_the_demo_password_that_is_printed_is_good(house: House) -> None:
    email, password = house.identity.demo_user(simulated=True)
    tokens = house.identity.sign_in(email, password, "", HOME)
    me = house.identity.principal(tokens.access)
    house.identity.account.change_password(me, password, "another good password", HOME)
    assert house.identity.demo_user(simulated=True) == (email, password)
    house.identity.sign_in(email, password, "", HOME)
