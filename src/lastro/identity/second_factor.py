"""The second factor: codes of an authenticator app (TOTP), and recovery codes for its loss."""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyotp
import segno
from pyotp.exceptions import OTPVerificationError

from lastro.core.errors import ConflictError, UnauthenticatedError
from lastro.identity import desk as desks
from lastro.identity import lockout
from lastro.store import users

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lastro.identity.desk import Desk, Visitor
    from lastro.identity.principal import Principal

_ISSUER = "Lastro"
_RECOVERY = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
_HALF = 5


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app needs, before the first code proves that it works.

    Attributes:
        secret: To type by hand, in groups of four.
        address: ``otpauth://`` address.
        image: It as a QR code: an SVG document.
    """

    secret: str
    address: str
    image: str


class SecondFactors:
    """Enrols, checks and ends second factors.

    Args:
        desk: Of identity.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def begin(self, principal: Principal) -> Enrolment:
        """Make a secret; it counts only once ``confirm`` saw a code of it.

        Raises:
            ConflictError: There is a second factor already.
        """
        with self._desk.store.session() as session:
            user = desks.actor(session, principal)
            if user.totp_since is not None:
                raise ConflictError(
                    "There is a second factor already.",
                    hint="Turn it off first, with a code of it.",
                )
            user.totp_secret = pyotp.random_base32()
            totp = pyotp.TOTP(user.totp_secret, name=user.email, issuer=_ISSUER)
            address = totp.provisioning_uri()
            drawn = io.BytesIO()
            segno.make(address, error="m").save(
                drawn, kind="svg", scale=4, border=2, dark="#111", light="#fff", xmldecl=False
            )
            text = user.totp_secret
        groups = " ".join(text[place : place + 4] for place in range(0, len(text), 4))
        return Enrolment(groups, address, drawn.getvalue().decode())

    def confirm(self, principal: Principal, code: str, visitor: Visitor) -> list[str]:
        """Turn the second factor on.

        Returns:
            Recovery codes, to be shown this once.

        Raises:
            UnauthenticatedError: The code is wrong.
            ConflictError: There is nothing to confirm.
        """
        with self._desk.store.session() as session:
            user = desks.actor(session, principal)
            if user.totp_secret is None or user.totp_since is not None:
                raise ConflictError(
                    "There is no second factor to confirm.",
                    hint="Begin again, and scan the new code.",
                )
            if not self._is_totp(session, user, code):
                raise wrong_code()
            user.totp_since = self._desk.now()
            codes = self._new_recovery(session, user)
            self._desk.record(session, "account.second_factor_on", visitor, by=principal)
        return codes

    def end(self, principal: Principal, code: str, visitor: Visitor) -> None:
        """Turn the second factor off.

        Raises:
            UnauthenticatedError: The code is wrong.
            RateLimitedError: Too many were.
        """
        self._prove(principal, code)
        with self._desk.store.session() as session:
            forget(session, desks.actor(session, principal))
            self._desk.record(session, "account.second_factor_off", visitor, by=principal)

    def renew(self, principal: Principal, code: str, visitor: Visitor) -> list[str]:
        """New recovery codes instead of the old ones.

        Raises:
            UnauthenticatedError: The code is wrong.
            RateLimitedError: Too many were.
        """
        self._prove(principal, code)
        with self._desk.store.session() as session:
            codes = self._new_recovery(session, desks.actor(session, principal))
            self._desk.record(session, "account.recovery_codes", visitor, by=principal)
        return codes

    def _prove(self, principal: Principal, code: str) -> None:
        """Ask for a good code; wrong ones are counted, and kept, whatever becomes of the request.

        Raises:
            UnauthenticatedError: The code is wrong, or there is no second factor.
            RateLimitedError: Too many were.
        """
        subjects = {"account": self._desk.digest("factor", principal.user)}
        with self._desk.store.session() as session:
            lockout.admit(session, subjects, self._desk.now())
            user = desks.actor(session, principal)
            good = user.totp_since is not None and self.check(session, user, code)
            if good:
                lockout.succeeded(session, subjects)
            else:
                lockout.failed(session, subjects, self._desk.now())
        if not good:
            raise wrong_code()

    def check(self, session: Session, user: users.User, code: str) -> bool:
        """Whether a code, of the app or for recovery, is good; it is not good again.

        Args:
            session: In a writing transaction.
            user: Whose.
            code: As it was typed.
        """
        typed = code.replace(" ", "").strip().lower()
        if typed.isdecimal():
            return self._is_totp(session, user, typed)
        digest = self._recovery_digest(user.id, typed)
        return users.use_recovery(session, user.id, digest, self._desk.now())

    def _is_totp(self, session: Session, user: users.User, code: str) -> bool:
        """Whether it is the code of this half minute or a neighbour, and not used before."""
        typed = code.replace(" ", "").strip()
        if len(typed) != 6 or not typed.isascii() or user.totp_secret is None:
            return False
        try:
            step = pyotp.TOTP(user.totp_secret).verify_and_get_timecode(
                typed, for_time=self._desk.now(), valid_window=1
            )
        except OTPVerificationError:
            return False
        return users.take_step(session, user, step)

    def _new_recovery(self, session: Session, user: users.User) -> list[str]:
        codes = [f"{_letters()}-{_letters()}" for _ in range(_RECOVERY)]
        digests = [self._recovery_digest(user.id, code) for code in codes]
        users.replace_recovery(session, user.id, digests)
        return codes

    def _recovery_digest(self, user_id: str, code: str) -> str:
        return self._desk.digest("recovery", f"{user_id} {code.replace('-', '')}")


def forget(session: Session, user: users.User) -> None:
    """Take a user's second factor away.

    Args:
        session: In a writing transaction.
        user: Whose.
    """
    user.totp_secret = user.totp_since = None
    users.replace_recovery(session, user.id, [])


def wrong_code() -> UnauthenticatedError:
    """The error of a code that is wrong, or was used."""
    return UnauthenticatedError(
        "The code is wrong or was used already.",
        hint="Wait for the app's next code, or use a recovery code.",
    )


def _letters() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_HALF))
