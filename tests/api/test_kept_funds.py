"""Frames about funds: made once a state of the lake; an empty lake has them too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.testclient import TestClient

from lastro.api.app import app_over
from lastro.api.house import House
from lastro.api.kept_funds import cubed, listed
from lastro.core.clock import SystemClock
from lastro.lake.lake import Lake
from lastro.lake.lineage import Lineage

from .conftest import bearer_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.wiring import Platform


def test_frames_are_made_again_once_a_table_moved(new_platform: Callable[..., Platform]) -> None:
    platform = new_platform(LASTRO_API__WATCH=0.0)
    house = House(platform, SystemClock())
    first, flows = listed(house), cubed(house)
    assert listed(house) is first
    name = "gold.portability_signals"
    contract = platform.contract(name)
    month = platform.lake.partitions(contract)[-1]
    rows = platform.lake.scan(contract, partitions=[month]).collect()
    elsewhere = Lake(platform.storage)
    file = elsewhere.write_file(contract, month, rows.head(3))
    elsewhere.commit(contract, [file], states={}, lineage=Lineage("run", "0"))
    again = listed(house)
    assert again["score"].count() < first["score"].count()
    assert cubed(house) is flows


def test_an_empty_lake_answers_with_nothing(new_platform: Callable[..., Any]) -> None:
    nothing = new_platform(empty=True)
    headers = {"Authorization": f"Bearer {bearer_for(nothing, 'analyst')}"}
    client = TestClient(app_over(nothing), headers=headers)

    def data(path: str) -> Any:
        answer = client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    assert data("/portability")["last"] is None
    assert data("/portability/groups")["groups"] == []
    assert data("/funds")["rows"] == []
    assert data("/funds/facets")["managers"] == []
    assert data("/funds/search?q=a") == []
    assert data("/home/funds")["outflows"] == []
    assert client.get("/api/v1/funds?format=csv").status_code == 200
    assert client.get("/api/v1/funds/11222333000181/flows").status_code == 404
