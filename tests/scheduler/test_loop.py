"""The loop over planner and history, on a clock that it moves itself by waiting."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.clock import BRASILIA, FrozenClock
from lastro.scheduler.days import CALENDARS
from lastro.scheduler.loop import LONGEST_SLEEP, Loop
from lastro.scheduler.planner import PAUSES, Jitter, previous
from lastro.scheduler.runs import Outcome, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from lastro.scheduler.history import History
    from lastro.scheduler.jobs import Job

    At = Callable[[str], dt.datetime]
    MakeJob = Callable[..., Job]
    NewWorld = Callable[[dt.datetime, list[Job]], "World"]

HOUR = dt.timedelta(hours=1)
SHARP = Jitter()
OK, NOTHING = Outcome("ok"), Outcome("nothing_new")
PASSING = Outcome("failed", "TemporaryError")


class World:
    """Jobs that take their time on a frozen clock, and what became of them."""

    def __init__(
        self, start: dt.datetime, jobs: Sequence[Job], bell: Any, history: History
    ) -> None:
        self.clock = FrozenClock(start)
        self.history = history
        self.jobs = jobs
        self.done: list[Run] = []
        self.lasts = dt.timedelta(minutes=1)
        self.outcomes: dict[str, list[Outcome]] = {}
        self.longest_sleep = LONGEST_SLEEP
        self._bell = bell

    def _run(self, job: Job) -> Outcome:
        self.clock.advance(self.lasts)
        waiting = self.outcomes.get(job.name)
        return waiting.pop(0) if waiting else OK

    def loop(self, until: dt.datetime, jitter: Jitter = SHARP) -> Loop:
        bell = self._bell(self.clock, until)
        return Loop(
            self.jobs, self.history, self._run, self.clock, bell, jitter=jitter,
            tell=self.done.append, longest_sleep=self.longest_sleep,
        )  # fmt: skip

    def live(self, until: dt.datetime, jitter: Jitter = SHARP) -> list[str]:
        """Work until then; what ran, as "31 08:20 morning"."""
        before = len(self.done)
        self.loop(until, jitter).forever()
        return [_told(run) for run in self.done[before:]]


def _told(run: Run) -> str:
    return f"{run.started_at.astimezone(BRASILIA):%d %H:%M} {run.job}"


@pytest.fixture
def new_world(
    moving_bell: Any, new_history: Callable[..., History]
) -> Callable[[dt.datetime, list[Job]], World]:
    return lambda start, jobs: World(start, jobs, moving_bell, new_history())


@pytest.fixture
def world(new_world: NewWorld, job: MakeJob, at: At) -> World:
    """One morning job, before its first hour on a Wednesday."""
    found = new_world(at("2024-01-31 07:00"), [job()])
    found.history.end(
        found.history.begin("morning", at("2024-01-30 12:00"), at("2024-01-30 12:00")),
        at("2024-01-30 12:01"), OK,
    )  # fmt: skip
    return found


def test_jobs_run_at_their_hours_to_the_second(world: World, at: At) -> None:
    assert world.live(at("2024-02-02 09:00")) == [
        "31 08:20 morning", "31 12:00 morning", "01 08:20 morning", "01 12:00 morning",
        "02 08:20 morning",
    ]  # fmt: skip
    assert {run.started_at.second for run in world.done} == {0}


def test_it_sleeps_in_between_and_never_for_long(
    job: MakeJob, at: At, moving_bell: Any, new_history: Callable[..., History]
) -> None:
    clock = FrozenClock(at("2024-01-31 07:00:30"))
    bell = moving_bell(clock, at("2024-01-31 08:00"))
    history = new_history()
    number = history.begin("morning", at("2024-01-30 12:00"), at("2024-01-30 12:00"))
    history.end(number, at("2024-01-30 12:01"), OK)
    Loop([job()], history, lambda _: OK, clock, bell, jitter=SHARP).forever()
    assert len(bell.slept) == 60
    assert set(bell.slept) == {LONGEST_SLEEP.total_seconds()}


def test_downtime_is_made_up_for_by_one_run(world: World, at: At) -> None:
    world.live(at("2024-01-31 09:00"))
    world.clock.advance(at("2024-02-05 10:00") - world.clock.now())
    assert world.live(at("2024-02-05 12:30")) == ["05 10:00 morning", "05 12:00 morning"]


def test_a_source_that_comes_back_is_asked_after_a_while(world: World, at: At) -> None:
    world.outcomes["morning"] = [PASSING, PASSING, OK]
    assert world.live(at("2024-01-31 11:00")) == [
        "31 08:20 morning", "31 08:26 morning", "31 08:42 morning",
    ]  # fmt: skip


def test_nothing_new_is_left_alone_until_the_next_hour(world: World, at: At) -> None:
    world.outcomes["morning"] = [NOTHING]
    assert world.live(at("2024-01-31 11:00")) == ["31 08:20 morning"]


def test_a_build_follows_upon_news_alone(new_world: NewWorld, job: MakeJob, at: At) -> None:
    build = job("build", verb=("build",), on="daily", at=(dt.time(6),), after_news=True)
    both = [job("a"), job("b", at=(dt.time(8, 20),)), build]
    world = new_world(at("2024-01-31 07:00"), both)
    world.live(at("2024-01-31 08:00"))  # what never ran
    world.outcomes = {"a": [OK, NOTHING], "b": [OK]}
    assert world.live(at("2024-02-01 05:00")) == [
        "31 08:20 a", "31 08:21 b", "31 08:22 build", "31 12:00 a",
    ]  # fmt: skip


def test_once_does_what_is_due_and_what_becomes_due_by_it(
    new_world: NewWorld, job: MakeJob, at: At
) -> None:
    build = job("build", verb=("build",), on="daily", at=(dt.time(6),), after_news=True)
    world = new_world(at("2024-01-31 09:00"), [job(), build])
    world.outcomes["morning"] = [PASSING]
    world.loop(at("2025-01-01 00:00")).once()
    assert [_told(run) for run in world.done] == ["31 09:00 morning", "31 09:01 build"]
    world.loop(at("2025-01-01 00:00")).once()
    assert len(world.done) == 2
    world.clock.advance(PAUSES[0])
    world.loop(at("2025-01-01 00:00")).once()
    assert [_told(run) for run in world.done[2:]] == ["31 09:07 morning", "31 09:08 build"]


def test_a_run_whose_scheduler_was_killed_is_tried_again(world: World, at: At) -> None:
    world.history.begin("morning", at("2024-01-31 08:20"), at("2024-01-31 08:20"))
    world.clock.advance(at("2024-01-31 09:00") - world.clock.now())
    assert world.live(at("2024-01-31 10:00")) == ["31 09:05 morning"]
    assert [run.outcome.status for run in world.history.latest("morning", 2)] == ["ok", "killed"]


ENDS = st.sampled_from([OK, NOTHING, PASSING, Outcome("failed", "ParseError"),
                        Outcome("held", "LakeBusyError"), Outcome("timed_out")])  # fmt: skip


@given(
    start=st.dates(dt.date(2018, 1, 1), dt.date(2028, 1, 1)),
    gaps=st.lists(st.tuples(st.integers(1, 60), st.integers(0, 200)), min_size=1, max_size=4),
    on=st.sampled_from(["b3_session", "bank_day", "week_start", "sunday", "daily"]),
    outcomes=st.lists(ENDS, max_size=8),
    share=st.sampled_from([0.0, 1.0]),
    lasts=st.integers(1, 90),
)
def test_whatever_happens_each_occurrence_is_done_once(
    job: MakeJob, moving_bell: Any, passing_history: Callable[[], AbstractContextManager[History]],
    start: dt.date, gaps: list[tuple[int, int]], on: Any, outcomes: list[Outcome], share: float,
    lasts: int,
) -> None:  # fmt: skip
    """Up for some hours, down for some, and so on, with runs that fail or last."""
    jobs = [job("a", on=on), job("b", on=on, at=(dt.time(8, 21),))]
    begin = dt.datetime.combine(start, dt.time(3), dt.UTC)
    with passing_history() as history:
        world = World(begin, jobs, moving_bell, history)
        world.longest_sleep = dt.timedelta(days=40)
        world.lasts = dt.timedelta(minutes=lasts)
        world.outcomes = {"a": list(outcomes)}
        for up, down in gaps:
            world.live(world.clock.now() + up * HOUR, Jitter(1, share))
            world.clock.advance(down * HOUR)
    _check_order(world.done)
    for one in jobs:
        runs = [run for run in world.done if run.job == one.name]
        for run in runs:
            assert CALENDARS[one.on](run.due_at.astimezone(BRASILIA).date())
            assert run.due_at <= run.started_at
            newest = previous(one, run.started_at)
            assert newest is not None
            assert run.due_at == newest or newest + one.jitter > run.started_at
        _check_done_once(runs)


def _check_order(runs: list[Run]) -> None:
    """Never two at once."""
    for earlier, later in itertools.pairwise(runs):
        assert earlier.ended_at is not None
        assert earlier.ended_at <= later.started_at


def _check_done_once(runs: list[Run]) -> None:
    """An occurrence has one run, but for those that may be tried again."""
    assert [run.due_at for run in runs] == sorted(run.due_at for run in runs)
    final = Counter(
        run.due_at
        for run in runs
        if not (run.outcome.retryable or run.outcome.status in {"held", "timed_out"})
    )
    assert set(final.values()) <= {1}
    for earlier, later in itertools.pairwise(runs):
        if earlier.due_at == later.due_at:
            assert earlier.outcome.is_failure or earlier.outcome.status == "held"
