"""lastro quotes: what it says of who answered; nobody is asked without a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran


@pytest.fixture
def asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lastro: Callable[..., Ran]
) -> Callable[..., Ran]:
    """The verb over a new lake, with the one provider that asks nobody: it has no key."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LASTRO_QUOTES__PROVIDERS", '["brapi"]')
    return lambda *arguments: lastro("--lake", tmp_path / "lake", "quotes", *arguments)


def test_a_provider_without_a_key_is_passed_over_and_named(asked: Callable[..., Ran]) -> None:
    done = asked("petr4")
    assert done.code == 69
    assert done.out.splitlines() == [
        "ticker\tprovider\trows\tnewest\tdays old", "PETR4\t\t0\t\t"]  # fmt: skip
    assert "PETR4: not from brapi: brapi answers only to a key" in done.err
    assert "LASTRO_BRAPI__TOKEN" in done.err


def test_a_machine_gets_one_object(asked: Callable[..., Ran]) -> None:
    done = asked("PETR4", "VALE3", "--from", "2026-01", "--json")
    assert done.code == 69
    assert [each["ticker"] for each in done.json["quotes"]] == ["PETR4", "VALE3"]
    assert done.json["quotes"][0]["provider"] is None
    (attempt,) = done.json["quotes"][0]["attempts"]
    assert (attempt["provider"], attempt["outcome"]) == ("brapi", "not set up")


def test_no_ticker_and_a_strange_one_are_refused(asked: Callable[..., Ran]) -> None:
    assert asked().code == 2
    assert asked("PETR4.SA").code == 2


def test_the_settings_name_tickers(
    asked: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LASTRO_QUOTES__TICKERS", '["ITUB4"]')
    assert asked("--json").json["quotes"][0]["ticker"] == "ITUB4"
