"""The data house over HTTP: sources, their days and files, quality, quarantine, lineage."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from lastro.api.app import app_over
from lastro.lake.landing import DeadLetter

from .conftest import bearer_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI
    from starlette.testclient import TestClient

    from lastro.wiring import Platform


def _analyst_of(platform: Platform) -> TestClient:
    """An analyst at a platform of its own."""
    from starlette.testclient import TestClient

    headers = {"Authorization": f"Bearer {bearer_for(platform, 'analyst')}"}
    return TestClient(app_over(platform), headers=headers)


@pytest.fixture
def analyst(signed_in: Callable[[str], TestClient]) -> TestClient:
    return signed_in("analyst")


def _data(client: TestClient, path: str, **query: Any) -> Any:
    answer = client.get(f"/api/v1{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_every_source_says_how_it_stands(analyst: TestClient, app: FastAPI) -> None:
    found = {card["name"]: card for card in _data(analyst, "/sources")}
    assert set(found) == set(app.state.house.platform.sources)
    funds = found["cvm_funds"]
    assert (funds["state"], funds["publisher"], funds["tables"]) == (
        "ok", "CVM", ["silver.fund_navs"])  # fmt: skip
    assert funds["files"] >= 13
    assert funds["quarantined"] > 0
    assert funds["next_due"] is None  # nobody asks for a simulated market
    assert _data(analyst, "/sources/cvm_funds") == funds
    assert {"ok", "never"} >= {card["state"] for card in found.values()}


def test_a_dead_letter_fails_its_source(
    new_platform: Callable[..., Platform]
) -> None:  # fmt: skip
    platform = new_platform()
    platform.dead_letters.put(
        DeadLetter("bcb_fx", "x.json", "landing/bcb_fx/x.json/1", "Torn.", "Mend it.", "2024-01-01")
    )
    with _analyst_of(platform) as client:
        cards = _data(client, "/sources")
        assert (cards[0]["name"], cards[0]["state"], cards[0]["dead_letters"]) == (
            "bcb_fx", "failed", 1)  # fmt: skip
        assert [letter["error"] for letter in _data(client, "/dead-letters")] == ["Torn."]
        nodes = {node["id"]: node for node in _data(client, "/lineage")["nodes"]}
        assert nodes["source.bcb_fx"]["state"] == "failed"
        assert client.post("/api/v1/dead-letters/retry").status_code == 403


def test_a_calendar_has_a_state_a_day(analyst: TestClient, app: FastAPI) -> None:
    found = _data(analyst, "/sources/cvm_funds/calendar", months=3)
    assert (found["basis"], found["table"], found["sessions"]) == (
        "ref_date", "silver.fund_navs", "bank")  # fmt: skip
    lengths = {len(found[name]) for name in ("days", "states", "rows", "quarantined")}
    assert lengths == {len(found["days"])}
    counted = Counter(found["states"])
    assert counted["complete"] > 40
    assert counted["closed"] > 20
    assert counted["missing"] == 0
    closed = [day for day, state in zip(found["days"], found["states"], strict=True)
              if state == "closed"]  # fmt: skip
    assert "2025-01-01" in closed
    whole = _data(analyst, "/sources/cvm_funds/calendar", months=24)
    rows = app.state.house.platform.table("silver.fund_navs").collect().height
    assert sum(whole["rows"]) == rows
    assert whole["states"][0] == "outside"
    assert sum(whole["quarantined"]) > 0


def test_a_register_is_told_by_its_landings(analyst: TestClient) -> None:
    found = _data(analyst, "/sources/cvm_registry/calendar", months=240)
    assert found["basis"] == "landed"
    assert sum(found["rows"]) == _data(analyst, "/sources/cvm_registry")["files"]


def test_landed_bytes_come_down_exactly(analyst: TestClient) -> None:
    page = _data(analyst, "/sources/cvm_funds/files", limit=2)
    assert page["total"] >= 13
    file = page["files"][0]
    answer = analyst.get(f"/api/v1/sources/cvm_funds/files/{file['key']}/bytes")
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
    assert len(answer.content) == file["size"]
    short = file["key"].removeprefix("landing/cvm_funds/")
    assert analyst.get(f"/api/v1/sources/cvm_funds/files/{short}/bytes").content == answer.content
    named = _data(analyst, "/sources/cvm_funds/files", search=file["name"])
    assert [each["name"] for each in named["files"]] == [file["name"]]


@pytest.mark.parametrize(
    "key",
    ["lastro.json", "../../lastro.json", "..%2f..%2flastro.json", "landing/bcb_fx/checks.json",
     "/etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "checks.json", "store.db"],
)  # fmt: skip
def test_only_files_of_the_ledger_come_down(analyst: TestClient, key: str) -> None:
    answer = analyst.get(f"/api/v1/sources/cvm_funds/files/{key}/bytes")
    assert answer.status_code == 404


def test_a_file_of_another_source_is_not_here(analyst: TestClient) -> None:
    key = _data(analyst, "/sources/cvm_funds/files")["files"][0]["key"]
    assert analyst.get(f"/api/v1/sources/bcb_fx/files/{key}/bytes").status_code == 404


def test_quality_counts_what_broke_which_rule(analyst: TestClient, app: FastAPI) -> None:
    found = {each["table"]: each for each in _data(analyst, "/quality")}
    navs = found["silver.fund_navs"]
    aside = app.state.house.platform.table("quarantine.fund_navs").collect()
    assert navs["quarantined"] == aside.height
    codes = {each["code"]: each for each in navs["findings"]}
    by_code = Counter(code for reason in aside["reason"] for code in reason.split(","))
    for code, rows in by_code.items():
        assert (codes[code]["rows"], codes[code]["action"]) == (rows, "quarantine")
        assert codes[code]["meaning"]
    assert codes["quota_not_positive"]["action"] == "flag"


def test_quarantine_shows_examples_of_a_reason(analyst: TestClient) -> None:
    every = _data(analyst, "/quarantine/silver.fund_navs")
    reason = every["findings"][0]["code"]
    found = _data(analyst, "/quarantine/fund_navs", reason=reason, limit=3)
    assert found["table"] == "silver.fund_navs"
    assert found["rows"] == sum(found["by_partition"].values())
    assert 0 < len(found["examples"]) <= 3
    for example in found["examples"]:
        assert reason in example["reasons"]
        assert example["record"]
        assert example["file"].startswith("landing/cvm_funds/")
    assert analyst.get("/api/v1/quarantine/gold.nothing").status_code == 404


def test_restatements_are_newest_first(analyst: TestClient) -> None:
    found = _data(analyst, "/restatements", limit=5)
    assert found["total"] == sum(found["by_table"].values())
    seen = [change["seen_at"] for change in found["changes"]]
    assert seen == sorted(seen, reverse=True)
    assert analyst.get("/api/v1/restatements", params={"source": "nobody"}).status_code == 404


def test_lineage_goes_from_sources_to_views(analyst: TestClient) -> None:
    found = _data(analyst, "/lineage")
    nodes = {node["id"]: node for node in found["nodes"]}
    edges = {(edge["source"], edge["target"]): edge["version"] for edge in found["edges"]}
    assert ("source.cvm_funds", "bronze.cvm_funds") in edges
    assert edges["bronze.cvm_funds", "silver.fund_navs"] >= 0
    assert ("gold.fund_flows_monthly", "cvm_p210.gold_cvm210_analytics") in edges
    assert {edge for pair in edges for edge in pair} <= set(nodes)
    assert nodes["silver.fund_navs"]["state"] == "ok"


def test_a_version_leads_down_to_the_landed_files(analyst: TestClient) -> None:
    found = _data(analyst, "/lineage/gold.fund_flows_daily")
    assert "bronze.cvm_funds" in found["upstream"]
    assert found["versions"][0]["run_id"]
    assert found["partitions"]
    names = {file["name"] for file in found["files"]}
    landed = _data(analyst, "/sources/cvm_funds/files", limit=1000)["files"]
    assert names == {file["name"] for file in landed}
    first = _data(analyst, "/lineage/gold.fund_flows_daily", version=0)
    assert first["version"] == 0
    beyond = analyst.get("/api/v1/lineage/gold.fund_flows_daily", params={"version": 999})
    assert beyond.status_code == 404


@pytest.mark.parametrize("path", ["/sources", "/quality", "/lineage", "/dead-letters",
                                  "/restatements", "/quarantine/silver.fund_navs"])  # fmt: skip
def test_clients_do_not_see_the_house(signed_in: Callable[[str], TestClient], path: str) -> None:
    assert signed_in("client").get(f"/api/v1{path}").status_code == 403


def test_an_empty_lake_has_its_states(new_platform: Callable[..., Platform]) -> None:
    platform = new_platform(empty=True)
    with _analyst_of(platform) as client:
        assert {card["state"] for card in _data(client, "/sources")} == {"never"}
        assert {card["rows"] for card in _data(client, "/tables")} == {None}
        assert _data(client, "/quality") == []
        assert _data(client, "/restatements")["total"] == 0
        assert {node["state"] for node in _data(client, "/lineage")["nodes"]} == {"never"}
        assert _data(client, "/sources/cvm_funds/calendar")["basis"] == "landed"
        assert client.get("/api/v1/lineage/silver.fund_navs").status_code == 404
        assert client.get("/api/v1/tables/silver.fund_navs/rows").status_code == 404
        answer = client.post("/api/v1/sql", json={"query": "from silver.fund_navs"})
        assert answer.status_code == 400
        assert _data(client, "/tables/silver.fund_navs")["columns"]
