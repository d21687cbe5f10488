"""Shutdown: requests that run are finished, streams of events are not waited for."""

from __future__ import annotations

import json
import signal
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from .market import copy_of
from .serving import Served, serving

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.slow  # each starts a process


def token_of(served: Served) -> str:
    """A token of the demo user, whose login the server says."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        login = next((line for line in served.said if line.startswith("Demo login")), "")
        if login:
            break
        time.sleep(0.01)
    email, password = login.removeprefix("Demo login: ").split(", password ")
    form = {"grant_type": "password", "username": email, "password": password}
    with urlopen(f"{served.url}/api/v1/auth/token", urlencode(form).encode(), timeout=60) as got:  # noqa: S310
        answer: dict[str, Any] = json.load(got)
    return str(answer["access_token"])


def test_what_runs_is_finished(market: Path, tmp_path: Path) -> None:
    lake = copy_of(market, tmp_path / "lake")
    with serving(lake) as served:
        headers = {"Authorization": f"Bearer {token_of(served)}"}
        path = "/api/v1/tables/silver.fund_navs/rows?format=csv"
        found: list[int] = []
        with urlopen(Request(f"{served.url}{path}", headers=headers), timeout=60) as answer:  # noqa: S310
            answer.read(1000)
            served.process.send_signal(signal.SIGTERM)
            found.append(1000 + len(answer.read()))
        assert served.process.wait(60) == 0
        assert found[0] > 500_000
        assert not any("Traceback" in line for line in served.errors)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_stream_of_events_is_not_waited_for(
    market: Path, tmp_path: Path, sign: signal.Signals
) -> None:
    lake = copy_of(market, tmp_path / "lake")
    with serving(lake, LASTRO_API__GRACE="60") as served:
        headers = {"Authorization": f"Bearer {token_of(served)}"}
        asked = Request(f"{served.url}/api/v1/runs/events", headers=headers)  # noqa: S310
        begun, heard = threading.Event(), []

        def listen() -> None:
            with urlopen(asked, timeout=90) as answer:  # noqa: S310
                heard.append(answer.readline())
                begun.set()
                heard.append(answer.read())

        listener = threading.Thread(target=listen)
        listener.start()
        assert begun.wait(60)
        started = time.monotonic()
        served.process.send_signal(sign)
        served.process.wait(60)
        listener.join(60)
        assert time.monotonic() - started < 30
        assert heard[0] == b"event: hello\n"


def test_up_ends_with_all_that_it_began(market: Path, tmp_path: Path) -> None:
    lake = copy_of(market, tmp_path / "lake")
    with serving(lake, "up") as served:
        with urlopen(f"{served.url}/health/ready", timeout=60) as answer:  # noqa: S310
            checks = {check["name"]: check["state"] for check in json.load(answer)["checks"]}
        assert checks == {"lake": "ok", "store": "ok", "scheduler": "absent"}
        assert any("no job asks" in line for line in served.errors)
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(60) == 0
