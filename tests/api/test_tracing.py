"""Traces: a span a request, sent to a collector over HTTP, in the caller's own trace."""

from __future__ import annotations

import gzip
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.testclient import TestClient

from lastro.api.app import app_over

from .conftest import bearer_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lastro.wiring import Platform

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.fixture
def collector() -> Iterator[tuple[str, list[Any]]]:
    """A collector's address, and the spans that it was sent."""
    spans: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    spans.extend(scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", spans
    server.shutdown()
    thread.join()
    server.server_close()


def test_each_request_is_a_span(
    new_platform: Callable[..., Platform], collector: tuple[str, list[Any]]
) -> None:
    url, spans = collector
    platform = new_platform(LASTRO_API__TRACES_URL=url)
    headers = {"Authorization": f"Bearer {bearer_for(platform, 'analyst')}",
               "traceparent": f"00-{TRACE}-{PARENT}-01"}  # fmt: skip
    with TestClient(app_over(platform)) as client:
        client.get("/api/v1/tickers/SIMU4", headers=headers)
        found = client.get("/api/v1/tickers/NADA1", headers=headers)
    named = {span.name for span in spans}
    assert named == {"GET /api/v1/tickers/{ticker}"}
    assert {span.trace_id.hex() for span in spans} == {TRACE}
    assert {span.parent_span_id.hex() for span in spans} == {PARENT}
    said = [{a.key: a.value for a in span.attributes} for span in spans]
    assert [s["http.response.status_code"].int_value for s in said] == [200, 404]
    assert said[1]["lastro.request_id"].string_value == found.headers["x-request-id"]
    assert "SIMU4" not in str(spans)
