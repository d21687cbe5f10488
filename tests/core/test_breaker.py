"""The circuit breaker: when it lets a call pass."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.breaker import Breaker


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hand() -> Hand:
    return Hand()


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        assert breaker.allows()
        breaker.failed()


def state(breaker: Breaker) -> str:
    """As it stands now: a type checker would hold it to what it was."""
    return breaker.state


def test_it_opens_after_so_many_failures_in_a_row(hand: Hand) -> None:
    breaker = Breaker(3, 60, clock=hand)
    fail(breaker, 2)
    breaker.succeeded()
    fail(breaker, 2)
    assert state(breaker) == "closed"
    fail(breaker, 1)
    assert state(breaker) == "open"
    assert not breaker.allows()


def test_after_the_pause_one_trial_passes_and_its_success_closes_it(hand: Hand) -> None:
    breaker = Breaker(2, 60, clock=hand)
    fail(breaker, 2)
    hand.now += 59.9
    assert not breaker.allows()
    hand.now += 0.1
    assert state(breaker) == "half-open"
    assert breaker.allows()
    assert not breaker.allows()
    breaker.succeeded()
    assert state(breaker) == "closed"
    fail(breaker, 1)
    assert state(breaker) == "closed"


def test_a_failed_trial_opens_it_for_another_pause(hand: Hand) -> None:
    breaker = Breaker(5, 60, clock=hand)
    fail(breaker, 5)
    hand.now += 60
    fail(breaker, 1)
    assert state(breaker) == "open"
    hand.now += 59
    assert not breaker.allows()
    hand.now += 1
    assert breaker.allows()


def test_a_trial_without_an_end_is_lost_after_a_pause(hand: Hand) -> None:
    breaker = Breaker(1, 60, clock=hand)
    fail(breaker, 1)
    hand.now += 60
    assert breaker.allows()
    hand.now += 60
    assert breaker.allows()


def test_a_call_begun_before_it_opened_does_not_lengthen_the_pause(hand: Hand) -> None:
    breaker = Breaker(1, 60, clock=hand)
    assert breaker.allows()
    assert breaker.allows()
    breaker.failed()
    hand.now += 30
    breaker.failed()
    hand.now += 30
    assert breaker.allows()


@pytest.mark.parametrize(("failures", "seconds"), [(0, 60), (-1, 60), (1, -1)])
def test_nonsense_is_refused(failures: int, seconds: float) -> None:
    with pytest.raises(ValueError, match="breaker"):
        Breaker(failures, seconds)


def test_of_many_threads_one_gets_the_trial(hand: Hand) -> None:
    breaker = Breaker(1, 60, clock=hand)
    fail(breaker, 1)
    hand.now += 60
    allowed: list[bool] = []
    threads = [threading.Thread(target=lambda: allowed.append(breaker.allows())) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(allowed) == 1


class Model:
    """A breaker told as a story: the same answers by other means."""

    def __init__(self, failures: int, pause: int) -> None:
        self.failures, self.pause = failures, pause
        self.row, self.shut_until, self.trial = 0, -1.0, False

    def allows(self, now: float) -> bool:
        if self.shut_until < 0:
            return True
        if now < self.shut_until:
            return False
        self.trial, self.shut_until = True, now + self.pause
        return True

    def tell(self, now: float, *, good: bool) -> None:
        if good:
            self.row, self.shut_until, self.trial = 0, -1.0, False
            return
        self.row += 1
        if self.trial or (self.shut_until < 0 and self.row >= self.failures):
            self.shut_until, self.trial = now + self.pause, False


@given(
    st.integers(1, 4),
    st.integers(0, 5),
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["good", "bad", "untold"])), max_size=60),
)
def test_it_does_as_the_story_says(failures: int, pause: int, calls: list[tuple[int, str]]) -> None:
    hand = Hand()
    breaker, model = Breaker(failures, pause, clock=hand), Model(failures, pause)
    in_a_row = 0
    for wait, outcome in calls:
        hand.now += wait
        before = state(breaker)
        allowed = breaker.allows()
        assert allowed == model.allows(hand.now)
        assert allowed == (before != "open")
        if allowed and outcome != "untold":
            (breaker.succeeded if outcome == "good" else breaker.failed)()
            model.tell(hand.now, good=outcome == "good")
            in_a_row = 0 if outcome == "good" else in_a_row + 1
        if in_a_row < failures:
            assert state(breaker) == "closed"
