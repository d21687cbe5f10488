"""routes/health: whether the process lives, and whether it can answer; and its figures.

They stand at the root, where probes and Prometheus look for them, and answer without a sign-in:
they say what works and nothing of what is in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Literal

import anyio
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from lastro.api.guard import open_to_all
from lastro.api.house import House, HouseDep
from lastro.api.metrics import Metrics, may_read
from lastro.core.errors import ForbiddenError, LastroError
from lastro.lake.landing import LEDGER

router = APIRouter()
root = APIRouter(tags=["health"])

State = Literal["ok", "failed", "absent"]
_PATIENCE = 5.0  # seconds for all checks together


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Check(BaseModel):
    """One thing that answering needs."""

    name: str = Field(description="`lake`, `store`, or a part that runs beside the API.")
    state: State = Field(description="`absent` is no failure: that part runs elsewhere.")
    ms: float = Field(description="How long the look took.")
    detail: str = Field("", description="What is wrong, for the operator.")


class Readiness(BaseModel):
    """Whether it can answer, and what is missing where it cannot."""

    status: Literal["ok", "failed"]
    checks: list[Check]


@root.get("/health/live", dependencies=[open_to_all()])
async def health_live() -> Alive:
    """Whether the process answers at all."""
    return Alive()


@root.get(
    "/health/ready",
    dependencies=[open_to_all()],
    responses={503: {"description": "Something is missing; the body says which.",
                     "model": Readiness}},
)  # fmt: skip
async def health_ready(request: Request, response: Response, house: HouseDep) -> Readiness:
    """Whether it can answer: the lake is readable, the store is there and up to date."""
    probes: dict[str, Callable[[], State]] = {
        "lake": lambda: _lake(house),
        "store": lambda: _store(house),
        **request.app.state.probes,
    }
    checks: list[Check] = []
    with anyio.move_on_after(_PATIENCE):
        for name, probe in probes.items():
            look = await anyio.to_thread.run_sync(_look, name, probe, abandon_on_cancel=True)
            checks.append(look)
    if len(checks) < len(probes):
        name = list(probes)[len(checks)]
        checks.append(Check(name=name, state="failed", ms=_PATIENCE * 1000, detail="no answer"))
    if any(check.state == "failed" for check in checks):
        response.status_code = 503
        return Readiness(status="failed", checks=checks)
    return Readiness(status="ok", checks=checks)


@root.get(
    "/metrics",
    dependencies=[open_to_all()],
    response_class=Response,
    responses={200: {"description": "Text of Prometheus.", "content": {"text/plain": {}}}},
)
async def metrics(request: Request) -> Response:
    """Figures for Prometheus; for the machine itself, or with the token of the settings.

    Raises:
        ForbiddenError: The caller is neither.
    """
    house: House = request.app.state.house
    counted: Metrics = request.app.state.metrics
    if not may_read(request.scope, house.settings):
        raise ForbiddenError(
            "Metrics are not for everybody.",
            hint="Ask from the machine itself, or send the token of LASTRO_API__METRICS_TOKEN.",
        )
    return counted.page()


def _look(name: str, probe: Callable[[], State]) -> Check:
    started = time.perf_counter()
    detail = ""
    try:
        state = probe()
    except LastroError as error:
        state, detail = "failed", type(error).__name__
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not ready
        state, detail = "failed", type(error).__name__
    return Check(
        name=name, state=state, ms=round((time.perf_counter() - started) * 1000, 1), detail=detail
    )


def _lake(house: House) -> State:
    """The lake answers; one that holds nothing yet is as ready as it will be."""
    platform: Any = house.platform
    if platform.landing.simulated is not None and platform.lake.exists(LEDGER.name):
        platform.table(LEDGER.name).head(1).collect()
    return "ok"


def _store(house: House) -> State:
    house.store.migrate()  # looks whether it is at this version, and does nothing where it is
    return "ok"
