"""The first set-up: an honest choice, in an order that makes sense, of one market alone."""

from __future__ import annotations

import datetime as dt
import time
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from lastro.api.app import app_over
from lastro.api.first_setup import choices, orders, simulation
from lastro.core.clock import FrozenClock
from lastro.core.errors import NotFoundError, RequestError
from lastro.simulator.houses import ADDRESSES
from lastro.simulator.market import SimulatedMarket
from lastro.simulator.server import SimulatorServer
from lastro.wiring import platform

from .conftest import bearer_for

with warnings.catch_warnings():  # it would rather have httpx2, whose users we are not
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI

    from lastro.wiring import Platform

    Client = Callable[..., TestClient]

NOWHERE = {setting: "http://127.0.0.1:9" for setting, _ in ADDRESSES}
TODAY = dt.date(2026, 11, 20)
CLOCK = FrozenClock(dt.datetime(2026, 11, 20, 15, tzinfo=dt.UTC))


@pytest.fixture
def client(new_platform: Callable[..., Platform]) -> Iterator[Client]:
    """A client of an administrator over a new platform: ``client(empty=True, LASTRO_X__Y=1)``."""
    apps: list[FastAPI] = []

    def _client(role: str = "admin", **wanted: Any) -> TestClient:
        house = new_platform(**{**NOWHERE, **wanted})
        apps.append(app_over(house))
        bearer = bearer_for(house, role)
        headers = {"Authorization": f"Bearer {bearer}", "Accept-Language": "en"}
        return TestClient(apps[-1], headers=headers)

    yield _client
    for app in apps:
        if hasattr(app.state, "background"):
            app.state.background.close()


def done(client: TestClient) -> dict[str, Any]:
    """The set-up, once nothing goes on."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        found: dict[str, Any] = client.get("/api/v1/setup").json()
        if found["state"] != "running":
            return found
        time.sleep(0.1)
    pytest.fail("it did not end")


# what there is to choose


def test_small_sources_come_first_and_those_who_ask_about_others_last(tmp_path: Any) -> None:
    found = choices(platform(str(tmp_path / "lake")), TODAY)
    names = [choice.source.name for choice in found]
    assert names[:2] == ["bcb_fx", "bcb_rates"] or names[:2] == ["b3_index_levels", "bcb_fx"]
    assert names[-2:] == ["b3_instruments", "b3_corporate_actions"]
    assert names.index("bcb_rates") < names.index("cvm_funds")
    assert not {"yahoo_quotes", "brapi_quotes", "alpha_vantage_quotes"} & set(names)
    assert [c.source.name for c in found if not c.is_recommended] == ["b3_price_report"]


def test_every_choice_says_how_large_it_is(tmp_path: Any) -> None:
    for choice in choices(platform(str(tmp_path / "lake")), TODAY):
        assert choice.megabytes is not None, f"{choice.source.name} does not say its megabytes"
        assert choice.megabytes_a_month is not None


def test_large_sources_go_as_far_back_as_asked_and_small_ones_their_whole_history(
    tmp_path: Any,
) -> None:
    house = platform(str(tmp_path / "lake"))
    found = orders(house, CLOCK, ["cvm_registry", "cvm_funds", "bcb_fx", "bcb_rates"], 6, "en")
    assert {order.source: order.first for order in found} == {
        "bcb_fx": "2021-11-01", "bcb_rates": "2000-11-01", "cvm_registry": "",
        "cvm_funds": "2026-05-01",
    }  # fmt: skip
    assert {order.kind for order in found} == {"ingest"}
    longer = orders(house, CLOCK, ["bcb_fx"], 120, "en")
    assert longer[0].first == "2016-11-01"


def test_a_choice_must_be_one(tmp_path: Any) -> None:
    house = platform(str(tmp_path / "lake"))
    with pytest.raises(RequestError, match="No source"):
        orders(house, CLOCK, [], 6, "en")
    with pytest.raises(NotFoundError, match="yahoo_quotes"):
        orders(house, CLOCK, ["bcb_fx", "yahoo_quotes"], 6, "en")
    with pytest.raises(RequestError, match="bucket"):
        simulation(_in_a_bucket(), "en", again=False)


def _in_a_bucket() -> Platform:
    """A platform over a bucket that nobody asks: what lies there is not looked at."""
    house = platform("s3://bucket/lake")
    house.__dict__["landing"] = type("Landing", (), {"simulated": None})
    return house


# over HTTP


def test_without_internet_it_says_so(client: Client) -> None:
    found = client(empty=True).get("/api/v1/setup").json()
    assert (found["state"], found["simulated"], found["online"]) == ("new", None, False)
    assert not any(source["reachable"] for source in found["sources"])
    assert found["asked"] is None
    assert found["runs"] == found["waiting"] == []


def test_titles_come_in_the_callers_language(client: Client) -> None:
    one = client(empty=True)
    said = {
        language: {
            source["name"]: source["title"]
            for source in one.get("/api/v1/setup", headers={"Accept-Language": language}).json()[
                "sources"
            ]
        }
        for language in ("pt-BR", "en")
    }
    assert said["pt-BR"]["cvm_funds"] == "Informe diário de fundos da CVM"
    assert said["en"]["cvm_funds"] == "CVM daily fund report"


def test_official_sources_come_in_one_by_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = SimulatedMarket(3, 50, dt.date(2026, 1, 1), 2)
    monkeypatch.setenv("LASTRO_HTTP__INTERVAL", "0")
    monkeypatch.setenv("LASTRO_HTTP__ATTEMPTS", "1")
    with SimulatorServer(market) as server:
        address = f"{server.url}/dados"
        monkeypatch.setenv("LASTRO_CVM__URL", address)
        monkeypatch.setenv("LASTRO_BCB__OLINDA_URL", "http://127.0.0.1:9")
        one = client(empty=True, LASTRO_CVM__URL=address)
        before = one.get("/api/v1/setup").json()
        assert before["online"]
        reachable = {source["publisher"] for source in before["sources"] if source["reachable"]}
        assert reachable == {"CVM"}
        wanted = {"market": "official", "sources": ["cvm_registry", "bcb_fx"], "months": 2}
        begun = one.post("/api/v1/setup", json=wanted)
        assert begun.status_code == 202, begun.text
        assert begun.json()["source"] == "bcb_fx"
        found = done(one)
    assert [(run["source"], run["status"]) for run in found["runs"]] == [
        ("bcb_fx", "failed"), ("cvm_registry", "ok")]  # fmt: skip
    assert found["asked"] == {**wanted}
    assert found["simulated"] is True  # the simulator says what it is, whoever asks it
    assert one.post("/api/v1/setup", json=wanted).status_code == 409


def test_a_market_is_not_mixed_with_another(client: Client) -> None:
    one = client()
    assert one.get("/api/v1/setup").json()["state"] == "ready"
    answer = one.post("/api/v1/setup", json={"market": "official", "sources": ["bcb_fx"]})
    assert answer.status_code == 409
    assert "simulated" in answer.json()["detail"]
    answer = one.post("/api/v1/setup", json={"market": "simulated"})
    assert answer.status_code == 409
    assert "another" in answer.json()["detail"]


@pytest.mark.slow
def test_the_simulated_market_needs_no_internet(client: Client) -> None:
    one = client(empty=True)
    assert one.post("/api/v1/setup", json={"market": "simulated"}).status_code == 202
    assert one.get("/api/v1/setup").json()["state"] == "running"
    found = done(one)
    assert [(run["kind"], run["status"]) for run in found["runs"]] == [("simulate", "ok")]
    assert (found["state"], found["simulated"]) == ("ready", True)
    assert one.post("/api/v1/setup", json={"market": "simulated"}).status_code == 202
    assert [run["status"] for run in done(one)["runs"]] == ["nothing_new"]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"market": "mars"},
        {"market": "official", "sources": ["bcb_fx"], "months": 0},
        {"market": "official", "sources": ["bcb_fx"], "lake": "/etc"},
    ],
)
def test_choices_that_make_no_sense_are_refused(client: Client, wrong: dict[str, Any]) -> None:
    assert client(empty=True).post("/api/v1/setup", json=wrong).status_code == 422


def test_it_is_for_administrators(client: Client) -> None:
    analyst = client("analyst", empty=True)
    assert analyst.get("/api/v1/setup").status_code == 403
    assert analyst.post("/api/v1/setup", json={"market": "simulated"}).status_code == 403
