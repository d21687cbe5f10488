"""Tables over HTTP: what there is, what it promises, its rows page by page and as streams."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI
    from starlette.testclient import TestClient

NAVS = "/api/v1/tables/silver.fund_navs/rows"


@pytest.fixture
def analyst(signed_in: Callable[[str], TestClient]) -> TestClient:
    return signed_in("analyst")


def _rows(client: TestClient, path: str, **query: Any) -> dict[str, Any]:
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


def test_every_written_table_and_view_is_listed(analyst: TestClient) -> None:
    answer = analyst.get("/api/v1/tables").json()
    found = {card["name"]: card for card in answer["data"]}
    navs = found["silver.fund_navs"]
    assert (navs["layer"], navs["kind"], navs["simulated"]) == ("silver", "table", True)
    assert navs["rows"] > 10_000
    assert navs["partitions"] == 13
    assert navs["newest_day"] is not None
    assert found["cvm_p210.gold_cvm210_analytics"]["kind"] == "view"
    assert answer["origin"]["simulated"] is True


def test_a_table_tells_its_columns_checks_and_neighbours(analyst: TestClient) -> None:
    found = analyst.get("/api/v1/tables/silver.fund_navs").json()["data"]
    columns = {column["name"]: column for column in found["columns"]}
    assert columns["net_worth"] == {
        "name": "net_worth", "type": "decimal(18,2)", "scale": 2, "unit": "BRL",
        "pt": "patrimônio líquido", "doc": "Assets less liabilities.", "required": False,
        "key": False,
    }  # fmt: skip
    assert columns["cnpj"]["key"]
    assert "date_outside_month" in {check["code"] for check in found["checks"]}
    assert found["inputs"] == ["bronze.cvm_funds"]
    assert "gold.fund_flows_daily" in found["outputs"]
    view = analyst.get("/api/v1/tables/cvm_p210.gold_cvm210_analytics").json()["data"]
    assert "SELECT" in view["sql"].upper()
    history = analyst.get("/api/v1/tables/silver.fund_navs/history").json()["data"]
    assert history[0]["inputs"]["bronze.cvm_funds"] >= 0
    assert history[0]["rows"] > 0


@pytest.mark.parametrize(
    "name", ["silver.nothing", "..%2f..%2fetc", "silver.fund_navs%00", "fund_navs", "x" * 90]
)
def test_an_unknown_table_is_404(analyst: TestClient, name: str) -> None:
    for path in ("", "/rows", "/history"):
        answer = analyst.get(f"/api/v1/tables/{name}{path}")
        assert answer.status_code == 404, path
        assert answer.json()["hint"]


def test_filters_sort_and_columns(analyst: TestClient, app: FastAPI) -> None:
    truth = app.state.house.platform.table("silver.fund_navs").collect()
    found = _rows(
        analyst, NAVS, columns="cnpj,ref_date,net_worth", sort="-net_worth,cnpj", limit=5,
        filter=["ref_date:ge:2024-02-01", "net_worth:lt:1000000000"],
    )  # fmt: skip
    wanted = truth.filter(
        pl.col("ref_date") >= dt.date(2024, 2, 1), pl.col("net_worth") < 1_000_000_000
    ).sort("net_worth", "cnpj", descending=[True, False], nulls_last=True)
    assert list(found["rows"][0]) == ["cnpj", "ref_date", "net_worth"]
    assert [row["cnpj"] for row in found["rows"]] == wanted["cnpj"].head(5).to_list()
    assert found["total"] == wanted.height


def test_a_condition_may_be_a_parameter_of_its_column(analyst: TestClient, app: FastAPI) -> None:
    truth = app.state.house.platform.table("silver.fund_navs").collect()
    cnpjs = truth["cnpj"].unique().sort().head(2).to_list()
    for query in (
        {"cnpj": f"in:{','.join(cnpjs)}"},
        {"filter": f"cnpj:in:{','.join(cnpjs)}"},
    ):
        found = _rows(analyst, NAVS, **query)
        assert found["total"] == truth.filter(pl.col("cnpj").is_in(cnpjs)).height
    one = _rows(analyst, NAVS, cnpj=cnpjs[0], limit=1)
    assert one["rows"][0]["cnpj"] == cnpjs[0]
    start = cnpjs[0][:4]
    like = _rows(analyst, NAVS, filter=f"cnpj:like:{start}%")["total"]
    assert like == truth.filter(pl.col("cnpj").str.starts_with(start)).height
    blank = _rows(analyst, NAVS, filter="quota:null:true")["total"]
    assert blank == truth["quota"].null_count()


@pytest.mark.parametrize(
    "query",
    [
        {"filter": "nonsense"},
        {"filter": "cnpj:is:1"},
        {"filter": "nobody:eq:1"},
        {"filter": "ref_date:eq:yesterday"},
        {"filter": "holders:eq:99999999999999999999"},
        {"filter": "net_worth:gt:NaN"},
        {"filter": "net_worth:gt:1e400"},
        {"filter": "cnpj:in:" + ",".join("x" * 1001)},
        {"filter": ["cnpj:eq:1"] * 31},
        {"columns": "cnpj,password"},
        {"sort": "nobody"},
        {"nobody": "eq:1"},
        {"cursor": "AAAA"},
        {"cursor": "W10"},
        {"as_of": "soon"},
        {"as_of": "0001-01-01T00:00:00+14:00"},
        {"format": "xlsx"},
    ],
)
def test_a_wrong_wish_is_told(analyst: TestClient, query: dict[str, Any]) -> None:
    answer = analyst.get(NAVS, params=query)
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"]


@pytest.mark.parametrize("value", ["' OR 1=1 --", "x'; DROP TABLE t", "%", "\\", "(((", "{x}"])
def test_a_value_is_only_ever_a_value(analyst: TestClient, value: str) -> None:
    for operator in ("eq", "in"):
        assert _rows(analyst, NAVS, filter=f"fund_type:{operator}:{value}")["rows"] == []
    assert analyst.get(NAVS, params={"filter": f"fund_type:like:{value}"}).status_code == 200


def test_pages_hold_one_version_together(
    analyst: TestClient, new_platform: Callable[..., Any]
) -> None:
    from lastro.answers.rows import Wanted, parsed, read_page
    from lastro.lake.lineage import Lineage

    platform = new_platform()
    contract = platform.contract("silver.fund_navs")
    wanted = Wanted(parsed(["holders:ge:5"]), ("cnpj", "subclass_id", "ref_date"), ("ref_date",))
    lake = platform.lake
    whole = read_page(lake, contract, wanted, 10_000)
    first = read_page(lake, contract, wanted, 700)
    rows, cursor = [first.rows], first.next
    partition = lake.partitions(contract)[0]
    file = lake.write_file(contract, partition, pl.DataFrame())  # the first month is emptied
    lake.commit(contract, [file], states={}, lineage=Lineage("run", "0"))
    while cursor:
        page = read_page(lake, contract, wanted, 700, cursor=cursor)
        assert page.version == first.version
        rows.append(page.rows)
        cursor = page.next
    together = pl.concat(rows)
    assert together.height == first.total
    assert together.head(10_000).equals(whole.rows)
    assert not together.is_duplicated().any()


def test_a_cursor_is_good_for_its_own_question(analyst: TestClient) -> None:
    found = _rows(analyst, NAVS, limit=2, sort="cnpj")
    assert len(_rows(analyst, NAVS, limit=2, sort="cnpj", cursor=found["next"])["rows"]) == 2
    other = analyst.get(NAVS, params={"limit": 2, "sort": "quota", "cursor": found["next"]})
    assert other.status_code == 400


def test_the_same_question_is_answered_by_304(analyst: TestClient) -> None:
    first = analyst.get(NAVS, params={"limit": 3})
    again = analyst.get(NAVS, params={"limit": 3}, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("accept", ["application/vnd.apache.arrow.stream", "text/csv",
                                    "application/vnd.apache.parquet"])  # fmt: skip
def test_all_rows_leave_as_a_stream(analyst: TestClient, app: FastAPI, accept: str) -> None:
    truth = app.state.house.platform.table("silver.fund_navs").collect()
    answer = analyst.get(NAVS, headers={"Accept": accept})
    assert answer.status_code == 200
    assert ".simulated." in answer.headers["content-disposition"]
    body = io.BytesIO(answer.content)
    if "arrow" in accept:
        found = pl.read_ipc_stream(body)
        assert found.equals(truth)
    elif "parquet" in accept:
        found = pl.read_parquet(body)
        assert found.equals(truth)
    else:
        found = pl.read_csv(body, infer_schema=False)
        assert found.height == truth.height
        assert found["cnpj"].equals(truth["cnpj"])


def test_a_stream_obeys_filters_and_may_be_empty(analyst: TestClient) -> None:
    query = {"format": "arrow", "filter": "cnpj:eq:nobody", "columns": "cnpj,quota"}
    found = pl.read_ipc_stream(io.BytesIO(analyst.get(NAVS, params=query).content))
    assert (found.height, found.columns) == (0, ["cnpj", "quota"])
    text = analyst.get(NAVS, params={**query, "format": "csv"}).text
    assert text.splitlines() == ["cnpj,quota"]


def test_the_houses_own_tables_need_more(signed_in: Callable[[str], TestClient]) -> None:
    client = signed_in("client")
    assert client.get("/api/v1/tables").status_code == 403
    assert client.get(NAVS).status_code == 403
    analyst = signed_in("analyst")
    assert analyst.get("/api/v1/tables/ops.ledger/rows").status_code == 200


def test_a_key_with_tables_alone_reads_no_ledger(app: FastAPI) -> None:
    from lastro.api.routes.tables import allowed
    from lastro.core.errors import ForbiddenError
    from lastro.identity.principal import Principal

    key = Principal("k", "key", "k", "service", frozenset({"tables:read", "sql:run"}))
    assert allowed(app.state.house, key, "silver.fund_navs").name == "silver.fund_navs"
    for name in ("ops.ledger", "ops.restatements", "quarantine.fund_navs"):
        with pytest.raises(ForbiddenError):
            allowed(app.state.house, key, name)


def test_nobody_reads_without_signing_in(api: TestClient) -> None:
    for path in ("/api/v1/tables", NAVS, "/api/v1/lineage", "/api/v1/sources", "/api/v1/quality"):
        assert api.get(path).status_code == 401
