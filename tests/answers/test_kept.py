"""Kept answers: made once for each state, by one of those who ask."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lastro.answers.kept import Kept


def test_an_answer_is_made_again_only_where_its_state_moved() -> None:
    kept, made = Kept(), iter(range(10))
    assert [kept.get("a", state, lambda: next(made)) for state in (1, 1, 2, 2, 1)] == [
        0,
        0,
        1,
        1,
        2,
    ]
    assert kept.get("b", 1, lambda: next(made)) == 3


def test_what_failed_is_not_kept() -> None:
    kept = Kept()

    def fail() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        kept.get("a", 1, fail)
    assert kept.get("a", 1, lambda: 7) == 7


def test_those_who_ask_together_wait_for_one_making() -> None:
    kept, begun, go_on, made = Kept(), threading.Event(), threading.Event(), []

    def make() -> int:
        begun.set()
        assert go_on.wait(10)
        made.append(1)
        return 5

    with ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(kept.get, "a", 1, make) for _ in range(3)]
        assert begun.wait(10)
        go_on.set()
        assert [answer.result(10) for answer in answers] == [5, 5, 5]
    assert made == [1]
