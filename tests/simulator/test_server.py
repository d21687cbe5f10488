from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from lastro.core.errors import RequestError
from lastro.simulator.server import SimulatorServer, serve

if TYPE_CHECKING:
    from lastro.simulator.market import SimulatedMarket

DAILY = "/dados/FI/DOC/INF_DIARIO/DADOS/"
JANUARY = f"{DAILY}inf_diario_fi_202101.zip"
YEAR_2020 = f"{DAILY}HIST/inf_diario_fi_2020.zip"
REGISTRY = "/dados/FI/CAD/DADOS/registro_fundo_classe.zip"
FIRST = dt.date(2021, 1, 1)


class Reply:
    """An answer read to its end."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self) -> Any:
        return json.loads(self.body)


def ask(url: str, path: str, method: str = "GET", **headers: str) -> Reply:
    host = urlsplit(url).netloc
    with closing(http.client.HTTPConnection(host, timeout=10)) as connection:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=named)
        return Reply(connection.getresponse())


def test_files_are_where_cvm_has_them(server: SimulatorServer, eras: SimulatedMarket) -> None:
    assert ask(server.url, JANUARY).body == eras.month_zip(FIRST)
    assert ask(server.url, YEAR_2020).body == eras.hist_zip(2020)
    assert ask(server.url, REGISTRY).body == eras.registry_zip(dt.date(2021, 1, 29))


@pytest.mark.parametrize("path", [JANUARY, YEAR_2020, REGISTRY, "/", "/_simulator/", "/no"])
def test_every_answer_says_simulated(server: SimulatorServer, path: str) -> None:
    for method in ("GET", "HEAD", "POST", "DELETE"):
        assert ask(server.url, path, method).headers["X-Lastro-Simulated"] == "seed=7"


def test_a_head_has_the_headers_without_the_body(server: SimulatorServer) -> None:
    got, head = (ask(server.url, JANUARY, method) for method in ("GET", "HEAD"))
    assert head.status == 200
    assert head.body == b""
    assert int(head.headers["Content-Length"]) == len(got.body)
    assert head.headers["ETag"] == got.headers["ETag"]


def test_a_client_that_has_the_file_is_told_so(server: SimulatorServer) -> None:
    got = ask(server.url, JANUARY)
    tag, date = got.headers["ETag"], got.headers["Last-Modified"]
    same = ask(server.url, JANUARY, If_None_Match=tag)
    assert (same.status, same.body) == (304, b"")
    assert same.headers["ETag"] == tag
    assert ask(server.url, JANUARY, If_None_Match=f'"other", W/{tag}').status == 304
    assert ask(server.url, JANUARY, If_None_Match='"other"').status == 200
    assert ask(server.url, JANUARY, If_Modified_Since=date).status == 304
    earlier = "Mon, 25 Jan 2021 00:00:00 GMT"
    assert ask(server.url, JANUARY, If_Modified_Since=earlier).status == 200
    assert ask(server.url, JANUARY, If_Modified_Since="yesterday").status == 200
    assert ask(server.url, JANUARY, If_None_Match='"other"', If_Modified_Since=date).status == 200


def test_a_republished_month_is_new_to_everybody(
    server: SimulatorServer, eras: SimulatedMarket
) -> None:
    tag = ask(server.url, JANUARY).headers["ETag"]
    said = ask(server.url, "/_simulator/republish?month=202101", "POST")
    assert said.json()["revisions"] == {"202101": 1}
    got = ask(server.url, JANUARY, If_None_Match=tag)
    assert got.status == 200
    assert got.body == eras.month_zip(FIRST, 1)
    assert got.headers["ETag"] != tag


def test_what_is_not_published_is_404_and_logged(server: SimulatorServer) -> None:
    assert ask(server.url, f"{DAILY}inf_diario_fi_202012.zip").status == 404
    assert ask(server.url, "/_simulator/boundary?year=2019", "POST").status == 200
    assert ask(server.url, f"{DAILY}inf_diario_fi_202012.zip", "HEAD").status == 200
    assert ask(server.url, JANUARY, "POST").status == 404
    assert ask(server.url, "/_simulator/log").json() == [
        {"method": "GET", "path": f"{DAILY}inf_diario_fi_202012.zip", "status": 404},
        {"method": "HEAD", "path": f"{DAILY}inf_diario_fi_202012.zip", "status": 200},
        {"method": "POST", "path": JANUARY, "status": 404},
    ]


def test_a_wrong_order_is_answered_with_a_hint(server: SimulatorServer) -> None:
    said = ask(server.url, "/_simulator/fault?path=x&kind=flood", "POST")
    assert said.status == 400
    assert "truncate" in said.json()["hint"]
    assert ask(server.url, "/_simulator/republish?month=203001", "POST").status == 404


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("status500", 500, b"SIMULATED"),
        ("status404", 404, b"SIMULATED"),
        ("html", 200, b"<!DOCTYPE html>"),
        ("empty", 200, b""),
    ],
)
def test_a_fault_spoils_so_many_answers_and_passes(
    server: SimulatorServer, kind: str, status: int, body: bytes
) -> None:
    ask(server.url, f"/_simulator/fault?path=202101&kind={kind}&times=2", "POST")
    for _ in range(2):
        got = ask(server.url, JANUARY)
        assert got.status == status
        assert got.body.startswith(body)
        assert not got.body.startswith(b"PK")
    assert ask(server.url, JANUARY).body.startswith(b"PK")


def test_a_truncated_body_is_shorter_than_announced(server: SimulatorServer) -> None:
    whole = ask(server.url, JANUARY).body
    ask(server.url, "/_simulator/fault?path=202101&kind=truncate", "POST")
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask(server.url, JANUARY)
    assert caught.value.partial == whole[: len(whole) // 2]


def test_a_reset_is_a_reset(server: SimulatorServer) -> None:
    ask(server.url, "/_simulator/fault?path=202101&kind=reset", "POST")
    with pytest.raises(ConnectionResetError):
        ask(server.url, JANUARY)
    assert ask(server.url, "/_simulator/log").json()[-1]["status"] == 0


def test_a_slow_body_comes_whole(server: SimulatorServer) -> None:
    whole = ask(server.url, JANUARY).body
    ask(server.url, "/_simulator/fault?path=202101&kind=slow&seconds=0.3", "POST")
    start = time.monotonic()
    assert ask(server.url, JANUARY).body == whole
    assert time.monotonic() - start >= 0.29


def test_many_clients_at_once_get_the_same_bytes(
    server: SimulatorServer, eras: SimulatedMarket
) -> None:
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda _: ask(server.url, JANUARY).body, range(24)))
    assert set(bodies) == {eras.month_zip(FIRST)}


def test_a_connection_serves_several_requests(server: SimulatorServer) -> None:
    host = urlsplit(server.url).netloc
    with closing(http.client.HTTPConnection(host, timeout=10)) as connection:
        statuses = []
        for path in (JANUARY, "/no", JANUARY, "/_simulator/"):
            connection.request("GET", path)
            statuses.append(Reply(connection.getresponse()).status)
    assert statuses == [200, 404, 200, 200]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.10", "example.com"])  # noqa: S104
def test_only_this_computer_is_served(eras: SimulatedMarket, host: str) -> None:
    with pytest.raises(RequestError, match="this computer alone"):
        SimulatorServer(eras, host=host)


def test_a_taken_port_is_refused_with_a_hint(
    server: SimulatorServer, eras: SimulatedMarket
) -> None:
    port = urlsplit(server.url).port
    assert port is not None
    with pytest.raises(RequestError, match="another port"):
        SimulatorServer(eras, port)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_ends_at_a_signal(eras: SimulatedMarket, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    seen: list[int] = []
    timers: list[threading.Timer] = []

    def ready(url: str) -> None:
        seen.append(ask(url, "/_simulator/").status)
        timers.append(threading.Timer(0.05, os.kill, (os.getpid(), number)))
        timers[0].start()

    serve(eras, ready=ready)
    timers[0].join()
    assert seen == [200]
    assert signal.getsignal(number) is before
