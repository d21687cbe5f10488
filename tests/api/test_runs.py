"""Runs over HTTP: begun in a child, followed live, cancelled, one at a time, never lost."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lastro.api.app import app_over
from lastro.api.background import Background
from lastro.simulator.market import SimulatedMarket, write_months
from lastro.simulator.server import SimulatorServer
from lastro.store import audit, runs

from .conftest import bearer_for

with warnings.catch_warnings():  # it would rather have httpx2, whose users we are not
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI

    from lastro.wiring import Platform

NOW = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
SLOW = """\
import json, os, signal, sys, time
signal.signal(signal.SIGTERM, signal.default_int_handler)
order = json.loads(sys.stdin.readline())
print(json.dumps({"progress": {"step": "bronze.x", "rows": 5, "tables": {"bronze.x": 5},
    "files_planned": 2, "files_asked": 1, "files_landed": 1, "files_failed": 0}}), flush=True)
try:
    sys.stdin.read()
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.fixture
def house(new_platform: Callable[..., Platform]) -> Platform:
    return new_platform(empty=True)


@pytest.fixture
def app(house: Platform) -> Iterator[FastAPI]:
    made = app_over(house)
    yield made
    found = getattr(made.state, "background", None)
    if found:
        found.close()
    house.store.close()


@pytest.fixture
def client(app: FastAPI, house: Platform) -> TestClient:
    bearer = bearer_for(house, "admin")
    return TestClient(app, headers={"Authorization": f"Bearer {bearer}", "Accept-Language": "en"})


@pytest.fixture
def slow(app: FastAPI, tmp_path: Path) -> Background:
    """A background whose child tells some progress and then waits to be ended."""
    (tmp_path / "slow.py").write_text(SLOW)
    command = [sys.executable, "-S", str(tmp_path / "slow.py")]
    made = Background(app.state.house, command, every=0.05)
    app.state.background = made
    return made


def ended(client: TestClient, number: int) -> dict[str, Any]:
    """A run, once it has ended."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        run: dict[str, Any] = client.get(f"/api/v1/runs/{number}").json()
        if run["status"] != "running":
            return run
        time.sleep(0.02)
    pytest.fail("it did not end")


def progressed(client: TestClient, number: int) -> dict[str, Any]:
    """A run, once it has told how far it is."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        run: dict[str, Any] = client.get(f"/api/v1/runs/{number}").json()
        if run["progress"]:
            return run
        time.sleep(0.02)
    pytest.fail("it told nothing")


def test_a_run_is_begun_followed_and_found(
    client: TestClient, house: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole way: a child asks a simulated CVM, and tables fill."""
    market = SimulatedMarket(3, 50, dt.date(2024, 1, 1), 2)
    monkeypatch.setenv("LASTRO_HTTP__INTERVAL", "0")
    with SimulatorServer(market) as server:
        monkeypatch.setenv("LASTRO_CVM__URL", f"{server.url}/dados")
        asked = {"kind": "ingest", "source": "cvm_funds", "first": "2024-01-01",
                 "last": "2024-02-29"}  # fmt: skip
        begun = client.post("/api/v1/runs", json=asked)
        assert begun.status_code == 202, begun.text
        run = ended(client, begun.json()["number"])
    assert (run["status"], run["error"]) == ("ok", None)
    assert (run["starter"], run["kind"], run["source"], run["asked_by"]) == (
        "person", "ingest", "cvm_funds", "Admin")  # fmt: skip
    assert (run["first"], run["last"]) == ("2024-01-01", "2024-02-29")
    assert len(run["report"]["landed"]) == 2
    assert run["rows"] == sum(table["rows"] for table in run["report"]["tables"].values())
    assert run["progress"] is None
    house.reopen()
    assert house.table("gold.fund_flows_daily").collect().height > 0
    assert house.history("silver.fund_navs")[0]["lineage"].run_id == run["run_id"]
    with house.store.reading() as session:
        noted = audit.entries(session, action="run.started")
    assert [entry.target for entry in noted] == [f"run:{run['number']}"]


def test_a_failure_says_why_in_the_askers_language(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASTRO_BCB__OLINDA_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("LASTRO_HTTP__ATTEMPTS", "1")
    begun = client.post("/api/v1/runs", json={"kind": "ingest", "source": "bcb_fx"},
                        headers={"Accept-Language": "pt-BR"})  # fmt: skip
    run = ended(client, begun.json()["number"])
    assert (run["status"], run["error_class"]) == ("failed", "TemporaryError")
    assert "não" in run["error"]


def test_nothing_to_build_is_nothing_new(client: TestClient) -> None:
    run = ended(client, client.post("/api/v1/runs", json={"kind": "build"}).json()["number"])
    assert run["status"] == "nothing_new"


def test_one_at_a_time(client: TestClient, slow: Background) -> None:
    number = client.post("/api/v1/runs", json={"kind": "due"}).json()["number"]
    assert progressed(client, number)["progress"]["rows"] == 5
    second = client.post("/api/v1/runs", json={"kind": "build"})
    assert second.status_code == 409
    assert "cancel it" in second.json()["hint"]
    cancelled = client.post(f"/api/v1/runs/{number}/cancel")
    assert cancelled.status_code == 200
    run = ended(client, number)
    assert (run["status"], run["error"]) == ("killed", "Admin ended it.")
    assert client.post(f"/api/v1/runs/{number}/cancel").status_code == 409
    assert client.post("/api/v1/runs/999/cancel").status_code == 404


def test_a_lake_that_another_process_writes_to_is_a_conflict(
    client: TestClient, slow: Background, house: Platform
) -> None:
    lock = Path(house.storage.url) / ".lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("a+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        busy = client.post("/api/v1/runs", json={"kind": "build"})
    assert busy.status_code == 409
    assert "scheduler" in busy.json()["hint"]
    assert client.get("/api/v1/runs").json()["runs"] == []
    assert client.post("/api/v1/runs", json={"kind": "build"}).status_code == 202


def test_what_a_dead_process_left_open_is_settled(client: TestClient, house: Platform) -> None:
    with house.store.session() as session:
        number = runs.begin(session, runs.Start("person", "build", NOW), NOW)
    run = client.get(f"/api/v1/runs/{number}").json()
    assert run["status"] == "killed"
    assert "without seeing its end" in run["error"]


def test_orders_follow_each_other_and_a_cancel_drops_the_rest(
    client: TestClient, slow: Background, app: FastAPI
) -> None:
    from lastro.api.work import Order
    from lastro.identity.principal import Principal

    lake = app.state.house.platform.storage.url
    me = Principal("u1", "user", "Ana", "admin", frozenset())
    first = slow.start([Order(lake, kind) for kind in ("due", "build", "retry")], me)
    assert [order.kind for order in slow.waiting] == ["build", "retry"]
    progressed(client, first)
    child = slow.current
    assert child
    assert child.process
    child.process.kill()
    assert ended(client, first)["status"] == "killed"
    progressed(client, first + 1)
    slow.cancel(first + 1, me)
    ended(client, first + 1)
    assert [run["kind"] for run in client.get("/api/v1/runs").json()["runs"]] == ["build", "due"]


def test_the_list_pages_and_filters(client: TestClient, house: Platform) -> None:
    for source in ("bcb_fx", "cvm_funds", "bcb_fx", "bcb_fx", "cvm_funds"):
        with house.store.session() as session:
            start = runs.Start("schedule", "ingest", NOW, source, source)
            runs.end(session, runs.begin(session, start, NOW), NOW, runs.End("ok", rows=3))
    first = client.get("/api/v1/runs", params={"limit": 3}).json()
    rest = client.get("/api/v1/runs", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [run["number"] for run in first["runs"] + rest["runs"]] == [5, 4, 3, 2, 1]
    assert rest["next_cursor"] is None
    found = client.get("/api/v1/runs", params={"source": "cvm_funds", "status": "ok"}).json()
    assert [run["number"] for run in found["runs"]] == [5, 2]
    assert client.get("/api/v1/runs", params={"status": "failed"}).json()["runs"] == []
    assert client.get("/api/v1/runs", params={"cursor": "x"}).status_code == 422
    assert client.get("/api/v1/runs/77").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "ingest"},
        {"kind": "build", "source": "cvm_funds"},
        {"kind": "due", "first": "2024-01-01"},
        {"kind": "ingest", "source": "cvm_funds", "first": "2024-02-01", "last": "2024-01-01"},
        {"kind": "simulate"},
        {"kind": "build", "lake": "/etc"},
        {"kind": "ingest", "source": "cvm_funds", "first": "0001-01-01"},
    ],
)
def test_orders_that_make_no_sense_are_refused(
    client: TestClient, slow: Background, wrong: dict[str, str]
) -> None:
    assert client.post("/api/v1/runs", json=wrong).status_code == 422


def test_an_unknown_source_is_not_found(client: TestClient, slow: Background) -> None:
    answer = client.post("/api/v1/runs", json={"kind": "ingest", "source": "../x"})
    assert answer.status_code == 404
    assert "cvm_funds" in answer.json()["hint"]


@pytest.mark.parametrize(("role", "reads", "starts"), [("analyst", 200, 403), ("client", 403, 403)])
def test_reading_and_starting_are_different_rights(
    app: FastAPI, house: Platform, role: str, reads: int, starts: int
) -> None:
    client = TestClient(app, headers={"Authorization": f"Bearer {bearer_for(house, role)}"})
    assert client.get("/api/v1/runs").status_code == reads
    assert client.get("/api/v1/runs/events", params={"seconds": 0}).status_code == reads
    assert client.post("/api/v1/runs", json={"kind": "build"}).status_code == starts
    assert client.post("/api/v1/runs/1/cancel").status_code == starts


# the live feed


def events(text: str) -> list[tuple[str, Any]]:
    """Server-sent events as (kind, data)."""
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if line[:1] != ":")
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def heard(client: TestClient, seconds: float, meanwhile: Callable[[], object]) -> list[Any]:
    """What the feed says while something else happens."""
    said: list[str] = []

    def listen() -> None:
        said.append(client.get("/api/v1/runs/events", params={"seconds": seconds}).text)

    thread = threading.Thread(target=listen)
    thread.start()
    meanwhile()
    thread.join(60)
    return events(said[0])


def test_the_feed_begins_with_what_goes_on(client: TestClient, slow: Background) -> None:
    number = client.post("/api/v1/runs", json={"kind": "due"}).json()["number"]
    progressed(client, number)
    answer = client.get("/api/v1/runs/events", params={"seconds": 0})
    assert answer.headers["content-type"].startswith("text/event-stream"), answer.text
    assert answer.headers["cache-control"] == "no-store"
    ((kind, hello),) = events(answer.text)
    assert kind == "hello"
    assert [run["number"] for run in hello["running"]] == [number]
    assert hello["progress"]["tables"] == {"bronze.x": 5}


def test_the_feed_tells_of_runs_and_of_tables_whoever_wrote_them(
    client: TestClient,
    slow: Background,
    house: Platform,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    market = SimulatedMarket(3, 50, dt.date(2024, 1, 1), 1)
    files = write_months(market, tmp_path / "files", market.months)
    tell, seen = slow.feed.tell, threading.Event()

    def tell_and_see(kind: str, data: Any) -> None:
        tell(kind, data)
        if kind == "tables" and any(table["name"] == "bronze.cvm_funds" for table in data):
            seen.set()

    monkeypatch.setattr(slow.feed, "tell", tell_and_see)

    def meanwhile() -> None:
        until = time.monotonic() + 30
        while not slow.feed.is_heard and time.monotonic() < until:
            time.sleep(0.01)
        number = client.post("/api/v1/runs", json={"kind": "due"}).json()["number"]
        progressed(client, number)
        client.post(f"/api/v1/runs/{number}/cancel")
        ended(client, number)
        taken = subprocess.run(
            [sys.executable, "-m", "lastro.cli", "--lake", house.storage.url, "import",
             "cvm_funds", *map(str, files)],
            check=True, capture_output=True,
        )  # fmt: skip
        assert taken.returncode == 0
        assert seen.wait(60)
        slow.feed.close()

    told = heard(client, 600, meanwhile)
    kinds = [kind for kind, _ in told]
    assert kinds[0] == "hello"
    assert [data["status"] for kind, data in told if kind == "run"] == ["running", "killed"]
    assert "progress" in kinds
    tables = {table["name"]: table["version"] for kind, data in told if kind == "tables"
              for table in data}  # fmt: skip
    assert tables["bronze.cvm_funds"] >= 0


def test_a_feed_that_is_closed_ends_at_once(client: TestClient, slow: Background) -> None:
    def meanwhile() -> None:
        until = time.monotonic() + 30
        while not slow.feed.is_heard and time.monotonic() < until:
            time.sleep(0.01)
        with contextlib.suppress(RuntimeError):
            slow.close()

    started = time.monotonic()
    told = heard(client, 600, meanwhile)
    assert [kind for kind, _ in told] == ["hello"]
    assert time.monotonic() - started < 30
