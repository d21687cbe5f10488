"""The application: routes from their shelf, and around them the machine that all of them share."""

from __future__ import annotations

import contextlib
import importlib
import threading
from typing import TYPE_CHECKING, Any

import anyio
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

import lastro
from lastro.api import problems, routes
from lastro.api.answering import Answers
from lastro.api.compression import Compression
from lastro.api.describing import describe
from lastro.api.dispatch import Dispatch
from lastro.api.frame import Frame
from lastro.api.guard import Doorman
from lastro.api.house import House
from lastro.api.kept_funds import warm
from lastro.api.limits import limits_of
from lastro.api.metrics import Metrics
from lastro.api.tracing import Tracing, provider_of
from lastro.api.web_files import WebFiles
from lastro.core.clock import SystemClock
from lastro.core.errors import LastroError
from lastro.core.registry import load
from lastro.wiring import platform

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from fastapi.routing import APIRoute

    from lastro.core.clock import Clock
    from lastro.wiring import Platform

PREFIX = "/api/v1"


def create(url: str | None = None) -> FastAPI:
    """The application over the lake that the settings (or ``url``) name.

    Raises:
        ConfigError: A setting is wrong.
    """
    return app_over(platform(url))


def app_over(
    platform: Platform,
    clock: Clock | None = None,
    probes: Mapping[str, Callable[[], str]] | None = None,
) -> FastAPI:
    """The application over a platform.

    Args:
        platform: All there is to ask.
        clock: What time it is; the machine's by default.
        probes: Parts that run beside it, by name: ``ok``, ``failed`` or ``absent``.
    """
    house = House(platform, clock or SystemClock())
    app = FastAPI(
        title="Lastro",
        version=lastro.__version__,
        summary="Brazilian market data, from source to decision.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        generate_unique_id_function=_name,
        redirect_slashes=False,
    )
    app.state.house = house
    app.state.limits = limits_of(house.settings)
    app.state.doorman = Doorman(house)
    app.state.answers = Answers(house)
    app.state.metrics = Metrics()
    app.state.metrics.watch(app.state.answers.finished)
    app.state.probes = dict(probes or {})
    _handle_errors(app)
    _add_routes(app)
    _add_layers(app, house)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """What is opened while it runs, is closed when it ends."""
    threading.Thread(target=warm, args=(app.state.house,), daemon=True).start()
    yield
    await app.state.limits.close()
    traces = getattr(app.state, "traces", None)
    if traces is not None:
        await anyio.to_thread.run_sync(traces.shutdown)
    opened: dict[str, Any] = app.state.house.platform.__dict__
    if "store" in opened:
        opened["store"].close()


def _handle_errors(app: FastAPI) -> None:
    app.add_exception_handler(LastroError, problems.on_error)
    app.add_exception_handler(HTTPException, problems.on_http_error)
    app.add_exception_handler(RequestValidationError, problems.on_invalid)


def _add_routes(app: FastAPI) -> None:
    for name, router in load(routes, "router", APIRouter).items():
        app.include_router(router, prefix=PREFIX)
        found = importlib.import_module(f"{routes.__name__}.{name}")
        root = getattr(found, "root", None)
        if root is not None:
            app.include_router(root)
    app.router.routes.insert(0, Dispatch(app))
    web = WebFiles()
    app.state.web = web
    app.router.default = web  # whatever no route answers


def _add_layers(app: FastAPI, house: House) -> None:
    """Middleware, the innermost first."""
    settings = house.settings
    app.add_middleware(Compression)
    origins = [origin.strip() for origin in settings.cors_origins.split(",") if origin.strip()]
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "If-None-Match", "X-Request-Id"],
            expose_headers=["ETag", "Age", "Lastro-Ref-Date", "Lastro-Source", "Lastro-Simulated",
                            "X-Request-Id", "Retry-After"],
        )  # fmt: skip
    if settings.traces_url:
        app.state.traces = provider_of(settings.traces_url)
        app.add_middleware(Tracing, provider=app.state.traces)
    app.add_middleware(Frame, settings=settings, metrics=app.state.metrics)


def _name(route: APIRoute) -> str:
    """A route's operation id: its function's name."""
    return route.name
