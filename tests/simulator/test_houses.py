from __future__ import annotations

import base64
import datetime as dt
import io
import json
import zipfile
from contextlib import closing
from http.client import HTTPConnection, HTTPMessage, IncompleteRead
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import pytest

from lastro.simulator.houses import ADDRESSES
from lastro.simulator.server import SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lastro.simulator.market import SimulatedMarket
    from lastro.simulator.shares import ShareMarket

COTAHIST = "/b3/SerHist/COTAHIST_D28032024.ZIP"


class Told(NamedTuple):
    status: int
    headers: HTTPMessage
    body: bytes


def call(method: str, **asked: str | int) -> str:
    text = base64.b64encode(json.dumps(asked, separators=(",", ":")).encode()).decode()
    return f"/b3/listados/{method}/{text}"


PATHS = {
    COTAHIST: b"PK",
    "/b3/pesquisapregao/download?filelist=PR240328.zip": b"PK",
    call("indexProxy/indexCall/GetPortfolioDay", index="IBOV", segment="2"): b'{"page"',
    call("indexProxy/indexCall/GetTheoricalPortfolio", index="IBOV"): b'{"page"',
    call("indexProxy/indexCall/GetStockIndex", pageNumber=1): b'{"page"',
    call("indexStatisticsProxy/IndexCall/GetPortfolioDay", index="IBOV", year=2024): b'{"min"',
    call("listedCompaniesProxy/CompanyCall/GetInitialCompanies", pageNumber=1): b'{"page"',
    call("listedCompaniesProxy/CompanyCall/GetDetail", codeCVM="80000"): b'{"issuingCompany"',
    call(
        "listedCompaniesProxy/CompanyCall/GetListedSupplementCompany", issuingCompany="SIMU"
    ): b"[{",
    call(
        "listedCompaniesProxy/CompanyCall/GetListedCashDividends", tradingName="SIM SIMULADA"
    ): b'{"page"',
    "/bcb/api/dados/serie/bcdata.sgs.12/dados?formato=json&dataInicial=01/03/2024"
    "&dataFinal=20/03/2024": b"[{",
    "/yahoo/v8/finance/chart/SIMU4.SA?range=1mo&interval=1d": b'{"chart"',
    "/brapi/api/quote/SIMU4?range=1mo&interval=1d&token=x": b'{"results"',
    "/alphavantage/query?function=TIME_SERIES_DAILY&symbol=SIMU4.SAO&apikey=x": b'{"Meta Data"',
}


@pytest.fixture
def houses(market: SimulatedMarket, shares: ShareMarket) -> Iterator[SimulatorServer]:
    with SimulatorServer(market, shares=shares) as running:
        yield running


def ask(server: SimulatorServer, path: str, method: str = "GET", **headers: str) -> Told:
    with closing(HTTPConnection(urlsplit(server.url).netloc, timeout=10)) as connection:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=named)
        response = connection.getresponse()
        return Told(response.status, response.headers, response.read())


@pytest.mark.parametrize("path", PATHS)
def test_every_house_answers_and_says_simulated(houses: SimulatorServer, path: str) -> None:
    told = ask(houses, path)
    assert told.status == 200
    assert told.body.startswith(PATHS[path])
    assert told.headers["X-Lastro-Simulated"] == "seed=7"


def test_addresses_are_settings_of_houses_that_exist() -> None:
    assert {path.split("/")[1] for _, path in ADDRESSES} == {
        "dados", "b3", "bcb", "yahoo", "brapi", "alphavantage",
    }  # fmt: skip
    assert len({name for name, _ in ADDRESSES}) == len(ADDRESSES)


def test_a_file_that_a_client_has_is_not_sent_again(houses: SimulatorServer) -> None:
    tag = ask(houses, COTAHIST).headers["ETag"]
    again = ask(houses, COTAHIST, If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")
    assert ask(houses, COTAHIST, If_None_Match='"other"').status == 200


def test_calls_have_no_version(houses: SimulatorServer) -> None:
    path = call("listedCompaniesProxy/CompanyCall/GetInitialCompanies", pageNumber=1)
    told = ask(houses, path, If_None_Match="*")
    assert told.status == 200
    assert told.headers["ETag"] is None


def test_the_date_moves_for_all_houses(houses: SimulatorServer) -> None:
    day = "/b3/SerHist/COTAHIST_D19022024.ZIP"
    yahoo = "/yahoo/v8/finance/chart/SIMU4.SA?range=max&interval=1d"
    assert ask(houses, "/_simulator/date?as_of=2024-02-16", "POST").status == 200
    assert ask(houses, day).status == 404
    short = json.loads(ask(houses, yahoo).body)["chart"]["result"][0]["timestamp"]
    assert ask(houses, "/_simulator/date?as_of=2024-02-19", "POST").status == 200
    told = ask(houses, day)
    long = json.loads(ask(houses, yahoo).body)["chart"]["result"][0]["timestamp"]
    assert told.status == 200
    assert len(long) == len(short) + 1
    with zipfile.ZipFile(io.BytesIO(told.body)) as archive:
        assert archive.comment == b"SIMULATED by lastro seed=7"


@pytest.mark.parametrize(
    ("kind", "status"), [("status500", 500), ("status404", 404), ("html", 200), ("empty", 200)]
)
def test_faults_fall_on_houses_too(houses: SimulatorServer, kind: str, status: int) -> None:
    ask(houses, f"/_simulator/fault?path=/b3/&kind={kind}", "POST")
    spoilt = ask(houses, COTAHIST)
    assert spoilt.status == status
    assert not spoilt.body.startswith(b"PK")
    assert ask(houses, COTAHIST).body.startswith(b"PK")


def test_a_house_may_break_off(houses: SimulatorServer) -> None:
    path = next(path for path in PATHS if path.startswith("/bcb"))
    ask(houses, "/_simulator/fault?path=bcdata.sgs.12&kind=truncate", "POST")
    with pytest.raises(IncompleteRead):
        ask(houses, path)
    assert ask(houses, path).status == 200


def test_a_house_has_its_own_404_and_no_posts(houses: SimulatorServer) -> None:
    assert ask(houses, "/b3/nothing").body.startswith(b"<html>")
    assert ask(houses, COTAHIST, "POST").status == 404
    assert ask(houses, "/nobody/here").body.startswith(b"SIMULATED")
    assert ask(houses, COTAHIST, "HEAD").body == b""


def test_without_an_exchange_there_are_no_houses(market: SimulatedMarket) -> None:
    with SimulatorServer(market) as server:
        assert ask(server, COTAHIST).status == 404


def test_today_is_that_of_the_registry(houses: SimulatorServer) -> None:
    assert houses.control.publication.as_of == dt.date(2024, 3, 28)
    assert ask(houses, COTAHIST).status == 200
    assert ask(houses, "/b3/SerHist/COTAHIST_D01042024.ZIP").status == 404
