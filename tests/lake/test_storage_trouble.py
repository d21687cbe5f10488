"""A bucket's refusal, as the libraries bring it, says who must act."""

from __future__ import annotations

import pytest

from lastro.core.errors import ConfigError, LastroError, TemporaryError
from lastro.lake.storage_trouble import is_unsaid, trouble_of

ASKED = "Generic S3 error: Error performing {verb} http://127.0.0.1:9000/b/x in 1ms - "
ANSWERED = ASKED + "Server returned non-2xx status code: {status}: <Error><Code>{code}</Code>{more}"
FOLD = "\n  \x1b[31m↳\x1b[0m "
FOLDED = FOLD.join((
    "Kernel error -> Generic S3 error",
    "Error performing GET http://h/b/x in 1ms - Server returned non-2xx status code",
    "400 Bad Request",
    "<Error><Code>ExpiredToken</Code></Error>",
))  # fmt: skip


def _answer(status: str, code: str, more: str = "", verb: str = "PUT") -> LastroError | None:
    return trouble_of(OSError(ANSWERED.format(status=status, code=code, more=more, verb=verb)))


@pytest.mark.parametrize(
    ("status", "code", "kind", "told"),
    [
        ("403 Forbidden", "InvalidAccessKeyId", ConfigError, "does not know the access key"),
        ("403 Forbidden", "SignatureDoesNotMatch", ConfigError, "its secret is another"),
        ("400 Bad Request", "ExpiredToken", ConfigError, "have expired"),
        ("403 Forbidden", "RequestTimeTooSkewed", ConfigError, "clock"),
        ("403 Forbidden", "AccessDenied", ConfigError, "does not permit"),
        ("404 Not Found", "NoSuchBucket", ConfigError, "no such bucket"),
        ("301 Moved Permanently", "PermanentRedirect", ConfigError, "another region"),
        ("503 Service Unavailable", "SlowDown", TemporaryError, "too busy"),
        ("500 Internal Server Error", "InternalError", TemporaryError, "out of order"),
        ("502 Bad Gateway", "", TemporaryError, "502"),
    ],
)
def test_a_code_of_s3_says_who_must_act(
    status: str, code: str, kind: type[LastroError], told: str
) -> None:
    found = _answer(status, code)
    assert isinstance(found, kind)
    assert told in found.message
    assert found.hint


def test_the_right_region_is_named_where_it_is_said() -> None:
    found = _answer("400 Bad", "AuthorizationHeaderMalformed", "<Region>sa-east-1</Region>")
    assert found
    assert (found.message, found.hint) == (
        "The bucket is in another region: sa-east-1.", "Set LASTRO_LAKE__S3_REGION to sa-east-1.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "code"), [("404 Not Found", "NoSuchKey"), ("412 Failed", "PreconditionFailed")]
)
def test_an_answer_is_no_refusal(status: str, code: str) -> None:
    assert _answer(status, code) is None


def test_what_is_folded_and_coloured_is_read() -> None:
    found = trouble_of(OSError(FOLDED))
    assert found
    assert "ExpiredToken" in found.message


def test_what_does_not_answer_is_named() -> None:
    found = trouble_of(OSError(ASKED.format(verb="GET") + "HTTP error: error sending request"))
    assert isinstance(found, TemporaryError)
    assert found.message == "S3 cannot be reached at http://127.0.0.1:9000."


def test_a_machine_without_a_role_has_no_credentials() -> None:
    asked = "Error performing PUT http://127.0.0.1:9/latest/api/token in 1ms - HTTP error"
    found = trouble_of(OSError(asked))
    assert isinstance(found, ConfigError)
    assert "no credentials" in found.message


def test_only_a_question_without_words_is_asked_again() -> None:
    refused = ASKED + "Server returned non-2xx status code: 403 Forbidden: "
    assert is_unsaid(OSError(refused.format(verb="HEAD")))
    assert not is_unsaid(OSError(refused.format(verb="GET")))


@pytest.mark.parametrize("text", ["No such file", "Permission denied (os error 13)", ""])
def test_other_errors_are_none_of_it(text: str) -> None:
    assert trouble_of(OSError(text)) is None
