"""What is due: hours, holidays, catching up, trying again, jitter."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastro.core.calendar import is_bank_day
from lastro.core.clock import BRASILIA
from lastro.scheduler.planner import (
    HELD_PAUSES,
    PATIENCE,
    PAUSES,
    Jitter,
    next_run,
    occurrences,
    plan,
    previous,
    upcoming,
)
from lastro.scheduler.runs import Outcome, Past, Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from lastro.scheduler.jobs import Job
    from lastro.scheduler.planner import Due

    At = Callable[[str], dt.datetime]
    MakeJob = Callable[..., Job]

SHARP = Jitter()
OK, NOTHING = Outcome("ok"), Outcome("nothing_new")
PASSING = Outcome("failed", "TemporaryError")
LASTING = Outcome("failed", "ParseError")
HELD = Outcome("held", "LakeBusyError")
MINUTE = dt.timedelta(minutes=1)


def ran(due_at: dt.datetime, outcome: Outcome = OK, *, ended: dt.datetime | None = None) -> Run:
    return Run("morning", due_at, due_at, ended or due_at + MINUTE, outcome)


def due(found: Due | None) -> tuple[dt.datetime, dt.datetime]:
    assert found is not None
    return found.due_at, found.start_at


# hours and days


def test_occurrences_leave_holidays_and_weekends_out(job: MakeJob, at: At) -> None:
    """Around Proclamation Day and Black Consciousness Day of 2024."""
    found = list(occurrences(job(), at("2024-11-14 10:00"), at("2024-11-21 10:00")))
    assert found == [
        at("2024-11-14 12:00"),
        at("2024-11-18 08:20"), at("2024-11-18 12:00"),
        at("2024-11-19 08:20"), at("2024-11-19 12:00"),
        at("2024-11-21 08:20"),
    ]  # fmt: skip


def test_hours_are_brasilias_also_while_it_had_daylight_saving(job: MakeJob) -> None:
    """Until February 2019 its summer was two hours behind UTC, not three."""
    start, end = dt.datetime(2019, 2, 15, tzinfo=dt.UTC), dt.datetime(2019, 2, 19, tzinfo=dt.UTC)
    found = list(occurrences(job(at=(dt.time(8, 20),)), start, end))
    assert [f"{instant:%d %H:%M}" for instant in found] == ["15 10:20", "18 11:20"]


def test_an_hour_that_clocks_left_out_comes_once(job: MakeJob) -> None:
    """On 4 November 2018 midnight became one o'clock."""
    nightly = job(on="daily", at=(dt.time(0), dt.time(0, 30), dt.time(1, 0)))
    noon = dt.datetime(2018, 11, 3, 12, tzinfo=dt.UTC)
    found = list(occurrences(nightly, noon, noon + dt.timedelta(days=1)))
    assert found == sorted(set(found))
    assert [f"{instant:%H:%M}" for instant in found] == ["03:00", "03:30"]


@given(st.dates(dt.date(2016, 1, 1), dt.date(2029, 12, 31)), st.times())
def test_previous_and_upcoming_enclose_now_and_fall_on_bank_days(
    job: MakeJob, day: dt.date, time: dt.time
) -> None:
    now = dt.datetime.combine(day, time, dt.UTC)
    before, after = previous(job(), now), upcoming(job(), now)
    assert before is not None
    assert after is not None
    assert before <= now < after
    assert list(occurrences(job(), before, after)) == [after]
    for instant in (before, after):
        local = instant.astimezone(BRASILIA)
        assert is_bank_day(local.date())
        assert local.time() in job().at


# what is due


def test_a_job_that_never_ran_is_due_at_once(job: MakeJob, at: At) -> None:
    found = next_run(job(), [], at("2024-01-31 10:00"), SHARP)
    assert due(found) == (at("2024-01-31 08:20"), at("2024-01-31 08:20"))


def test_what_was_done_is_not_due_again(job: MakeJob, at: At) -> None:
    for outcome in (OK, NOTHING, LASTING, Outcome("skipped", "NotFoundError")):
        tries = [ran(at("2024-01-31 08:20"), outcome)]
        found = next_run(job(), tries, at("2024-01-31 10:00"), SHARP)
        assert due(found) == (at("2024-01-31 12:00"), at("2024-01-31 12:00")), outcome


def test_one_run_makes_up_for_all_that_was_missed(job: MakeJob, at: At) -> None:
    """Down from Tuesday noon to Friday: five occurrences, one run."""
    found = next_run(job(), [ran(at("2024-01-30 12:00"))], at("2024-02-02 09:00"), SHARP)
    assert found is not None
    assert (found.due_at, found.missed) == (at("2024-02-02 08:20"), 4)
    again = next_run(job(), [ran(found.due_at)], at("2024-02-02 09:01"), SHARP)
    assert due(again)[0] == at("2024-02-02 12:00")


def test_a_job_that_does_not_catch_up_waits_for_its_next_hour(job: MakeJob, at: At) -> None:
    lazy = job(catch_up=False)
    late = at("2024-01-31 08:20") + PATIENCE
    assert due(next_run(lazy, [], late, SHARP))[0] == at("2024-01-31 08:20")
    assert due(next_run(lazy, [], late + MINUTE, SHARP))[0] == at("2024-01-31 12:00")


def test_what_runs_is_not_due(job: MakeJob, at: At) -> None:
    morning = at("2024-01-31 08:20")
    running = Run("morning", morning, morning, None, Outcome("running"))
    found = next_run(job(), [running], at("2024-01-31 08:30"), SHARP)
    assert due(found)[0] == at("2024-01-31 12:00")


# trying again


def test_a_failure_that_may_pass_is_tried_later_and_later(job: MakeJob, at: At) -> None:
    first, tries = at("2024-01-31 08:20"), []
    for attempt, pause in enumerate([*PAUSES, PAUSES[-1]], start=2):
        tries.append(ran(first, PASSING, ended=first + attempt * MINUTE))
        found = next_run(job(), tries, first + attempt * MINUTE, SHARP)
        assert found is not None
        assert (found.due_at, found.attempt) == (first, attempt)
        assert found.start_at == first + attempt * MINUTE + pause


def test_the_next_occurrence_takes_a_failures_place(job: MakeJob, at: At) -> None:
    tries = [ran(at("2024-01-31 08:20"), PASSING, ended=at("2024-01-31 11:58"))]
    found = next_run(job(), tries, at("2024-01-31 11:59"), SHARP)
    assert due(found) == (at("2024-01-31 12:00"), at("2024-01-31 12:00"))
    found = next_run(job(), tries, at("2024-01-31 12:01"), SHARP)
    assert due(found)[0] == at("2024-01-31 12:00")


@pytest.mark.parametrize("status", ["timed_out", "killed"])
def test_what_was_ended_by_force_is_tried_three_times_more(
    job: MakeJob, at: At, status: str
) -> None:
    first = at("2024-01-31 12:00")
    forced = ran(first, Outcome(status))  # type: ignore[arg-type]
    for count, pause in enumerate(PAUSES, start=1):
        found = next_run(job(), [forced] * count, first + MINUTE, SHARP)
        assert due(found) == (first, first + MINUTE + pause)
    found = next_run(job(), [forced] * 4, first + MINUTE, SHARP)
    assert due(found)[0] == at("2024-02-01 08:20")


def test_a_lake_held_by_another_run_is_waited_for(job: MakeJob, at: At) -> None:
    first = at("2024-01-31 12:00")
    for count in range(1, 8):
        found = next_run(job(), [ran(first, HELD)] * count, first + MINUTE, SHARP)
        pause = HELD_PAUSES[min(count, len(HELD_PAUSES)) - 1]
        assert due(found) == (first, first + MINUTE + pause)


def test_waiting_for_the_lake_does_not_count_as_failing(job: MakeJob, at: At) -> None:
    first = at("2024-01-31 12:00")
    tries = [*[ran(first, HELD)] * 3, ran(first, PASSING)]
    assert due(next_run(job(), tries, first + MINUTE, SHARP))[1] == first + MINUTE + PAUSES[0]


# news


def news_at(instant: dt.datetime, name: str = "morning") -> Past:
    return Past(news={name: instant})


def test_a_build_follows_upon_news_and_after_what_may_bring_more(job: MakeJob, at: At) -> None:
    build = job("build", verb=("build",), on="daily", at=(dt.time(6),), after_news=True)
    fetch, other = job(), job("other")
    now = at("2024-01-31 08:30")
    past = Past(
        tries={
            "morning": [ran(at("2024-01-31 08:20"))],
            "build": [ran(at("2024-01-31 06:00"))],
            "other": [ran(at("2024-01-30 12:00"))],
        },
        news={"morning": at("2024-01-31 08:21")},
    )
    found = plan([build, fetch, other], past, now, SHARP)
    assert [run.job.name for run in found] == ["other", "build", "morning"]
    assert [run.start_at <= now for run in found] == [True, True, False]
    built = Past({**past.tries, "build": [ran(at("2024-01-31 08:21"))]}, past.news)
    assert due(plan([build], built, now, SHARP)[0])[0] == at("2024-02-01 06:00")


def test_only_sources_bring_news(job: MakeJob, at: At) -> None:
    build = job("build", verb=("build",), on="daily", at=(dt.time(6),), after_news=True)
    past = Past({"build": [ran(at("2024-01-31 06:00"))]}, {"build": at("2024-01-31 06:05")})
    (found,) = plan([build], past, at("2024-01-31 08:30"), SHARP)
    assert found.due_at == at("2024-02-01 06:00")


def test_what_is_not_due_is_ordered_by_its_start(job: MakeJob, at: At) -> None:
    build = job("build", verb=("build",), on="daily", at=(dt.time(6),), after_news=True)
    past = Past({"build": [ran(at("2024-01-31 06:00"))], "morning": [ran(at("2024-01-31 12:00"))]})
    found = plan([job(), build], past, at("2024-01-31 13:00"), SHARP)
    assert [run.job.name for run in found] == ["build", "morning"]


# jitter


@given(st.integers(0, 2**32), st.floats(0, 1))
def test_jitter_is_the_same_every_time_and_never_more_than_the_jobs(
    job: MakeJob, at: At, seed: int, share: float
) -> None:
    morning, instant = job(), at("2024-01-31 08:20")
    start = Jitter(seed, share).start(morning, instant)
    assert instant <= start <= instant + share * morning.jitter + dt.timedelta(microseconds=1)
    assert start == Jitter(seed, share).start(morning, instant)


def test_jitter_tells_installations_jobs_and_days_apart(job: MakeJob, at: At) -> None:
    instants = [at("2024-01-31 08:20"), at("2024-02-01 08:20")]
    late = {
        Jitter(seed, 1.0).start(job(name), instant) - instant
        for seed in (1, 2) for name in ("a", "b") for instant in instants
    }  # fmt: skip
    assert len(late) == 8


def test_a_run_waits_for_its_jitter(job: MakeJob, at: At) -> None:
    jitter = Jitter(5, 1.0)
    start = jitter.start(job(), at("2024-01-31 08:20"))
    found = next_run(job(), [ran(at("2024-01-30 12:00"))], at("2024-01-31 08:20"), jitter)
    assert due(found) == (at("2024-01-31 08:20"), start)
    assert start > at("2024-01-31 08:20")
