"""Errors whose class says who must act.

A door (CLI, API) reads ``exit_code`` and ``status``, a scheduler reads ``retryable``, a person
reads the message and the ``hint``. Messages are templates in English filled from ``context``, so
that a door may say them in another language.
"""

from __future__ import annotations

from typing import ClassVar


class LastroError(Exception):
    """Base of all our errors.

    Args:
        message: What happened, as a ``str.format`` template over ``context``.
        hint: What the person named by the class should do now; a template as well.
        context: Values for the templates and for logs.
    """

    exit_code: ClassVar[int] = 1
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, hint: str, **context: object) -> None:
        self.template = message
        self.hint_template = hint
        self.context = context
        super().__init__(message, hint, context)

    @property
    def message(self) -> str:
        """The filled message, in English."""
        return self.template.format(**self.context)

    @property
    def hint(self) -> str:
        """The filled hint, in English."""
        return self.hint_template.format(**self.context)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.template, self.hint_template, self.context)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}"


def _rebuild(
    kind: type[LastroError], message: str, hint: str, context: dict[str, object]
) -> LastroError:
    """Make an error again on the far side of a process: engines send errors across."""
    return kind(message, hint=hint, **context)


class RequestError(LastroError):
    """The caller asked for something that cannot be; the caller fixes it."""

    exit_code = 2
    status = 400


class UnauthenticatedError(RequestError):
    """We do not know who is asking: sign in, or send a valid token or key."""

    exit_code = 77
    status = 401


class SecondFactorError(UnauthenticatedError):
    """The password was right and the account asks for a second factor: send its code as well."""


class ForbiddenError(RequestError):
    """We know who is asking, and they may not."""

    exit_code = 77
    status = 403


class NotFoundError(RequestError):
    """What the caller named does not exist."""

    status = 404


class ConflictError(RequestError):
    """The request collides with the present state or with another run."""

    status = 409


class LakeBusyError(ConflictError):
    """Another run holds the lake: the same request may succeed once it has ended."""


class RateLimitedError(RequestError):
    """Too many requests: the same one may succeed after ``context["seconds"]``."""

    exit_code = 75
    status = 429
    retryable = True


class ConfigError(LastroError):
    """The installation is wrong; its operator fixes it."""

    exit_code = 78


class MissingExtraError(ConfigError):
    """An optional part is not installed; the hint is the install command."""


class DataError(LastroError):
    """Data are not what their contract says; the table's owner looks. Never retried."""

    exit_code = 65
    status = 422


class ParseError(DataError):
    """Bytes could not be read as their source's format."""


class UpstreamError(LastroError):
    """Somebody else's service failed."""

    exit_code = 69
    status = 502


class TemporaryError(UpstreamError):
    """Somebody else's service failed in a way that may pass."""

    retryable = True


class NoDataError(UpstreamError):
    """The source has nothing for that day or period: not a failure by itself."""

    status = 404


class InvariantError(LastroError):
    """Our own bug: fail fast."""

    exit_code = 70
