"""Indexes, rates and currencies over HTTP: shapes, scopes, and figures that agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

PATHS = ["/indexes", "/indexes/IBOV", "/indexes/IBOV/levels", "/indexes/IBOV/weights",
         "/indexes/IBOV/changes", "/rates", "/rates/CDI", "/rates/benchmarks",
         "/rates/expectations", "/rates/real", "/fx", "/fx/USD"]  # fmt: skip


@pytest.fixture
def ask(signed_in: Callable[[str], TestClient]) -> Callable[..., Any]:
    """Data of an answer, as a client sees it: the role that may least."""

    def _ask(path: str, **query: object) -> Any:
        found = signed_in("client").get(f"/api/v1{path}", params=query)
        assert found.status_code == 200, found.text
        return found.json()["data"]

    return _ask


@pytest.mark.parametrize("path", PATHS)
def test_nobody_reads_without_signing_in(api: TestClient, path: str) -> None:
    assert api.get(f"/api/v1{path}").status_code == 401


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_says_where_it_is_from(
    signed_in: Callable[[str], TestClient], path: str
) -> None:
    client = signed_in("client")
    found = client.get(f"/api/v1{path}")
    assert found.status_code == 200, found.text
    assert found.json()["origin"]["tables"]
    assert found.json()["origin"]["simulated"]
    again = client.get(f"/api/v1{path}", headers={"If-None-Match": found.headers["etag"]})
    assert again.status_code == 304


def test_a_rate_set_ahead_is_no_newer_than_today(signed_in: Callable[[str], TestClient]) -> None:
    """The simulated central bank sets its rate for weeks to come, as the real one does."""
    found = signed_in("client").get("/api/v1/rates/SELIC_TARGET").json()
    assert max(found["data"]["dates"]) == found["origin"]["ref_date"]


def test_columns_have_one_length(ask: Callable[..., Any]) -> None:
    for path, names in (
        ("/indexes/IBOV/levels", ("levels", "returns")),
        ("/rates/CDI", ("values", "yearly")),
        ("/rates/real", ("cdi", "ipca", "real")),
        ("/fx/USD", ("buy", "sell", "returns")),
    ):
        data = ask(path)
        dates = data.get("dates") or data["months"]
        assert dates
        assert {len(data[name]) for name in names} == {len(dates)}
    for path, name in (("/rates/benchmarks", "levels"), ("/rates/expectations", "medians")):
        data = ask(path)
        assert {len(column) for column in data[name]} == {len(data["dates"])}


def test_weights_sum_to_one_and_contributions_to_the_index(ask: Callable[..., Any]) -> None:
    data = ask("/indexes/IBOV")
    assert sum(one["weight"] for one in data["assets"]) == pytest.approx(1, abs=1e-3)
    assert sum(one["weight"] for one in data["sectors"]) == pytest.approx(1, abs=1e-3)
    given = [one["contribution"] for one in data["assets"] if one["contribution"] is not None]
    assert sum(given) == pytest.approx(data["index_return"], abs=2e-3)


def test_a_window_is_kept(ask: Callable[..., Any]) -> None:
    whole = ask("/fx/usd")["dates"]
    some = ask("/fx/usd", first=whole[-5], last=whole[-2])["dates"]
    assert some == whole[-5:-1]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/indexes/NOPE", 404), ("/indexes/NOPE/levels", 404), ("/rates/NOPE", 404), ("/fx/XXX", 404),
     ("/fx/USD?first=yesterday", 400), ("/indexes/IBOV/weights?top=0", 400),
     ("/rates/expectations?horizon=never", 400), ("/rates/expectations?indicator=Nada", 404),
     ("/indexes/IBOV?date=1990-01-01", 404)],
)  # fmt: skip
def test_what_cannot_be_answered_is_a_problem(
    signed_in: Callable[[str], TestClient], path: str, status: int
) -> None:
    found = signed_in("client").get(f"/api/v1{path}")
    assert found.status_code in {status, 422 if status == 400 else status}, found.text
    assert found.headers["content-type"].startswith("application/problem+json")
    assert found.json()["hint"]
