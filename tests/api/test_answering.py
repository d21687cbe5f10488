"""Answers: ETag, formats, age, one computation for equal questions."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl
import pytest
import zstandard
from fastapi import APIRouter
from starlette.testclient import TestClient

from lastro.api.answering import Answer, ReplyDep, Rows, RowsDep
from lastro.api.app import app_over
from lastro.api.guard import open_to_all
from lastro.core.errors import NotFoundError
from lastro.lake.landing import LEDGER
from lastro.lake.lineage import Lineage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lastro.wiring import Platform

TABLE = "silver.quotes"
Own = tuple["Counted", TestClient, "Platform"]


@dataclass(frozen=True)
class Figures:
    day: dt.date
    at: dt.datetime
    exact: Decimal
    unknown: float
    series: pl.Series
    rows: pl.DataFrame


class Counted:
    """Routes that count how often their answers are made."""

    def __init__(self) -> None:
        self.made = 0
        self.go_on = threading.Event()
        self.go_on.set()
        self.router = APIRouter()
        self.router.get("/figures", dependencies=[open_to_all()],
                        response_model=Answer[dict[str, Any]])(self.figures)  # fmt: skip
        self.router.get("/rows", dependencies=[open_to_all()],
                        response_model=Answer[Rows])(self.rows)  # fmt: skip
        self.router.get("/lacks", dependencies=[open_to_all()])(self.lacks)

    async def figures(self, reply: ReplyDep) -> Any:
        return await reply.json((TABLE,), self._figures)

    def _figures(self) -> Figures:
        self.go_on.wait(10)
        self.made += 1
        return Figures(
            dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 12, tzinfo=dt.UTC),
            Decimal("0.123456789012345678"), float("nan"),
            pl.Series([Decimal("1.50"), None]), pl.DataFrame({"a": [1, None]}),
        )  # fmt: skip

    async def rows(self, reply: RowsDep) -> Any:
        return await reply.rows((TABLE,), lambda: pl.DataFrame({
            "name": ["=1+1", "plain", None] * 500,
            "worth": [Decimal("1.25"), None, Decimal(-3)] * 500,
            "day": [dt.date(2024, 2, 29)] * 1500,
        }))  # fmt: skip

    async def lacks(self, reply: ReplyDep) -> Any:
        def make() -> None:
            self.made += 1
            raise NotFoundError("There is no price of {ticker} in the lake.", hint="x", ticker="Z")

        return await reply.json((TABLE,), make)


@pytest.fixture
def counted(new_platform: Callable[..., Platform]) -> Iterator[Own]:
    """Counting routes over a lake of their own."""
    platform, routes = new_platform(LASTRO_API__WATCH=0.0), Counted()
    app = app_over(platform)
    app.include_router(routes.router, prefix="/own")
    with TestClient(app, raise_server_exceptions=False) as client:
        yield routes, client, platform


def test_figures_leave_as_json_numbers(counted: Own) -> None:
    _, client, _ = counted
    found = client.get("/own/figures")
    assert found.status_code == 200, found.text
    assert '"exact":0.123456789012345678' in found.text
    data = found.json()["data"]
    assert data["day"] == "2024-02-29"
    assert data["at"] == "2024-02-29T12:00:00Z"
    assert data["unknown"] is None
    assert data["series"] == [1.5, None]
    assert data["rows"] == [{"a": 1}, {"a": None}]


def test_every_answer_says_whence_and_how_old(
    counted: Own,
) -> None:
    _, client, platform = counted
    found = client.get("/own/figures")
    origin = found.json()["origin"]
    newest = platform.table(TABLE).select(pl.col("ref_date").max()).collect().item()
    known = platform.table(TABLE).select(pl.col("available_at").max()).collect().item()
    now = platform.table(LEDGER.name).select(pl.col("landed_at").max()).collect().item()
    assert origin["ref_date"] == newest.isoformat() == found.headers["lastro-ref-date"]
    assert dt.datetime.fromisoformat(origin["available_at"]) == known
    assert origin["tables"][0]["name"] == TABLE
    assert origin["tables"][0]["version"] == platform.lake.version(TABLE)
    assert origin["simulated"] is True
    assert found.headers["lastro-simulated"] == "true"
    assert origin["publishers"]
    assert found.headers["lastro-source"] == ", ".join(origin["publishers"])
    assert origin["age_seconds"] == int((now - known).total_seconds()) == int(found.headers["age"])
    assert found.headers["cache-control"] == "private, no-cache"


def test_a_known_answer_is_not_made_again(counted: Own) -> None:
    routes, client, _ = counted
    first = client.get("/own/figures")
    again = client.get("/own/figures", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get("/own/figures").json() == first.json()
    assert routes.made == 1


def test_another_question_has_another_etag(counted: Own) -> None:
    _, client, _ = counted
    first = client.get("/own/figures").headers["etag"]
    assert client.get("/own/figures?a=1").headers["etag"] != first
    rows = {client.get("/own/rows", headers={"Accept": accept}).headers["etag"]
            for accept in ("application/json", "text/csv")}  # fmt: skip
    assert len(rows) == 2


def test_a_new_version_makes_a_new_answer(counted: Own) -> None:
    routes, client, platform = counted
    first = client.get("/own/figures")
    elsewhere = type(platform)(platform.settings, platform._clock)
    elsewhere.lake.commit(
        elsewhere.contract(TABLE), [], states={"x": 1}, lineage=Lineage(run_id="r", code="c")
    )
    second = client.get("/own/figures", headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == 200
    assert second.headers["etag"] != first.headers["etag"]
    version = second.json()["origin"]["tables"][0]["version"]
    assert version == first.json()["origin"]["tables"][0]["version"] + 1
    assert routes.made == 2


def test_equal_questions_that_arrive_together_are_computed_once(
    counted: Own,
) -> None:
    routes, client, _ = counted
    routes.go_on.clear()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(client.get, "/own/figures?together") for _ in range(8)]
        routes.go_on.set()
        found = {one.result().text for one in asked}
    assert len(found) == 1
    assert routes.made == 1


def test_an_error_is_not_kept(counted: Own) -> None:
    routes, client, _ = counted
    assert [client.get("/own/lacks").status_code for _ in range(2)] == [404, 404]
    assert routes.made == 2


@pytest.mark.parametrize("how", ["accept", "query"])
@pytest.mark.parametrize(
    ("form", "media"),
    [("csv", "text/csv"), ("arrow", "application/vnd.apache.arrow.stream"),
     ("parquet", "application/vnd.apache.parquet")],
)  # fmt: skip
def test_rows_in_the_format_asked_for(counted: Own, form: str, media: str, how: str) -> None:
    _, client, _ = counted
    if how == "accept":
        found = client.get("/own/rows", headers={"Accept": f"{media}, */*;q=0.1"})
    else:
        found = client.get(f"/own/rows?format={form}")
    assert found.headers["content-type"].startswith(media)
    assert found.headers["content-disposition"] == f'attachment; filename="{TABLE}.{form}"'
    readers = {"csv": pl.read_csv, "arrow": pl.read_ipc_stream, "parquet": pl.read_parquet}
    rows = readers[form](io.BytesIO(found.content))
    assert rows.height == 1500
    assert rows["worth"].cast(pl.Float64).to_list()[:3] == [1.25, None, -3.0]


def test_a_formula_is_text_in_csv_and_in_a_workbook(
    counted: Own,
) -> None:
    _, client, _ = counted
    assert "'=1+1" in client.get("/own/rows?format=csv").text
    book = openpyxl.load_workbook(io.BytesIO(client.get("/own/rows?format=xlsx").content))
    cell = book["Lastro"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_an_unknown_format_is_the_callers_mistake(
    counted: Own,
) -> None:
    _, client, _ = counted
    assert client.get("/own/rows?format=doc").status_code == 422


@pytest.mark.parametrize("coding", ["zstd", "gzip"])
def test_large_answers_are_compressed_on_request(counted: Own, coding: str) -> None:
    _, client, _ = counted
    plain = client.get("/own/rows", headers={"Accept-Encoding": "identity"})
    with client.stream("GET", "/own/rows", headers={"Accept-Encoding": coding}) as packed:
        raw = b"".join(packed.iter_raw())
        assert packed.headers["content-encoding"] == coding
        assert packed.headers["vary"] == "Accept, Accept-Encoding"
    assert len(raw) < len(plain.content) / 5
    unpack = gzip.decompress if coding == "gzip" else zstandard.decompress
    assert unpack(raw) == plain.content
