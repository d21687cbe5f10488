"""The person's language: which it is, and what is said in it."""

from __future__ import annotations

import string

import pytest

from lastro.core.errors import RequestError
from lastro.core.language import catalogue, explain, is_portuguese, say

VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
NOT_A_MONTH = "'{text}' is not a month."


def _fields(template: str) -> set[str]:
    return {found[1] for found in string.Formatter().parse(template) if found[1] is not None}


@pytest.mark.parametrize(
    ("system", "portuguese"),
    [
        ({}, False),
        ({"LANG": "pt_BR.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "pt_BR.UTF-8", "LC_ALL": "C"}, False),
        ({"LC_ALL": "C", "LANGUAGE": "pt_BR:en"}, True),
        ({"LANGUAGE": "", "LANG": "PT"}, True),
    ],
)
def test_the_systems_first_set_variable_decides(
    system: dict[str, str], portuguese: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in system.items():
        monkeypatch.setenv(name, value)
    assert is_portuguese() is portuguese


def test_english_is_what_the_code_says() -> None:
    assert say(NOT_A_MONTH, text="x") == "'x' is not a month."


def test_portuguese_is_looked_up_and_falls_back_on_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "pt_BR")
    assert say(NOT_A_MONTH, text="x") == "'x' não é um mês."
    assert say("{count} unheard of", count=2) == "2 unheard of"


def test_errors_are_told_with_their_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    error = RequestError(NOT_A_MONTH, hint="Ask {who}.", text="{x}", who="them")
    assert explain(error) == ("'{x}' is not a month.", "Ask them.")
    monkeypatch.setenv("LANGUAGE", "pt")
    assert explain(error) == ("'{x}' não é um mês.", "Ask them.")


@pytest.mark.parametrize("template", catalogue())
def test_a_translation_asks_for_nothing_the_original_does_not_give(template: str) -> None:
    assert _fields(catalogue()[template]) <= _fields(template)
