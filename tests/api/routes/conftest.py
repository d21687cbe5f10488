"""The house with real identity, over an empty lake, for routes that change who may come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient
from tests.api.conftest import PASSWORD, bearer_for

from lastro.api.app import app_over
from lastro.core.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from httpx import Response

    from lastro.wiring import Platform

ORIGIN = "http://testserver"
EN = {"Accept-Language": "en"}


class Entrance:
    """A house whose people come and go, and browsers in front of it."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.identity = platform.identity
        self.app = app_over(platform, SystemClock())

    def browser(self, bearer: str = "") -> TestClient:
        """A browser with no cookies yet."""
        headers = {**EN, "Origin": ORIGIN, "User-Agent": "Firefox"}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        return TestClient(self.app, headers=headers, raise_server_exceptions=False)

    def user(self, role: str, email: str = "", **more: str) -> TestClient:
        """The browser of a new user who has signed in."""
        return self.browser(bearer_for(self.platform, role, email, **more))

    def sign_in(self, browser: TestClient, email: str, **more: str) -> Response:
        """Sign in by password."""
        form = {"grant_type": "password", "username": email, "password": PASSWORD, **more}
        found: Response = browser.post("/api/v1/auth/token", data=form)
        return found


@pytest.fixture
def entrance_of(new_platform: Callable[..., Platform]) -> Iterator[Callable[..., Entrance]]:
    """Makes entrances with other settings."""
    plenty = {"LASTRO_IDENTITY__ATTEMPTS_PER_MINUTE": 10_000}
    made: list[Entrance] = []

    def _entrance(**values: Any) -> Entrance:
        made.append(Entrance(new_platform(empty=True, **{**plenty, **values})))
        return made[-1]

    yield _entrance
    for entrance in made:
        entrance.platform.store.close()


@pytest.fixture
def entrance(entrance_of: Callable[..., Entrance]) -> Entrance:
    """A house with nobody in it."""
    return entrance_of()
