"""The API under load, beside a bare route: ``python -m bench.api [--lake DIR] [--rounds N]``.

Both servers run on this machine and are loaded in turn by wrk (50 connections), so that what else
the machine does falls on both; figures are medians of the rounds' ratios. The bare route is a
FastAPI route that returns the same bytes and nothing else: no sign-in, no limits, no headers.

Wants ``wrk`` (``apt-get install wrk``).
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import httpx
import polars as pl
from bench.data import OUT

from lastro.cli.tour import tour
from lastro.wiring import platform

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONNECTIONS = 50
_CLASSES, _MONTHS = 4400, 12  # a million days of funds
_BIG = "silver.fund_navs"
_BARE = """
import sys
from pathlib import Path
import uvicorn
from fastapi import FastAPI
from starlette.responses import Response
app = FastAPI(openapi_url=None)
bodies = {path.name: path.read_bytes() for path in Path(sys.argv[1]).iterdir()}
def add(name, body):
    @app.get("/" + name)
    async def bare():
        return Response(body, media_type="application/json")
for name, body in bodies.items():
    add(name, body)
uvicorn.run(app, port=int(sys.argv[2]), log_config=None, access_log=False)
"""


@dataclass
class Figures:
    """What rounds of load came to.

    Attributes:
        rates: Requests a second.
        medians: Half of the requests were quicker (ms).
        tails: 99 of 100 were (ms).
    """

    rates: list[float] = field(default_factory=list)
    medians: list[float] = field(default_factory=list)
    tails: list[float] = field(default_factory=list)

    def add(self, said: str) -> None:
        """Read what wrk said."""
        if "Non-2xx" in said:
            raise SystemExit(said)
        self.rates.append(float(re.findall(r"Requests/sec:\s+([\d.]+)", said)[0]))
        self.medians.append(_ms(said, "50%"))
        self.tails.append(_ms(said, "99%"))


def _ms(said: str, share: str) -> float:
    value, unit = re.findall(rf"{share}\s+([\d.]+)(us|ms|s)\b", said)[0]
    return float(value) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


@dataclass
class Server:
    """A running Lastro.

    Attributes:
        url: Where.
        pid: Of its process.
        token: Of its demo user.
    """

    url: str
    pid: int
    token: str

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask it."""
        found = httpx.get(self.url + path, headers={**self.headers, **headers}, timeout=120)
        found.raise_for_status()
        return found

    @property
    def headers(self) -> dict[str, str]:
        """Who asks."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def peak(self) -> float:
        """Most memory it had since ``forget`` (MB)."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1000

    def forget(self) -> None:
        """Count the peak anew."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")


@contextlib.contextmanager
def ours(lake: Path) -> Iterator[Server]:
    """Lastro over a lake, without limits on how often one may ask."""
    plenty = {"LASTRO_API__RATE": "1e9", "LASTRO_API__BURST": "1000000000"}
    process = subprocess.Popen(
        [sys.executable, "-m", "lastro.cli", "--lake", str(lake), "api", "--port", "0"],
        stdout=subprocess.PIPE, text=True, env={**os.environ, **plenty, "LANGUAGE": "en"},
    )  # fmt: skip
    try:
        said = process.stdout or io.StringIO()
        url = said.readline().split()[-1]
        login = re.findall(r"login: (\S+), password (\S+)", said.readline())[0]
        form = {"grant_type": "password", "username": login[0], "password": login[1]}
        answer = _patiently(f"{url}/api/v1/auth/token", form)
        yield Server(url, process.pid, answer["access_token"])
    finally:
        process.terminate()
        process.wait(30)


def _patiently(url: str, form: dict[str, str]) -> dict[str, Any]:
    for _ in range(100):
        with contextlib.suppress(httpx.TransportError):
            found = httpx.post(url, data=form, timeout=30)
            found.raise_for_status()
            answer: dict[str, Any] = found.json()
            return answer
        time.sleep(0.1)
    raise SystemExit("the server does not answer")


@contextlib.contextmanager
def bare(bodies: dict[str, bytes], port: int) -> Iterator[str]:
    """A server of the same bytes and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        for name, body in bodies.items():
            (Path(folder) / name).write_bytes(body)
        process = subprocess.Popen([sys.executable, "-c", _BARE, folder, str(port)])
        try:
            url = f"http://127.0.0.1:{port}"
            for _ in range(100):
                with contextlib.suppress(httpx.TransportError):
                    httpx.get(url)
                    break
                time.sleep(0.1)
            yield url
        finally:
            process.terminate()
            process.wait(30)


def load(url: str, seconds: int, headers: dict[str, str], script: Path | None = None) -> str:
    """Load an address with wrk."""
    words = ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{seconds}s", "--latency"]
    for name, value in headers.items():
        words += ["-H", f"{name}: {value}"]
    if script is not None:
        words += ["-s", str(script)]
    return subprocess.run([*words, url], check=True, capture_output=True, text=True).stdout


def point_queries(server: Server, port: int, rounds: int, seconds: int) -> dict[str, Any]:
    """One fund's flows and one ticker's year, and flows of many funds in turn."""
    listed = server.get("/api/v1/funds?limit=200").json()["data"]["rows"]
    cnpjs = sorted({row["cnpj"] for row in listed if not row["subclass_id"]})
    paths = {
        "flows": f"/api/v1/funds/{cnpjs[0]}/flows",
        "ticker": "/api/v1/tickers/SIMU4/quotes",
    }
    bodies = {name: server.get(path).content for name, path in paths.items()}
    many = _script([f"/api/v1/funds/{cnpj}/flows" for cnpj in cnpjs])
    for cnpj in cnpjs:
        server.get(f"/api/v1/funds/{cnpj}/flows")
    found: dict[str, Any] = {}
    with bare(bodies, port) as floor:
        for name, path in [*paths.items(), ("many_flows", "")]:
            base, own = Figures(), Figures()
            same = "flows" if name == "many_flows" else name
            for _ in range(rounds):
                base.add(load(f"{floor}/{same}", seconds, {}))
                script = many if name == "many_flows" else None
                own.add(load(server.url + path, seconds, server.headers, script))
            pairs = zip(own.rates, base.rates, strict=True)
            tails = zip(own.tails, own.medians, strict=True)
            found[name] = {
                "bytes": len(bodies[same]),
                "bare_per_second": round(median(base.rates)),
                "ours_per_second": round(median(own.rates)),
                "share": round(median(o / b for o, b in pairs), 3),
                "p50_ms": round(median(own.medians), 2),
                "p99_ms": round(median(own.tails), 2),
                "p99_over_p50": round(median(t / m for t, m in tails), 2),
                "bare_p99_over_p50": round(
                    median(t / m for t, m in zip(base.tails, base.medians, strict=True)), 2
                ),
            }
    many.unlink()
    return found


def _script(paths: list[str]) -> Path:
    """A wrk script that asks for one after the other."""
    quoted = ", ".join(json.dumps(path) for path in paths)
    body = (
        f"local paths = {{{quoted}}}\nlocal asked, at = {{}}, 0\n"
        "init = function() for i, p in ipairs(paths) do asked[i] = wrk.format(nil, p) end end\n"
        "request = function() at = at % #asked + 1; return asked[at] end\n"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False) as file:
        file.write(body)
    return Path(file.name)


def million(server: Server, lake: Path, rounds: int) -> dict[str, Any]:
    """A million rows as Arrow over HTTP, beside reading them locally into the same Arrow."""
    path = f"/api/v1/tables/{_BIG}/rows?format=arrow"
    scanned, local, remote, peaks = [], [], [], []
    rows = size = 0
    for _ in range(rounds):
        here = platform(str(lake))
        started = time.perf_counter()
        frame = here.table(_BIG).collect()
        scanned.append(time.perf_counter() - started)
        frame.write_ipc_stream(io.BytesIO(), compat_level=pl.CompatLevel.oldest())
        local.append(time.perf_counter() - started)
        rows = frame.height
        server.forget()
        before = server.peak
        started = time.perf_counter()
        connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=300)
        connection.request("GET", path, headers={**server.headers, "Accept-Encoding": "identity"})
        body = connection.getresponse().read()
        remote.append(time.perf_counter() - started)
        connection.close()
        size = len(body)
        peaks.append(server.peak - before)
        got = pl.read_ipc_stream(io.BytesIO(body)).height
        if got != rows:
            raise SystemExit(f"{got} rows came of {rows}")
    return {
        "rows": rows,
        "megabytes": round(size / 1e6),
        "local_scan_s": round(median(scanned), 3),
        "local_arrow_s": round(median(local), 3),
        "http_arrow_s": round(median(remote), 3),
        "times_local": round(median(r / h for r, h in zip(remote, local, strict=True)), 2),
        "server_memory_grew_mb": round(max(peaks)),
    }


def main() -> None:
    """Run all of it and say what it came to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lake", type=Path, default=OUT / "api" / "lake")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--port", type=int, default=8139)
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not installed: apt-get install wrk")
    if not given.lake.exists():
        with contextlib.redirect_stdout(io.StringIO()):
            tour(given.lake.parent, _CLASSES, _MONTHS)
    with ours(given.lake) as server:
        found: dict[str, Any] = {
            "point": point_queries(server, given.port, given.rounds, given.seconds),
            "arrow": million(server, given.lake, given.rounds),
        }
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
