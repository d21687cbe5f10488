"""Every operation of the document, called with what it declares and with what it does not.

No answer is a failure of ours, and every answer is one that the document knows. The lake is one of
the tests' own, for what is asked may change things.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lastro.api.app import app_over

from .conftest import bearer_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lastro.wiring import Platform

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the tool's own libraries
]
# What would go out into the world, or run for minutes.
_LEFT_OUT = ("run_events", "start_run", "start_setup", "read_setup", "retry_dead_letters")


@pytest.fixture(scope="module")
def served(new_platform: Callable[..., Platform]) -> Iterator[tuple[str, str, object]]:
    """Address, token of an administrator, and document of a server on loopback."""
    platform = new_platform()
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


@pytest.fixture(scope="module")
def document(served: tuple[str, str, object]) -> object:
    """The document, for the tool."""
    return schemathesis.openapi.from_dict(served[2])  # type: ignore[arg-type]


schema = schemathesis.pytest.from_fixture("document")


@schema.exclude(operation_id=list(_LEFT_OUT)).parametrize()
@settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_operation_fails_or_surprises(
    case: schemathesis.Case, served: tuple[str, str, object]
) -> None:
    url, token, _ = served
    case.call_and_validate(
        base_url=url,
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ],
    )
