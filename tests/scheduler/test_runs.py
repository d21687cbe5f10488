"""How a run ended: who should look, and whether trying again may help."""

from __future__ import annotations

import pytest

from lastro.scheduler.runs import Outcome


@pytest.mark.parametrize(
    ("outcome", "failure", "retryable", "exit_code"),
    [
        (Outcome("ok"), False, False, 0),
        (Outcome("nothing_new", "NoDataError"), False, False, 0),
        (Outcome("held", "LakeBusyError"), False, False, 0),
        (Outcome("skipped", "NotFoundError"), False, False, 0),
        (Outcome("failed", "TemporaryError"), True, True, 69),
        (Outcome("failed", "ParseError"), True, False, 65),
        (Outcome("failed", "ConfigError"), True, False, 78),
        (Outcome("failed", "ZeroDivisionError"), True, False, 1),
        (Outcome("failed", "ClassVar"), True, False, 1),
        (Outcome("failed"), True, False, 1),
        (Outcome("timed_out"), True, False, 1),
        (Outcome("killed"), True, False, 1),
    ],
    ids=str,
)
def test_the_errors_class_says_who_must_act(
    outcome: Outcome, *, failure: bool, retryable: bool, exit_code: int
) -> None:
    assert outcome.is_failure is failure
    assert outcome.retryable is retryable
    assert outcome.exit_code == exit_code
