"""Problems: the caller's language, the fields of RFC 9457, wrong values one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.datastructures import Headers

from lastro.api.problems import PROBLEMS, language_of, plain, problem_of
from lastro.core.errors import NotFoundError, RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "pt"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt"),
        ("pt;q=0.3, en;q=0.8", "en"),
        ("de, en;q=0.5", "en"),
        ("de", "pt"),
        ("en;q=0", "pt"),
        ("EN-us", "en"),
        ("*;q=0.1, \x00, ;;;=, q=", "pt"),
        ("en" * 5000, "pt"),
    ],
)
def test_the_language_that_is_preferred(asked: str, language: str) -> None:
    assert language_of(Headers({"accept-language": asked})) == language
    scope = {"headers": [(b"accept-language", asked.encode("latin-1"))]}
    assert language_of(None, scope) == language


def test_an_error_is_told_in_the_callers_language(signed_in: Callable[[str], TestClient]) -> None:
    client = signed_in("analyst")
    english = client.get("/api/v1/tickers/NADA3", headers={"Accept-Language": "en"}).json()
    portuguese = client.get("/api/v1/tickers/NADA3").json()
    assert english["type"] == portuguese["type"] == "https://lastro.dev/errors/not-found"
    assert "NADA3" in english["detail"]
    assert "NADA3" in portuguese["detail"]
    assert english["detail"] != portuguese["detail"]
    assert english["title"] == "Not found"
    assert english["status"] == 404
    assert english["hint"]


def test_wrong_values_are_told_one_by_one(signed_in: Callable[[str], TestClient]) -> None:
    found = signed_in("analyst").get("/api/v1/tickers/SIMU4/quotes?first=x&last=2024-13-01")
    assert found.status_code == 422
    assert {error["where"] for error in found.json()["errors"]} == {"query.first", "query.last"}
    assert found.headers["content-type"] == "application/problem+json"
    assert found.headers["cache-control"] == "no-store"


def test_when_to_come_again() -> None:
    error = RateLimitedError("Too many.", hint="Wait {seconds} s.", seconds=7)
    found = problem_of(error, "en", "id")
    assert found.headers["retry-after"] == "7"
    assert found.status_code == 429


def test_text_that_is_none_is_escaped() -> None:
    error = NotFoundError("No {name}.", hint="-", name="\ud800")
    assert b"\\ud800" in bytes(problem_of(error, "en").body)


def test_titles_are_said_in_the_callers_language_whatever_the_servers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for server in ("pt_BR", "en"):
        monkeypatch.setenv("LANGUAGE", server)
        assert b"Not found" in bytes(plain(404, "x", "y", "en").body)
        assert "Não".encode() in bytes(plain(404, "x", "y", "pt").body)


def test_every_status_has_a_title() -> None:
    for status in PROBLEMS:
        assert plain(int(status), "x", "y", "en").status_code == status
