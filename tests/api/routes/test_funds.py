"""Funds over HTTP: the list and its formats, one class, what is not there, who may ask."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

    Clients = Callable[[str], TestClient]

FUNDS = "/api/v1/funds"
SERIES = ("quotas", "flows", "holders")
PARTS = ("", "/quotas", "/flows", "/holders", "/performance", "/signals", "/files",
         "/files/2024-01/lines", "/restatements", "/registry")  # fmt: skip


@pytest.fixture(scope="module")
def analyst(signed_in: Clients) -> TestClient:
    return signed_in("analyst")


@pytest.fixture(scope="module")
def largest(analyst: TestClient) -> dict[str, Any]:
    """The largest class: the first row of the list."""
    row: dict[str, Any] = _data(analyst, f"{FUNDS}?limit=1&subclasses=false")["rows"][0]
    return row


def _data(client: TestClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_a_window_has_rows_their_number_and_sums(analyst: TestClient) -> None:
    whole = _data(analyst, f"{FUNDS}?limit=500")
    part = _data(analyst, f"{FUNDS}?offset=2&limit=3&columns=name,net_worth")
    assert whole["total"] == part["total"] == len(whole["rows"]) > 50
    assert part["sums"] == whole["sums"]
    assert [row["cnpj"] for row in part["rows"]] == [r["cnpj"] for r in whole["rows"][2:5]]
    assert set(part["rows"][0]) == {"cnpj", "subclass_id", "name", "net_worth"}


def test_filters_and_order_are_of_the_query(analyst: TestClient) -> None:
    facets = _data(analyst, f"{FUNDS}/facets")
    manager = facets["managers"][0]
    found = _data(
        analyst, f"{FUNDS}?manager={manager['value']}&sort=-return_1m&columns=manager,return_1m"
    )
    assert found["total"] == manager["classes"]
    known = [row["return_1m"] for row in found["rows"] if row["return_1m"] is not None]
    assert known == sorted(known, reverse=True)
    assert {row["manager"] for row in found["rows"]} == {manager["value"]}


@pytest.mark.parametrize("form", ["csv", "arrow", "parquet", "xlsx"])
def test_every_chosen_class_leaves_as_a_file(analyst: TestClient, form: str) -> None:
    total = _data(analyst, f"{FUNDS}?max_flow=0&limit=1")["total"]
    answer = analyst.get(f"{FUNDS}?max_flow=0&limit=1&columns=name,net_worth&format={form}")
    readers: dict[str, Callable[[bytes], pl.DataFrame]] = {
        "csv": pl.read_csv, "arrow": pl.read_ipc_stream, "parquet": pl.read_parquet,
        "xlsx": lambda body: pl.read_excel(io.BytesIO(body)),
    }  # fmt: skip
    rows = readers[form](answer.content)
    assert rows.height == total
    assert rows.columns == ["cnpj", "subclass_id", "name", "net_worth"]
    assert "attachment" in answer.headers["content-disposition"]


def test_search_finds_by_name_and_by_number(analyst: TestClient, largest: dict[str, Any]) -> None:
    for typed in (largest["name"].lower(), largest["cnpj"][:9]):
        hits = analyst.get(f"{FUNDS}/search", params={"q": typed, "limit": 5})
        assert largest["cnpj"] in [hit["cnpj"] for hit in hits.json()["data"]]


def test_a_card_is_the_row_of_the_list(analyst: TestClient, largest: dict[str, Any]) -> None:
    cnpj = largest["cnpj"]
    card = _data(analyst, f"{FUNDS}/{cnpj}")
    assert card["fund"] == largest
    assert card["current"] is True
    assert _data(analyst, f"{FUNDS}/{cnpj[:8]}-{cnpj[8:]}")["fund"] == largest


@pytest.mark.parametrize("series", SERIES)
def test_series_are_columns_of_one_length(
    analyst: TestClient, largest: dict[str, Any], series: str
) -> None:
    found = _data(analyst, f"{FUNDS}/{largest['cnpj']}/{series}")
    columns = [value for value in found.values() if isinstance(value, list)]
    assert {len(column) for column in columns} == {len(found["dates"])}
    assert len(found["dates"]) > 200
    first = found["dates"][-10]
    assert _data(analyst, f"{FUNDS}/{largest['cnpj']}/{series}?first={first}")["dates"][0] == first


def test_the_list_and_the_series_say_the_same(analyst: TestClient, largest: dict[str, Any]) -> None:
    cnpj = largest["cnpj"]
    quotas = _data(analyst, f"{FUNDS}/{cnpj}/quotas")
    assert quotas["dates"][-1] == largest["ref_date"]
    assert quotas["net_worth"][-1] == largest["net_worth"]
    flows = _data(analyst, f"{FUNDS}/{cnpj}/flows")
    assert sum(f for f in flows["net_flow"] if f) == pytest.approx(flows["cumulative"][-1])
    spans = {s["span"]: s for s in _data(analyst, f"{FUNDS}/{cnpj}/performance")["spans"]}
    assert spans["12m"]["fund"] == largest["return_12m"]
    assert spans["12m"]["cdi"] == pytest.approx(largest["cdi_12m"])
    assert _data(analyst, f"{FUNDS}/{cnpj}/signals")[0]["score"] == largest["score"]


def test_files_lead_to_the_lines_of_the_source(
    analyst: TestClient, largest: dict[str, Any]
) -> None:
    cnpj = largest["cnpj"]
    files = _data(analyst, f"{FUNDS}/{cnpj}/files")
    assert len(files[0]["sha256"]) == 64
    lines = _data(analyst, f"{FUNDS}/{cnpj}/files/{files[0]['period']}/lines")
    assert len(lines["lines"]) == files[0]["lines"] == len(lines["numbers"])
    worth = lines["lines"][-1][lines["header"].index("VL_PATRIM_LIQ")]
    assert float(worth) == largest["net_worth"]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(("cnpj", "status"), [("11222333000181", 404), ("11222333000180", 400),
                                              ("../../etc/passwd", 404), ("'--", 400)])  # fmt: skip
def test_what_is_not_there_is_said(analyst: TestClient, part: str, cnpj: str, status: int) -> None:
    answer = analyst.get(f"{FUNDS}/{cnpj}{part}")
    assert answer.status_code == status
    assert answer.json()["hint"]


@pytest.mark.parametrize(
    "query",
    ["limit=501", "limit=0", "offset=-1", "min_worth=nan", "sort=net_worth;drop", "columns=spark,x",
     "format=exe", f"q={'a' * 101}"],
)  # fmt: skip
def test_a_wrong_question_is_the_callers(analyst: TestClient, query: str) -> None:
    assert analyst.get(f"{FUNDS}?{query}").status_code in {400, 422}


def test_funds_need_their_scope(api: TestClient, signed_in: Clients) -> None:
    assert api.get(FUNDS).status_code == 401
    for path in (FUNDS, f"{FUNDS}/facets", f"{FUNDS}/11222333000181/flows", "/api/v1/portability",
                 "/api/v1/home/funds"):  # fmt: skip
        assert signed_in("client").get(path).status_code == 403


def test_the_same_question_is_not_answered_twice(analyst: TestClient) -> None:
    first = analyst.get(f"{FUNDS}?limit=5")
    again = analyst.get(f"{FUNDS}?limit=5", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
