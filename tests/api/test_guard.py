"""Who may come in: scopes, tokens, and what is said to who may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi import APIRouter, FastAPI

from lastro.api.guard import PrincipalDep, needs, open_to_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

HOME = "/api/v1/home/market"


def test_nobody_signed_in(api: TestClient) -> None:
    found = api.get(HOME, headers={"Accept-Language": "en"})
    assert found.status_code == 401
    assert found.headers["www-authenticate"].startswith("Bearer")
    assert found.json()["type"].endswith("/unauthenticated")
    assert found.json()["detail"] == "Nobody is signed in."


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Basic YTpi", "Bearer nonsense", "bearer a.b.c", "Bearer lastro_a_b",
     b"Bearer \xff\xfe", "Bearer " + "x" * 9000],
)  # fmt: skip
def test_a_token_that_is_none(api: TestClient, header: str | bytes) -> None:
    assert api.get(HOME, headers={"Authorization": header}).status_code == 401


def test_a_role_opens_what_it_carries_and_no_more(
    signed_in: Callable[[str], TestClient],
) -> None:
    assert signed_in("analyst").get(HOME).status_code == 200
    found = signed_in("client").get("/api/v1/funds", headers={"Accept-Language": "en"})
    assert found.status_code == 403
    assert "funds:read" in found.json()["detail"]


def test_an_unknown_scope_is_refused_where_the_route_is_written() -> None:
    with pytest.raises(ValueError, match="funds:reed"):
        needs("funds:reed")


def test_who_asks_is_known_to_the_route(
    app: FastAPI, signed_in: Callable[[str], TestClient]
) -> None:
    router = APIRouter()

    @router.get("/test-whoami", dependencies=[needs("account")])
    async def whoami(principal: PrincipalDep) -> dict[str, str]:
        return {"role": principal.role, "kind": principal.kind}

    app.include_router(router)
    assert signed_in("adviser").get("/test-whoami").json() == {"role": "adviser", "kind": "user"}


def test_a_session_that_ended_is_refused_at_once(
    app: FastAPI, new_platform: Callable[..., object], api: TestClient
) -> None:
    from lastro.identity.desk import Visitor

    from .conftest import bearer_for

    platform = app.state.house.platform
    bearer = bearer_for(platform, "analyst", "leaver@example.com")
    headers = {"Authorization": f"Bearer {bearer}"}
    assert api.get(HOME, headers=headers).status_code == 200
    principal = platform.identity.principal(bearer)
    platform.identity.sessions.end(principal, principal.session, Visitor())
    assert api.get(HOME, headers=headers).status_code == 401


def test_open_to_all_is_a_declaration() -> None:
    assert open_to_all().dependency.scope == ""
