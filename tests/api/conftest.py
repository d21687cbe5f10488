"""The HTTP door over a small simulated lake, and clients of every role."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import pytest

from lastro.api.app import app_over
from lastro.core.settings import changed
from lastro.identity.desk import Visitor
from lastro.wiring import Platform, platform

from .market import copy_of, small_lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fastapi import FastAPI

with warnings.catch_warnings():  # it would rather have httpx2, whose users we are not
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

QUICK = {"LASTRO_API__RATE": 1e6, "LASTRO_API__BURST": 10**6,
         "LASTRO_API__ADDRESS_RATE": 1e6, "LASTRO_API__ADDRESS_BURST": 10**6,
         "LASTRO_IDENTITY__ARGON2_MEMORY_KIB": 8, "LASTRO_IDENTITY__ARGON2_PASSES": 1,
         "LASTRO_IDENTITY__ACCESS_MINUTES": 60}  # fmt: skip
PASSWORD = "quatro palavras bem soltas"  # noqa: S105 - of users that live for one session


def bearer_for(platform: Platform, role: str, email: str = "", **more: str) -> str:
    """Access token of a new user of a role."""
    people, visitor = platform.identity.people, Visitor("127.0.0.1", "tests")
    email = email or f"{role}@example.com"
    _, link = people.invite(None, email, role.title(), role, visitor, **more)
    return people.choose(link.partition("#")[2], PASSWORD, visitor).access


@pytest.fixture(scope="session")
def market(request: pytest.FixtureRequest) -> Path:
    """A small simulated lake: 60 fund classes and 40 companies over 13 months. Read only."""
    return small_lake(request.config.cache.mkdir("small_lake"))


@pytest.fixture(scope="session")
def new_platform(
    market: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Platform]]:
    """Makes platforms, each over a copy of the market of its own: ``new_platform(LASTRO_X__Y=1)``.

    ``empty=True`` gives one over nothing.
    """

    opened: list[Platform] = []

    def _platform(*, empty: bool = False, **values: Any) -> Platform:
        folder = tmp_path_factory.mktemp("house") / "lake"
        if not empty:
            copy_of(market, folder)
        base = platform(str(folder))
        made = Platform(changed(base.settings, {**QUICK, **values}), base._clock)
        opened.append(made)
        return made

    yield _platform
    for made in opened:
        if "store" in made.__dict__:
            made.store.close()


@pytest.fixture(scope="session")
def app(new_platform: Callable[..., Platform]) -> FastAPI:
    """The application over the market, for tests that change nothing."""
    return app_over(new_platform())


@pytest.fixture(scope="session")
def api(app: FastAPI) -> Iterator[TestClient]:
    """A client that has not signed in."""
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def signed_in(app: FastAPI, api: TestClient) -> Callable[[str], TestClient]:
    """Clients by role: ``signed_in("analyst").get("/api/v1/funds")``."""
    known: dict[str, TestClient] = {}

    def _client(role: str) -> TestClient:
        if role not in known:
            known[role] = TestClient(
                app, raise_server_exceptions=False,
                headers={"Authorization": f"Bearer {bearer_for(app.state.house.platform, role)}"},
            )  # fmt: skip
        return known[role]

    return _client
