"""Rates: each user, key or address has a bucket of tokens that fills steadily.

Buckets live in this process, or in Redis where several processes answer together; both obey the
same rule, which a conformance suite holds them to.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lastro.core.errors import MissingExtraError, RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Scope

    from lastro.core.serving import ApiSettings

LOG = logging.getLogger("lastro.api")
_MOST = 20_000  # buckets kept in a process
_SCRIPT = """
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local held = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(held[1]) or burst, tonumber(held[2]) or now
tokens = math.min(burst, tokens + math.max(0, now - at) * rate)
local admitted = 0
if tokens >= 1 then admitted = 1; tokens = tokens - 1 end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil(burst / rate * 1000) + 1000)
return {admitted, tostring(tokens)}
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often somebody may ask: ``per_second`` on average, ``burst`` at once."""

    per_second: float
    burst: int


class Buckets(Protocol):
    """Whatever keeps buckets."""

    async def take(self, name: str, rate: Rate) -> tuple[bool, float]:
        """Take a token out of a bucket: whether there was one, and how many are left."""

    async def close(self) -> None:
        """Let go of whatever is held."""


class LocalBuckets:
    """Buckets in this process.

    Args:
        tick: Monotonic seconds.
    """

    def __init__(self, tick: Callable[[], float] = time.monotonic) -> None:
        self._tick = tick
        self._held: dict[str, tuple[float, float]] = {}

    async def take(self, name: str, rate: Rate) -> tuple[bool, float]:
        """Take a token out of a bucket: whether there was one, and how many are left."""
        now = self._tick()
        tokens, at = self._held.get(name, (float(rate.burst), now))
        tokens = min(float(rate.burst), tokens + (now - at) * rate.per_second)
        admitted = tokens >= 1
        if admitted:
            tokens -= 1
        if len(self._held) >= _MOST and name not in self._held:
            self._forget()
        self._held[name] = (tokens, now)
        return admitted, tokens

    def _forget(self) -> None:
        """Drop the half that was used longest ago; a forgotten bucket is a full one."""
        oldest = sorted(self._held, key=lambda name: self._held[name][1])
        for name in oldest[: _MOST // 2]:
            del self._held[name]

    async def close(self) -> None:
        """There is nothing to let go of."""


class RedisBuckets:
    """Buckets in Redis, shared by every process that names it; its clock is theirs.

    Args:
        url: ``redis://host:port/0``.

    Raises:
        MissingExtraError: The client library is not installed.
    """

    def __init__(self, url: str) -> None:
        try:
            from redis.asyncio import Redis  # noqa: PLC0415 - an optional part
        except ImportError as error:
            raise MissingExtraError(
                "Rate limits in Redis need the redis library.",
                hint="Install it: `pip install 'lastro[redis]'`.",
            ) from error
        self._redis = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        self._script = self._redis.register_script(_SCRIPT)
        self._own = LocalBuckets()

    async def take(self, name: str, rate: Rate) -> tuple[bool, float]:
        """Take a token out of a bucket: whether there was one, and how many are left.

        While Redis does not answer each process counts for itself: limits grow laxer, and nobody
        is turned away because of it.
        """
        from redis.exceptions import RedisError  # noqa: PLC0415 - as above

        try:
            admitted, tokens = await self._script(
                keys=[f"lastro:rate:{name}"], args=[rate.per_second, rate.burst]
            )
        except (RedisError, OSError) as error:
            LOG.warning("limits are counted in this process alone: %s", error)
            return await self._own.take(name, rate)
        return bool(admitted), float(tokens)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()


class Limits:
    """Admits callers, or says when to come again.

    Args:
        buckets: Where tokens are counted.
        known: Rate of a user or key.
        unknown: Rate of an address that has not signed in.
    """

    def __init__(self, buckets: Buckets, known: Rate, unknown: Rate) -> None:
        self._buckets = buckets
        self._known = known
        self._unknown = unknown

    async def admit(
        self, scope: Scope, name: str, *, known: bool, rate: Rate | None = None
    ) -> None:
        """Count a request; its answer will say how many are left.

        Args:
            scope: Of the request.
            name: Of the bucket.
            known: Whether somebody has signed in.
            rate: Another rate than theirs, for what is dearer than most.

        Raises:
            RateLimitedError: There are none left.
        """
        rate = rate or (self._known if known else self._unknown)
        admitted, tokens = await self._buckets.take(name, rate)
        scope["lastro.rate"] = (rate, tokens)
        if not admitted:
            raise RateLimitedError(
                "Too many requests: {burst} at once and {rate} a second are allowed.",
                hint="Wait {seconds} s and ask again.",
                burst=rate.burst,
                rate=f"{rate.per_second:g}",
                seconds=max(1, round((1 - tokens) / rate.per_second + 0.5)),
            )

    async def close(self) -> None:
        """Let go of whatever the buckets hold."""
        await self._buckets.close()


def limits_of(settings: ApiSettings) -> Limits:
    """The limits that the settings ask for.

    Raises:
        MissingExtraError: Redis is asked for and its library is not installed.
    """
    buckets = RedisBuckets(settings.limits_url) if settings.limits_url else LocalBuckets()
    return Limits(
        buckets,
        Rate(settings.rate, settings.burst),
        Rate(settings.address_rate, settings.address_burst),
    )
