"""Errors: filled messages, and who must act."""

from __future__ import annotations

import copy
import pickle

import pytest

from lastro.core import errors
from lastro.core.errors import (
    LastroError,
    NoDataError,
    ParseError,
    RateLimitedError,
    TemporaryError,
)


def test_message_and_hint_are_templates_over_the_context() -> None:
    error = LastroError("{name} is late by {days:.1f} days.", hint="Ask {who}.",
                        name="CVM", days=2, who="them")  # fmt: skip
    assert error.message == "CVM is late by 2.0 days."
    assert error.hint == "Ask them."
    assert str(error) == "CVM is late by 2.0 days. Ask them."
    assert error.template == "{name} is late by {days:.1f} days."
    assert error.context == {"name": "CVM", "days": 2, "who": "them"}


def test_values_with_braces_are_not_templates() -> None:
    error = LastroError("Cannot read {text}.", hint="Look.", text="{nothing}")
    assert error.message == "Cannot read {nothing}."


@pytest.mark.parametrize(
    ("name", "exit_code", "status"),
    [
        ("LastroError", 1, 500),
        ("RequestError", 2, 400),
        ("NotFoundError", 2, 404),
        ("ConflictError", 2, 409),
        ("ConfigError", 78, 500),
        ("MissingExtraError", 78, 500),
        ("DataError", 65, 422),
        ("ParseError", 65, 422),
        ("UpstreamError", 69, 502),
        ("TemporaryError", 69, 502),
        ("NoDataError", 69, 404),
        ("InvariantError", 70, 500),
    ],
)
def test_class_says_how_doors_answer(name: str, exit_code: int, status: int) -> None:
    kind = getattr(errors, name)
    assert (kind.exit_code, kind.status) == (exit_code, status)


def test_only_what_may_pass_is_retried() -> None:
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, LastroError)]
    assert [kind for kind in kinds if kind.retryable] == [RateLimitedError, TemporaryError]


@pytest.mark.parametrize("kind", [LastroError, ParseError, NoDataError])
def test_errors_cross_processes(kind: type[LastroError]) -> None:
    error = kind("{file} is torn.", hint="Fetch {file} again.", file="a.zip")
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301 - our own bytes
        assert type(twin) is kind
        assert str(twin) == "a.zip is torn. Fetch a.zip again."
        assert twin.context == {"file": "a.zip"}
