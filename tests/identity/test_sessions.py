"""Signing in and staying in: lockout, second factors, tokens that are good once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import argon2
import pyotp
import pytest

from lastro.core.errors import (
    NotFoundError,
    RateLimitedError,
    SecondFactorError,
    UnauthenticatedError,
)
from lastro.identity.desk import Visitor
from lastro.identity.lockout import wait_after
from lastro.store import users

from .conftest import HOME, PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.identity.principal import Principal
    from lastro.identity.sessions import Tokens

    from .conftest import House

ADDRESS = "analyst@example.com"


@pytest.fixture
def analyst(house: House) -> Principal:
    return house.user("analyst")


def _in(house: House, password: str = PASSWORD, code: str = "", at: Visitor = HOME) -> Tokens:
    return house.identity.sign_in(ADDRESS, password, code, at)


def test_a_sign_in_gives_a_principal_of_the_role(house: House, analyst: Principal) -> None:
    found = house.identity.principal(_in(house).access)
    assert (found.id, found.kind, found.role, found.acting) == (
        analyst.id, "user", "analyst", "analyst",
    )  # fmt: skip
    assert found.may("sql:run")
    assert not found.may("users:admin")


@pytest.mark.parametrize("email", [ADDRESS, " Analyst@Example.com ", "ANALYST@EXAMPLE.COM"])
def test_an_email_is_found_however_it_is_written(
    house: House, analyst: Principal, email: str
) -> None:
    house.identity.sign_in(email, PASSWORD, "", HOME)


def test_unknown_users_cost_and_hear_the_same(
    house: House, analyst: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    real = argon2.PasswordHasher.verify

    def _counted(self: Any, kept: Any, password: Any) -> Any:
        verified.append(str(password))
        return real(self, kept, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", _counted)
    said = []
    for email in (ADDRESS, "nobody@example.com"):
        before = len(verified)
        with pytest.raises(UnauthenticatedError) as refused:
            house.identity.sign_in(email, "wrong wrong wrong", "", HOME)
        said.append((len(verified) - before, str(refused.value), type(refused.value)))
    assert said[0] == said[1]
    assert said[0][0] == 1


def test_unknown_users_are_locked_out_like_others(house: House, analyst: Principal) -> None:
    told: list[list[str]] = []
    for email in (ADDRESS, "nobody@example.com"):
        told.append([])
        for count in range(7):
            with pytest.raises((UnauthenticatedError, RateLimitedError)) as refused:
                house.identity.sign_in(email, "wrong wrong wrong", "", Visitor(f"192.0.2.{count}"))
            told[-1].append(str(refused.value))
    assert told[0] == told[1]
    assert told[0][-1] != told[0][0]


def test_failures_make_the_wait_longer_and_longer(house: House, analyst: Principal) -> None:
    for _ in range(5):
        with pytest.raises(UnauthenticatedError):
            _in(house, "wrong wrong wrong")
    waits = []
    for _ in range(4):
        with pytest.raises(RateLimitedError) as locked:
            _in(house)  # even the right one
        waits.append(int(str(locked.value.context["seconds"])))
        house.later(seconds=waits[-1])
        with pytest.raises(UnauthenticatedError):
            _in(house, "wrong wrong wrong")
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]
    house.later(minutes=15)
    _in(house)
    with pytest.raises(UnauthenticatedError):
        _in(house, "wrong wrong wrong")
    _in(house)  # counted anew after a success


def test_one_address_is_stopped_though_it_tries_many_accounts(
    house: House, analyst: Principal
) -> None:
    for count in range(20):
        with pytest.raises(UnauthenticatedError):
            house.identity.sign_in(f"n{count}@example.com", "wrong wrong wrong", "", HOME)
    with pytest.raises(RateLimitedError):
        _in(house)
    _in(house, at=Visitor("198.51.100.1"))


def test_the_wait_doubles_and_has_an_end() -> None:
    waits = [wait_after("account", count).total_seconds() for count in range(30)]
    assert waits[:5] == [0.0] * 5
    assert waits[5:8] == [1.0, 2.0, 4.0]
    assert max(waits) == waits[-1] == 900.0


def test_a_hash_of_other_parameters_is_made_anew(
    house: House, house_of: Callable[..., House], analyst: Principal
) -> None:
    stronger = house_of(argon2_memory_kib=16)
    stronger.identity.sign_in(ADDRESS, PASSWORD, "", HOME)
    with house.store.reading() as session:
        user = session.get(users.User, analyst.id)
    assert user is not None
    assert "m=16," in str(user.password)
    stronger.identity.sign_in(ADDRESS, PASSWORD, "", HOME)


def test_a_refresh_token_is_good_once_and_reuse_ends_the_session(
    house: House, analyst: Principal
) -> None:
    first = _in(house)
    second = house.identity.sessions.refresh(first.refresh, HOME)
    house.later(seconds=11)
    third = house.identity.sessions.refresh(second.refresh, HOME)
    with pytest.raises(UnauthenticatedError):
        house.identity.sessions.refresh(first.refresh, HOME)
    with pytest.raises(UnauthenticatedError):
        house.identity.sessions.refresh(third.refresh, HOME)
    with pytest.raises(UnauthenticatedError):
        house.identity.principal(third.access)
    assert house.identity.record.page(limit=1)[0].action == "session.token_reused"


def test_a_lost_answer_may_be_asked_for_again_within_seconds(
    house: House, analyst: Principal
) -> None:
    first = _in(house)
    lost = house.identity.sessions.refresh(first.refresh, HOME)
    again = house.identity.sessions.refresh(first.refresh, HOME)
    house.later(seconds=11)
    with pytest.raises(UnauthenticatedError):  # the lost one is worthless: it was replaced
        house.identity.sessions.refresh(lost.refresh, HOME)
    with pytest.raises(UnauthenticatedError):  # and its use looks like theft
        house.identity.sessions.refresh(again.refresh, HOME)


def test_within_seconds_too_a_used_successor_means_theft(house: House, analyst: Principal) -> None:
    first = _in(house)
    second = house.identity.sessions.refresh(first.refresh, HOME)
    third = house.identity.sessions.refresh(second.refresh, HOME)
    with pytest.raises(UnauthenticatedError):
        house.identity.sessions.refresh(first.refresh, HOME)
    with pytest.raises(UnauthenticatedError):
        house.identity.sessions.refresh(third.refresh, HOME)


def test_a_session_ends_when_it_is_not_used(house: House, analyst: Principal) -> None:
    tokens = _in(house)
    house.later(days=29)
    tokens = house.identity.sessions.refresh(tokens.refresh, HOME)
    house.later(days=30, seconds=1)
    with pytest.raises(UnauthenticatedError):
        house.identity.sessions.refresh(tokens.refresh, HOME)


def test_signing_out_ends_the_access_token_as_well(house: House, analyst: Principal) -> None:
    tokens = _in(house)
    house.identity.principal(tokens.access)
    house.identity.sessions.sign_out(tokens.refresh, HOME)
    with pytest.raises(UnauthenticatedError):
        house.identity.principal(tokens.access)
    house.identity.sessions.sign_out("unknown", HOME)


def test_sessions_are_listed_and_ended_by_their_owner_alone(
    house: House, analyst: Principal
) -> None:
    other = house.user("adviser")
    tokens = _in(house)
    assert {one.id for one in house.identity.sessions.mine(analyst)} == {
        analyst.session, tokens.session,
    }  # fmt: skip
    with pytest.raises(NotFoundError):
        house.identity.sessions.end(other, tokens.session, HOME)
    house.identity.sessions.end(analyst, tokens.session, HOME)
    with pytest.raises(UnauthenticatedError):
        house.identity.principal(tokens.access)


def test_ending_the_others_keeps_this_one(house: House, analyst: Principal) -> None:
    tokens = _in(house)
    assert house.identity.sessions.end_others(analyst, HOME) == 1
    with pytest.raises(UnauthenticatedError):
        house.identity.principal(tokens.access)
    assert [one.id for one in house.identity.sessions.mine(analyst)] == [analyst.session]


def _enrolled(house: House, analyst: Principal) -> tuple[pyotp.TOTP, list[str]]:
    enrolment = house.identity.factors.begin(analyst)
    totp = pyotp.TOTP(enrolment.secret.replace(" ", ""))
    codes = house.identity.factors.confirm(analyst, totp.at(house.clock.now()), HOME)
    return totp, codes


def test_a_second_factor_is_asked_for_after_the_password_alone(
    house: House, analyst: Principal
) -> None:
    totp, _ = _enrolled(house, analyst)
    house.later(seconds=30)
    with pytest.raises(SecondFactorError):
        _in(house)
    with pytest.raises(UnauthenticatedError) as refused:
        _in(house, "wrong wrong wrong")
    assert not isinstance(refused.value, SecondFactorError)
    _in(house, code=totp.at(house.clock.now()))


def test_no_code_is_good_twice(house: House, analyst: Principal) -> None:
    totp, _ = _enrolled(house, analyst)
    with pytest.raises(UnauthenticatedError):  # used to confirm
        _in(house, code=totp.at(house.clock.now()))
    house.later(seconds=30)
    code = totp.at(house.clock.now())
    _in(house, code=code)
    with pytest.raises(UnauthenticatedError):
        _in(house, code=code)
    with pytest.raises(UnauthenticatedError):  # nor an earlier one
        _in(house, code=totp.at(house.clock.now(), counter_offset=-1))


def test_a_recovery_code_is_good_once(house: House, analyst: Principal) -> None:
    _, codes = _enrolled(house, analyst)
    assert len(set(codes)) == 10
    _in(house, code=codes[0].upper().replace("-", " "))
    with pytest.raises(UnauthenticatedError):
        _in(house, code=codes[0])
    _in(house, code=codes[1])
    assert house.identity.account.me(analyst)[1] == 8


def test_wrong_codes_are_counted_like_wrong_passwords(house: House, analyst: Principal) -> None:
    _enrolled(house, analyst)
    for _ in range(5):
        with pytest.raises(UnauthenticatedError):
            _in(house, code="000000")
    with pytest.raises(RateLimitedError):
        _in(house, code="000000")


def test_a_second_factor_ends_by_a_good_code_alone(house: House, analyst: Principal) -> None:
    totp, _ = _enrolled(house, analyst)
    house.later(seconds=30)
    for _ in range(5):
        with pytest.raises(UnauthenticatedError):
            house.identity.factors.end(analyst, "123456", HOME)
    with pytest.raises(RateLimitedError):
        house.identity.factors.end(analyst, totp.at(house.clock.now()), HOME)
    house.later(seconds=30)
    house.identity.factors.end(analyst, totp.at(house.clock.now()), HOME)
    _in(house)


def test_a_secret_that_was_not_confirmed_is_not_asked_for(house: House, analyst: Principal) -> None:
    enrolment = house.identity.factors.begin(analyst)
    assert enrolment.image.startswith("<svg")
    assert "otpauth://totp/Lastro:analyst%40example.com" in enrolment.address
    _in(house)


def test_what_is_personal_or_secret_lies_sealed(house: House, analyst: Principal) -> None:
    _enrolled(house, analyst)
    with house.store.reading() as session:
        user = session.get(users.User, analyst.id)
        raw = (
            session.connection().exec_driver_sql("SELECT email, name, totp_secret FROM users").one()
        )
    assert user is not None
    assert user.email == ADDRESS
    assert all(bytes(value).startswith(b"\x8eLST") for value in raw)
    file = house.store.file
    assert file is not None
    held = b"".join(path.read_bytes() for path in file.parent.iterdir())
    for plain in (ADDRESS.encode(), str(user.totp_secret).encode(), HOME.address.encode()):
        assert plain not in held
