"""Rates: the same rule in this process and in a real Redis; what a caller is told."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from lastro.api.app import app_over
from lastro.api.limits import Buckets, Limits, LocalBuckets, Rate, RedisBuckets
from lastro.core.errors import RateLimitedError

from .conftest import bearer_for

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from lastro.wiring import Platform


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    """A Redis of our own on loopback."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed: apt-get install redis-server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        ["redis-server", "--port", str(port), "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(params=["local", pytest.param("redis", marks=pytest.mark.integration)])
def new_buckets(request: pytest.FixtureRequest) -> Callable[[], Buckets]:
    """Makes buckets; a test names its own, so that all may share one Redis."""
    if request.param == "local":
        return LocalBuckets
    url: str = request.getfixturevalue("redis_url")
    return lambda: RedisBuckets(url)


def run(
    new_buckets: Callable[[], Buckets], work: Callable[[Buckets], Coroutine[Any, Any, Any]]
) -> Any:
    async def whole() -> Any:
        buckets = new_buckets()
        try:
            return await work(buckets)
        finally:
            await buckets.close()

    return asyncio.run(whole())


def test_a_burst_is_admitted_and_no_more(new_buckets: Callable[[], Buckets]) -> None:
    async def work(buckets: Buckets) -> list[bool]:
        rate = Rate(0.001, 5)
        return [(await buckets.take("burst", rate))[0] for _ in range(8)]

    assert run(new_buckets, work) == [True] * 5 + [False] * 3


def test_what_is_left_is_told(new_buckets: Callable[[], Buckets]) -> None:
    async def work(buckets: Buckets) -> list[float]:
        rate = Rate(0.001, 3)
        return [round((await buckets.take("left", rate))[1], 1) for _ in range(4)]

    assert run(new_buckets, work) == [2.0, 1.0, 0.0, 0.0]


def test_each_name_has_its_own(new_buckets: Callable[[], Buckets]) -> None:
    async def work(buckets: Buckets) -> list[bool]:
        rate = Rate(0.001, 1)
        names = ("user:1", "user:2", "user:1")
        return [(await buckets.take(f"own-{name}", rate))[0] for name in names]

    assert run(new_buckets, work) == [True, True, False]


def test_a_bucket_fills_again(new_buckets: Callable[[], Buckets]) -> None:
    async def work(buckets: Buckets) -> bool:
        rate = Rate(200.0, 1)
        assert (await buckets.take("fills", rate))[0]
        for _ in range(2000):  # an empty one admits nobody until a token has come
            if (await buckets.take("fills", rate))[0]:
                return True
            await asyncio.sleep(0.001)
        return False

    assert run(new_buckets, work)


def test_callers_at_the_same_time_share_the_tokens(new_buckets: Callable[[], Buckets]) -> None:
    async def work(buckets: Buckets) -> int:
        rate = Rate(0.001, 10)
        asked = [buckets.take("together", rate) for _ in range(50)]
        return sum(admitted for admitted, _ in await asyncio.gather(*asked))

    assert run(new_buckets, work) == 10


def test_a_bucket_holds_no_more_than_its_burst() -> None:
    now = 0.0
    buckets = LocalBuckets(lambda: now)

    async def work() -> list[bool]:
        nonlocal now
        rate = Rate(10.0, 3)
        assert (await buckets.take("x", rate))[0]
        now = 1e6
        return [(await buckets.take("x", rate))[0] for _ in range(4)]

    assert asyncio.run(work()) == [True, True, True, False]


def test_many_names_take_bounded_memory() -> None:
    buckets = LocalBuckets()

    async def work() -> None:
        for number in range(45_000):
            await buckets.take(f"address:{number}", Rate(1, 1))

    asyncio.run(work())
    assert len(buckets._held) <= 20_000


@pytest.mark.integration
def test_two_processes_share_one_redis(redis_url: str) -> None:
    async def work() -> list[bool]:
        rate, here, there = Rate(0.001, 2), RedisBuckets(redis_url), RedisBuckets(redis_url)
        found = [(await one.take("shared", rate))[0] for one in (here, there, here)]
        await here.close()
        await there.close()
        return found

    assert asyncio.run(work()) == [True, True, False]


def test_without_redis_each_process_counts_for_itself() -> None:
    async def work() -> list[bool]:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            buckets = RedisBuckets(f"redis://127.0.0.1:{nobody.getsockname()[1]}/0")
        found = [(await buckets.take("alone", Rate(0.001, 1)))[0] for _ in range(2)]
        await buckets.close()
        return found

    assert asyncio.run(work()) == [True, False]


def test_who_is_refused_is_told_when_to_come_again() -> None:
    limits = Limits(LocalBuckets(), Rate(0.5, 1), Rate(1, 1))

    async def work() -> None:
        scope: dict[str, Any] = {}
        await limits.admit(scope, "user:1", known=True)
        await limits.admit(scope, "user:1", known=True)

    with pytest.raises(RateLimitedError) as refused:
        asyncio.run(work())
    assert refused.value.context["seconds"] == 2


@pytest.fixture(scope="module")
def strict(new_platform: Callable[..., Platform]) -> Iterator[tuple[TestClient, Platform]]:
    """A house that bears little."""
    platform = new_platform(
        empty=True, LASTRO_API__RATE=0.01, LASTRO_API__BURST=3,
        LASTRO_API__ADDRESS_RATE=0.01, LASTRO_API__ADDRESS_BURST=4,
    )  # fmt: skip
    with TestClient(app_over(platform), raise_server_exceptions=False) as client:
        yield client, platform


def test_users_and_addresses_are_counted_apart(strict: tuple[TestClient, Platform]) -> None:
    client, platform = strict
    two = [
        {"Authorization": f"Bearer {bearer_for(platform, 'analyst', f'{n}@example.com')}"}
        for n in range(2)
    ]
    first = [client.get("/api/v1/tables", headers=two[0]) for _ in range(4)]
    assert [answer.status_code for answer in first] == [200, 200, 200, 429]
    assert client.get("/api/v1/tables", headers=two[1]).status_code == 200
    assert first[0].headers["ratelimit"].startswith('"default";r=2;')
    assert first[0].headers["ratelimit-policy"] == '"default";q=3;w=300'
    refused = first[3]
    assert int(refused.headers["retry-after"]) > 0
    assert refused.json()["type"].endswith("/rate-limited")
    guesses = [
        client.get("/api/v1/tables", headers={"Authorization": "Bearer x"}) for _ in range(6)
    ]
    assert [answer.status_code for answer in guesses] == [401] * 4 + [429] * 2
    assert client.get("/api/v1/about").status_code == 429
