"""SQL over HTTP: rows within limits, nothing else reached, no scope let in by the back door."""

from __future__ import annotations

import io
import json
import threading
import time
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl
import pytest

from lastro.api.app import app_over

from .conftest import bearer_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI
    from starlette.testclient import TestClient

    from lastro.wiring import Platform

SQL, EXPORTS = "/api/v1/sql", "/api/v1/exports"
COUNT = "select count(*) as n from silver.fund_navs"


def _analyst_of(platform: Platform) -> TestClient:
    """An analyst at a platform of its own."""
    from starlette.testclient import TestClient

    headers = {"Authorization": f"Bearer {bearer_for(platform, 'analyst')}"}
    return TestClient(app_over(platform), headers=headers)


@pytest.fixture
def analyst(signed_in: Callable[[str], TestClient]) -> TestClient:
    return signed_in("analyst")


def test_rows_come_with_their_columns_and_origin(analyst: TestClient, app: FastAPI) -> None:
    answer = analyst.post(SQL, json={"query": COUNT})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    truth = app.state.house.platform.table("silver.fund_navs").collect()
    assert found["data"]["columns"] == [{"name": "n", "type": "Int64"}]
    assert found["data"]["rows"] == [[truth.height]]
    assert found["data"]["truncated"] == ""
    assert [table["name"] for table in found["origin"]["tables"]] == ["silver.fund_navs"]
    assert found["origin"]["publishers"] == ["CVM"]


def test_an_answer_is_cut_at_its_limit(analyst: TestClient) -> None:
    answer = analyst.post(SQL, json={"query": "from silver.fund_navs", "limit": 7}).json()
    assert len(answer["data"]["rows"]) == 7
    assert answer["data"]["truncated"] == "rows"


@pytest.mark.parametrize("form", ["csv", "arrow", "parquet", "xlsx"])
def test_rows_leave_as_files(analyst: TestClient, form: str) -> None:
    query = "select '=1+1' as sum, 2 as n, date '2024-01-31' as d"
    answer = analyst.post(SQL, json={"query": query, "format": form})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith(f'query.simulated.{form}"')
    body = io.BytesIO(answer.content)
    if form == "csv":
        assert body.getvalue().splitlines()[1] == b"'=1+1,2,2024-01-31"
    elif form == "xlsx":
        sheet = openpyxl.load_workbook(body).active
        assert sheet is not None
        assert sheet["A2"].data_type == "s"
    else:
        frame = pl.read_ipc_stream(body) if form == "arrow" else pl.read_parquet(body)
        assert frame["n"].to_list() == [2]


@pytest.mark.parametrize(
    "query",
    [
        "copy silver.fund_navs to '/tmp/out.csv'",
        "select * from read_text('/etc/passwd')",
        "select * from duckdb_settings()",
        "set enable_external_access = true",
        "select 1; select 2",
        "select from",
        "select nobody from silver.fund_navs",
        "select * from silver.nothing",
        "",
    ],
)
def test_what_may_not_run_is_told(analyst: TestClient, query: str) -> None:
    answer = analyst.post(SQL, json={"query": query})
    assert answer.status_code == 400
    told = answer.json()
    assert told["hint"]
    assert "/lake" not in told["detail"]


@pytest.mark.parametrize(
    "body",
    [{}, {"query": 1}, {"query": "select 1", "limit": 0}, {"query": "x" * 100_001},
     {"query": "select 1", "user": "admin"}, {"query": "select 1", "format": "exe"}, []],
)  # fmt: skip
def test_a_body_is_what_is_declared(analyst: TestClient, body: Any) -> None:
    assert analyst.post(SQL, json=body).status_code == 422


def test_roles_without_sql_run_none(signed_in: Callable[[str], TestClient]) -> None:
    for role in ("client", "adviser"):
        assert signed_in(role).post(SQL, json={"query": COUNT}).status_code == 403
        assert signed_in(role).get(f"{SQL}/schema").status_code == 403
    made = signed_in("adviser").post(EXPORTS, json={"query": COUNT, "format": "csv"})
    assert made.status_code == 403


def test_sql_lets_no_scope_in_by_the_back_door(app: FastAPI) -> None:
    from lastro.api.sql_asking import asked_of
    from lastro.core.errors import ForbiddenError
    from lastro.identity.principal import Principal

    key = Principal("k", "key", "k", "service", frozenset({"tables:read", "sql:run"}))
    house = app.state.house
    assert asked_of(house, key, COUNT).tables[0].name == "silver.fund_navs"
    for query in (
        "select * from ops.ledger",
        "select * from OPS.Ledger",
        'select * from "ops"."ledger"',
        "select 1 where exists (from quarantine.fund_navs)",
        "with x as (from ops.restatements) from x",
        "describe ops.ledger",
    ):
        with pytest.raises(ForbiddenError):
            asked_of(house, key, query)


def test_the_schema_names_tables_columns_and_functions(analyst: TestClient) -> None:
    found = analyst.get(f"{SQL}/schema").json()["data"]
    tables = {table["name"]: table for table in found["tables"]}
    names = [column["name"] for column in tables["gold.fund_flows_daily"]["columns"]]
    assert {"cnpj", "net_flow"} <= set(names)
    assert tables["cvm_p210.gold_cvm210_analytics"]["kind"] == "view"
    assert "date_trunc" in found["functions"]
    assert found["seconds"] > 0


def test_a_view_is_read(analyst: TestClient) -> None:
    query = "from cvm_p210.gold_cvm210_analytics limit 3"
    assert len(analyst.post(SQL, json={"query": query}).json()["data"]["rows"]) == 3


def test_a_query_takes_no_longer_than_it_may(new_platform: Callable[..., Platform]) -> None:
    platform = new_platform(LASTRO_SQL__SECONDS=3, LASTRO_SQL__WORKERS=1)
    endless = (
        "with recursive t as (select 1 as n union all select n + 1 from t) select max(n) from t"
    )
    with _analyst_of(platform) as client:
        began = time.monotonic()
        answer = client.post(SQL, json={"query": endless})
        assert answer.status_code == 400
        assert "3" in answer.json()["detail"]
        assert time.monotonic() - began < 40
        assert client.post(SQL, json={"query": COUNT}).status_code == 200
        ones = [threading.Thread(target=client.post, args=(SQL,), kwargs={"json": {"query": COUNT}})
                for _ in range(4)]  # fmt: skip
        for each in ones:
            each.start()
        for each in ones:
            each.join()


def test_a_table_is_exported_with_its_filters(analyst: TestClient, app: FastAPI) -> None:
    asked = {"table": "silver.fund_navs", "format": "xlsx", "filters": ["ref_date:eq:2024-01-31"],
             "columns": ["cnpj", "ref_date", "net_worth"], "sort": ["-net_worth"]}  # fmt: skip
    answer = analyst.post(EXPORTS, json=asked)
    assert answer.status_code == 200, answer.text
    assert "silver.fund_navs.simulated.xlsx" in answer.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[1]
    truth = app.state.house.platform.table("silver.fund_navs").collect()
    day = truth.filter(pl.col("ref_date") == pl.date(2024, 1, 31))
    assert sheet.max_row == day.height + 1
    assert [cell.value for cell in sheet[1]] == ["CNPJ", "data de competência",
                                                 "patrimônio líquido"]  # fmt: skip
    worths = [row[2].value for row in sheet.iter_rows(min_row=2)]
    assert worths[0] == pytest.approx(float(day["net_worth"].max() or 0))
    assert str(app.state.house.platform.storage.url) not in str(list(book.worksheets[0].values))


def test_an_export_is_written_down(analyst: TestClient, app: FastAPI) -> None:
    analyst.post(EXPORTS, json={"table": "silver.fund_registry", "format": "csv"})
    (newest,) = app.state.house.identity.record.page(limit=1)
    assert (newest.action, newest.target) == ("exports.csv", "silver.fund_registry")
    assert json.loads(newest.detail)["bytes"] > 0


def test_csv_is_harmless_in_a_spreadsheet(analyst: TestClient) -> None:
    query = "select '=cmd|calc' as a, '+1' as b, '@x' as c, -5 as n, '-x' as d"
    answer = analyst.post(EXPORTS, json={"query": query, "format": "csv"})
    text = answer.content.decode("utf-8-sig")
    assert text.splitlines() == ["a;b;c;n;d", "'=cmd|calc;'+1;'@x;-5;'-x"]


def test_odd_rows_make_a_workbook(analyst: TestClient) -> None:
    query = "select [1, 2] as l, time '10:00' as t, now() as w, null as z, current_date as d"
    answer = analyst.post(EXPORTS, json={"query": query, "format": "xlsx"})
    assert answer.status_code == 200, answer.text
    empty = analyst.post(EXPORTS, json={"query": "select 1 as x where false", "format": "parquet"})
    assert pl.read_parquet(io.BytesIO(empty.content)).height == 0


@pytest.mark.parametrize(
    "body",
    [{}, {"table": "a", "query": "b"}, {"table": "silver.fund_navs", "format": "exe"},
     {"table": "silver.fund_navs", "path": "/etc"}],
)  # fmt: skip
def test_an_export_is_of_one_thing(analyst: TestClient, body: dict[str, Any]) -> None:
    assert analyst.post(EXPORTS, json=body).status_code == 422


def test_an_export_of_nothing_is_404(analyst: TestClient) -> None:
    assert analyst.post(EXPORTS, json={"table": "../../etc"}).status_code == 404
