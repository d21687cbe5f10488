"""Every operation of the document, called with what it declares and with what it does not.

No answer is a failure of ours, and every answer is one that the document knows. The lake is one of
the tests' own, for what is asked may change things.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lastro.api.app import app_over
from lastro.simulator.houses import ADDRESSES

from .conftest import bearer_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lastro.wiring import Platform

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the tool's own libraries
]
EXAMPLES = 6
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
_ENDLESS = "run_events"  # a stream: its own test reads it
NOWHERE = {setting: "http://127.0.0.1:9" for setting, _ in ADDRESSES}


@pytest.fixture(scope="module")
def served(new_platform: Callable[..., Platform]) -> Iterator[tuple[str, str, Any]]:
    """Address, token of an administrator, and document of a server on loopback."""
    platform = new_platform(
        **NOWHERE, LASTRO_HTTP__ATTEMPTS=1, LASTRO_IDENTITY__ATTEMPTS_PER_MINUTE=10**6
    )
    app = app_over(platform)
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}", bearer_for(platform, "admin"), app.openapi()
    server.should_exit = True
    thread.join(30)
    app.state.background.close()


def wrongs(url: str, token: str, strategy: Any) -> str:
    """What is wrong with the answers to some cases; blank where nothing is."""

    @given(case=strategy)
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        headers = {**dict(case.headers or {}), "Authorization": f"Bearer {token}"}
        case.call_and_validate(base_url=url, headers=headers, timeout=60, checks=CHECKS)

    try:
        ask()
    except Unsatisfiable:  # an operation that takes nothing cannot be called wrongly
        return ""
    except Exception as error:  # noqa: BLE001 - all of them are told at once
        parts = getattr(error, "exceptions", [error])
        return " | ".join(f"{type(part).__name__}: {str(part)[:600]}" for part in parts)
    return ""


def strategies(operation: Any, known: dict[str, str]) -> dict[str, Any]:
    """Ways to call an operation: as declared, otherwise, and for what the lake holds."""
    names = {parameter.name for parameter in operation.path_parameters}
    found = {
        mode.value: operation.as_strategy(generation_mode=mode)
        for mode in schemathesis.GenerationMode
    }
    if names and names <= set(known):
        given = {name: known[name] for name in names}
        found["known"] = operation.as_strategy(path_parameters=given)
    return found


def test_no_operation_fails_or_surprises(served: tuple[str, str, Any]) -> None:
    url, token, document = served
    schema = schemathesis.openapi.from_dict(document)
    known = what_there_is(url, token)
    found = {}
    result: Any
    for result in schema.get_all_operations():
        operation = result.ok()
        name = operation.definition.raw["operationId"]
        for how, strategy in strategies(operation, known).items():
            if name != _ENDLESS and (wrong := wrongs(url, token, strategy)):
                found[f"{name} {how}"] = wrong
    assert found == {}


def what_there_is(url: str, token: str) -> dict[str, str]:
    """Values of path parameters that name something."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.get(f"{url}/api/v1/funds", headers=headers, timeout=60)
    funds = answer.json()["data"]["rows"]
    return {
        "cnpj": next(fund["cnpj"] for fund in funds if not fund["subclass_id"]),
        "ticker": "SIMU4",
        "code": "IBOV",
        "currency": "USD",
        "series": "cdi",
        "name": "silver.quotes",
        "table": "silver.fund_navs",
    }
