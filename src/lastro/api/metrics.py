"""Metrics for Prometheus: how many requests, how long they took, how many are under way.

A request is counted under its route's template, never under its path: paths are without number and
hold what is nobody's business.
"""

from __future__ import annotations

import hmac
import ipaddress
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import Scope

    from lastro.api.finished import Finished
    from lastro.core.serving import ApiSettings

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """Counts the requests of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        labels = ("method", "route", "status")
        self._seconds = Histogram(
            "lastro_http_request_seconds", "Time to answer a request.", labels,
            buckets=_BOUNDS, registry=self._registry,
        )  # fmt: skip
        self._sent = Counter(
            "lastro_http_response_bytes", "Bytes of answers.", labels, registry=self._registry
        )
        self._under_way = Gauge(
            "lastro_http_requests_under_way", "Requests under way.", registry=self._registry
        )
        self._children: dict[tuple[str, str, int], tuple[Histogram, Counter]] = {}
        self._running = 0
        self._under_way.set_function(lambda: self._running)

    def watch(self, finished: Finished) -> None:
        """Tell how often a finished answer was there already."""
        hits = Gauge("lastro_answers_kept_hits", "Answers found finished.", registry=self._registry)
        hits.set_function(lambda: finished.hits)
        misses = Gauge("lastro_answers_kept_misses", "Answers made.", registry=self._registry)
        misses.set_function(lambda: finished.misses)

    def begin(self) -> None:
        """A request begins."""
        self._running += 1

    def end(self, scope: Scope, status: int, seconds: float, sent: int) -> None:
        """A request ended."""
        self._running -= 1
        method = scope["method"] if scope["method"] in _METHODS else "other"
        key = (method, template_of(scope), status)
        child = self._children.get(key)
        if child is None:
            words = (key[0], key[1], str(status))
            child = self._seconds.labels(*words), self._sent.labels(*words)
            self._children[key] = child
        child[0].observe(seconds)
        child[1].inc(sent)

    def page(self) -> Response:
        """All of them, as Prometheus reads them."""
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)


def template_of(scope: Scope) -> str:
    """The template of a request's route; ``other`` where there was none."""
    return str(scope.get("lastro.template") or getattr(scope.get("route"), "path", "other"))


def may_read(scope: Scope, settings: ApiSettings) -> bool:
    """Whether a caller may read metrics: by the token, or from the machine itself."""
    wanted = settings.metrics_token.get_secret_value()
    if wanted:
        given = next((v for n, v in scope["headers"] if n == b"authorization"), b"")
        return hmac.compare_digest(given, f"Bearer {wanted}".encode())
    client = scope.get("client")
    try:
        is_loopback = client is not None and ipaddress.ip_address(client[0]).is_loopback
    except ValueError:
        return False
    forwarded = any(n in {b"x-forwarded-for", b"forwarded"} for n, _ in scope["headers"])
    return is_loopback and not forwarded
