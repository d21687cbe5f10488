"""Trying again, without waiting: sleep is a list that remembers."""

from __future__ import annotations

import pytest

from lastro.core.errors import LastroError, NoDataError, TemporaryError, UpstreamError
from lastro.core.retry import call_with_retry, is_retryable


class Flaky:
    """Fails some times, then answers."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "answer"


def _temporary(retry_after: float | None = None) -> TemporaryError:
    return TemporaryError("It failed.", hint="Wait.", retry_after=retry_after)


def test_first_answer_needs_no_wait() -> None:
    waits: list[float] = []
    assert call_with_retry(Flaky(), sleep=waits.append) == "answer"
    assert waits == []


def test_waits_double_with_jitter() -> None:
    waits: list[float] = []
    flaky = Flaky(*(_temporary() for _ in range(4)))
    assert call_with_retry(flaky, attempts=5, first_wait=1.0, sleep=waits.append) == "answer"
    assert flaky.calls == 5
    for wait, base in zip(waits, (1, 2, 4, 8), strict=True):
        assert base <= wait <= base + 1


def test_last_error_comes_out_as_it_is() -> None:
    failures = [_temporary(), _temporary(), _temporary()]
    waits: list[float] = []
    with pytest.raises(TemporaryError) as caught:
        call_with_retry(Flaky(*failures), attempts=3, sleep=waits.append)
    assert caught.value is failures[2]
    assert len(waits) == 2


@pytest.mark.parametrize(
    "error",
    [
        NoDataError("Nothing.", hint="Wait."),
        UpstreamError("Refused.", hint="Ask."),
        ValueError("a bug"),
    ],
)
def test_what_will_not_pass_is_not_tried_again(error: Exception) -> None:
    flaky = Flaky(error)
    with pytest.raises(type(error)) as caught:
        call_with_retry(flaky, sleep=lambda _: pytest.fail("it slept"))
    assert caught.value is error
    assert flaky.calls == 1


def test_servers_wish_is_honoured_within_bounds() -> None:
    waits: list[float] = []
    flaky = Flaky(_temporary(12), _temporary(3600), _temporary(0))
    call_with_retry(flaky, first_wait=0.5, longest_wait=30, sleep=waits.append)
    assert waits[:2] == [12, 30]
    assert 2 <= waits[2] <= 2.5


def test_no_wait_is_longer_than_the_longest() -> None:
    waits: list[float] = []
    call_with_retry(
        Flaky(*(_temporary() for _ in range(9))), attempts=10, longest_wait=5, sleep=waits.append
    )
    assert max(waits) == 5


def test_the_class_says_what_is_retryable() -> None:
    assert is_retryable(_temporary())
    assert not is_retryable(LastroError("x", hint="y"))
    assert not is_retryable(ConnectionError())
