"""Trying again: exponential backoff with jitter, only for errors that say they may pass."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from lastro.core.errors import LastroError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenacity import RetryCallState

T = TypeVar("T")


def is_retryable(error: BaseException) -> bool:
    """Whether an error's class says that trying again may help."""
    return isinstance(error, LastroError) and error.retryable


def call_with_retry(
    call: Callable[[], T],
    *,
    attempts: int = 5,
    first_wait: float = 1.0,
    longest_wait: float = 30.0,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """Call until it succeeds, fails for good, or the attempts are used up.

    Args:
        call: What to try.
        attempts: Calls in all.
        first_wait: Seconds before the second attempt; doubles each time, plus jitter.
        longest_wait: Upper bound of a wait in seconds, also of a server's ``Retry-After``.
        sleep: How to wait.

    Raises:
        LastroError: The last attempt's own error.
    """
    import tenacity  # noqa: PLC0415 - only runs that talk to the world need it

    backoff = tenacity.wait_exponential(first_wait) + tenacity.wait_random(0, first_wait)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.context.get("retry_after") if isinstance(error, LastroError) else None
        seconds = float(asked) if isinstance(asked, int | float) else 0.0
        return min(longest_wait, max(backoff(state), seconds))

    return tenacity.Retrying(
        stop=tenacity.stop_after_attempt(attempts),
        wait=wait,
        retry=tenacity.retry_if_exception(is_retryable),
        sleep=sleep,
        reraise=True,
    )(call)
