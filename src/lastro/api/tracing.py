"""Traces by OpenTelemetry, where the operator names a collector: a span a request.

A span is named by its route's template, carries the request's id, and joins the trace that the
caller's ``traceparent`` names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import lastro
from lastro.api.metrics import template_of
from lastro.core.errors import MissingExtraError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Tracing:
    """Middleware that opens a span around each request.

    Args:
        app: What answers.
        provider: Where spans go.
    """

    def __init__(self, app: ASGIApp, provider: TracerProvider) -> None:
        from opentelemetry.trace import SpanKind  # noqa: PLC0415 - an optional part
        from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415
            TraceContextTextMapPropagator,
        )

        self._app = app
        self._tracer = provider.get_tracer("lastro.api", lastro.__version__)
        self._server = SpanKind.SERVER
        self._named = TraceContextTextMapPropagator()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Open a span, and say on it what came of the request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        carrier = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in {b"traceparent", b"tracestate"}
        }
        method = scope["method"]
        with self._tracer.start_as_current_span(
            method, context=self._named.extract(carrier), kind=self._server
        ) as span:

            async def noting(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            try:
                await self._app(scope, receive, noting)
            finally:
                template = template_of(scope)
                span.update_name(f"{method} {template}")
                span.set_attributes(_attributes(scope, template))


def _attributes(scope: Scope, template: str) -> dict[str, Any]:
    return {
        "http.request.method": scope["method"],
        "http.route": template,
        "url.scheme": scope["scheme"],
        "lastro.request_id": str(scope.get("lastro.request_id", "-")),
    }


def provider_of(url: str) -> TracerProvider:
    """Where spans go: batches of them to a collector, by OTLP over HTTP.

    Args:
        url: The collector's address; ``/v1/traces`` is added.

    Raises:
        MissingExtraError: The libraries are not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            "Traces need the OpenTelemetry libraries.",
            hint="Install them: `pip install 'lastro[telemetry]'`.",
        ) from error
    named = {"service.name": "lastro", "service.version": lastro.__version__}
    provider = TracerProvider(resource=Resource.create(named))
    exporter = OTLPSpanExporter(endpoint=f"{url.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider
