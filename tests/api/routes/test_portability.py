"""Portability over HTTP: the summary, groups and weeks agree with each other and with the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

WATCH = "/api/v1/portability"


@pytest.fixture(scope="module")
def analyst(signed_in: Callable[[str], TestClient]) -> TestClient:
    return signed_in("analyst")


def _data(client: TestClient, path: str, **params: Any) -> Any:
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


@pytest.mark.parametrize("window", ["30d", "3m", "12m"])
def test_groups_sum_to_the_summary_however_they_are_made(analyst: TestClient, window: str) -> None:
    sums = {found["window"]: found for found in _data(analyst, WATCH)["sums"]}
    for by in ("manager", "administrator", "classification"):
        groups = _data(analyst, f"{WATCH}/groups", by=by, window=window)["groups"]
        assert sum(g["net_flow"] for g in groups) == pytest.approx(sums[window]["net_flow"])
        assert [g["net_flow"] for g in groups] == sorted(g["net_flow"] for g in groups)
        for group in groups if by == "manager" else []:
            parts = sum(part["net_flow"] for part in group["parts"])
            assert parts == pytest.approx(group["net_flow"])


def test_groups_leave_as_a_file(analyst: TestClient) -> None:
    whole = _data(analyst, f"{WATCH}/groups", by="administrator")["groups"]
    answer = analyst.get(f"{WATCH}/groups?by=administrator&format=csv")
    rows = pl.read_csv(answer.content)
    assert rows["name"].to_list() == [group["name"] for group in whole]
    assert rows["net_flow"].to_list() == [group["net_flow"] for group in whole]
    assert "parts" not in rows.columns


def test_weeks_of_a_house_sum_to_its_flow_of_a_year(analyst: TestClient) -> None:
    found = _data(analyst, f"{WATCH}/groups", window="12m")
    house = next(g for g in found["groups"] if g["name"])
    series = _data(analyst, f"{WATCH}/series", name=house["name"], first=found["first"])
    assert series["lines"][0]["cumulative"][-1] == pytest.approx(house["net_flow"])
    assert len(series["lines"][0]["net_flow"]) == len(series["dates"])


def test_signals_are_the_strongest_and_as_strong_as_asked(analyst: TestClient) -> None:
    found = _data(analyst, f"{WATCH}/signals", min_score=5, limit=20)
    scores = [row["score"] for row in found]
    assert scores == sorted(scores, reverse=True)
    assert all(score >= 5 for score in scores)
    assert all(row["reason"] and row["reason_en"] for row in found)
    strong = _data(analyst, f"{WATCH}/signals", min_score=50, limit=500)
    assert _data(analyst, WATCH)["strong"] == len(strong)


def test_home_has_what_the_list_has(analyst: TestClient) -> None:
    home = _data(analyst, "/api/v1/home/funds", limit=3)
    first = _data(
        analyst, "/api/v1/funds", sort="net_flow_30d", limit=1, subclasses=False
    )["rows"][0]  # fmt: skip
    assert home["outflows"][0]["cnpj"] == first["cnpj"]
    assert home["outflows"][0]["net_flow"] == first["net_flow_30d"]
    assert len(home["inflows"]) == 3
    assert all(house["net_flow"] < 0 for house in home["houses"])


@pytest.mark.parametrize(
    ("path", "status"),
    [("/groups?by=owner", 422), ("/groups?window=1d", 422), ("/series?name=NOBODY", 404),
     ("/signals?min_score=101", 422), ("/series?first=yesterday", 422)],
)  # fmt: skip
def test_a_wrong_question_is_the_callers(analyst: TestClient, path: str, status: int) -> None:
    assert analyst.get(WATCH + path).status_code == status
