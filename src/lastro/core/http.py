"""HTTP client for official sources: patient, polite, bounded.

Timeouts on connecting, on each read and on the whole answer; a least interval between requests to
one host; conditional GET by ETag and Last-Modified; retry with backoff and jitter on what may pass
(connection errors, truncated answers, 408, 425, 429 and 5xx, honouring ``Retry-After``).
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import Field

from lastro.core.errors import NoDataError, TemporaryError, UpstreamError
from lastro.core.retry import call_with_retry
from lastro.core.settings import Section

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import urllib3

_LOG = logging.getLogger(__name__)
_CHUNK = 1 << 20
_MOST_REDIRECTS = 5
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 522, 524})


class HttpSettings(Section):
    """How we talk to other people's servers."""

    connect_timeout: float = Field(10.0, description="Seconds to wait for a connection.", gt=0)
    read_timeout: float = Field(60.0, description="Seconds to wait for the next bytes.", gt=0)
    total_timeout: float = Field(600.0, description="Seconds for a whole answer.", gt=0)
    attempts: int = Field(5, description="Tries of one request, the first included.", ge=1)
    first_wait: float = Field(2.0, description="Seconds before the second try; doubles.", ge=0)
    interval: float = Field(0.2, description="Least seconds between requests to one host.", ge=0)
    max_bytes: int = Field(2 << 30, description="Largest answer accepted, in bytes.", gt=0)
    user_agent: str = Field(
        "lastro (open market-data client)", description="What we call ourselves."
    )


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, its body read to the end; ``status`` is 200 or 304."""

    url: str
    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str]

    @property
    def etag(self) -> str | None:
        """The entity tag, as served."""
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        """The date of last change, as served."""
        return self.headers.get("last-modified")


class HttpClient:
    """A pool of connections under one set of manners. Safe to share between threads."""

    def __init__(
        self, settings: HttpSettings, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        import urllib3  # noqa: PLC0415 - only runs that talk to the world need it

        self._settings = settings
        self._sleep = sleep
        self._pool = urllib3.PoolManager(
            headers={"User-Agent": settings.user_agent}, retries=False, maxsize=4
        )
        # Redirects alone: whatever else fails is tried again here, politely and within bounds.
        self._retries = urllib3.Retry(
            _MOST_REDIRECTS, connect=0, read=0, status=0, other=0, respect_retry_after_header=False
        )
        self._next_turn: dict[str, float] = {}
        self._lock = threading.Lock()

    def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Fetch a URL, or learn that it has not changed.

        Args:
            url: Where.
            etag: The tag held already; with ``last_modified`` it makes the request conditional.
            last_modified: The date held already.
            headers: Others to send.

        Returns:
            The answer, with status 200, or 304 and an empty body.

        Raises:
            NoDataError: 404 or 410.
            TemporaryError: It may pass, but did not within the attempts.
            UpstreamError: Refused for good (403, too large...).
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        sent = {name: value for name, value in conditions.items() if value} | dict(headers or {})
        return call_with_retry(
            lambda: self._once(url, sent),
            attempts=self._settings.attempts,
            first_wait=self._settings.first_wait,
            sleep=self._sleep,
        )

    def _once(self, url: str, headers: Mapping[str, str]) -> Answer:
        import urllib3  # noqa: PLC0415

        self._wait_for_turn(urlsplit(url).netloc)
        timeout = urllib3.Timeout(
            connect=self._settings.connect_timeout, read=self._settings.read_timeout
        )
        try:
            with contextlib.closing(
                self._pool.request(
                    "GET",
                    url,
                    headers={**self._pool.headers, **headers},
                    timeout=timeout,
                    preload_content=False,
                    redirect=True,
                    retries=self._retries,
                )
            ) as raw:
                _refuse_failures(url, raw)
                body = b"" if raw.status == 304 else self._read(url, raw)
        except urllib3.exceptions.HTTPError as error:
            raise TemporaryError(
                "{url} did not answer well ({reason}).",
                hint="Nothing was lost; try again later, or check the connection.",
                url=url,
                reason=type(getattr(error, "reason", None) or error).__name__,
            ) from error
        _LOG.info("GET %s -> %s, %s bytes", url, raw.status, len(body))
        served = {name.lower(): value for name, value in raw.headers.items()}
        return Answer(url, raw.status, body, served)

    def _read(self, url: str, raw: urllib3.BaseHTTPResponse) -> bytes:
        deadline = time.monotonic() + self._settings.total_timeout
        chunks: list[bytes] = []
        size = 0
        while chunk := raw.read1(_CHUNK):  # what has come, so that slow answers meet the deadline
            chunks.append(chunk)
            size += len(chunk)
            if time.monotonic() > deadline:
                raise TemporaryError(
                    "{url} sends too slowly: {size} bytes in {seconds:.0f} s.",
                    hint="Try again later, or raise LASTRO_HTTP__TOTAL_TIMEOUT.",
                    url=url,
                    size=size,
                    seconds=self._settings.total_timeout,
                )
            if size > self._settings.max_bytes:
                raise UpstreamError(
                    "{url} sends more than {limit} bytes.",
                    hint="If that is right, raise LASTRO_HTTP__MAX_BYTES.",
                    url=url,
                    limit=self._settings.max_bytes,
                )
        return b"".join(chunks)

    def _wait_for_turn(self, host: str) -> None:
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next_turn.get(host, now))
            self._next_turn[host] = turn + self._settings.interval
        if turn > now:
            self._sleep(turn - now)


def _refuse_failures(url: str, raw: urllib3.BaseHTTPResponse) -> None:
    if raw.status in {200, 304}:
        return
    if raw.status in {404, 410}:
        raise NoDataError(
            "{url} does not exist ({status}).",
            hint="The source may not have published it yet, or may have moved it.",
            url=url,
            status=raw.status,
        )
    if raw.status in _PASSING:
        raise TemporaryError(
            "{url} failed with status {status}.",
            hint="Nothing was lost; try again later.",
            url=url,
            status=raw.status,
            retry_after=_retry_after(raw.headers.get("Retry-After")),
        )
    raise UpstreamError(
        "{url} was refused with status {status}.",
        hint="Check the address and whether the source changed its rules.",
        url=url,
        status=raw.status,
    )


def _retry_after(asked: str | None) -> float | None:
    """Seconds a server asks us to wait: it says a number, or a date."""
    import urllib3  # noqa: PLC0415

    try:
        return urllib3.Retry().parse_retry_after(asked) if asked else None
    except urllib3.exceptions.InvalidHeader:
        return None
