"""Lockout: after some failures in a row, each further one makes the wait twice as long.

An account and the address of its visitor are counted apart: many addresses cannot guess at one
account, nor one address at many accounts. Accounts that do not exist are counted like all others.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from lastro.core.errors import RateLimitedError
from lastro.store.users import Attempts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_FREE = {"account": 5, "address": 20}  # failures before the first wait
_FIRST = dt.timedelta(seconds=1)
_LONGEST = dt.timedelta(minutes=15)
_FORGOTTEN = dt.timedelta(hours=1)


def wait_after(kind: str, failures: int) -> dt.timedelta:
    """How long to wait after so many failures in a row.

    Args:
        kind: ``account`` or ``address``.
        failures: How many.
    """
    beyond = failures - _FREE[kind]
    return dt.timedelta(0) if beyond < 0 else min(_FIRST * 2 ** min(beyond, 20), _LONGEST)


def admit(session: Session, subjects: dict[str, str], now: dt.datetime) -> None:
    """Let somebody try, or not yet.

    Args:
        session: Any.
        subjects: Keyed hash of the account and of the address, by kind.
        now: The present instant.

    Raises:
        RateLimitedError: They have to wait.
    """
    found = [session.get(Attempts, subject) for subject in subjects.values()]
    until = max((one.locked_until for one in found if one and one.locked_until), default=now)
    if until > now:
        raise RateLimitedError(
            "Too many failed sign-ins.",
            hint="Wait {seconds} s and try again.",
            seconds=max(1, round((until - now).total_seconds() + 0.5)),
        )


def failed(session: Session, subjects: dict[str, str], now: dt.datetime) -> int:
    """Count a failure; says how many the account has now in a row.

    Args:
        session: In a writing transaction.
        subjects: Keyed hash of the account and of the address, by kind.
        now: The present instant.
    """
    for kind, subject in subjects.items():
        found = session.get(Attempts, subject)
        if found is None:
            found = Attempts(subject=subject, failures=0, last_at=now)
            session.add(found)
        if now - found.last_at > _FORGOTTEN:
            found.failures = 0
        found.failures += 1
        found.last_at = now
        wait = wait_after(kind, found.failures)
        found.locked_until = now + wait if wait else None
    session.flush()
    account = session.get(Attempts, subjects["account"])
    return account.failures if account else 0


def succeeded(session: Session, subjects: dict[str, str]) -> None:
    """Forget the account's failures; the address's stay: it may own one account and attack others.

    Args:
        session: In a writing transaction.
        subjects: Keyed hash of the account and of the address, by kind.
    """
    found = session.get(Attempts, subjects["account"])
    if found is not None:
        session.delete(found)
