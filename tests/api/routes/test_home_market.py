"""The market's part of the first page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.testclient import TestClient
from tests.api.conftest import bearer_for

from lastro.api.app import app_over

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.wiring import Platform


def test_the_first_page_has_every_figure_with_its_day(
    signed_in: Callable[[str], TestClient],
) -> None:
    found: Any = signed_in("client").get("/api/v1/home/market").json()["data"]
    strip = {stat["code"]: stat for stat in found["strip"]}
    assert list(strip) == ["IBOV", "USD", "CDI", "SELIC", "IPCA"]
    for stat in strip.values():
        assert (stat["dates"][-1], stat["values"][-1]) == (
            stat["ref_date"], round(stat["value"], 8),
        )  # fmt: skip
    assert 0 < strip["CDI"]["value"] < 1
    assert found["day"]["tiles"]


def test_an_empty_lake_has_an_empty_first_page(new_platform: Callable[..., Platform]) -> None:
    platform = new_platform(empty=True)
    bearer = bearer_for(platform, "client")
    with TestClient(app_over(platform), headers={"Authorization": f"Bearer {bearer}"}) as client:
        answer = client.get("/api/v1/home/market")
        assert answer.status_code == 200
        assert answer.json()["data"] == {"strip": [], "day": None}
        screener = client.get("/api/v1/market/screener")
    assert screener.status_code == 404
    assert "lastro ingest b3_cotahist" in screener.json()["hint"]
